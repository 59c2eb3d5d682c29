/**
 * The routes for the command line on the host of a verifier that runs alone: a part of the operators' table, with the same
 * paths, so that the same commands work on both.
 */
import type { Router } from 'express'
import { type ApiKeysParts, apiKeysRoutes } from '../operator/api-keys-routes.ts'
import { localToken } from '../operator/local-token.ts'
import { mountRoutes } from '../operator/mount.ts'
import { type PresentationsParts, presentationsRoutes } from '../operator/presentations-routes.ts'
import { type TillsParts, tillsRoutes } from '../operator/tills-routes.ts'

export type LocalParts = ApiKeysParts & PresentationsParts & TillsParts

export const localRouter = (parts: LocalParts, token: string): Router =>
  mountRoutes([...apiKeysRoutes(parts), ...presentationsRoutes(parts), ...tillsRoutes(parts)], {
    authenticators: [localToken(token)],
    guardOpen: () => undefined,
  })
