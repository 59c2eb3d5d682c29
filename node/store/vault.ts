/**
 * Personal data at rest. Each person has a random data key; it is stored only wrapped by the install's master key, and
 * everything about the person is AES-256-GCM under it. Deleting the wrapped key erases the person, since no copy of the
 * clear key exists; only an older copy of the database still holds the wrapped one. Whoever holds only the database can
 * read nothing. Whoever holds database and master key can read everything, so the two must not share a backup
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
  /** False for a person made here and not yet seen in the store. */
  stored: boolean
}

export class Vault {
  readonly #keys: Table<Uint8Array, Uint8Array>
  readonly #wrapping: KeyObject
  readonly #indexing: KeyObject
  /** Unwrapped keys of people seen recently: bounded, never written, and good only while the wrapped key is stored. */
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

  /** A new person: commit `op` together with the first record sealed for them. */
  createPerson(): { readonly person: Uint8Array; readonly op: WriteOp } {
    const person = this.random(16)
    const key = this.random(32)
    this.#cache.set(toHex(person), { key: createSecretKey(key), stored: false })
    return { person, op: this.#keys.put(person, encrypt(this.#wrapping, key, person, this.random)) }
  }

  /** Once committed, nothing sealed for the person can be opened again, by anyone. */
  erasePerson(person: Uint8Array): WriteOp {
    this.#cache.delete(toHex(person))
    return this.#keys.del(person)
  }

  /** `context` names the place the record is kept in: a record moved elsewhere does not open. */
  seal(person: Uint8Array, context: string, plain: Uint8Array): Uint8Array {
    return encrypt(this.#keyOf(person), plain, utf8(context), this.random)
  }

  /** @throws {StoreError} STORE_PERSON_ERASED, STORE_SEAL_BROKEN */
  open(person: Uint8Array, context: string, sealed: Uint8Array): Uint8Array {
    return decrypt(this.#keyOf(person), sealed, utf8(context))
  }

  /** For what belongs to no person but must not be read off the disk, such as the order of status indexes. */
  sealForInstall(context: string, plain: Uint8Array): Uint8Array {
    return encrypt(this.#wrapping, plain, utf8(`install ${context}`), this.random)
  }

  /** @throws {StoreError} STORE_SEAL_BROKEN */
  openForInstall(context: string, sealed: Uint8Array): Uint8Array {
    return decrypt(this.#wrapping, sealed, utf8(`install ${context}`))
  }

  /** A look-up key for a personal value: equal for equal values, and meaningless without the master key. */
  index(label: string, value: string): Uint8Array {
    return createHmac('sha256', this.#indexing).update(`${label}\0${value}`).digest()
  }

  #keyOf(person: Uint8Array): KeyObject {
    const cached = this.#cache.get(toHex(person))
    // Looked up each time: a key read just before its erasure was committed must not outlive it in the cache.
    const wrapped = this.#keys.get(person)
    if (!wrapped) {
      if (cached && !cached.stored) return cached.key
      throw new StoreError({ code: 'STORE_PERSON_ERASED' }, 'This person was erased; their records cannot be opened.')
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
      'A sealed record does not open: the master key is not the one of this database, or the record was changed.',
      { cause },
    )
  }
}
