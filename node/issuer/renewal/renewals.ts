/**
 * Renewals: the next card for a wallet that has one, without a visit. The wallet proves by its refresh token that it is the
 * one that got the card, and sends a new key. The next card is an application of its own with `renews`, and ends the present
 * one in the order of every replacement (anchoring/replacement.ts): the old card is suspended, the new one is anchored and
 * delivered, and when it was accepted, or after ten minutes, the old one is revoked.
 *
 * A request that is repeated with the same key gets the same card for ten minutes. Later, or with another key, it gets
 * another one as long as no wallet has acknowledged the last one. So a lost answer leaves the holder with one usable card.
 * Why: docs/decisions/196.
 */
import type { CardDefinition } from '../../credential/card.ts'
import type { Cards } from '../../credential/cards.ts'
import { thumbprint } from '../../lib/jose/jwk.ts'
import type { Clock, UnixSeconds } from '../../lib/time.ts'
import type { ResidentRegister } from '../../residents/register.ts'
import type { WriteOp } from '../../store/store.ts'
import type { Vault } from '../../store/vault.ts'
import type { AnchoringPipeline } from '../anchoring/pipeline.ts'
import { type Application, personOf } from '../applications/application.ts'
import type { Applications } from '../applications/applications.ts'
import type { CredentialRecord } from '../credential-record.ts'
import type { Credentials } from '../credentials.ts'
import type { Installations } from '../installations/installations.ts'
import { isOutdated } from '../issued-facts.ts'
import type { Issued, IssueOrder, Issuing } from '../order.ts'
import { type ReportKind, reportKind } from '../report-kind.ts'
import type { Reports } from '../reports.ts'
import type { Suspensions } from '../suspensions.ts'
import type { RenewalAtHome } from './at-home.ts'
import type { Chains } from './chains.ts'
import type { CurrentCard, CurrentCards } from './current-cards.ts'
import { judgeRenewal, type RenewableCard } from './judge.ts'
import { notRenewed } from './not-renewed.ts'
import { renewableFrom } from './window.ts'

export interface RenewalsOptions {
  readonly cards: Cards
  readonly applications: Applications
  readonly chains: Chains
  readonly current: CurrentCards
  readonly credentials: Pick<Credentials, 'statusOf' | 'catchUp' | 'ofPerson'>
  readonly reports: Reports
  readonly suspensions: Pick<Suspensions, 'report'>
  readonly installations: Pick<Installations, 'of'>
  readonly issued: Pick<AnchoringPipeline, 'issuanceOf'>
  readonly issuing: Issuing
  readonly vault: Vault
  readonly residents: Pick<ResidentRegister, 'find'>
  readonly atHome: RenewalAtHome
  readonly clock: Clock
}

/** The wallet that asks, with the key of its next card. */
export type RenewingWallet = Pick<IssueOrder, 'card' | 'holderKey' | 'keyStorage' | 'walletProvider' | 'dpopKey'>

export interface Renewed extends Issued {
  /** The application of this card. */
  readonly application: string
}

/** What a wallet may know of its own card. No personal data. */
export interface CardState {
  readonly dueFrom: UnixSeconds
  readonly expiresAt: UnixSeconds
  readonly isOutdated: boolean
  readonly atHome: boolean
  readonly suspension: { readonly by: ReportKind; readonly since: UnixSeconds | null } | null
}

export class Renewals {
  constructor(private readonly options: RenewalsOptions) {}

  hasEnded(first: Application): boolean {
    return this.options.current.hasEnded(first)
  }

  /** The application of the newest card. */
  newest(first: string): string {
    return this.options.chains.newest(first)
  }

  /** Undefined while there is no card. */
  async state(first: Application): Promise<CardState | undefined> {
    const current = this.options.current.of(first)
    if (!current) return undefined
    const { dueFrom, expiresAt, isOutdated, atHome, suspendedBy, status } = await this.#look(first, current)
    const by = suspendedBy ?? (status === 'SUSPENDED' ? '' : undefined)
    const { reports, suspensions } = this.options
    const since = reports.lostAt(current.id) ?? suspensions.report(current.id)?.time ?? null
    const suspension = by === undefined ? null : { by: reportKind(by), since }
    return { dueFrom, expiresAt, isOutdated, atHome, suspension }
  }

