/**
 * Who suspended each suspended credential, and the report that a reinstatement closes. A replacement that fails reinstates
 * only what a replacement suspended, and never what a person asked for.
 * Why: docs/decisions/009, docs/decisions/136.
 */
import type { Hex } from '../lib/bytes.ts'
import type { UnixSeconds } from '../lib/time.ts'
import type { StatusName } from '../proof/registries/status.ts'
import type { TransactionReceipt } from '../registries/sending/transaction-receipt.ts'
import { Bucket } from '../store/buckets.ts'
import { jsonCodec, type Store, Table, textCodec, type WriteOp } from '../store/store.ts'
import { IssuerError } from './errors.ts'

/** `by` of the changes that a replacement makes. */
export const REPLACEMENT = 'replacement'
/** `by` of the changes that the stop of a wallet provider makes begins with this. */
export const WALLET_STOP = 'wallet-stop:'

/**
 * Whose suspension stays when there are two: a person's, then that of a stopped wallet provider, then a replacement's. Who
 * lifts their own suspension must not lift that of a stronger one.
 */
const strength = (by: string | undefined): number =>
  by === undefined ? 0 : by === REPLACEMENT ? 1 : by.startsWith(WALLET_STOP) ? 2 : 3

/** For what a credential was suspended. Its transaction names it, also in the journal. */
export interface SuspensionReport {
  readonly by: string
  readonly transaction: Hex
  readonly block: number
  readonly time: UnixSeconds
  /** The cause on the ledger, under which the reason is stored sealed. */
  readonly reason: Hex | null
}

/** A change of status that is on the ledger. */
export interface Changed {
  readonly to: StatusName
  readonly by: string
  /** Null for a transaction that an earlier version sent. */
  readonly reason: Hex | null
  readonly receipt: TransactionReceipt
}

export class Suspensions {
  readonly #by: Table<string, string>
  readonly #reports: Table<string, SuspensionReport>

  constructor(store: Store) {
    this.#by = new Table(store, Bucket.suspension, textCodec, textCodec)
    this.#reports = new Table(store, Bucket.suspensionReport, textCodec, jsonCodec())
  }

  /** Undefined if this node did not suspend the credential. */
  by(id: string): string | undefined {
    return this.#by.get(id)
  }

  /** Undefined if this node did not suspend the credential, or an earlier version did. */
  report(id: string): SuspensionReport | undefined {
    return this.#reports.get(id)
  }

  /** For the journal: which report ends. */
  closed(id: string): { readonly closes?: Hex } {
    const report = this.report(id)
    return report === undefined ? {} : { closes: report.transaction }
  }

  /** @throws {IssuerError} ISSUER_REPORT_CHANGED */
  requireReport(id: string, transaction: Hex): void {
    if (this.report(id)?.transaction === transaction) return
    throw new IssuerError(
      { code: 'ISSUER_REPORT_CHANGED', credential: id },
      'The report that you saw is closed, or another one came in since. Nothing was changed. Read the card again.',
    )
  }

  /** Whether a suspension by this one is stronger than the present one, and so has to take its place. */
  isStronger(by: string, id: string): boolean {
    return strength(by) > strength(this.by(id))
  }

  hold(id: string, by: string): WriteOp {
    return this.#by.put(id, by)
  }

  /** What follows from a change that is on the ledger. */
  after(id: string, { to, by, reason, receipt }: Changed): WriteOp[] {
    if (to !== 'SUSPENDED') return [this.#by.del(id), this.#reports.del(id)]
    // The outcomes of two lanes may be stored in another order than that of the ledger: what a person asked for stays.
    if (strength(by) < strength(this.by(id))) return []
    const { transaction, block, time } = receipt
    return [this.hold(id, by), this.#reports.put(id, { by, transaction, block, time, reason })]
  }

  async *ids(): AsyncIterable<string> {
    for await (const [id] of this.#by.entries()) yield id
  }
}
