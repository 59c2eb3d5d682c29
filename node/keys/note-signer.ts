import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { fromBase64url } from '../lib/bytes.ts'
import type { NoteKey, NoteKeyType } from '../proof/tlog/note.ts'

/** An Ed25519 key that signs notes (C2SP signed-note) under a name. */
export class NoteSigner {
  readonly key: NoteKey
  readonly #private: KeyObject

  /** @param pkcs8 PEM */
  constructor(pkcs8: string, name: string, type: NoteKeyType) {
    this.#private = createPrivateKey(pkcs8)
    const { x = '' } = createPublicKey(this.#private).export({ format: 'jwk' }) as { readonly x?: string }
    this.key = { name, type, publicKey: fromBase64url(x) }
  }

  readonly sign = (data: Uint8Array): Uint8Array => sign(null, data, this.#private)
}

export function makeEd25519Pem(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}
