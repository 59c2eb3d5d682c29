/** Finds the cards on a phone by the key with which its wallet proves itself (DPoP). */
import { fromUtf8, utf8 } from '../../lib/bytes.ts'
import { Bucket } from '../../store/buckets.ts'
import { indexOnce } from '../../store/index-once.ts'
import { bytesCodec, jsonCodec, type Store, Table, textCodec, type WriteOp } from '../../store/store.ts'
import { type CredentialRecord, recordCodec } from '../credential-record.ts'
import type { Installation } from './installation.ts'

export class PhoneCards {
  readonly #installations: Table<Uint8Array, Uint8Array>
  readonly #credentials: Table<Uint8Array, Uint8Array>

  constructor(private readonly store: Store) {
    this.#installations = new Table(store, Bucket.installationByKey, bytesCodec, bytesCodec)
    this.#credentials = new Table(store, Bucket.credentialByInstallation, bytesCodec, bytesCodec)
  }

  addInstallation({ id, dpopKey }: Pick<Installation, 'id' | 'dpopKey'>): WriteOp {
    return this.#installations.put(keyOf(dpopKey, id), new Uint8Array())
  }

  addCredential(credential: string, { installation }: Pick<CredentialRecord, 'installation'>): WriteOp[] {
    return installation === undefined ? [] : [this.#credentials.put(keyOf(installation, credential), new Uint8Array())]
  }

  removeCredential(credential: string, { installation }: Pick<CredentialRecord, 'installation'>): WriteOp[] {
    return installation === undefined ? [] : [this.#credentials.del(keyOf(installation, credential))]
  }

  /**
   * The ids of all cards that wallets with this key got.
   * @param key thumbprint of the DPoP key
   */
  async credentialsOn(key: string): Promise<string[]> {
    const found: string[] = []
    for await (const [of] of this.#installations.entries(keyOf(key, ''))) {
      const installation = lastIn(of)
      for await (const [entry] of this.#credentials.entries(keyOf(installation, ''))) found.push(lastIn(entry))
    }
    return found
  }

  /** The phones of an install of an earlier version. */
  async indexAll(): Promise<void> {
    await indexOnce(this.store, 'phone-cards', this.#all())
  }

  async *#all(): AsyncIterable<readonly WriteOp[]> {
    const installations = new Table<string, Installation>(this.store, Bucket.installation, textCodec, jsonCodec())
    for await (const [, installation] of installations.entries()) yield [this.addInstallation(installation)]
    const credentials = new Table(this.store, Bucket.credential, textCodec, recordCodec)
    for await (const [id, record] of credentials.entries()) yield this.addCredential(id, record)
  }
}

/** Thumbprints and ids have no space. */
const keyOf = (first: string, second: string): Uint8Array => utf8(`${first} ${second}`)
const lastIn = (key: Uint8Array): string => fromUtf8(key).split(' ')[1] ?? ''
