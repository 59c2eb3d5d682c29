/**
 * The mark of an import under way. Until its last block is in, the directory is a ledger that goes on elsewhere: what
 * was sealed on top of it would be a second story.
 */
import { LedgerError } from '../errors.ts'
import type { LedgerStore, LedgerWriteOp } from './ledger-store.ts'
import { MetaKey } from './schema.ts'

export const isImporting = (store: Pick<LedgerStore, 'get'>): boolean => (store.get(MetaKey.importing)?.length ?? 0) > 0

export const importingOp = (underWay: boolean): LedgerWriteOp => ({
  key: MetaKey.importing,
  value: new Uint8Array(underWay ? [1] : []),
})

/** @throws {LedgerError} LEDGER_IMPORT_UNFINISHED */
export function refuseImporting(store: Pick<LedgerStore, 'get'>): void {
  if (isImporting(store)) throw unfinished('An import into this directory did not come to its end.')
}

export const unfinished = (what: string): LedgerError =>
  new LedgerError(
    { code: 'LEDGER_IMPORT_UNFINISHED' },
    `${what} Until an import has come to its end no node starts here: import the whole file (dojang ledger import).`,
  )
