/**
 * What the registries recorded, in order: from these alone all their state can be rebuilt. Governance's own events
 * (AccessManager) are not among them.
 */
import { AbiCoder, type EventFragment, type Interface, Result } from 'ethers'
import { fromHex, type Hex } from '../lib/bytes.ts'
import type { UnixSeconds } from '../lib/time.ts'
import { anchorLog, namedValues, statusRegistry, trustRegistry } from './contracts.ts'

interface TermFields {
  readonly from: UnixSeconds
  readonly until: UnixSeconds
}

export type RegistryEvent =
  | ({
      readonly name: 'OrganisationRegistered'
      readonly org: number
      readonly admin: Hex
      /** `name` as people are shown it, `issuer` URL and `info` JSON. */
      readonly description: { readonly name: string; readonly issuer: string; readonly info: string }
    } & TermFields)
  | {
      readonly name: 'OrganisationDescribed'
      readonly org: number
      readonly description: { readonly name: string; readonly info: string }
    }
  | ({
      readonly name: 'OrganisationTermChanged'
      readonly org: number
      readonly previousFrom: UnixSeconds
      readonly previousUntil: UnixSeconds
    } & TermFields)
  | { readonly name: 'AdminChanged'; readonly org: number; readonly previous: Hex; readonly admin: Hex }
  | ({ readonly name: 'Granted'; readonly org: number; readonly purpose: Hex; readonly text: string } & TermFields)
  | ({ readonly name: 'Withdrawn'; readonly org: number; readonly purpose: Hex } & TermFields)
  | ({ readonly name: 'KeyRegistered'; readonly keyId: Hex; readonly org: number; readonly uses: number } & TermFields)
  | {
      readonly name: 'KeyRetired'
      readonly keyId: Hex
      readonly org: number
      readonly previousUntil: UnixSeconds
      readonly until: UnixSeconds
    }
  | {
      readonly name: 'KeyDistrusted'
      readonly keyId: Hex
      readonly org: number
      readonly previousFrom: UnixSeconds
      readonly from: UnixSeconds
    }
  | {
      readonly name: 'AccountChanged'
      readonly account: Hex
      readonly org: number
      readonly previous: number
      readonly capabilities: number
    }
  | {
      readonly name: 'Anchored'
      readonly org: number
      readonly purpose: Hex
      readonly root: Hex
      readonly batch: number
      readonly count: number
      readonly manifest: Hex
      readonly chain: Hex
    }
  | {
      readonly name: 'Disowned'
      readonly org: number
      readonly purpose: Hex
      readonly root: Hex
      readonly batch: number
      readonly chain: Hex
    }
  | {
      readonly name: 'ListOpened'
      readonly list: bigint
      readonly org: number
      readonly capacity: number
      readonly dailyLimit: number
    }
  | {
      readonly name: 'StatusesSet'
      readonly list: bigint
      readonly org: number
      readonly cause: Hex
      /** Four bytes each: status/ops.ts. */
      readonly ops: Hex
      readonly chain: Hex
    }
  | {
      readonly name: 'DailyLimitChanged'
      readonly list: bigint
      readonly previous: number
      readonly dailyLimit: number
    }
  | { readonly name: 'CustodianChanged'; readonly list: bigint; readonly previous: number; readonly custodian: number }
  /** The contract that governs a registry was named. */
  | { readonly name: 'AuthorityUpdated'; readonly authority: Hex }

const topics = new Map<string, { contract: Interface; event: EventFragment }>()
for (const contract of [trustRegistry, anchorLog, statusRegistry]) {
  contract.forEachEvent(event => topics.set(event.topicHash, { contract: contract as Interface, event }))
}

/**
 * The event in a log entry of a registry, or null for a topic that none of them emits. Whether the log is of a
 * registry (its `address`) is for the caller to check. A text that is not UTF-8, which the registries take as well, has
 * U+FFFD where it is not: one such name must not keep the others from being read.
 */
export function decodeEvent(log: { readonly topics: readonly string[]; readonly data: string }): RegistryEvent | null {
  const found = topics.get(log.topics[0] ?? '')
  if (!found) return null
  const { contract, event } = found
  const values = namedValues(event.inputs, decodeLog(contract, event, log))
  for (const { name, type } of event.inputs) {
    if (type === 'address') values[name] = String(values[name]).toLowerCase()
  }
  if (event.name === 'OrganisationRegistered' || event.name === 'OrganisationDescribed') {
    // `name` is what the event calls the organisation, and we the event.
    const { name, issuer, info, ...rest } = values
    const description = { name, ...(issuer === undefined ? {} : { issuer }), info }
    return { ...rest, name: event.name, description } as unknown as RegistryEvent
  }
  return { ...values, name: event.name } as unknown as RegistryEvent
}

/** As `decodeEventLog`, which throws at such a text: a string is encoded as the bytes it is. */
export function decodeLog(
  contract: Interface,
  event: EventFragment,
  log: { readonly topics: readonly string[]; readonly data: string },
): Result {
  const values = contract.decodeEventLog(event, log.data, log.topics)
  const held = event.inputs.filter(({ indexed }) => !indexed)
  const types = held.map(({ type }) => (type === 'string' ? 'bytes' : type))
  const raw = AbiCoder.defaultAbiCoder().decode(types, log.data)
  return Result.fromItems(
    event.inputs.map((input, i) =>
      input.type === 'string' ? text.decode(fromHex(raw[held.indexOf(input)] as string)) : values[i],
    ),
  )
}

const text = new TextDecoder('utf-8', { ignoreBOM: true })
