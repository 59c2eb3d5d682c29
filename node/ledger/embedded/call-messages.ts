import type { Failure } from './messages.ts'

/** The messages between a thread that runs calls and the thread that started it. */

/** The methods that run code of the client's choice. */
const CALL_METHODS = ['eth_call', 'eth_estimateGas'] as const
export type CallMethod = (typeof CALL_METHODS)[number]

export const isCall = (method: string): method is CallMethod => CALL_METHODS.some(each => each === method)

export interface CallThreadOptions {
  /** The ledger's directory, which the starting thread has open. */
  readonly path: string
  readonly chainId: number
}

export interface Call {
  readonly method: CallMethod
  readonly params: readonly unknown[]
  /** Number of the newest block. */
  readonly head: number
  /** Milliseconds since 1970, or seconds to add to the system's clock, which the thread then reads. */
  readonly now: number | { readonly addSeconds: number }
}

export interface TimedCall extends Call {
  readonly milliseconds: number
}

export type CallOutcome =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answer'; readonly value: unknown }
  | { readonly kind: 'failure'; readonly failure: Failure }
  /** The call was ended because its time was over. */
  | { readonly kind: 'late' }
