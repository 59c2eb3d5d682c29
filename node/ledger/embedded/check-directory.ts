import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileFaults } from '../../store/level-files.ts'
import { checkLedgerStore, type LedgerCheckReport } from './check-store.ts'
import { isImporting } from './import-mark.ts'
import { openLedgerStore } from './ledger-store.ts'

/**
 * Checks a ledger's directory: the checksums of its files, then the blocks in them.
 * @throws {LedgerError} LEDGER_IN_USE
 */
export async function checkLedger(
  path: string,
  progress?: (done: number, of: number) => void,
): Promise<LedgerCheckReport> {
  const blocks = join(path, 'blocks')
  if (!existsSync(blocks)) return { head: -1, transactions: 0, faults: ['there is no ledger here'] }
  // Opening the database rewrites its log, so the files are read before. While a node runs, their faults mean nothing.
  const files = fileFaults(blocks)
  let store: Awaited<ReturnType<typeof openLedgerStore>>
  try {
    store = await openLedgerStore(path)
  } catch (error) {
    if (files.length === 0) throw error
    return { head: -1, transactions: 0, faults: files }
  }
  try {
    const check = checkLedgerStore(store, progress)
    const unfinished = isImporting(store) ? ['an import was not finished: import the whole file again'] : []
    return { ...check, faults: [...files, ...check.faults, ...unfinished] }
  } finally {
    await store.close()
  }
}
