/** The rules of StatusRegistry, checked on its events alone: contracts/StatusRegistry.sol enforces the same ones. */
import type { Hex } from '../../lib/bytes.ts'
import { type UnixSeconds, utcDay } from '../../lib/time.ts'
import { ProofError } from '../../proof/errors.ts'
import type { StatusesSet, StatusRegistryEvent } from '../../proof/registries/events/status-registry.ts'
import { initialChain, nextListChain } from '../../proof/registries/running-hash.ts'
import { CredentialStatus } from '../../proof/registries/status.ts'
import { parseStatusOps, type StatusOp } from '../../proof/registries/status-ops.ts'
import type { Report } from '../finding.ts'

interface AuditedList {
  readonly capacity: number
  custodian: number
  limit: number
  day: number
  /** Revocations of that day. */
  used: number
  chain: Hex
  /** By index; an index that is not in it is VALID. */
  readonly statuses: Map<number, CredentialStatus>
}

/** The most violations of one kind that one event reports: a hostile event has 512 changes. */
const MOST = 5

export class StatusRules {
  readonly #lists = new Map<bigint, AuditedList>()

  constructor(private readonly registry: { readonly chainId: number; readonly address: Hex }) {}

  /** Undefined for a list that was never opened, or an index beyond its end. */
  statusAt(list: bigint, index: number): CredentialStatus | undefined {
    const found = this.#lists.get(list)
    if (!found || index >= found.capacity) return undefined
    return found.statuses.get(index) ?? CredentialStatus.VALID
  }

  apply(event: StatusRegistryEvent, time: UnixSeconds, report: Report): void {
    switch (event.type) {
      case 'AuthorityUpdated':
        return
      case 'ListOpened': {
        const { list, org, capacity, dailyLimit } = event
        const number = list & 0xffffffffn
        const follows = number === 1n || this.#lists.has(list - 1n)
        if (list >> 32n !== BigInt(org) || number === 0n || !follows || this.#lists.has(list)) {
          report('list.number', { list: String(list) })
        }
        const chain = initialChain('StatusRegistry', this.registry, list)
        this.#lists.set(list, {
          ...{ capacity, custodian: org, limit: dailyLimit, day: 0, used: 0, chain },
          statuses: new Map(),
        })
        return
      }
      case 'StatusesSet':
        this.#set(event, time, report)
        return
      case 'DailyLimitChanged': {
        const list = this.#require(event.list, report)
        if (list) list.limit = event.dailyLimit
        return
      }
      case 'CustodianChanged': {
        const list = this.#require(event.list, report)
        if (list) list.custodian = event.custodian
        return
      }
    }
  }

  #set(event: StatusesSet, time: UnixSeconds, report: Report): void {
    const list = this.#require(event.list, report)
    if (!list) return
    const name = String(event.list)
    if (event.org !== list.custodian)
      report('status.custodian', { list: name, org: event.org, custodian: list.custodian })
    const expected = nextListChain(list.chain, event, time)
    if (expected !== event.chain) report('status.hash', { list: name, expected, found: event.chain })
    // What follows is judged from what the ledger says now.
    list.chain = event.chain
    const ops = opsOf(event, report)
    const few = atMost(report)
    let last = -1
    let revoked = 0
    for (const { idx, from, to } of ops) {
      const facts = { list: name, index: idx }
      if (idx <= last) few('status.order', facts)
      last = idx
      if (idx >= list.capacity) {
        few('status.capacity', facts)
        continue
      }
      const before = list.statuses.get(idx) ?? CredentialStatus.VALID
      if (before === CredentialStatus.INVALID) few('status.final', facts)
      else if (before !== from) few('status.before', { ...facts, before, named: from })
      if (to === CredentialStatus.INVALID) revoked += 1
      list.statuses.set(idx, to)
    }
    if (revoked === 0) return
    const day = utcDay(time)
    list.used = (list.day === day ? list.used : 0) + revoked
    list.day = day
    if (list.used > list.limit) report('status.limit', { list: name, revoked: list.used, limit: list.limit })
  }

  #require(id: bigint, report: Report): AuditedList | undefined {
    const list = this.#lists.get(id)
    if (!list) report('list.unknown', { list: String(id) })
    return list
  }
}

function opsOf({ list, ops }: StatusesSet, report: Report): readonly StatusOp[] {
  try {
    return [...parseStatusOps(ops)]
  } catch (error) {
    if (!(error instanceof ProofError)) throw error
    report('event.malformed', { list: String(list), reason: error.message })
    return []
  }
}

/** Reports the first few violations of each rule. */
function atMost(report: Report): Report {
  const counts = new Map<string, number>()
  return (rule, facts) => {
    const count = (counts.get(rule) ?? 0) + 1
    counts.set(rule, count)
    if (count <= MOST) report(rule, facts)
  }
}
