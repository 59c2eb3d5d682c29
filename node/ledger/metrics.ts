import type { Ledger } from './ledger.ts'

/** The metrics of an embedded ledger node. */
export interface LedgerMetrics {
  /** Number of the last block. */
  readonly height: number
  /** Its time, in seconds since 1970. */
  readonly headTime: number
  /** Blocks sealed since the node opened. */
  readonly sealed: number
  /** Seconds for executing, sealing and storing: of all blocks since the node opened, and of the last. */
  readonly sealSecondsTotal: number
  readonly sealSecondsLast: number
  /** Transactions in the blocks sealed since the node opened. */
  readonly transactions: number
  /** Transactions that were accepted and are in no block yet. */
  readonly pool: number
  /** CPU seconds of the ledger's thread. */
  readonly cpuSeconds: number
  /** Bytes of the database's files. */
  readonly databaseBytes: number
}

export interface MeasuredLedger extends Ledger {
  metrics(): Promise<LedgerMetrics>
}

/** False for a ledger by URL: its operator has the metrics. */
export const isMeasured = (ledger: Ledger): ledger is MeasuredLedger => 'metrics' in ledger
