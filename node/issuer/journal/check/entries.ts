/**
 * Compares entries with their stored hashes. Each entry is compared on its own, with the hash that is stored for the entry
 * before it: so one change is one finding, and not one for every entry after it. Whether the stored hashes are right is
 * what the ledger says (days.ts).
 */
import { equalBytes } from '../../../lib/bytes.ts'
import { entryHash, NO_ENTRY } from '../../../store/journal-chain.ts'
import type { StoredEntry } from './content.ts'
import type { Finding } from './finding.ts'

/** So many entries are looked at together, to find out how entries were added, removed or reordered. */
const AHEAD = 8
/** So many entries that were removed in one place are counted. */
const MOST_REMOVED = 256
/** Among so many entries that do not have their hash, those that were exchanged are found. */
const MOST_SUSPECTS = 1000

/** The hash of an entry, by the number that it had when it was written. */
export interface ProvedHash {
  readonly number: number
  readonly hash: Uint8Array
}

interface Suspect {
  readonly number: number
  readonly before: Uint8Array
  readonly bytes: Uint8Array
  readonly hash: Uint8Array
}

const fits = (number: number, before: Uint8Array, { bytes, hash }: StoredEntry): boolean =>
  bytes !== null && hash !== null && equalBytes(entryHash(number, before, bytes), hash)

export class EntryCheck {
  /** Number of an entry when it was written, minus its number in the database. */
  #offset = 0
  /** The two last hashes; null if it is not known. */
  #before: Uint8Array | null = NO_ENTRY
  #beforeThat: Uint8Array | null = null
  #next = 0
  readonly #suspects: Suspect[] = []
  /** Entries that do not belong where they are, by their number in the database. */
  readonly #added: StoredEntry[] = []
  readonly #window: StoredEntry[] = []

  constructor(private readonly report: (finding: Finding) => void) {}

  /** Entries by ascending number, from 0. @returns hashes that are ready */
  add(entry: StoredEntry): ProvedHash[] {
    const ready: ProvedHash[] = []
    for (; this.#next < entry.number; this.#next++) {
      ready.push(...this.#push({ number: this.#next, bytes: null, hash: null }))
    }
    this.#next++
    return [...ready, ...this.#push(entry)]
  }

  /** @param count entries as the writer counted them. @returns the last hashes, and the hash of the last entry */
  end(count: number): { readonly ready: ProvedHash[]; readonly last: Uint8Array | null } {
    const ready: ProvedHash[] = []
    for (; this.#next < count; this.#next++) {
      ready.push(...this.#push({ number: this.#next, bytes: null, hash: null }))
    }
    while (this.#window.length > 0) ready.push(...this.#take())
    this.#judgeSuspects()
    for (const { number } of this.#added) this.report({ kind: 'added', entry: number })
    return { ready, last: this.#before }
  }

  #push(entry: StoredEntry): ProvedHash[] {
    this.#window.push(entry)
    return this.#window.length > AHEAD ? this.#take() : []
  }

  #take(): ProvedHash[] {
    const [entry, ...ahead] = this.#window as [StoredEntry, ...StoredEntry[]]
    this.#window.shift()
    const number = entry.number + this.#offset
    const before = this.#before
    const { bytes, hash } = entry
    if (bytes === null) this.report({ kind: 'removed', entry: number })
    if (bytes === null || before === null) return this.#accept(number, hash)
    if (hash === null) {
      this.report({ kind: 'hash-changed', entry: number })
      return this.#accept(number, entryHash(number, before, bytes))
    }
    if (fits(number, before, entry)) return this.#accept(number, hash)
    return this.#judge({ number, before, bytes, hash }, entry, ahead)
  }

  /** An entry that does not have its hash: what happened here is seen from the entries after it. */
  #judge(suspect: Suspect, entry: StoredEntry, ahead: readonly StoredEntry[]): ProvedHash[] {
    const { number, before, bytes, hash } = suspect
    const [next] = ahead
    if (next && fits(number + 1, hash, next)) {
      if (this.#suspects.length < MOST_SUSPECTS) this.#suspects.push(suspect)
      else this.report({ kind: 'changed', entry: number })
      return this.#accept(number, hash)
    }
    const computed = entryHash(number, before, bytes)
    if (next && fits(number + 1, computed, next)) {
      this.report({ kind: 'hash-changed', entry: number })
      return this.#accept(number, computed)
    }
    // The entry before it was added, with a hash that fits.
    if (this.#beforeThat && fits(number - 1, this.#beforeThat, entry)) {
      this.report({ kind: 'added', entry: entry.number - 1 })
      this.#offset--
      return this.#accept(number - 1, hash)
    }
    const added = 1 + ahead.findIndex(later => fits(number, before, later))
    if (added > 0) {
      this.#added.push(entry)
      this.#offset--
      return []
    }
    for (let removed = 1; next && removed <= MOST_REMOVED; removed++) {
      if (!fits(number + removed + 1, hash, next)) continue
      if (removed > 1 || !this.#wasMoved(number, before, entry)) {
        for (let i = 0; i < removed; i++) this.report({ kind: 'removed', entry: number + i })
      }
      this.#offset += removed
      return this.#accept(number + removed, hash)
    }
    if (this.#suspects.length < MOST_SUSPECTS) this.#suspects.push(suspect)
    else this.report({ kind: 'changed', entry: number })
    return this.#accept(number, hash)
  }

  /** Whether the entry that is not here is one that seemed to be added somewhere else. */
  #wasMoved(number: number, before: Uint8Array, after: StoredEntry): boolean {
    const found = this.#added.findIndex(
      one => one.hash && fits(number, before, one) && fits(number + 1, one.hash, after),
    )
    const [moved] = found < 0 ? [] : this.#added.splice(found, 1)
    if (moved) this.report({ kind: 'reordered', entry: moved.number, found: number })
    return moved !== undefined
  }

  #accept(number: number, hash: Uint8Array | null): ProvedHash[] {
    this.#beforeThat = this.#before
    this.#before = hash
    return hash ? [{ number, hash }] : []
  }

  /** An entry that has the hash of another number was moved. */
  #judgeSuspects(): void {
    const all = this.#suspects
    const hashes = new Set(all.map(({ hash }) => String(hash)))
    for (const { number, before, bytes, hash } of all) {
      // Only the hash before it was moved.
      if (all.some(one => equalBytes(entryHash(number, one.hash, bytes), hash))) continue
      const whole = all.find(one => one.number !== number && equalBytes(entryHash(number, before, one.bytes), hash))
      const alone = all.find(one => {
        return one.number !== number && hashes.has(String(entryHash(number, before, one.bytes)))
      })
      const found = whole ?? alone
      this.report(
        found ? { kind: 'reordered', entry: number, found: found.number } : { kind: 'changed', entry: number },
      )
    }
  }
}
