import { compareBytes, concatAll, fromHex, type Hex, toHex } from '../../lib/bytes.ts'
import { type LedgerStore, type LedgerWriteOp, openLedgerStore } from './ledger-store.ts'
import { MetaKey } from './schema.ts'

/** The accounts that may send transactions, as the database has them. */

export function readAllowed(store: LedgerStore): Hex[] {
  const bytes = store.get(MetaKey.allow) ?? new Uint8Array(0)
  return Array.from({ length: bytes.length / 20 }, (_, i) => toHex(bytes.subarray(20 * i, 20 * i + 20)))
}

export function allowedOp(addresses: ReadonlySet<Hex>): LedgerWriteOp {
  return { key: MetaKey.allow, value: concatAll([...addresses].map(fromHex).sort(compareBytes)) }
}

/**
 * The accounts on the list of a ledger that no node has open, after the given ones were removed; on disk when it resolves.
 * @throws {LedgerError} LEDGER_IN_USE, LEDGER_DAMAGED
 */
export async function removeFromAllowList(
  path: string,
  addresses: readonly Hex[],
): Promise<{ readonly removed: readonly Hex[]; readonly left: readonly Hex[] }> {
  const store = await openLedgerStore(path)
  try {
    const before = readAllowed(store)
    const gone = new Set(addresses.map(each => each.toLowerCase() as Hex))
    const left = before.filter(each => !gone.has(each))
    const removed = before.filter(each => gone.has(each))
    if (removed.length > 0) await store.commit([allowedOp(new Set(left))])
    return { removed, left }
  } finally {
    await store.close()
  }
}
