import { toBase64url } from '../../../../lib/bytes.ts'
import type { Random } from '../../../../lib/random.ts'
import type { StoreChange, WalletStore } from '../ports.ts'
import type { HistoryEntry } from '../records.ts'

/** More are not kept: the oldest are forgotten. */
const KEPT = 1000

/** What the holder did with the cards, on this phone only, without any value of a claim. */
export class History {
  private constructor(
    private readonly store: WalletStore,
    private readonly random: Random,
    /** Of the last entry. It goes on where the page ended that was open before. */
    private sequence: number,
  ) {}

  static async open(store: WalletStore, random: Random): Promise<History> {
    const entries = (await store.all('history')) as HistoryEntry[]
    const last = entries.reduce((highest, { id }) => Math.max(highest, Number(id.split('-')[1]) || 0), 0)
    return new History(store, random, last)
  }

  /** The change that adds an entry. Its key sorts by time, and within a second by the order of the calls. */
  remember(entry: Omit<HistoryEntry, 'id'>): StoreChange {
    this.sequence += 1
    const digits = (value: number, count: number) => String(Math.floor(value)).padStart(count, '0')
    const id = `${digits(entry.at, 12)}-${digits(this.sequence, 6)}-${toBase64url(this.random(6))}`
    return { table: 'history', key: id, put: { ...entry, id } satisfies HistoryEntry }
  }

  /** The newest first. */
  async read(): Promise<readonly HistoryEntry[]> {
    const entries = (await this.store.all('history')) as HistoryEntry[]
    const newestFirst = [...entries].reverse()
    const forgotten = newestFirst.slice(KEPT)
    if (forgotten.length > 0) {
      await this.store.commit(forgotten.map(({ id }) => ({ table: 'history', key: id, del: true })))
    }
    return newestFirst.slice(0, KEPT)
  }

  clear(): Promise<void> {
    return this.store.commit([{ table: 'history', clear: true }])
  }
}
