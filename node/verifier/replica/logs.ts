/**
 * The registries' events, read from raw logs without an ABI library: a replica runs in a browser, and six shapes do
 * not need one. Compared with the library's reading in tests.
 */
import { keccak256 } from '#crypto'
import { type Hex, toHex, utf8 } from '../../lib/bytes.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { malformed } from '../../proof/errors.ts'

export const REGISTRIES = ['trustRegistry', 'anchorLog', 'statusRegistry'] as const
export type RegistryName = (typeof REGISTRIES)[number]

/** As a node hands it out. */
export interface RegistryLog {
  readonly registry: RegistryName
  readonly topics: readonly Uint8Array[]
  readonly data: Uint8Array
}

export interface LoggedBlock {
  readonly height: number
  /** Believed only as far as the storage that comes of it proves true. */
  readonly time: UnixSeconds
  readonly logs: readonly RegistryLog[]
}

const EVENTS = {
  AuthorityUpdated: 'AuthorityUpdated(address)',
  OrganisationRegistered: 'OrganisationRegistered(uint32,address,uint40,uint40,string,string,string)',
  OrganisationDescribed: 'OrganisationDescribed(uint32,string,string)',
  OrganisationTermChanged: 'OrganisationTermChanged(uint32,uint40,uint40,uint40,uint40)',
  AdminChanged: 'AdminChanged(uint32,address,address)',
  Granted: 'Granted(uint32,bytes32,string,uint40,uint40)',
  Withdrawn: 'Withdrawn(uint32,bytes32,uint40,uint40)',
  KeyRegistered: 'KeyRegistered(bytes32,uint32,uint40,uint40,uint8)',
  KeyRetired: 'KeyRetired(bytes32,uint32,uint40,uint40)',
  KeyDistrusted: 'KeyDistrusted(bytes32,uint32,uint40,uint40)',
  AccountChanged: 'AccountChanged(address,uint32,uint8,uint8)',
  Anchored: 'Anchored(uint32,bytes32,bytes32,uint64,uint32,bytes32,bytes32)',
  Disowned: 'Disowned(uint32,bytes32,bytes32,uint64,bytes32)',
  ListOpened: 'ListOpened(uint64,uint32,uint32,uint32)',
  StatusesSet: 'StatusesSet(uint64,uint32,bytes32,bytes,bytes32)',
  DailyLimitChanged: 'DailyLimitChanged(uint64,uint32,uint32)',
  CustodianChanged: 'CustodianChanged(uint64,uint32,uint32)',
} as const
export type EventName = keyof typeof EVENTS

const NAMES = new Map<Hex, EventName>(
  Object.entries(EVENTS).map(([name, signature]) => [toHex(keccak256(utf8(signature))), name as EventName]),
)

/** A log's event: fields are asked for by position, each of them checked for its length. */
export class EventReader {
  readonly name: EventName

  /** @throws {ProofError} PROOF_MALFORMED for an event no registry emits */
  constructor(private readonly log: RegistryLog) {
    const [topic] = log.topics
    const name = topic && NAMES.get(toHex(topic))
    if (!name) throw malformed('log', 'no registry emits this event')
    this.name = name
  }

  /** The indexed arguments, in order. */
  indexed(position: number): Uint8Array {
    const topic = this.log.topics[position + 1]
    if (topic?.length !== 32) throw malformed('log', 'an indexed argument is missing')
    return topic
  }

  /** The others, in order: 32 bytes each. */
  word(position: number): Uint8Array {
    return this.#slice(32 * position, 32)
  }

  number(position: number): number {
    return small(this.word(position))
  }

  indexedNumber(position: number): number {
    return small(this.indexed(position))
  }

  /** A `string` or `bytes`: its place stands at `position`. */
  bytes(position: number): Uint8Array {
    const at = this.number(position)
    return this.#slice(at + 32, small(this.#slice(at, 32)))
  }

  #slice(at: number, length: number): Uint8Array {
    const { data } = this.log
    if (at + length > data.length) throw malformed('log', 'its data ends early')
    return data.subarray(at, at + length)
  }
}

export const addressIn = (word: Uint8Array): Hex => toHex(word.subarray(12))

export function wideIn(word: Uint8Array): bigint {
  return BigInt(toHex(word))
}

function small(word: Uint8Array): number {
  const value = BigInt(toHex(word))
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed('log', 'a number beyond 2^53 - 1')
  return Number(value)
}
