import { readBounded } from '../../lib/stream.ts'
import type { StatusListPort } from './source.ts'

/** Longer than any list of this project: 2^24 cards are 4 MB before compression, and a third more as base64url. */
const MAX_TOKEN = 8 * 2 ** 20
const TYPE = 'application/statuslist+jwt'

export interface HttpPortOptions {
  readonly fetcher?: typeof fetch
  /** Milliseconds until a fetch is cancelled (default 2000), since somebody waits at the counter. */
  readonly timeout?: number
}

/**
 * Fetches Token Status Lists over HTTP (draft-ietf-oauth-status-list §8.1) with limits of size and time, in Node and in
 * browsers.
 */
export class HttpStatusLists implements StatusListPort {
  readonly #fetch: typeof fetch
  readonly #timeout: number

  constructor({ fetcher = (input, init) => fetch(input, init), timeout = 2000 }: HttpPortOptions = {}) {
    this.#fetch = fetcher
    this.#timeout = timeout
  }

  async fetch(uri: string): Promise<string> {
    const response = await this.#fetch(uri, {
      headers: { accept: TYPE },
      // `TokenStatusLists` caches each list. A second cache would say for longer that a reinstated card is suspended.
      cache: 'no-store',
      signal: AbortSignal.timeout(this.#timeout),
      redirect: 'error',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
    })
    if (!response.ok) {
      await response.body?.cancel()
      throw new Error(`the list's address answered ${response.status}`)
    }
    return new TextDecoder().decode(await readBounded(response.body, MAX_TOKEN))
  }

  inflate(compressed: Uint8Array, maxLength: number): Promise<Uint8Array> {
    const stream = new Blob([Uint8Array.from(compressed)]).stream().pipeThrough(new DecompressionStream('deflate'))
    return readBounded(stream, maxLength)
  }
}
