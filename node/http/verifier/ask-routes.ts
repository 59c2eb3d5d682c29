/**
 * What the page calls that shows a request to a browser (verifier/oid4vp/hosted-pages.ts). The address contains the id of the
 * page, which is a secret, and a cookie says that this is the browser that opened it first.
 */
import express, { type Request, type RequestHandler, type Response, type Router } from 'express'
import { z } from 'zod'
import { toWalletPage } from '../../lib/wallet-link.ts'
import type { Presentations } from '../../verifier/oid4vp/presentations.ts'
import { methodNotAllowed } from '../methods.ts'
import { createRouter } from '../router.ts'

export interface AskParts {
  readonly presentations: Pick<Presentations, 'pages'>
  readonly config: {
    /** Of a wallet that is a page; null: none is offered. */
    readonly walletUrl: string | null
  }
}

const COOKIE = 'dojang-ask'
/** Longer than a request can be answered. */
const MAX_AGE_MS = 15 * 60_000
/** Seconds. Short, because the two digits arrive before the verdict. */
const WAIT_S = 2
const Code = z.strictObject({ code: z.string().max(64) })

/** To be mounted at `/ask`. */
export function askRoutes({ presentations: { pages }, config: { walletUrl } }: AskParts): Router {
  const router = createRouter()
  const json = express.json({ limit: 1024 })

  router.post('/:page/open', noStore, async (request: Request, response: Response) => {
    const id = pageOf(request)
    const { page, cookie } = await pages.open(id, cookieOf(request))
    // A page on http is on this machine: there is no other place where a browser would open one with a wallet.
    const secure = new URL(page.url).protocol === 'https:'
    if (cookie !== undefined) {
      response.cookie(COOKIE, cookie, {
        httpOnly: true,
        sameSite: 'strict',
        secure,
        path: `/ask/${id}`,
        maxAge: MAX_AGE_MS,
      })
    }
    const { url: _, ...shown } = page
    response.json({ ...shown, walletPage: walletUrl === null ? null : toWalletPage(walletUrl, shown.here) })
  })

  router.get('/:page/state', noStore, async (request, response) => {
    response.json(await pages.state(pageOf(request), cookieOf(request), WAIT_S * 1000))
  })

  router.post('/:page/return', noStore, json, (request: Request, response: Response) => {
    response.json(pages.walletReturned(pageOf(request), cookieOf(request), Code.parse(request.body).code))
  })

  router.all(['/:page/open', '/:page/return'], methodNotAllowed('POST'))
  router.all('/:page/state', methodNotAllowed('GET'))
  return router
}

const pageOf = (request: Request): string => String(request.params.page)

function cookieOf(request: Request): string | undefined {
  const values = (request.get('cookie') ?? '').split(';').map(one => one.trim().split('='))
  return values.find(([name]) => name === COOKIE)?.[1]
}

const noStore: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store')
  next()
}
