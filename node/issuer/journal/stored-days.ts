/** The days of the journal in the database, and their anchors. */
import { fromHex, type Hex, readU64be, toHex, u64be } from '../../lib/bytes.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { Bucket } from '../../store/buckets.ts'
import { entryHash, entryKey, hashKey, NO_ENTRY, readHead } from '../../store/journal-chain.ts'
import { type Codec, jsonCodec, type Store, Table, textCodec } from '../../store/store.ts'
import { DayTree, type JournalDay } from './day.ts'

/** As stored under its root. A `refused` anchor is not on the ledger; the day is anchored again. */
export interface JournalAnchor extends JournalDay {
  readonly state: 'pending' | 'anchored' | 'refused'
  readonly transaction: Hex | null
  readonly block: number | null
  readonly time: UnixSeconds | null
}

/** A day by its first entry. `last` is null while the day is open. */
export interface DayRange {
  readonly day: string
  readonly first: number
  readonly last: number | null
}

const rootKey: Codec<Hex> = { encode: fromHex, decode: toHex }
const numberCodec: Codec<number> = { encode: u64be, decode: bytes => Number(readU64be(bytes)) }

type Reader = Pick<Store, 'get' | 'range'>

export const anchorsTable = (store: Reader) =>
  new Table<Hex, JournalAnchor>(store as Store, Bucket.journalAnchor, rootKey, jsonCodec())

/** In their order. */
export async function readDays(store: Reader): Promise<DayRange[]> {
  const table = new Table<string, number>(store as Store, Bucket.journalDay, textCodec, numberCodec)
  const days: { day: string; first: number }[] = []
  for await (const [day, first] of table.entries()) days.push({ day, first })
  return days.map((one, i) => {
    const next = days[i + 1]
    return { ...one, last: next ? next.first - 1 : null }
  })
}

export async function readAnchorsByRoot(store: Reader): Promise<JournalAnchor[]> {
  const anchors: JournalAnchor[] = []
  for await (const [, anchor] of anchorsTable(store).entries()) anchors.push(anchor)
  return anchors
}

/** The newest anchor of each day. One that is on the ledger, or may be, goes before one that was refused. */
export async function readAnchors(store: Reader): Promise<Map<string, JournalAnchor>> {
  const anchors = new Map<string, JournalAnchor>()
  for (const anchor of await readAnchorsByRoot(store)) {
    if (anchor.state !== 'refused' || !anchors.has(anchor.day)) anchors.set(anchor.day, anchor)
  }
  return anchors
}

/**
 * Computes a day from the bytes of its entries.
 * @returns the number of the first entry that does not have its stored hash, if there is one
 */
export async function computeDay(
  store: Reader,
  { day, first, last }: { readonly day: string; readonly first: number; readonly last: number },
): Promise<JournalDay | number> {
  let hash = first === 0 ? NO_ENTRY : store.get(hashKey(first - 1))
  const tree = new DayTree()
  let next = first
  for await (const [key, bytes] of store.range(entryKey(first), entryKey(last + 1))) {
    const stored = store.get(hashKey(next))
    if (Number(readU64be(key, 1)) !== next || !hash || !stored) return next
    hash = entryHash(next, hash, bytes)
    if (toHex(hash) !== toHex(stored)) return next
    tree.add(hash)
    next++
  }
  return next === last + 1 && hash ? { day, first, last, head: toHex(hash), root: tree.root } : next
}

export const openDay = (store: Pick<Store, 'get'>): string => readHead(store).day
