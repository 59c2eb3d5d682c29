/**
 * The reasons for changes of status. The ledger gets the salted hash of a reason as its `cause`. The salted reason is
 * stored here, sealed: a reason is personal data.
 */
import { keccak256 } from '#crypto'
import { concat, fromHex, fromUtf8, type Hex, toHex, utf8 } from '../lib/bytes.ts'
import type { Random } from '../lib/random.ts'
import { Bucket } from '../store/buckets.ts'
import { StoreError } from '../store/errors.ts'
import { bytesCodec, type Store, Table, type WriteOp } from '../store/store.ts'
import type { Vault } from '../store/vault.ts'

export interface StatusReason {
  /** For the ledger. */
  readonly cause: Hex
  /** Stores the reason. */
  readonly ops: readonly WriteOp[]
}

/** Where a stored reason has its person: one that is about no single person is sealed under the key of the install. */
const NO_PERSON = new Uint8Array(16)

/** Bytes before the reason. */
const SALT = 16

export class StatusReasons {
  readonly #causes: Table<Uint8Array, Uint8Array>

  constructor(
    store: Store,
    private readonly vault: Vault,
    private readonly random: Random,
  ) {
    this.#causes = new Table(store, Bucket.statusCause, bytesCodec, bytesCodec)
  }

  /** The person's id is stored beside the sealed reason, so that it can be opened with the person's key. */
  ofPerson(reason: string, person: Uint8Array): StatusReason {
    return this.#reason(reason, person, (context, salted) => this.vault.seal(person, context, salted))
  }

  /** A reason for many credentials. */
  ofInstall(reason: string): StatusReason {
    return this.#reason(reason, NO_PERSON, (context, salted) => this.vault.sealForInstall(context, salted))
  }

  /**
   * The reason behind a cause on the ledger.
   * @returns undefined if it is unknown, or about somebody who was erased
   */
  read(cause: Hex): string | undefined {
    const stored = this.#causes.get(fromHex(cause))
    if (!stored) return undefined
    const person = stored.subarray(0, NO_PERSON.length)
    const sealed = stored.subarray(NO_PERSON.length)
    const context = `status cause ${cause}`
    try {
      const salted = person.every(byte => byte === 0)
        ? this.vault.openForInstall(context, sealed)
        : this.vault.open(person, context, sealed)
      return fromUtf8(salted.subarray(SALT))
    } catch (error) {
      if (isErased(error)) return undefined
      throw error
    }
  }

  #reason(reason: string, person: Uint8Array, seal: (context: string, salted: Uint8Array) => Uint8Array): StatusReason {
    const salted = concat(this.random(SALT), utf8(reason))
    const hash = keccak256(salted)
    const cause = toHex(hash)
    try {
      return { cause, ops: [this.#causes.put(hash, concat(person, seal(`status cause ${cause}`, salted)))] }
    } catch (error) {
      // For an erased person no reason is stored, but it must remain possible to revoke the credentials.
      if (isErased(error)) return { cause, ops: [] }
      throw error
    }
  }
}

const isErased = (error: unknown): boolean => error instanceof StoreError && error.code === 'STORE_PERSON_ERASED'
