import type { Ledger } from './ledger.ts'

/** What an operator watches of a ledger node of one's own. */
export interface LedgerMetrics {
  /** Number of the last block. */
  readonly height: number
  /** Its time, in seconds since 1970. */
  readonly headTime: number
  /** Blocks sealed since the node opened. */
  readonly sealed: number
  /** Seconds that execution, sealing and storing took: of all of them together, and of the last. */
  readonly sealSecondsTotal: number
  readonly sealSecondsLast: number
  /** Transactions in the blocks sealed since the node opened. */
  readonly transactions: number
  /** Transactions taken that are in no block yet. */
  readonly pool: number
  /** CPU seconds of the ledger's thread. */
  readonly cpuSeconds: number
  /** Bytes of the database's files. */
  readonly databaseBytes: number
}

export interface MeasuredLedger extends Ledger {
  metrics(): Promise<LedgerMetrics>
}

/** A ledger elsewhere has its own operator. */
export const isMeasured = (ledger: Ledger): ledger is MeasuredLedger => 'metrics' in ledger
