/** Packs records into the storage words of contracts/types/*.sol, and unpacks them. */
import { malformed } from '../errors.ts'
import { type Interval, NEVER, unlessNever } from './interval.ts'
import type {
  AccountRecord,
  AnchorHeadRecord,
  AnchorRecord,
  KeyRecord,
  ListRecord,
  OrganisationRecord,
} from './records.ts'

/** The members of a record that are in its word. Its hashes have slots of their own. */
export type OrganisationWord = Omit<OrganisationRecord, 'descriptionHash' | 'issuerHash'>
export type HeadWord = Omit<AnchorHeadRecord, 'chain'>
export type ListWord = Omit<ListRecord, 'chain'>

/**
 * Refuses a value that is too large for its field. It would change the next field, and two records would have the same
 * word.
 */
function field(value: number | bigint, offset: number, bits: number): bigint {
  const wide = BigInt(value)
  if (wide < 0n || wide >> BigInt(bits) !== 0n) throw malformed('packed word', `a value of more than ${bits} bits`)
  return wide << BigInt(offset)
}

const read = (word: bigint, offset: number, bits: number): number =>
  Number(BigInt.asUintN(bits, word >> BigInt(offset)))

export const packTerm = ({ from, until }: Interval): bigint => field(from, 0, 40) | field(until, 40, 40)
export const unpackTerm = (word: bigint): Interval => ({ from: read(word, 0, 40), until: read(word, 40, 40) })

export const packOrganisation = ({ admin, from, until }: OrganisationWord): bigint =>
  field(BigInt(admin), 0, 160) | field(from, 160, 40) | field(until, 200, 40)
export const unpackOrganisation = (word: bigint): OrganisationWord => ({
  admin: `0x${BigInt.asUintN(160, word).toString(16).padStart(40, '0')}`,
  from: read(word, 160, 40),
  until: read(word, 200, 40),
})

export const packKey = ({ org, from, until, distrustedFrom, uses }: KeyRecord): bigint =>
  field(org, 0, 32) |
  field(from, 32, 40) |
  field(until, 72, 40) |
  field(distrustedFrom ?? NEVER, 112, 40) |
  field(uses, 152, 8)
export const unpackKey = (word: bigint): KeyRecord => ({
  org: read(word, 0, 32),
  from: read(word, 32, 40),
  until: read(word, 72, 40),
  distrustedFrom: unlessNever(read(word, 112, 40)),
  uses: read(word, 152, 8),
})

export const packAccount = ({ org, capabilities }: AccountRecord): bigint =>
  field(org, 0, 32) | field(capabilities, 32, 8)
export const unpackAccount = (word: bigint): AccountRecord => ({
  org: read(word, 0, 32),
  capabilities: read(word, 32, 8),
})

export const packAnchor = ({ time, batch, count, disowned }: AnchorRecord): bigint =>
  field(time, 0, 40) | field(batch, 40, 64) | field(count, 104, 32) | field(disowned ? 1 : 0, 136, 1)
export const unpackAnchor = (word: bigint): AnchorRecord => ({
  time: read(word, 0, 40),
  batch: read(word, 40, 64),
  count: read(word, 104, 32),
  disowned: read(word, 136, 1) === 1,
})

export const packHead = ({ batches, leaves }: HeadWord): bigint => field(batches, 0, 64) | field(leaves, 64, 64)
export const unpackHead = (word: bigint): HeadWord => ({
  batches: read(word, 0, 64),
  leaves: BigInt.asUintN(64, word >> 64n),
})

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
