import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fromHex, type Hex, toHex } from '../../lib/bytes.ts'
import { Chain } from './chain.ts'
import { openLedgerStore } from './ledger-store.ts'
import { addressTerm, type Log } from './transaction-receipt.ts'

export interface StoredLogs {
  readonly genesis: Hex
  /** The last block. */
  readonly block: number
  readonly logs: readonly (Log & { readonly block: number })[]
}

/**
 * All logs of a contract, from the files of a ledger that no node has open. Null if there is no ledger.
 * @throws {LedgerError} LEDGER_IN_USE, LEDGER_DAMAGED
 */
export async function storedLogs(path: string, address: Hex): Promise<StoredLogs | null> {
  // To open a directory that does not exist would create it.
  if (!existsSync(join(path, 'blocks'))) return null
  const store = await openLedgerStore(path)
  try {
    const chain = Chain.open(store)
    const genesis = chain?.block(0)
    if (!chain || !genesis) return null
    const { number: head } = chain.head.header
    const logs: StoredLogs['logs'][number][] = []
    for await (const number of chain.blocksWith(addressTerm(fromHex(address)), 0, head)) {
      for (const index of chain.block(number)?.transactions.keys() ?? []) {
        const own = chain.receipt({ number, index }).logs.filter(log => toHex(log.address) === address.toLowerCase())
        logs.push(...own.map(log => ({ ...log, block: number })))
      }
    }
    return { genesis: toHex(genesis.hash), block: head, logs }
  } finally {
    await store.close()
  }
}
