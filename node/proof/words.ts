/** The packed words of contracts/types/*.sol, as storage holds them. Times are ledger seconds; intervals [from, until). */
import type { Hex } from '../lib/bytes.ts'
import type { UnixSeconds } from '../lib/time.ts'
import { malformed } from './errors.ts'

/** The largest time a word holds: a term without an end, a key never distrusted. */
export const NEVER: UnixSeconds = 2 ** 40 - 1

export interface TermWord {
  readonly from: UnixSeconds
  readonly until: UnixSeconds
}

export interface OrganisationWord extends TermWord {
  readonly admin: Hex
}

export interface KeyWord extends TermWord {
  readonly org: number
  /** `NEVER` unless it is distrusted. */
  readonly distrustedFrom: UnixSeconds
  readonly uses: number
}

export interface AccountWord {
  readonly org: number
  readonly capabilities: number
}

export interface ReceiptWord {
  readonly time: UnixSeconds
  /** Number in its organisation, from 1. */
  readonly batch: number
  /** Leaves of its tree. */
  readonly count: number
  readonly disowned: boolean
}

export interface ListWord {
  /** The organisation that opened it. */
  readonly org: number
  readonly custodian: number
  readonly capacity: number
  readonly limit: number
  readonly day: number
  readonly used: number
}

/**
 * A value that spilled over into its neighbour would let one word stand for two states: what is believed would not be
 * what was proved.
 */
function field(value: number | bigint, offset: number, bits: number): bigint {
  const wide = BigInt(value)
  if (wide < 0n || wide >> BigInt(bits) !== 0n) throw malformed('packed word', `a value of more than ${bits} bits`)
  return wide << BigInt(offset)
}

const read = (word: bigint, offset: number, bits: number): number =>
  Number(BigInt.asUintN(bits, word >> BigInt(offset)))

export const packTerm = ({ from, until }: TermWord): bigint => field(from, 0, 40) | field(until, 40, 40)
export const unpackTerm = (word: bigint): TermWord => ({ from: read(word, 0, 40), until: read(word, 40, 40) })

export const packOrganisation = ({ admin, from, until }: OrganisationWord): bigint =>
  field(BigInt(admin), 0, 160) | field(from, 160, 40) | field(until, 200, 40)
export const unpackOrganisation = (word: bigint): OrganisationWord => ({
  admin: `0x${BigInt.asUintN(160, word).toString(16).padStart(40, '0')}`,
  from: read(word, 160, 40),
  until: read(word, 200, 40),
})

export const packKey = ({ org, from, until, distrustedFrom, uses }: KeyWord): bigint =>
  field(org, 0, 32) | field(from, 32, 40) | field(until, 72, 40) | field(distrustedFrom, 112, 40) | field(uses, 152, 8)
export const unpackKey = (word: bigint): KeyWord => ({
  org: read(word, 0, 32),
  from: read(word, 32, 40),
  until: read(word, 72, 40),
  distrustedFrom: read(word, 112, 40),
  uses: read(word, 152, 8),
})

export const packAccount = ({ org, capabilities }: AccountWord): bigint =>
  field(org, 0, 32) | field(capabilities, 32, 8)

export const packReceipt = ({ time, batch, count, disowned }: ReceiptWord): bigint =>
  field(time, 0, 40) | field(batch, 40, 64) | field(count, 104, 32) | field(disowned ? 1 : 0, 136, 1)
export const unpackReceipt = (word: bigint): ReceiptWord => ({
  time: read(word, 0, 40),
  batch: read(word, 40, 64),
  count: read(word, 104, 32),
  disowned: read(word, 136, 1) === 1,
})

export const packHead = (batches: number, credentials: bigint): bigint =>
  field(batches, 0, 64) | field(credentials, 64, 64)

export const packList = ({ org, custodian, capacity, limit, day, used }: ListWord): bigint =>
  field(org, 0, 32) |
  field(custodian, 32, 32) |
  field(capacity, 64, 32) |
  field(limit, 96, 32) |
  field(day, 128, 32) |
  field(used, 160, 32)
export const unpackList = (word: bigint): ListWord => ({
  org: read(word, 0, 32),
  custodian: read(word, 32, 32),
  capacity: read(word, 64, 32),
  limit: read(word, 96, 32),
  day: read(word, 128, 32),
  used: read(word, 160, 32),
})
