import type { Hex } from '../../lib/bytes.ts'
import { StoreError, type StoreFailure } from '../../store/errors.ts'
import { internalFault, LedgerError, type LedgerFailure } from '../errors.ts'
import type { LedgerHead } from '../ledger.ts'

/** The messages between the ledger's thread and the thread that started it. */

export interface WorkerOptions {
  readonly path: string
  readonly chainId: number
  /** Transferred to the ledger's thread: the starting thread has no copy. */
  readonly validatorKey: Uint8Array
  readonly allow: readonly Hex[]
  readonly heartbeat: number
  /** Seconds added to the system's clock: for tests. */
  readonly clockOffset: number
}

export type WorkerCommand =
  | { readonly kind: 'request'; readonly method: string; readonly params: readonly unknown[] }
  | { readonly kind: 'allow' | 'disallow'; readonly addresses: readonly Hex[] }
  | { readonly kind: 'clock'; readonly offset: number }
  | { readonly kind: 'metrics' | 'close' }

export type NumberedCommand = WorkerCommand & { readonly id: number }

export type WorkerMessage =
  | { readonly kind: 'opened'; readonly head: LedgerHead; readonly validator: Hex; readonly warning: string | null }
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly failure: Failure }
  | { readonly kind: 'head'; readonly head: LedgerHead }
  /** The thread ends after this message. */
  | { readonly kind: 'fatal'; readonly failure: Failure }

/** The facts of an error: an `Error` loses its class when it is sent between threads. */
export interface Failure {
  readonly detail: LedgerFailure | null
  /** If the database failed. */
  readonly store?: StoreFailure
  /** The fault behind an internal error of JSON-RPC. */
  readonly fault?: { readonly name: string; readonly stack: string }
  readonly message: string
}

export function toFailure(error: unknown): Failure {
  if (error instanceof LedgerError) {
    const fault = internalFault(error)
    const known = { detail: error.detail, message: error.message }
    return fault === null ? known : { ...known, fault: { name: fault.name, stack: fault.stack ?? '' } }
  }
  if (error instanceof StoreError) return { detail: null, store: error.detail, message: error.message }
  return { detail: null, message: error instanceof Error ? error.message : String(error) }
}

export function fromFailure({ detail, store, fault, message }: Failure): Error {
  if (store !== undefined) return new StoreError(store, message)
  if (detail === null) return new Error(message)
  return new LedgerError(detail, message, fault && { cause: Object.assign(new Error(), fault) })
}
