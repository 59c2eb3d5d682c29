/**
 * An endpoint that does not answer is no fault of ours and says nothing about a card. What is wrong with an answer is a
 * ParseError or a ProofError.
 */
import { ParseError } from '../lib/parse-error.ts'
import { ProofError } from '../proof/errors.ts'
import type { UnknownReason } from './view.ts'

export class NoAnswer extends Error {
  override name = 'NoAnswer'
  /** What the endpoint said, where it refused: some questions are asked again in another way. */
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

/** The same endpoint; whatever it rejects with becomes a NoAnswer. */
export function rejectingWithNoAnswer(endpoint: Endpoint): Endpoint {
  const ask = async <T>(what: string, question: () => Promise<T>): Promise<T> => {
    try {
      return await question()
    } catch (cause) {
      throw new NoAnswer(`no answer to ${what}`, cause)
    }
  }
  const request: Endpoint['request'] = (method, params) => ask(method, () => endpoint.request(method, params))
  if (!endpoint.statements) return { request }
  return { request, statements: height => ask('statements', async () => (await endpoint.statements?.(height)) ?? []) }
}

/**
 * Why a view cannot tell.
 * @throws the error itself when it is a fault of our own
 */
export function unknownReasonOf(error: unknown): UnknownReason {
  if (error instanceof ProofError) return 'not_proven'
  if (error instanceof NoAnswer || error instanceof ParseError) return 'unreachable'
  throw error
}
