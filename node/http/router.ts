import { Router } from 'express'

/**
 * Makes a router that matches paths exactly: `/METRICS` and `/metrics/` are other paths than `/metrics`. A proxy that
 * forwards or blocks certain paths sees the same paths as the node. Every router of this room is made here.
 */
export const createRouter = (): Router => Router({ caseSensitive: true, strict: true })

/** A path of a URL as a route: each character that Express would read as a pattern stands for itself. */
export const literalPath = (pathname: string): string => pathname.replace(/[\\:*?{}()[\]+!]/g, '\\$&')
