import type { ResidentFacts } from '../credential/subject.ts'
import { concat } from '../lib/bytes.ts'
import { Bucket } from '../store/buckets.ts'
import { bytesCodec, type Store, Table, type WriteOp } from '../store/store.ts'
import type { Vault } from '../store/vault.ts'

export type NamedFacts = Pick<ResidentFacts, 'familyName' | 'givenName' | 'birthdate'>

const HASH_BYTES = 32
const NOTHING = new Uint8Array()

/** The name as it is compared: without spaces, in one Unicode form, in lower case. */
const normal = (name: string): string => name.normalize('NFC').replace(/\s+/gu, '').toLowerCase()

/**
 * Finds people by their whole name and birthdate. The key is a keyed hash of both, so the database reveals no name, and
 * nobody can search it for a part of a name.
 */
export class NameIndex {
  readonly #table: Table<Uint8Array, Uint8Array>

  constructor(
    store: Store,
    private readonly vault: Vault,
  ) {
    this.#table = new Table(store, Bucket.residentByName, bytesCodec, bytesCodec)
  }

  put(person: Uint8Array, facts: NamedFacts): WriteOp {
    return this.#table.put(this.keyOf(person, facts), NOTHING)
  }

  del(person: Uint8Array, facts: NamedFacts): WriteOp {
    return this.#table.del(this.keyOf(person, facts))
  }

  async find(name: string, birthdate: string, limit: number): Promise<Uint8Array[]> {
    const people: Uint8Array[] = []
    for await (const [key] of this.#table.entries(this.#hash(name, birthdate), { limit }))
      people.push(key.slice(HASH_BYTES))
    return people
  }

  keyOf(person: Uint8Array, { familyName, givenName, birthdate }: NamedFacts): Uint8Array {
    return concat(this.#hash(familyName + givenName, birthdate), person)
  }

  #hash(name: string, birthdate: string): Uint8Array {
    return this.vault.index('name and birthdate', `${normal(name)}\0${birthdate}`)
  }
}
