/** What the three registries keep, as types. How it is packed into storage: words.ts; where it is stored: slots.ts. */
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
  /** Null: trusted. Otherwise nothing that it signed from then on is believed unless it was anchored earlier. */
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
  /** Its number in its organisation, from 1. */
  readonly batch: number
  /** Leaves of its tree, padding included. */
  readonly count: number
  readonly disowned: boolean
}

/** What an organisation anchored in all. */
export interface AnchorHeadRecord {
  readonly batches: number
  /** Leaves of all its batches, padding included. */
  readonly credentials: bigint
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
  /** The last UTC day, counted from 1970, on which credentials became INVALID, and how many did. */
  readonly day: number
  readonly used: number
  /** The running hash. */
  readonly chain: Hex
}

/** As contracts/types/KeyWord.sol numbers them. */
export const KeyUse = {
  CREDENTIAL: 1,
  STATUS_LIST: 2,
  WALLET: 4,
  REQUEST: 8,
  CHIP: 16,
  FACE: 32,
  REPORT: 64,
} as const

/** As contracts/types/AccountWord.sol numbers them. */
export const Capability = { ANCHOR: 1, STATUS: 2 } as const
