/** The rules of AnchorLog, checked on its events alone: contracts/AnchorLog.sol enforces the same ones. */
import type { Hex } from '../../lib/bytes.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import type { AnchorLogEvent } from '../../proof/registries/events/anchor-log.ts'
import { JOURNAL_PURPOSE } from '../../proof/registries/purpose.ts'
import { initialChain, nextOrganisationChain } from '../../proof/registries/running-hash.ts'
import type { Report } from '../finding.ts'
import type { TrustRules } from './trust.ts'

/** A batch of cards as the ledger has it. */
export interface AnchoredBatch {
  readonly org: number
  readonly purpose: Hex
  readonly root: Hex
  readonly count: number
  readonly manifest: Hex
  readonly block: number
  readonly time: UnixSeconds
}

interface Organisation {
  batches: number
  chain: Hex
}

/** docs/decisions/033 */
const SMALLEST_BATCH = 16

export class AnchorRules {
  readonly #organisations = new Map<number, Organisation>()
  readonly #roots = new Set<string>()

  constructor(
    private readonly log: { readonly chainId: number; readonly address: Hex },
    private readonly trust: Pick<TrustRules, 'isActive' | 'hasGrant'>,
  ) {}

  apply(event: AnchorLogEvent, time: UnixSeconds, report: Report): void {
    if (event.type === 'AuthorityUpdated') return
    const { org, purpose, root, batch } = event
    const facts = { org, batch, root }
    const organisation = this.#organisationOf(org)
    const key = `${org} ${purpose} ${root}`
    if (event.type === 'Anchored') {
      if (!this.trust.isActive(org, time)) report('anchor.organisation', facts)
      if (!this.trust.hasGrant(org, purpose, time)) report('anchor.grant', { ...facts, purpose })
      if (batch !== organisation.batches + 1) report('anchor.number', { ...facts, expected: organisation.batches + 1 })
      if (this.#roots.has(key)) report('anchor.repeated', facts)
      if (purpose !== JOURNAL_PURPOSE && !isBatchSize(event.count))
        report('anchor.size', { ...facts, count: event.count })
      organisation.batches = batch
      this.#roots.add(key)
    } else if (!this.#roots.has(key)) {
      report('disown.unknown', facts)
    }
    const expected = nextOrganisationChain(organisation.chain, event, time)
    if (expected !== event.chain) report('anchor.hash', { ...facts, expected, found: event.chain })
    organisation.chain = event.chain
  }

  #organisationOf(org: number): Organisation {
    const found = this.#organisations.get(org)
    if (found) return found
    const organisation = { batches: 0, chain: initialChain('AnchorLog', this.log, org) }
    this.#organisations.set(org, organisation)
    return organisation
  }
}

const isBatchSize = (count: number): boolean => count >= SMALLEST_BATCH && Number.isInteger(Math.log2(count))
