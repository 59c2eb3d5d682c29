import type { Request } from 'express'
import { ServerError } from '../errors.ts'

/**
 * Refuses what a page of another origin made a browser send (cross-site request forgery), and what a page sends under a
 * name of its own that it made point to this host (DNS rebinding). Browsers write these headers themselves; a page cannot
 * change them. SameSite is not enough: all ports of a host are one site, so the pages for wallets on the public port are
 * same-site with the operators' pages on a machine for development.
 * Why: docs/decisions/103.
 */
export class OwnPage {
  readonly #origin: string
  readonly #host: string

  constructor(operatorUrl: string) {
    const { origin, host } = new URL(operatorUrl)
    this.#origin = origin
    this.#host = host
  }

  /**
   * For a request that a cookie authorises. One that changes something must say its origin.
   * @throws {ServerError} HTTP_ORIGIN_REFUSED
   */
  require(request: Request): void {
    if (request.get('host')?.toLowerCase() !== this.#host) throw refused()
    const reads = request.method === 'GET' || request.method === 'HEAD'
    if (!reads && request.get('origin') === undefined) throw refused()
    this.requireNoOther(request)
  }

  /**
   * For a request without a cookie. A program that is no browser sends none of the headers.
   * @throws {ServerError} HTTP_ORIGIN_REFUSED
   */
  requireNoOther(request: Request): void {
    const origin = request.get('origin')
    if (origin !== undefined && origin !== this.#origin) throw refused()
    const site = request.get('sec-fetch-site')
    if (site !== undefined && site !== 'same-origin' && site !== 'none') throw refused()
  }
}

const refused = (): ServerError =>
  new ServerError(
    { code: 'HTTP_ORIGIN_REFUSED' },
    'This request came from another page than the one that belongs here, or under another host name. Open the page at ' +
      "its address in the node's configuration: operatorUrl for the operators, publicUrl for a demo.",
  )
