/**
 * Which person of this database is which person of a register elsewhere. The person's id here is random. The register's
 * identifier is stored sealed under the person's key, and found by a keyed hash. So after an erasure nothing here leads to
 * the register's entry.
 * Why: docs/decisions/119.
 */
import { fromUtf8, utf8 } from '../../lib/bytes.ts'
import { Bucket } from '../../store/buckets.ts'
import { StoreError } from '../../store/errors.ts'
import { bytesCodec, type Store, Table, type WriteOp } from '../../store/store.ts'
import type { Vault } from '../../store/vault.ts'

/** What was known of the person at the last answer. */
export interface Link {
  readonly registerId: string
  readonly personalNumber: string
  readonly birthdate: string
}

const CONTEXT = 'register link'

export class Links {
  readonly #links: Table<Uint8Array, Uint8Array>
  readonly #byId: Table<Uint8Array, Uint8Array>
  readonly #byNumber: Table<Uint8Array, Uint8Array>

  constructor(
    store: Store,
    private readonly vault: Vault,
  ) {
    this.#links = new Table(store, Bucket.resident, bytesCodec, bytesCodec)
    this.#byId = new Table(store, Bucket.residentByRegisterId, bytesCodec, bytesCodec)
    this.#byNumber = new Table(store, Bucket.residentByNumber, bytesCodec, bytesCodec)
  }

  /** @returns undefined if the person is unknown or erased */
  of(person: Uint8Array): Link | undefined {
    const sealed = this.#links.get(person)
    if (!sealed) return undefined
    try {
      return JSON.parse(fromUtf8(this.vault.open(person, CONTEXT, sealed))) as Link
    } catch (error) {
      if (error instanceof StoreError && error.code === 'STORE_PERSON_ERASED') return undefined
      throw error
    }
  }

  byRegisterId(id: string): Uint8Array | undefined {
    return this.#byId.get(this.idIndex(id))
  }

  byNumber(personalNumber: string): Uint8Array | undefined {
    return this.#byNumber.get(this.numberIndex(personalNumber))
  }

  put(person: Uint8Array, link: Link, before?: Link): WriteOp[] {
    const renumbered = before !== undefined && before.personalNumber !== link.personalNumber
    return [
      this.#links.put(person, this.vault.seal(person, CONTEXT, utf8(JSON.stringify(link)))),
      this.#byId.put(this.idIndex(link.registerId), person),
      ...(renumbered ? [this.#byNumber.del(this.numberIndex(before.personalNumber))] : []),
      this.#byNumber.put(this.numberIndex(link.personalNumber), person),
    ]
  }

  remove(person: Uint8Array, link: Link | undefined): WriteOp[] {
    const indexes = link
      ? [this.#byId.del(this.idIndex(link.registerId)), this.#byNumber.del(this.numberIndex(link.personalNumber))]
      : []
    return [this.#links.del(person), ...indexes]
  }

  idIndex(id: string): Uint8Array {
    return this.vault.index('register id', id)
  }

  numberIndex(personalNumber: string): Uint8Array {
    return this.vault.index('personal-number', personalNumber)
  }
}
