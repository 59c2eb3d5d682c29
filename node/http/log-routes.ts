/** The transparency log of the ledger: checkpoint and tiles (C2SP tlog-tiles). Public, and the same for everybody. */
import type { Router } from 'express'
import type { TransparencyLog } from '../ledger/transparency/transparency-log.ts'
import { openToPages } from './methods.ts'
import { notFound, sendProblem } from './problem.ts'
import { createRouter } from './router.ts'

export interface LogParts {
  /** Null on a ledger without seals. */
  readonly transparencyLog: Pick<TransparencyLog, 'published' | 'tile'> | null
}

export function logRoutes({ transparencyLog }: LogParts): Router {
  const router = createRouter()
  router.use('/tlog', openToPages('GET'))

  router.get('/tlog/checkpoint', (_request, response) => {
    const published = transparencyLog?.published
    if (!published) {
      return sendProblem(response, {
        code: 'HTTP_NO_CHECKPOINT',
        title: 'There is no checkpoint yet that enough witnesses have cosigned. Try again in a minute.',
      })
    }
    response.set('Cache-Control', 'no-cache').type('text/plain; charset=utf-8').send(published.note)
  })

  router.get('/tlog/*path', (request, response, next) => {
    const path = (request.params.path as unknown as readonly string[]).join('/')
    const tile = transparencyLog?.tile(path)
    if (!tile) return notFound(request, response, next)
    // A tile that is not full is replaced by a wider one, but this part of it never changes either.
    response.set('Cache-Control', 'public, max-age=31536000, immutable').type('application/octet-stream')
    response.send(Buffer.from(tile.bytes))
  })
  return router
}
