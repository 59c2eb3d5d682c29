/**
 * Encrypts personal data at rest. Each person has a random data key, and every record about the person is encrypted under
 * it with AES-256-GCM. The data key itself is stored only wrapped by the install's master key. Deleting the wrapped key
 * erases the person, because no copy of the unwrapped key is stored. The deleted value stays in the files of the database
 * until they are rewritten: see `Store.purge`. A backup made before still has it. The database without the master key
 * reveals no personal data. With the master key it reveals everything, so the two must not be in the same backup
 * (docs/threat-model.md).
 * Why: docs/decisions/043.
 */
import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { concat, toHex, utf8 } from '../lib/bytes.ts'
import { LruCache } from '../lib/lru-cache.ts'
import type { Random } from '../lib/random.ts'
import { Bucket } from './buckets.ts'
import { StoreError } from './errors.ts'
import { bytesCodec, type Store, Table, type WriteOp } from './store.ts'

const NONCE = 12
const TAG = 16
const CACHED_KEYS = 10_000

interface CachedKey {
  readonly key: KeyObject
  /** False for a new person whose key was not found in the store yet. */
  stored: boolean
}

export class Vault {
  readonly #keys: Table<Uint8Array, Uint8Array>
  readonly #wrapping: KeyObject
  readonly #indexing: KeyObject
  /** Unwrapped keys, never written to disk. Each is used only while its wrapped key is in the store. */
  readonly #cache = new LruCache<string, CachedKey>(CACHED_KEYS)

  constructor(
    store: Store,
    masterKey: Uint8Array,
    private readonly random: Random,
  ) {
    if (masterKey.length !== 32) throw new TypeError('the master key is 32 bytes')
    this.#keys = new Table(store, Bucket.personKey, bytesCodec, bytesCodec)
    this.#wrapping = derive(masterKey, 'dojang vault wrapping')
    this.#indexing = derive(masterKey, 'dojang vault index')
  }

  /** Makes a new person. Commit `op` together with the first record that is sealed for the person. */
  createPerson(): { readonly person: Uint8Array; readonly op: WriteOp } {
    const person = this.random(16)
    const key = this.random(32)
    this.#cache.set(toHex(person), { key: createSecretKey(key), stored: false })
    return { person, op: this.#keys.put(person, encrypt(this.#wrapping, key, person, this.random)) }
  }

  /** When the operation is committed, no record that is sealed for the person can be opened again. */
  erasePerson(person: Uint8Array): WriteOp {
    this.#cache.delete(toHex(person))
    return this.#keys.del(person)
  }

  /** False for a person who was erased, or whose first record is not stored yet. */
  knows(person: Uint8Array): boolean {
    return this.#keys.has(person)
  }

  /** @param context names the kind of the record: a record that was moved to another place cannot be opened */
  seal(person: Uint8Array, context: string, plain: Uint8Array): Uint8Array {
    return encrypt(this.#keyOf(person), plain, utf8(context), this.random)
  }

  /** @throws {StoreError} STORE_PERSON_ERASED, STORE_SEAL_BROKEN */
  open(person: Uint8Array, context: string, sealed: Uint8Array): Uint8Array {
    return decrypt(this.#keyOf(person), sealed, utf8(context))
  }

  /** For data that belongs to no person but must not be readable on disk, such as the sequence of status indexes. */
  sealForInstall(context: string, plain: Uint8Array): Uint8Array {
    return encrypt(this.#wrapping, plain, utf8(`install ${context}`), this.random)
  }

  /** @throws {StoreError} STORE_SEAL_BROKEN */
  openForInstall(context: string, sealed: Uint8Array): Uint8Array {
    return decrypt(this.#wrapping, sealed, utf8(`install ${context}`))
  }

  /** A keyed hash of a personal value, by which its record is found. It reveals nothing without the master key. */
  index(label: string, value: string): Uint8Array {
    return createHmac('sha256', this.#indexing).update(`${label}\0${value}`).digest()
  }

  #keyOf(person: Uint8Array): KeyObject {
    const cached = this.#cache.get(toHex(person))
    // The store is read each time, so that a cached key is not used after its erasure was committed.
    const wrapped = this.#keys.get(person)
    if (!wrapped) {
      if (cached && !cached.stored) return cached.key
      throw new StoreError(
        { code: 'STORE_PERSON_ERASED' },
        'This person was erased, so the records about the person cannot be opened.',
      )
    }
    if (cached) {
      cached.stored = true
      return cached.key
    }
    const key = createSecretKey(decrypt(this.#wrapping, wrapped, person))
    this.#cache.set(toHex(person), { key, stored: true })
    return key
  }
}

function derive(masterKey: Uint8Array, purpose: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', masterKey, new Uint8Array(), purpose, 32)))
}

function encrypt(key: KeyObject, plain: Uint8Array, aad: Uint8Array, random: Random): Uint8Array {
  const nonce = random(NONCE)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(aad)
  const body = cipher.update(plain)
  cipher.final()
  return concat(nonce, body, cipher.getAuthTag())
}

function decrypt(key: KeyObject, sealed: Uint8Array, aad: Uint8Array): Uint8Array {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE), { authTagLength: TAG }).setAAD(aad)
    decipher.setAuthTag(sealed.subarray(-TAG))
    const plain = decipher.update(sealed.subarray(NONCE, -TAG))
    decipher.final()
    return plain
  } catch (cause) {
    throw new StoreError(
      { code: 'STORE_SEAL_BROKEN' },
      'A sealed record cannot be decrypted: the master key belongs to another database, or the record was changed or ' +
        'moved. Restore the right master key, or a backup.',
      { cause },
    )
  }
}
