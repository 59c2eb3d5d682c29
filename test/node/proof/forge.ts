/** Validators with known keys, for blocks that real validators would never seal. */
import secp256k1 from 'secp256k1'
import { keccak256 } from '#crypto'
import { concat, fromHex, type Hex, toHex } from '../../../node/lib/bytes.ts'
import { encodeExtraData } from '../../../node/proof/extra.ts'
import { type Header, sealedHash } from '../../../node/proof/header.ts'

export const validatorKey = (n: number): Uint8Array => new Uint8Array(32).fill(n + 1)

export const addressOf = (key: Uint8Array): Hex =>
  toHex(keccak256(secp256k1.publicKeyCreate(key, false).subarray(1)).subarray(12))

/** The header `base` with another set and other members. @param sealed its seals, made of the hash that is signed */
export function headerBy(
  base: Header,
  validators: readonly Uint8Array[],
  sealed: (hash: Uint8Array) => Uint8Array[],
  change: Partial<Header> = {},
): Header {
  const extra = { vanity: new Uint8Array(32), validators, vote: [], round: 0, seals: [] as Uint8Array[] }
  const draft = { ...base, ...change, extraData: encodeExtraData(extra) }
  return { ...draft, extraData: encodeExtraData({ ...extra, seals: sealed(sealedHash(draft)) }) }
}

function sealBy(key: Uint8Array, hash: Uint8Array): Uint8Array {
  const { signature, recid } = secp256k1.ecdsaSign(hash, key)
  return concat(signature, Uint8Array.of(recid))
}

/** Sealed by the validators in `by`, whether they are in the set or not. */
export function forgeHeader(
  base: Header,
  set: readonly Uint8Array[],
  by: readonly Uint8Array[],
  change: Partial<Header>,
): Header {
  const validators = set.map(key => fromHex(addressOf(key)))
  return headerBy(base, validators, hash => by.map(key => sealBy(key, hash)), change)
}
