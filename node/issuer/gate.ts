import type { UnixSeconds } from '../lib/time.ts'

/** Whether credentials may be issued and delivered: not while the ledger has something that this node did not order. */
export interface IssuingGate {
  /** @throws {LedgerError} LEDGER_LANE_TAKEN; {IssuerError} ISSUER_STOPPED */
  requireOpen(): void
  /** Since when it has been open; null while it is closed. */
  readonly openSince: UnixSeconds | null
}
