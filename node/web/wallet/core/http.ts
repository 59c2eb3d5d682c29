/** Requests to servers that the wallet does not trust: bounded in size and time, without redirects, cookies or referrer. */
import { fromUtf8 } from '../../../lib/bytes.ts'
import { type JsonObject, parseJsonObject } from '../../../lib/json.ts'
import { ParseError } from '../../../lib/parse-error.ts'
import { readBounded } from '../../../lib/stream.ts'
import type { Timer } from '../../../lib/time.ts'
import { walletError } from './errors.ts'

/** Bytes. A card with a portrait has 14,000, metadata with logos some hundred thousand. */
const MAX_ANSWER = 1 << 20
/** A server may hold a request for a card until the clerk has looked. */
const TIMEOUT_MS = 60_000

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

export interface Sent {
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | URLSearchParams
  readonly signal?: AbortSignal | undefined
  readonly maxLength?: number
}

/**
 * @returns the reply, whatever its status
 * @throws {WalletError} WALLET_UNREACHABLE, WALLET_ANSWER_INVALID
 */
export async function send(fetcher: typeof fetch, url: string, sent: Sent = {}): Promise<Reply> {
  const { method = 'GET', headers = {}, body, signal, maxLength = MAX_ANSWER } = sent
  const host = hostOf(url)
  const limit = AbortSignal.timeout(TIMEOUT_MS)
  let response: Response
  try {
    response = await fetcher(url, {
      method,
      headers,
      ...(body !== undefined && { body }),
      redirect: 'error',
      credentials: 'omit',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    })
    const text = fromUtf8(await readBounded(response.body, maxLength))
    return { status: response.status, headers: response.headers, text }
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof ParseError) throw answerInvalid(host, 'it is too long, or no text', error)
    throw unanswered(url, error)
  }
}

/** A JSON object. @throws {WalletError} WALLET_ANSWER_INVALID */
export function jsonOf({ text }: Pick<Reply, 'text'>, url: string): JsonObject {
  try {
    return parseJsonObject(text, { numbers: 'any', maxDepth: 24 })
  } catch (error) {
    throw error instanceof ParseError ? answerInvalid(hostOf(url), 'it is no JSON object', error) : error
  }
}

/** @throws {WalletError} WALLET_UNREACHABLE, WALLET_ANSWER_INVALID, also for a status other than 200 */
export async function getJson(fetcher: typeof fetch, url: string): Promise<JsonObject> {
  const reply = await send(fetcher, url, { headers: { accept: 'application/json' } })
  if (reply.status !== 200) throw answerInvalid(hostOf(url), `status ${reply.status}`)
  return jsonOf(reply, url)
}

/**
 * Aborts what is requested with its signal after so many milliseconds, as if there were no network: a network that falls
 * silent lets requests hang. To be ended when the answer is there.
 */
export function patience({ after }: Timer, milliseconds: number, url: string) {
  const silence = new AbortController()
  return { signal: silence.signal, end: after(milliseconds, () => silence.abort(unanswered(url))) }
}

export const answerInvalid = (host: string, reason: string, cause?: unknown) =>
  walletError(
    { code: 'WALLET_ANSWER_INVALID', host, reason },
    `The answer of ${host} cannot be used: ${reason}.`,
    cause,
  )

export function unanswered(url: string, cause?: unknown) {
  const host = hostOf(url)
  return walletError({ code: 'WALLET_UNREACHABLE', host }, `${host} gave no answer.`, cause)
}

export const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : '')
