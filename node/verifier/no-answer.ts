/**
 * An endpoint that does not answer is neither an internal fault nor a finding about a card. A defect of an answer is a
 * ParseError or a ProofError.
 */
import { ParseError } from '../lib/parse-error.ts'
import { ProofError } from '../proof/errors.ts'
import type { UnknownReason } from './view.ts'

export class NoAnswer extends Error {
  override name = 'NoAnswer'
  /** The error code of the endpoint, if it refused: some requests are then repeated in another way. */
  readonly code: unknown

  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.code = (cause as { code?: unknown } | undefined)?.code
  }
}

interface Endpoint {
  request(method: string, params?: readonly unknown[]): Promise<unknown>
  statements?(height: number): Promise<readonly string[]>
}

/** The endpoint with a NoAnswer in place of each error that it rejects with. */
export function rejectingWithNoAnswer(endpoint: Endpoint): Endpoint {
  const ask = async <T>(what: string, question: () => Promise<T>): Promise<T> => {
    try {
      return await question()
    } catch (cause) {
      throw new NoAnswer(`the endpoint did not answer ${what}`, cause)
    }
  }
  const request: Endpoint['request'] = (method, params) => ask(method, () => endpoint.request(method, params))
  if (!endpoint.statements) return { request }
  return { request, statements: height => ask('statements', async () => (await endpoint.statements?.(height)) ?? []) }
}

/**
 * The reason for which a view cannot answer.
 * @throws the error itself if it is an internal fault
 */
export function unknownReasonOf(error: unknown): UnknownReason {
  if (error instanceof ProofError) return 'not_proven'
  if (error instanceof NoAnswer || error instanceof ParseError) return 'unreachable'
  throw error
}
