import { fromUtf8 } from '../../lib/bytes.ts'
import { parseJson } from '../../lib/json.ts'
import { wrongValue } from '../../lib/parse-error.ts'
import { readBounded } from '../../lib/stream.ts'
import { VerifierError } from '../errors.ts'
import { type HeadSource, TooFarBehind } from './source.ts'

/** Larger than any snapshot that this version accepts. */
const MAX_BYTES = 1 << 30
/** A node of this project serves deltas of at most 4 MB, and a snapshot beyond that. */
const MAX_DELTA = 1 << 26
const MAX_STATEMENTS = 1 << 20
const TIMEOUT_MS = 60_000

/** Deltas and snapshots that a node serves over HTTP (docs/snapshot-format.md). Works in Node and in browsers. */
export class HttpHeadSource implements HeadSource {
  /** @param endpoint as in the ledger profile, without a slash at the end */
  constructor(
    private readonly endpoint: string,
    // Not `fetch` itself: browsers refuse to call it as a method of another object.
    private readonly fetcher: typeof fetch = (input, init) => fetch(input, init),
  ) {}

  async delta(height: number, wait: number, signal?: AbortSignal): Promise<Uint8Array | null> {
    const response = await this.#get(`/heads/${height}/delta?wait=${wait}`, wait * 1000 + TIMEOUT_MS, signal)
    return response.status === 204 ? null : bounded(response, MAX_DELTA)
  }

  /**
   * The statements of the profile's witnesses about the block at that height. Not verified.
   * @throws {VerifierError} VERIFIER_ENDPOINT
   * @throws {ParseError} PARSE_JSON, PARSE_VALUE, PARSE_LENGTH, PARSE_ENCODING; also what `fetch` throws
   */
  async statements(height: number): Promise<readonly string[]> {
    const bytes = await bounded(await this.#get(`/heads/${height}/witnesses`, TIMEOUT_MS, undefined), MAX_STATEMENTS)
    const statements = parseJson(fromUtf8(bytes))
    if (Array.isArray(statements) && statements.every(each => typeof each === 'string')) return statements
    throw wrongValue('the answer of the endpoint', 'it is not a list of statements')
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
      const { status } = response
      throw new VerifierError(
        { code: 'VERIFIER_ENDPOINT', status },
        `The endpoint answered ${status}. Check that its URL is the public URL of a node of this ledger.`,
      )
    }
    return response
  }
}

const bounded = ({ body }: Response, maxLength = MAX_BYTES) => readBounded(body, maxLength)
