import { type Hex, toHex } from '../lib/bytes.ts'
import { malformed } from './errors.ts'
import { decodeRlp, encodeRlp, type RlpItem, rlpBytes, rlpList, rlpNumber, rlpScalar } from './rlp.ts'

/** QBFT `extraData` (EEA QBFT): RLP [vanity, [validator...], vote, round, [seal...]]. */
export interface ExtraData {
  /** 32 bytes without a meaning for consensus. */
  readonly vanity: Uint8Array
  /** The set of validators that proposes and seals this block: 20 bytes each, in the given order. */
  readonly validators: readonly Uint8Array[]
  /** As decoded, because engines encode a removal differently (empty string or 0x00) and the block hash covers it. */
  readonly vote: RlpItem
  readonly round: number
  /** r ‖ s ‖ v, 65 bytes each. The block hash does not cover them, so they differ between nodes. */
  readonly seals: readonly Uint8Array[]
}

export interface Vote {
  readonly validator: Hex
  readonly add: boolean
}

/** More than any consortium has. It limits how many signatures the check of one header costs. */
const MAX_VALIDATORS = 256

export function encodeExtraData(extra: ExtraData): Uint8Array {
  return encodeRlp([extra.vanity, extra.validators, extra.vote, rlpScalar(extra.round), extra.seals])
}

/** @throws {ProofError} PROOF_MALFORMED */
export function decodeExtraData(bytes: Uint8Array): ExtraData {
  const what = 'extraData'
  const [vanity, validators, vote, round, seals] = rlpList(decodeRlp(bytes, what), what, 5)
  const extra: ExtraData = {
    vanity: rlpBytes(vanity, 'extraData.vanity', 32),
    validators: rlpList(validators, 'extraData.validators').map(item => rlpBytes(item, 'extraData.validators', 20)),
    vote: rlpList(vote, 'extraData.vote'),
    round: rlpNumber(round, 'extraData.round'),
    seals: rlpList(seals, 'extraData.seals').map(item => rlpBytes(item, 'extraData.seals', 65)),
  }
  if (extra.validators.length > MAX_VALIDATORS) throw malformed('extraData.validators', `more than ${MAX_VALIDATORS}`)
  voteOf(extra)
  if (new Set(extra.validators.map(toHex)).size !== extra.validators.length) {
    throw malformed('extraData.validators', 'it names a validator twice')
  }
  return extra
}

/**
 * The proposer's vote to change the set of validators; null if there is none.
 * @throws {ProofError} PROOF_MALFORMED
 */
export function voteOf(extra: ExtraData): Vote | null {
  const what = 'extraData.vote'
  const vote = rlpList(extra.vote, what)
  if (vote.length === 0) return null
  const [validator, kind] = rlpList(vote, what, 2)
  const type = rlpBytes(kind, what)
  const add = type.length === 1 && type[0] === 0xff
  const remove = type.length === 0 || (type.length === 1 && type[0] === 0)
  if (!add && !remove) throw malformed(what, 'neither an addition nor a removal')
  return { validator: toHex(rlpBytes(validator, what, 20)), add }
}
