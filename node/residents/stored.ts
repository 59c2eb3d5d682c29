import type { PresentDocument, ResidentFacts } from '../credential/subject.ts'
import { equalBytes } from '../lib/bytes.ts'
import { Lock } from '../lib/lock.ts'
import { Bucket } from '../store/buckets.ts'
import { StoreError } from '../store/errors.ts'
import { indexOnce } from '../store/index-once.ts'
import { bytesCodec, type Store, Table, type WriteOp } from '../store/store.ts'
import type { Vault } from '../store/vault.ts'
import { Erasures, type IndexEntry } from './erasures.ts'
import { StoredLines } from './lines/stored.ts'
import { NameIndex } from './name-index.ts'
import { parsePersonalNumber } from './personal-number.ts'
import { decodeResident, encodeResident } from './record.ts'
import type { Register, Resident } from './register.ts'
import type { StoreOutcome } from './store-outcome.ts'

const CONTEXT = 'resident'

/**
 * The embedded register. A record is encrypted under its person's key and found by a keyed hash of the personal number.
 * Without the key, the database reveals neither the residents nor whether a given number is in it.
 */
export class StoredRegister implements Register {
  readonly #records: Table<Uint8Array, Uint8Array>
  readonly #byNumber: Table<Uint8Array, Uint8Array>
  readonly #erasures: Erasures
  readonly lines: StoredLines
  readonly #byName: NameIndex
  /** Prevents two concurrent imports from creating two persons for one personal number. */
  readonly #lock = new Lock()

  constructor(
    private readonly database: Store,
    private readonly vault: Vault,
  ) {
    this.#records = new Table(database, Bucket.resident, bytesCodec, bytesCodec)
    this.#byNumber = new Table(database, Bucket.residentByNumber, bytesCodec, bytesCodec)
    this.lines = new StoredLines(database, vault)
    this.#erasures = new Erasures(database, vault, this.lines)
    this.#byName = new NameIndex(database, vault)
  }

  async find(person: Uint8Array): Promise<Resident | undefined> {
    const record = this.#open(person)
    return record && { person, facts: decodeResident(record) }
  }

  async findByNumber(personalNumber: string): Promise<Resident | undefined> {
    const parsed = parsePersonalNumber(personalNumber)
    const person = parsed && this.#byNumber.get(this.#index(parsed.number))
    return person && this.find(person)
  }

  async findByRegisterId(): Promise<undefined> {}

  async findByName(name: string, birthdate: string, limit: number): Promise<Resident[]> {
    const found = await this.#byName.find(name, birthdate, limit)
    const residents = await Promise.all(found.map(person => this.find(person)))
    return residents.filter(resident => resident !== undefined)
  }

  /** For an install of a version that had no index of names. */
  indexNames(): Promise<void> {
    return this.#lock.run(() => indexOnce(this.database, 'residents by name', this.#nameEntries()))
  }

  async *#nameEntries(): AsyncIterable<readonly WriteOp[]> {
    for await (const [person] of this.#records.entries()) {
      const record = this.#open(person)
      if (record) yield [this.#byName.put(person, decodeResident(record))]
    }
  }

  store(residents: readonly ResidentFacts[]): Promise<StoreOutcome[]> {
    return this.#lock.run(async () => {
      if (new Set(residents.map(({ personalNumber }) => personalNumber)).size !== residents.length) {
        throw new TypeError('two residents of one batch have the same personal number')
      }
      const ops: WriteOp[] = []
      const outcomes = residents.map(facts => this.#prepare(facts, ops))
      await this.database.commit(ops)
      return outcomes
    })
  }

  /** Does nothing but commit `ops` for a person who is not in the register. */
  setDocument(person: Uint8Array, document: PresentDocument | null, ops: readonly WriteOp[]): Promise<void> {
    return this.#lock.run(async () => {
      const before = this.#open(person)
      const record = before && encodeResident({ ...decodeResident(before), document })
      const put = record ? [this.#records.put(person, this.vault.seal(person, CONTEXT, record))] : []
      await this.database.commit([...put, ...ops])
    })
  }

  /**
   * Erases the person and the index entry. When this resolves, no record that is encrypted for the person can be decrypted,
   * also by somebody who has the master key: the wrapped data key and the index entry are no longer in the files. If the
   * process ends before, the next start continues.
   * @param ops for the same commit
   */
  erase(person: Uint8Array, ops: readonly WriteOp[] = []): Promise<void> {
    return this.#lock.run(async () => {
      const resident = await this.find(person)
      const index = resident && this.#index(resident.facts.personalNumber)
      const name = resident && this.#byName.keyOf(person, resident.facts)
      const indexes: IndexEntry[] = [
        ...(index ? [[Bucket.residentByNumber, index] as const] : []),
        ...(name ? [[Bucket.residentByName, name] as const] : []),
      ]
      await this.#erasures.run(person, indexes, [
        ...ops,
        this.#records.del(person),
        ...(index ? [this.#byNumber.del(index)] : []),
        ...(resident ? [this.#byName.del(person, resident.facts)] : []),
      ])
    })
  }

  /** Continues an erasure that was interrupted. */
  finishErasure(): Promise<void> {
    return this.#lock.run(() => this.#erasures.finish())
  }

  #prepare(facts: ResidentFacts, ops: WriteOp[]): StoreOutcome {
    const index = this.#index(facts.personalNumber)
    const known = this.#byNumber.get(index)
    const before = known && this.#open(known)
    const record = encodeResident(before ? withKnownDocument(facts, decodeResident(before)) : facts)
    if (known && before) {
      if (equalBytes(before, record)) return 'unchanged'
      ops.push(this.#byName.del(known, decodeResident(before)), this.#byName.put(known, facts))
      ops.push(this.#records.put(known, this.vault.seal(known, CONTEXT, record)))
      return 'changed'
    }
    // New or erased: a person who was erased and is registered again gets a new id.
    const { person, op } = this.vault.createPerson()
    ops.push(op, this.#records.put(person, this.vault.seal(person, CONTEXT, record)), this.#byNumber.put(index, person))
    ops.push(this.#byName.put(person, facts))
    return 'added'
  }

  #open(person: Uint8Array): Uint8Array | undefined {
    const sealed = this.#records.get(person)
    if (!sealed) return undefined
    try {
      return this.vault.open(person, CONTEXT, sealed)
    } catch (error) {
      if (error instanceof StoreError && error.code === 'STORE_PERSON_ERASED') return undefined
      throw error
    }
  }

  #index(personalNumber: string): Uint8Array {
    return this.vault.index('personal-number', personalNumber)
  }
}

/** A register file without the column does not end the cards that were made here. */
function withKnownDocument(facts: ResidentFacts, { document }: ResidentFacts): ResidentFacts {
  return facts.document === undefined && document ? { ...facts, document } : facts
}
