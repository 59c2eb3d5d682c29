import type { Failure } from './messages.ts'

/** What passes between a thread that runs calls and its owner. */

export interface CallThreadOptions {
  /** The ledger's directory, which the owner has open. */
  readonly path: string
  readonly chainId: number
}

export interface Call {
  readonly method: string
  readonly params: readonly unknown[]
  /** Number of the newest block. */
  readonly head: number
  /** Milliseconds since 1970, or else what to add to the system's clock, which the thread reads itself. */
  readonly now: number | { readonly addSeconds: number }
}

export interface CallOrder extends Call {
  /** Milliseconds it may take. */
  readonly budget: number
}

export type CallOutcome =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answer'; readonly value: unknown }
  | { readonly kind: 'failure'; readonly failure: Failure }
  /** It was ended, because it took longer than its budget. */
  | { readonly kind: 'late' }
