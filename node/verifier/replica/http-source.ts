import { fromUtf8 } from '../../lib/bytes.ts'
import { type HeadSource, TooFarBehind } from './source.ts'

/** Larger than any snapshot this version takes. */
const MAX_BYTES = 1 << 30
const TIMEOUT_MS = 60_000

/** A node's public heads and snapshots (docs/snapshot-format.md). Works in Node and in a browser. */
export class HttpHeadSource implements HeadSource {
  /** @param endpoint as in the ledger profile: no slash at the end */
  constructor(
    private readonly endpoint: string,
    // Not `fetch` itself: browsers refuse it as the method of another object.
    private readonly fetcher: typeof fetch = (input, init) => fetch(input, init),
  ) {}

  async delta(height: number, wait: number, signal?: AbortSignal): Promise<Uint8Array | null> {
    const response = await this.#get(`/heads/${height}/delta?wait=${wait}`, wait * 1000 + TIMEOUT_MS, signal)
    return response.status === 204 ? null : bounded(response)
  }

  /** What the profile's witnesses say of the block at that height. Unchecked, as all that comes from here. */
  async statements(height: number): Promise<readonly string[]> {
    const bytes = await bounded(await this.#get(`/heads/${height}/witnesses`, TIMEOUT_MS, undefined))
    const statements: unknown = JSON.parse(fromUtf8(bytes))
    if (Array.isArray(statements) && statements.every(each => typeof each === 'string')) return statements
    throw new Error('the endpoint did not answer with statements')
  }

  async snapshot(signal?: AbortSignal): Promise<Uint8Array> {
    return bounded(await this.#get('/snapshots/latest', TIMEOUT_MS, signal))
  }

  async #get(path: string, timeout: number, signal: AbortSignal | undefined): Promise<Response> {
    const limit = AbortSignal.timeout(timeout)
    const response = await this.fetcher(`${this.endpoint}${path}`, {
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
      redirect: 'error',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
    })
    if (!response.ok) {
      await response.body?.cancel()
      if (response.status === 410) throw new TooFarBehind('the endpoint has no delta from there')
      throw new Error(`the endpoint answered ${response.status}`)
    }
    return response
  }
}

async function bounded(response: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  // By its reader: not every browser's stream can be iterated.
  const reader = response.body?.getReader()
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    length += read.value.length
    if (length > MAX_BYTES) {
      await reader?.cancel()
      throw new RangeError('the answer is longer than any file of ours')
    }
    parts.push(read.value)
  }
  const bytes = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
