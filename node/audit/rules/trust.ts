/** The rules of TrustRegistry, checked on its events alone: contracts/TrustRegistry.sol enforces the same ones. */
import { keccak256 } from '#crypto'
import { type Hex, toHex } from '../../lib/bytes.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import type { TrustRegistryEvent } from '../../proof/registries/events/trust-registry.ts'
import { contains, type Interval } from '../../proof/registries/interval.ts'
import type { Report } from '../finding.ts'

interface AuditedKey {
  until: number
  /** Null: trusted. */
  distrustedFrom: number | null
}

export class TrustRules {
  readonly #organisations = new Map<number, Interval>()
  readonly #grants = new Map<string, Interval>()
  readonly #keys = new Map<Hex, AuditedKey>()
  readonly #accounts = new Map<Hex, number>()

  isActive(org: number, time: UnixSeconds): boolean {
    const term = this.#organisations.get(org)
    return term !== undefined && contains(term, time)
  }

  hasGrant(org: number, purpose: Hex, time: UnixSeconds): boolean {
    const term = this.#grants.get(`${org} ${purpose}`)
    return term !== undefined && contains(term, time)
  }

  apply(event: TrustRegistryEvent, time: UnixSeconds, report: Report): void {
    switch (event.type) {
      case 'AuthorityUpdated':
        return
      case 'OrganisationRegistered': {
        const { org, from, until } = event
        if (org !== this.#organisations.size + 1) report('trust.organisation', { org })
        this.#organisations.set(org, { from, until })
        return
      }
      case 'OrganisationTermChanged': {
        const { org, from, until } = event
        this.#requireOrganisation(org, report)
        this.#organisations.set(org, { from, until })
        return
      }
      case 'OrganisationDescribed':
      case 'AdminChanged':
        this.#requireOrganisation(event.org, report)
        return
      case 'Granted': {
        const { org, purpose, text, from, until } = event
        if (toHex(keccak256(text)) !== purpose) report('trust.grant', { org, purpose })
        this.#grants.set(`${org} ${purpose}`, { from, until })
        return
      }
      case 'Withdrawn': {
        const { org, purpose, from, until } = event
        if (!this.#grants.has(`${org} ${purpose}`)) report('trust.grant', { org, purpose })
        this.#grants.set(`${org} ${purpose}`, { from, until })
        return
      }
      case 'KeyRegistered': {
        const { keyId, org, until } = event
        if (this.#keys.has(keyId)) report('trust.key-repeated', { key: keyId, org })
        this.#keys.set(keyId, { until, distrustedFrom: null })
        return
      }
      case 'KeyRetired': {
        const key = this.#keys.get(event.keyId)
        if (!key || event.until > key.until) report('trust.key-extended', { key: event.keyId })
        if (key) key.until = event.until
        return
      }
      case 'KeyDistrusted': {
        const key = this.#keys.get(event.keyId)
        const moved = key?.distrustedFrom !== null && key !== undefined && event.from > key.distrustedFrom
        if (!key || moved || event.from > time) report('trust.distrust', { key: event.keyId, from: event.from })
        if (key) key.distrustedFrom = event.from
        return
      }
      case 'AccountChanged': {
        const { account, org } = event
        const before = this.#accounts.get(account)
        if (before !== undefined && before !== org) report('trust.account-moved', { account, org, before })
        this.#accounts.set(account, org)
        return
      }
    }
  }

  #requireOrganisation(org: number, report: Report): void {
    if (!this.#organisations.has(org)) report('trust.organisation', { org })
  }
}
