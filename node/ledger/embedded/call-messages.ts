import type { Failure } from './messages.ts'

/** What passes between a thread that runs calls and its owner. */

/** The methods that run code which the client names. */
const CALL_METHODS = ['eth_call', 'eth_estimateGas'] as const
export type CallMethod = (typeof CALL_METHODS)[number]

export const isCall = (method: string): method is CallMethod => CALL_METHODS.some(each => each === method)

export interface CallThreadOptions {
  /** The ledger's directory, which the owner has open. */
  readonly path: string
  readonly chainId: number
}

export interface Call {
  readonly method: CallMethod
  readonly params: readonly unknown[]
  /** Number of the newest block. */
  readonly head: number
  /** Milliseconds since 1970, or else what to add to the system's clock, which the thread reads itself. */
  readonly now: number | { readonly addSeconds: number }
}

export interface TimedCall extends Call {
  readonly milliseconds: number
}

export type CallOutcome =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answer'; readonly value: unknown }
  | { readonly kind: 'failure'; readonly failure: Failure }
  /** It was ended, because it took longer than its budget. */
  | { readonly kind: 'late' }
