/**
 * The records of the three registries. words.ts packs them into storage words, and slots.ts computes where they are
 * stored.
 */
import type { Hex } from '../../lib/bytes.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import type { Interval } from './interval.ts'

export interface OrganisationRecord extends Interval {
  readonly admin: Hex
  /** keccak256(keccak256(name) ‖ keccak256(info)); the event has both texts. */
  readonly descriptionHash: Hex
  /** keccak256 of the URL that its credentials carry as `iss`. */
  readonly issuerHash: Hex
}

export interface KeyRecord extends Interval {
  readonly org: number
  /** Null: trusted. Otherwise a signature from this time on counts only if the credential was anchored earlier. */
  readonly distrustedFrom: UnixSeconds | null
  /** Bits: `KeyUse`. */
  readonly uses: number
}

export interface AccountRecord {
  readonly org: number
  /** Bits: `Capability`. */
  readonly capabilities: number
}

/** One anchored batch (ReceiptWord.sol). */
export interface AnchorRecord {
  readonly time: UnixSeconds
  /** The number of the batch within its organisation, from 1. */
  readonly batch: number
  /** Leaves of its tree, including padding. */
  readonly count: number
  readonly disowned: boolean
}

/** Totals of all batches that an organisation anchored. */
export interface AnchorHeadRecord {
  readonly batches: number
  /**
   * Leaves of all its batches, including padding. The contract calls it `credentials`, but it also counts what is
   * anchored for another purpose than to issue cards, such as the entries of the journal.
   */
  readonly leaves: bigint
  /** The running hash (docs/auditor.md, Running hashes). */
  readonly chain: Hex
}

export interface ListRecord {
  /** The organisation that opened it. */
  readonly org: number
  /** The organisation that may write it. */
  readonly custodian: number
  readonly capacity: number
  /** How many of its credentials may become INVALID on one UTC day. */
  readonly limit: number
  /** The last UTC day on which credentials became INVALID, counted from 1970, and how many did. */
  readonly day: number
  readonly used: number
  /** The running hash. */
  readonly chain: Hex
}

/** The bits of contracts/types/KeyWord.sol. */
export const KeyUse = {
  CREDENTIAL: 1,
  STATUS_LIST: 2,
  WALLET: 4,
  REQUEST: 8,
  CHIP: 16,
  FACE: 32,
  REPORT: 64,
} as const

/** The bits of contracts/types/AccountWord.sol. */
export const Capability = { ANCHOR: 1, STATUS: 2 } as const
