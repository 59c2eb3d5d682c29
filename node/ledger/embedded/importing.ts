/**
 * The mark of an import under way. Until its last block is in, the directory is a ledger that goes on elsewhere: what
 * was sealed on top of it would be a second story.
 */
import { LedgerError } from '../errors.ts'
import { Meta } from './schema.ts'
import type { Store, WriteOp } from './store.ts'

export const isImporting = (store: Pick<Store, 'get'>): boolean => (store.get(Meta.importing)?.length ?? 0) > 0

export const importingOp = (underWay: boolean): WriteOp => ({
  key: Meta.importing,
  value: new Uint8Array(underWay ? [1] : []),
})

/** @throws {LedgerError} LEDGER_IMPORT_UNFINISHED */
export function refuseImporting(store: Pick<Store, 'get'>): void {
  if (isImporting(store)) throw unfinished('An import into this directory did not come to its end.')
}

export const unfinished = (what: string): LedgerError =>
  new LedgerError(
    { code: 'LEDGER_IMPORT_UNFINISHED' },
    `${what} Until an import has come to its end no node starts here: import the whole file (dojang ledger import).`,
  )
