/**
 * By what the holder of a phone can lock its cards from elsewhere: passkeys, and a recovery code. They belong to the phone, that
 * is to the key by which its wallet proves itself, and name no person.
 */
import { sha256 } from '#crypto'
import { concat, fromBase64url, fromHex, fromUtf8, type Hex, toHex, utf8 } from '../../../lib/bytes.ts'
import type { UnixSeconds } from '../../../lib/time.ts'
import { Bucket } from '../../../store/buckets.ts'
import { bytesCodec, jsonCodec, type Store, Table, textCodec, type WriteOp } from '../../../store/store.ts'
import type { Passkey } from '../../operators/passkey-ceremonies.ts'

export interface LockMeans {
  readonly passkeys: readonly Passkey[]
  /** `codeHash` of the recovery code; null: there is none. */
  readonly code: Hex | null
  readonly changedAt: UnixSeconds
}

const NONE: LockMeans = { passkeys: [], code: null, changedAt: 0 }

/** The oldest passkey makes room for a fourth. */
const PASSKEYS = 3

export class LockMeansTable {
  readonly #means: Table<string, LockMeans>
  readonly #byPasskey: Table<Uint8Array, string>
  readonly #byCode: Table<Uint8Array, string>

  constructor(store: Store) {
    this.#means = new Table(store, Bucket.lockMeans, textCodec, jsonCodec())
    this.#byPasskey = new Table(store, Bucket.lockPasskey, bytesCodec, { encode: utf8, decode: fromUtf8 })
    this.#byCode = new Table(store, Bucket.lockCode, bytesCodec, { encode: utf8, decode: fromUtf8 })
  }

  /** @param phone thumbprint of the wallet's DPoP key */
  of(phone: string): LockMeans {
    return this.#means.get(phone) ?? NONE
  }

  /** The phone of a passkey; undefined if no phone has it. */
  phoneOfPasskey(id: string): string | undefined {
    return this.#byPasskey.get(passkeyKey(id))
  }

  /** The phone of a recovery code. The code is found by its hash, so no comparison stops early. */
  phoneOfCode(code: Uint8Array): string | undefined {
    return this.#byCode.get(fromHex(codeHash(code)))
  }

  /** The operations that add a passkey, and replace the recovery code. The code before ends. */
  change(phone: string, added: { passkey?: Passkey; code?: Hex }, at: UnixSeconds): WriteOp[] {
    const before = this.of(phone)
    const { passkey, code = before.code } = added
    const others = before.passkeys.filter(({ id }) => id !== passkey?.id)
    const all = passkey ? [...others, passkey] : others
    const passkeys = all.slice(-PASSKEYS)
    return [
      this.#means.put(phone, { passkeys, code, changedAt: at }),
      ...all.slice(0, -PASSKEYS).map(({ id }) => this.#byPasskey.del(passkeyKey(id))),
      ...(passkey ? [this.#byPasskey.put(passkeyKey(passkey.id), phone)] : []),
      ...(before.code !== null && before.code !== code ? [this.#byCode.del(fromHex(before.code))] : []),
      ...(code !== null && code !== before.code ? [this.#byCode.put(fromHex(code), phone)] : []),
    ]
  }

  counted(phone: string, id: string, counter: number): WriteOp {
    const means = this.of(phone)
    const passkeys = means.passkeys.map(one => (one.id === id ? { ...one, counter } : one))
    return this.#means.put(phone, { ...means, passkeys })
  }
}

/** What is stored instead of a recovery code. It has 128 random bits, so a plain hash cannot be searched. */
export const codeHash = (code: Uint8Array): Hex => toHex(sha256(concat(utf8('dojang recovery code\0'), code)))

/** Ids of passkeys have any length up to 1023 bytes. */
const passkeyKey = (id: string): Uint8Array => sha256(fromBase64url(id))