  /**
   * The next card of an application that is issued, or the last one again. Call it while the application is locked.
   * @throws {IssuerError} ISSUER_NOT_RENEWED, and as `Issuing.issue`
   */
  async issue(first: Application, wallet: RenewingWallet): Promise<Renewed> {
    const { applications, chains, issued, current: cards, credentials, clock } = this.options
    const newest = applications.require(chains.newest(first.id))
    const last = issued.issuanceOf(newest.id)
    const sameKey = last?.holderThumbprint === thumbprint(wallet.holderKey)
    if (last?.sealedPrepared && sameKey && last.notified !== 'failed') {
      const renewed = newest.renews === null ? undefined : issued.issuanceOf(newest.renews)
      return this.#send(newest, wallet, renewed?.credentialId)
    }
    await credentials.catchUp()
    const current = cards.of(first)
    if (!current) {
      // The ledger refused the batch of the first card, which can still be issued.
      if (newest.id === first.id && !last) return this.#send(first, wallet)
      throw notRenewed(first.id, 'ended')
    }
    const judged = judgeRenewal(await this.#look(first, current), clock())
    if ('refusal' in judged) {
      const isOver = judged.refusal === 'replacing' && (await this.#isReplaced(current))
      throw notRenewed(first.id, isOver ? 'ended' : judged.refusal)
    }
    const attested = this.options.installations.of(current.record)?.walletProvider ?? null
    // Otherwise the wallet of a stopped provider would get a card that no stop finds.
    if (attested !== null && wallet.walletProvider === null) throw notRenewed(first.id, 'unattested')
    // The ledger refused the batch of the last renewal.
    if (!last) return this.#send(newest, wallet, current.id)
    const { application, ops } = applications.renewed(current.application, judged.reason)
    return this.#send(application, wallet, current.id, [...ops, chains.extend(first.id, application.id)])
  }

  async #send(
    application: Application,
    wallet: RenewingWallet,
    renews?: string,
    ops: readonly WriteOp[] = [],
  ): Promise<Renewed> {
    const { id, lineTag } = application
    const order = { ...wallet, application: id, person: personOf(application), lineTag, ops }
    const issued = await this.options.issuing.issue({ ...order, ...(renews !== undefined && { renews }) })
    return { ...issued, application: id }
  }

  async #look(first: Application, { application, id, record }: CurrentCard): Promise<RenewableCard> {
    const { credentials, reports, atHome, cards } = this.options
    const isTemporary = record.root === null
    return {
      isTemporary,
      status: credentials.statusOf(record),
      suspendedBy: reports.by(id),
      dueFrom: renewableFrom(cards.byId(record.cardId), record.expiresAt),
      expiresAt: record.expiresAt,
      isOutdated: await this.#isOutdated(application, record),
      unacknowledged: this.#unacknowledged(application),
      atHome: isTemporary || (await atHome.isPossible(first)),
    }
  }

  /** Whether another card took its place for good, for example on another phone. It may wait for its revocation. */
  async #isReplaced({ id, application }: CurrentCard): Promise<boolean> {
    const { credentials, issued } = this.options
    const all = await credentials.ofPerson(personOf(application))
    return all.some(({ record }) => {
      if (!record.replaces.includes(id) || credentials.statusOf(record) === 'INVALID') return false
      const issuance = issued.issuanceOf(record.application)
      return issuance !== undefined && (issuance.notified === 'accepted' || issuance.sealedPrepared === null)
    })
  }

  async #isOutdated(application: Application, { cardId, sealedFacts }: CredentialRecord): Promise<boolean> {
    const { cards, residents, vault } = this.options
    const card = cards.byId(cardId)
    const resident = card && (await residents.find(personOf(application)))
    return (
      resident !== undefined && isOutdated(vault, resident.person, sealedFacts, card as CardDefinition, resident.facts)
    )
  }

  #unacknowledged(application: Application): number {
    const { applications, issued } = this.options
    let count = 0
    for (let one = application; one.renews !== null; one = applications.require(one.renews)) {
      if (issued.issuanceOf(one.id)?.notified === 'accepted') break
      count += 1
    }
    return count
  }
}
