/**
 * The reader program of a desk, as the page of the kiosk calls it (chip/reader/desk-api.ts). It listens on loopback.
 * Every program of the machine can reach the port, and so can every page in its browser. Hence the token, which only the
 * printed link contains, the one origin, and the names of loopback (DNS rebinding).
 */
import { timingSafeEqual } from 'node:crypto'
import express, { type Express, type RequestHandler, type Response } from 'express'
import type { Logger } from 'pino'
import type { ReaderDevice } from '../chip/reader/card-reader.ts'
import { type DeskStatus, type ReadLine, ReadRequest } from '../chip/reader/desk-api.ts'
import { ReaderError } from '../chip/reader/errors.ts'
import { readChip } from '../chip/reader/read-chip.ts'
import { readingToJson } from '../chip/reader/reading-json.ts'
import { hostIsServed, LOOPBACK } from '../ledger/rpc/server.ts'
import { fromBase64url, utf8 } from '../lib/bytes.ts'
import { DojangError } from '../lib/errors.ts'
import type { Random } from '../lib/random.ts'
import { createApplication } from './app.ts'
import { ServerError } from './errors.ts'
import { methodNotAllowed } from './methods.ts'
import { notFound, problems, sendProblem } from './problem.ts'
import { createRouter } from './router.ts'

export interface ReaderDeskOptions {
  readonly device: ReaderDevice
  /** The origin of the page. */
  readonly origin: string
  readonly token: string
  readonly random: Random
  readonly log: Logger
}

export function createReaderDesk({ device, origin, token, random, log }: ReaderDeskOptions): Express {
  let reading = false
  const router = createRouter()
  router.use(onlyPage(origin), onlyToken(token), (_request, response, next) => {
    response.set('Cache-Control', 'no-store')
    next()
  })

  router.get('/status', (_request, response) => {
    const status: DeskStatus = {
      ...{ reader: device.name, card: device.cardPresent() ? 'present' : 'absent' },
      ...{ reading, simulated: device.simulated },
    }
    response.json(status)
  })

  router.post('/read', express.json({ limit: 1024 }), async (request, response) => {
    const { card_access_number, challenge } = ReadRequest.parse(request.body)
    const wanted = { cardAccessNumber: card_access_number, challenge: fromBase64url(challenge), random }
    if (reading) throw busy()
    reading = true
    try {
      const card = await device.connect()
      try {
        await answerWith(response, log, (signal, onProgress) => readChip(card, { ...wanted, signal, onProgress }))
      } finally {
        await card.close()
      }
    } finally {
      reading = false
    }
  })

  router.all('/status', methodNotAllowed('GET'))
  router.all('/read', methodNotAllowed('POST'))
  const app = createApplication(log)
  app.use(router)
  app.use(notFound)
  app.use(problems(log, { showFacts: true }))
  return app
}

type Read = (signal: AbortSignal, onProgress: (read: number, total: number) => void) => ReturnType<typeof readChip>

/** Sends the lines of a reading. A page that goes away ends it. */
async function answerWith(response: Response, log: Logger, read: Read): Promise<void> {
  const left = new AbortController()
  response.once('close', () => left.abort(pageLeft()))
  // It may have left while the reader connected to the card.
  if (response.destroyed) return
  const send = (line: ReadLine) => response.write(`${JSON.stringify(line)}\n`)
  response.status(200).type('application/x-ndjson').flushHeaders()
  try {
    const result = await read(left.signal, (done, total) => send({ progress: { read: done, total } }))
    send({ reading: readingToJson(result) })
  } catch (error) {
    if (left.signal.aborted) return
    send({ problem: problemOf(error, log) })
  }
  response.end()
}

function problemOf(error: unknown, log: Logger): Extract<ReadLine, { problem: unknown }>['problem'] {
  if (error instanceof DojangError) {
    const { code, message, detail } = error
    log.info({ code }, 'a card was not read')
    return { ...(detail as object), code, title: message }
  }
  log.error({ err: error }, 'a card was not read because of an unexpected error')
  return { code: 'HTTP_INTERNAL', title: 'The reader program failed because of an unexpected error. See its log.' }
}

/** Thrown to nobody: the connection is closed. */
const pageLeft = (): Error => new Error('the page closed the connection')

const busy = (): ReaderError =>
  new ReaderError({ code: 'CHIP_READER_BUSY' }, 'A card is being read already. Wait until it has been read.')

/** CORS for one origin. A program that is no browser sends no Origin; it needs the token all the same. */
function onlyPage(origin: string): RequestHandler {
  return (request, response, next) => {
    const from = request.get('origin')
    if (!hostIsServed(request, LOOPBACK) || (from !== undefined && from !== origin)) throw otherPage()
    response.set('Access-Control-Allow-Origin', origin).set('Vary', 'Origin')
    response.set('Cross-Origin-Resource-Policy', 'cross-origin')
    if (request.method !== 'OPTIONS') return next()
    response
      .set('Access-Control-Allow-Methods', 'GET, POST')
      .set('Access-Control-Allow-Headers', 'Authorization, Content-Type')
      .set('Access-Control-Max-Age', '600')
      .status(204)
      .end()
  }
}

const otherPage = (): ServerError =>
  new ServerError(
    { code: 'HTTP_ORIGIN_REFUSED' },
    'This request came from another page than the one that this reader program serves. Open the link that it printed.',
  )

function onlyToken(token: string): RequestHandler {
  const expected = utf8(token)
  return (request, response, next) => {
    const given = utf8(/^Bearer ([\w-]+)$/.exec(request.get('authorization') ?? '')?.[1] ?? '')
    if (given.length === expected.length && timingSafeEqual(given, expected)) return next()
    response.set('WWW-Authenticate', 'Bearer')
    sendProblem(response, {
      code: 'HTTP_UNAUTHENTICATED',
      title: 'The token is missing or wrong. Open the link that the reader program printed.',
    })
  }
}
