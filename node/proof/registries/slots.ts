/**
 * The storage slots of the registries' records: the storage layout of contracts/*.sol, which is part of the format.
 * Tests compare it with real storage. A slot has 32 bytes.
 */
import { keccak256 } from '#crypto'
import { concat, fromHex, type Hex, u32be, u64be } from '../../lib/bytes.ts'
import { malformed } from '../errors.ts'

export type Slot = Uint8Array

/** Slot 0 of each registry: the contract that governs it (AccessManaged). */
export const AUTHORITY_SLOT: Slot = plain(0)

/** TrustRegistry. */
const ORGANISATIONS = plain(1)
const GRANTS = plain(2)
const KEYS = plain(3)
const ACCOUNTS = plain(4)
export const ORGANISATION_COUNT_SLOT: Slot = plain(5)

/** AnchorLog. */
const RECEIPTS = plain(1)
const HEADS = plain(2)

/** StatusRegistry. */
const WORDS = plain(1)
const LISTS = plain(2)
const LIST_COUNTS = plain(3)

/** The word of an organisation. The next two slots contain its description hash and its issuer hash. */
export const organisationSlot = (org: number): Slot => mapped(id32(org), ORGANISATIONS)
export const grantSlot = (org: number, purpose: Hex): Slot => mapped(fromHex(purpose), mapped(id32(org), GRANTS))
export const keySlot = (keyId: Hex): Slot => mapped(fromHex(keyId), KEYS)
export const accountSlot = (account: Hex): Slot => mapped(fromHex(account), ACCOUNTS)

export const anchorSlot = (org: number, purpose: Hex, root: Hex): Slot =>
  mapped(fromHex(root), mapped(fromHex(purpose), mapped(id32(org), RECEIPTS)))
/** The totals of an organisation's batches. The next slot contains its running hash. */
export const headSlot = (org: number): Slot => mapped(id32(org), HEADS)

/** The word of a list. The next slot contains its running hash. */
export const listSlot = (list: bigint): Slot => mapped(id64(list), LISTS)
/** The slot of a list's mapping of words: an argument of `statusWordSlot`. */
export const listWordsSlot = (list: bigint): Slot => mapped(id64(list), WORDS)
export const statusWordSlot = (listWords: Slot, word: number): Slot => mapped(id32(word), listWords)
export const listCountSlot = (org: number): Slot => mapped(id32(org), LIST_COUNTS)

/** The slot `offset` after this one. */
export function slotAfter(slot: Slot, offset: number): Slot {
  const out = Uint8Array.from(slot)
  for (let at = 31, carry = offset; carry > 0 && at >= 0; at--) {
    const sum = (out[at] as number) + carry
    out[at] = sum & 0xff
    carry = sum >> 8
  }
  return out
}

/** A truncated id would lead to the slot of another record. */
function id32(id: number): Uint8Array {
  if (!Number.isInteger(id) || id < 0 || id > 0xffff_ffff) throw malformed('slot', 'an id of more than 32 bits')
  return u32be(id)
}

function id64(id: bigint): Uint8Array {
  if (id < 0n || id >> 64n !== 0n) throw malformed('slot', 'an id of more than 64 bits')
  return u64be(id)
}

function plain(number: number): Slot {
  return wide(Uint8Array.of(number))
}

/** The slot of `mapping[key]` in Solidity, for a key of a value type. */
function mapped(key: Uint8Array, slot: Slot): Slot {
  return keccak256(concat(wide(key), slot))
}

function wide(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 32) return bytes
  const out = new Uint8Array(32)
  out.set(bytes, 32 - bytes.length)
  return out
}
