/**
 * The mark of an unfinished import. The ledger has more blocks elsewhere until the last block is imported. A node that
 * sealed in this directory before that would fork the ledger.
 */
import { LedgerError } from '../errors.ts'
import type { LedgerStore, LedgerWriteOp } from './ledger-store.ts'
import { MetaKey } from './schema.ts'

export const isImporting = (store: Pick<LedgerStore, 'get'>): boolean => (store.get(MetaKey.importing)?.length ?? 0) > 0

export const importingOp = (importing: boolean): LedgerWriteOp => ({
  key: MetaKey.importing,
  value: new Uint8Array(importing ? [1] : []),
})

/** @throws {LedgerError} LEDGER_IMPORT_UNFINISHED */
export function refuseImporting(store: Pick<LedgerStore, 'get'>): void {
  if (isImporting(store)) throw unfinished('An import into this directory was not finished.')
}

export const unfinished = (what: string): LedgerError =>
  new LedgerError(
    { code: 'LEDGER_IMPORT_UNFINISHED' },
    `${what} No node starts here until an import is finished: import the whole file (dojang ledger import).`,
  )
