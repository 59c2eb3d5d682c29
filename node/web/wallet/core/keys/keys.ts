/**
 * The keys of the holder: one for each card, created for it and used for nothing else.
 * Why: docs/decisions/147-keys-of-the-web-wallet.md.
 */
import type { P256Jwk } from '../../../../lib/crypto.ts'
import { parseP256Jwk } from '../../../../lib/jose/jwk.ts'
import type { Random } from '../../../../lib/random.ts'
import { walletError } from '../errors.ts'
import type { StoreChange, WalletStore } from '../ports.ts'
import type { KeyLevel } from '../wallet.ts'
import { unwrapKey, type WrappedKey, wrapKey } from './wrapping.ts'

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256' } as const

export interface KeyRecord {
  readonly id: string
  readonly jwk: P256Jwk
  /** With PRF: encrypted. Without: a key that the browser keeps and does not export. */
  readonly kept: { readonly wrapped: WrappedKey } | { readonly key: CryptoKey }
}

/** A key for later (spare.ts), and until then a handle that signs without a touch. */
export interface Spare {
  readonly record: KeyRecord
  readonly handle: CryptoKey
}

/** A key that is ready to sign. */
export interface HolderKey {
  readonly id: string
  readonly jwk: P256Jwk
  readonly level: KeyLevel
  /** ES256: r ‖ s, 64 bytes. */
  readonly sign: (data: Uint8Array) => Promise<Uint8Array>
}

export class Keys {
  constructor(
    private readonly store: WalletStore,
    private readonly subtle: SubtleCrypto,
    private readonly random: Random,
  ) {}

  /** @returns a new key, and the change that stores it */
  async create(id: string, prf: Uint8Array | null): Promise<{ key: HolderKey; change: StoreChange }> {
    const pair = await this.subtle.generateKey(ECDSA, prf !== null, ['sign', 'verify'])
    const jwk = parseP256Jwk({ ...(await this.subtle.exportKey('jwk', pair.publicKey)) })
    const kept = prf
      ? { wrapped: await wrapKey(this.subtle, this.random, prf, id, pair.privateKey) }
      : { key: pair.privateKey }
    const record: KeyRecord = { id, jwk, kept }
    return { key: await this.#open(record, prf), change: { table: 'key', key: id, put: record } }
  }

  /** A further key, for which there will be no touch when it signs the first time. */
  async createSpare(id: string, prf: Uint8Array | null): Promise<Spare> {
    const pair = await this.subtle.generateKey(ECDSA, prf !== null, ['sign', 'verify'])
    const jwk = parseP256Jwk({ ...(await this.subtle.exportKey('jwk', pair.publicKey)) })
    if (prf === null) return { record: { id, jwk, kept: { key: pair.privateKey } }, handle: pair.privateKey }
    const wrapped = await wrapKey(this.subtle, this.random, prf, id, pair.privateKey)
    const bytes = await this.subtle.exportKey('pkcs8', pair.privateKey)
    const handle = await this.subtle.importKey('pkcs8', bytes, ECDSA, false, ['sign'])
    return { record: { id, jwk, kept: { wrapped } }, handle }
  }

  /** @returns the key that signs by its handle */
  ofSpare({ record: { id, jwk, kept }, handle }: Spare): HolderKey {
    return { id, jwk, level: 'wrapped' in kept ? 'software_prf' : 'software', sign: this.#signer(handle) }
  }

  /** @throws {WalletError} WALLET_KEY_LOST */
  async open(id: string, prf: Uint8Array | null): Promise<HolderKey> {
    const record = (await this.store.get('key', id)) as KeyRecord | undefined
    if (!record) throw lost()
    return this.#open(record, prf)
  }

  async #open({ id, jwk, kept }: KeyRecord, prf: Uint8Array | null): Promise<HolderKey> {
    if ('key' in kept) return { id, jwk, level: 'software', sign: this.#signer(kept.key) }
    if (!prf) throw lost()
    let key: CryptoKey
    try {
      key = await unwrapKey(this.subtle, prf, id, kept.wrapped)
    } catch (error) {
      throw lost(error)
    }
    return { id, jwk, level: 'software_prf', sign: this.#signer(key) }
  }

  #signer(key: CryptoKey): HolderKey['sign'] {
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' } as const
    return async data => new Uint8Array(await this.subtle.sign(algorithm, key, Uint8Array.from(data)))
  }
}

const lost = (cause?: unknown) =>
  walletError({ code: 'WALLET_KEY_LOST' }, 'The key of this card cannot be opened. A new card is needed.', cause)
