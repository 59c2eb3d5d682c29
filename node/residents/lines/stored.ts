import { concat, equalBytes, readU32be, u32be } from '../../lib/bytes.ts'
import { parseLineNumber } from '../../lib/line-number.ts'
import { Lock } from '../../lib/lock.ts'
import type { Random } from '../../lib/random.ts'
import { Bucket } from '../../store/buckets.ts'
import { bytesCodec, type Store, Table, type WriteOp } from '../../store/store.ts'
import type { Vault } from '../../store/vault.ts'
import type { StoreOutcome } from '../store-outcome.ts'
import type { LineCustomer, LineOwner, LinePort } from './port.ts'

const PERSON_BYTES = 16
const HASH_BYTES = 32
const TAG_BYTES = 16
const CONTEXT = 'line tag'

/** A line and whose it is. `line` is as `parseLineNumber` returns it. */
export interface OwnedLine {
  readonly line: string
  readonly person: Uint8Array
  /** The organisation of its telecom in the trust registry, which may report it lost. Absent: nobody may. */
  readonly telecom?: number | undefined
}

/**
 * The lines that were imported. A line is found by a keyed hash of its number, and the number itself is stored nowhere.
 * Why: docs/decisions/121.
 */
export class StoredLines implements LinePort {
  readonly #lines: Table<Uint8Array, Uint8Array>
  readonly #byPerson: Table<Uint8Array, Uint8Array>
  /** An import reads what a person has and then writes it, so neither another import nor an erasure may run in between. */
  readonly #lock = new Lock()

  constructor(
    private readonly store: Store,
    private readonly vault: Vault,
  ) {
    this.#lines = new Table(store, Bucket.line, bytesCodec, bytesCodec)
    this.#byPerson = new Table(store, Bucket.linesByPerson, bytesCodec, bytesCodec)
  }

  async ownerOf(number: string, person: Uint8Array): Promise<LineOwner> {
    const line = parseLineNumber(number)
    const record = line === undefined ? undefined : this.#lines.get(this.#hash(line))
    if (!record) return { owner: 'unknown' }
    if (!equalBytes(record.subarray(0, PERSON_BYTES), person)) return { owner: 'another' }
    return { owner: 'person', tag: this.#customer(record).tag }
  }

  /** Undefined for a line that is not known. */
  customerOf(number: string): LineCustomer | undefined {
    const line = parseLineNumber(number)
    const record = line === undefined ? undefined : this.#lines.get(this.#hash(line))
    return record && this.#customer(record)
  }

  /**
   * Stores all lines or none. A line that was another person's becomes this person's, with a new tag.
   * @throws {StoreError} STORE_PERSON_ERASED if a person was erased meanwhile, STORE_IO
   */
  put(lines: readonly OwnedLine[], random: Random): Promise<StoreOutcome[]> {
    return this.#lock.run(async () => {
      const records = new Map<string, { readonly person: Uint8Array; hashes: Uint8Array[] }>()
      const of = (person: Uint8Array) => {
        const id = Buffer.from(person).toString('hex')
        const found = records.get(id) ?? { person, hashes: this.#hashesOf(person) }
        records.set(id, found)
        return found
      }
      const ops: WriteOp[] = []
      const outcomes = lines.map(({ line, person, telecom }): StoreOutcome => {
        const hash = this.#hash(line)
        const record = this.#lines.get(hash)
        const before = record?.subarray(0, PERSON_BYTES)
        const same = record && before && equalBytes(before, person) ? this.#customer(record) : undefined
        if (same && (telecom === undefined || telecom === same.telecom)) return 'unchanged'
        if (before && !same) {
          const earlier = of(before)
          earlier.hashes = earlier.hashes.filter(one => !equalBytes(one, hash))
        }
        if (!same) of(person).hashes.push(hash)
        const kept = concat(same?.tag ?? random(TAG_BYTES), telecom === undefined ? new Uint8Array() : u32be(telecom))
        ops.push(this.#lines.put(hash, concat(person, this.vault.seal(person, CONTEXT, kept))))
        return before ? 'changed' : 'added'
      })
      for (const { person, hashes } of records.values()) ops.push(this.#byPerson.put(person, concat(...hashes)))
      await this.store.commit(ops)
      return outcomes
    })
  }

  /**
   * Removes the person's lines. No import adds one before the commit is done.
   * @param commit commits these operations, together with the end of the person's data key
   * @returns the keys of the removed records
   */
  remove(person: Uint8Array, commit: (ops: readonly WriteOp[]) => Promise<unknown>): Promise<readonly Uint8Array[]> {
    return this.#lock.run(async () => {
      const hashes = this.#hashesOf(person)
      await commit([...hashes.map(hash => this.#lines.del(hash)), this.#byPerson.del(person)])
      return hashes
    })
  }

  #hashesOf(person: Uint8Array): Uint8Array[] {
    const all = this.#byPerson.get(person) ?? new Uint8Array()
    return Array.from({ length: all.length / HASH_BYTES }, (_, i) => all.slice(i * HASH_BYTES, (i + 1) * HASH_BYTES))
  }

  /** Records of earlier versions have the tag only. */
  #customer(record: Uint8Array): LineCustomer {
    const person = record.slice(0, PERSON_BYTES)
    const kept = this.vault.open(person, CONTEXT, record.subarray(PERSON_BYTES))
    const telecom = kept.length > TAG_BYTES ? readU32be(kept, TAG_BYTES) : null
    return { person, tag: kept.slice(0, TAG_BYTES), telecom }
  }

  #hash(line: string): Uint8Array {
    return this.vault.index('line', line)
  }
}
