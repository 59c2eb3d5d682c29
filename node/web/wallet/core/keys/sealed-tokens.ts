/**
 * Refresh tokens as they are stored: encrypted under a key that the browser keeps and does not export. A copy of the stored
 * data has no token. The wallet opens them without a touch, because it asks an issuer about a card while nobody presses a
 * button; by itself a token gives nothing, since it is bound to a key that cannot be exported either.
 */
import { fromUtf8, utf8 } from '../../../../lib/bytes.ts'
import { walletError } from '../errors.ts'
import type { WalletPorts } from '../ports.ts'

export interface SealedToken {
  readonly iv: Uint8Array
  readonly sealed: Uint8Array
}

const SETTING = 'token key'
const GCM = { name: 'AES-GCM', length: 256 } as const

export class SealedTokens {
  constructor(private readonly ports: Pick<WalletPorts, 'store' | 'subtle' | 'random'>) {}

  /** @param cardId of the card that it belongs to: it cannot be opened for another one */
  async seal(cardId: string, token: string): Promise<SealedToken> {
    const iv = this.ports.random(12)
    const sealed = await this.ports.subtle.encrypt(gcm(iv, cardId), await this.#key(), owned(utf8(token)))
    return { iv, sealed: new Uint8Array(sealed) }
  }

  /** @throws {WalletError} WALLET_KEY_LOST */
  async open(cardId: string, { iv, sealed }: SealedToken): Promise<string> {
    try {
      return fromUtf8(
        new Uint8Array(await this.ports.subtle.decrypt(gcm(iv, cardId), await this.#key(), owned(sealed))),
      )
    } catch (error) {
      throw walletError({ code: 'WALLET_KEY_LOST' }, 'The refresh token of this card cannot be opened.', error)
    }
  }

  async #key(): Promise<CryptoKey> {
    const { store, subtle } = this.ports
    const existing = (await store.get('setting', SETTING)) as CryptoKey | undefined
    if (existing) return existing
    const made = await subtle.generateKey(GCM, false, ['encrypt', 'decrypt'])
    await store.commit([{ table: 'setting', key: SETTING, put: made }])
    return made
  }
}

const gcm = (iv: Uint8Array, id: string) => ({ name: 'AES-GCM', iv: owned(iv), additionalData: owned(utf8(id)) })

/** WebCrypto's types want bytes that no other thread can change. */
const owned = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(bytes)
