/**
 * Replays the events of a ledger, block by block, and reports each rule that one of them breaks. It judges what the blocks say, also
 * those that no honest node would execute: an audit of a doctored history has to name the rule, and not only a wrong hash.
 */
import type { Hex } from '../lib/bytes.ts'
import { fromHex } from '../lib/bytes.ts'
import type { UnixSeconds } from '../lib/time.ts'
import { ProofError } from '../proof/errors.ts'
import type { LedgerProfile } from '../proof/profile.ts'
import { accessManagerEvents } from '../proof/registries/events/access-manager.ts'
import { decodeEvent, type RegistryEvent } from '../proof/registries/events.ts'
import { type Log, REGISTRIES, type RegistryName } from '../proof/registries/log.ts'
import type { Finding, Report } from './finding.ts'
import { AnchorRules } from './rules/anchors.ts'
import { GovernanceRules } from './rules/governance.ts'
import { StatusRules } from './rules/status.ts'
import { TrustRules } from './rules/trust.ts'

export interface AuditedLog extends Log {
  readonly address: Hex
  /** Hash of its transaction. */
  readonly transaction: Hex
}

export interface AuditedBlock {
  readonly number: number
  readonly time: UnixSeconds
  /** In the order of the block. */
  readonly logs: readonly AuditedLog[]
}

export type HistoryProfile = Pick<LedgerProfile, 'chainId' | 'contracts' | 'heartbeat'>

/** A block may come so many seconds after the heartbeat, because a busy machine seals late. */
const LATE = 30

export class History {
  readonly trust = new TrustRules()
  readonly status: StatusRules
  readonly #anchors: AnchorRules
  readonly #governance = new GovernanceRules()
  readonly #registries: ReadonlyMap<Hex, RegistryName>
  #last: { readonly number: number; readonly time: UnixSeconds } | null = null

  /** @param onEvent learns of each event of a registry after its rules were checked */
  constructor(
    private readonly profile: HistoryProfile,
    private readonly onFinding: (finding: Finding) => void,
    private readonly onEvent: (event: RegistryEvent, block: AuditedBlock) => void = () => undefined,
  ) {
    const { chainId, contracts } = profile
    this.status = new StatusRules({ chainId, address: contracts.statusRegistry.address })
    this.#anchors = new AnchorRules({ chainId, address: contracts.anchorLog.address }, this.trust)
    this.#registries = new Map(REGISTRIES.map(name => [lower(contracts[name].address), name]))
  }

  /** Blocks come in their order. A block without logs matters for the times. */
  apply(block: AuditedBlock): void {
    const report: Report = (rule, facts) => this.onFinding({ rule, block: block.number, facts })
    this.#checkTime(block, report)
    for (const log of block.logs) {
      try {
        this.#applyLog(log, block, report)
      } catch (error) {
        if (!(error instanceof ProofError)) throw error
        report('event.malformed', { reason: error.message })
      }
    }
    this.#last = { number: block.number, time: block.time }
  }

  #checkTime({ number, time }: AuditedBlock, report: Report): void {
    const last = this.#last
    if (!last || last.number !== number - 1) return
    if (time <= last.time) report('block.time', { time, before: last.time })
    // Genesis has no time of its own.
    const gap = time - last.time
    if (last.number > 0 && gap > this.profile.heartbeat + LATE) report('block.gap', { seconds: gap })
  }

  #applyLog(log: AuditedLog, block: AuditedBlock, report: Report): void {
    const { contracts } = this.profile
    const { time } = block
    const { transaction } = log
    if (lower(log.address) === lower(contracts.accessManager.address)) {
      const event = accessManagerEvents.decode(log)
      if (event) this.#governance.apply(event, { time, transaction }, report)
      return
    }
    const registry = this.#registries.get(lower(log.address))
    if (!registry) return
    const event = decodeEvent({ registry, topics: log.topics, data: log.data })
    if (!event) {
      report('event.malformed', { registry, reason: 'an event that the contract does not declare' })
      return
    }
    if (event.type === 'AuthorityUpdated' && lower(event.authority) !== lower(contracts.accessManager.address)) {
      report('governance.authority', { registry, authority: event.authority })
    }
    this.#governance.checkAct(event, transaction, report)
    if (event.registry === 'trustRegistry') this.trust.apply(event, time, report)
    else if (event.registry === 'anchorLog') this.#anchors.apply(event, time, report)
    else this.status.apply(event, time, report)
    this.onEvent(event, block)
  }
}

/** Addresses of the profile are lower-case, those of nodes may be mixed. */
const lower = (address: Hex): Hex => address.toLowerCase() as Hex

/** A log in its JSON-RPC form. */
export const auditedLog = (raw: {
  readonly address: Hex
  readonly topics: readonly Hex[]
  readonly data: Hex
  readonly transactionHash: Hex
}): AuditedLog => ({
  address: raw.address,
  topics: raw.topics.map(fromHex),
  data: fromHex(raw.data),
  transaction: raw.transactionHash,
})
