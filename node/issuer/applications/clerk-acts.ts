/**
 * What a clerk does with an application, from the counter's screen. Each act names the version of the application that the
 * clerk saw. If somebody else was faster, nothing is changed and the clerk gets the present state. Why:
 * docs/decisions/115.
 */
import type { CodeDelivery, IdentityDocument, IdentityMeans, RefusalReason } from '../../credential/application.ts'
import type { ApplicationKind, CardDefinition } from '../../credential/card.ts'
import type { Cards } from '../../credential/cards.ts'
import type { ResidentFacts } from '../../credential/subject.ts'
import { toHex } from '../../lib/bytes.ts'
import type { Clock } from '../../lib/time.ts'
import type { LinePort } from '../../residents/lines/port.ts'
import type { Register, Resident } from '../../residents/register.ts'
import type { Store, WriteOp } from '../../store/store.ts'
import type { Vault } from '../../store/vault.ts'
import { requireCard } from '../counter.ts'
import { IssuerError } from '../errors.ts'
import type { IssuingGate } from '../gate.ts'
import type { CodeMessages } from '../messages/code-messages.ts'
import { sealLine } from '../messages/sealed-line.ts'
import type { OfferHandout } from '../offers/offer.ts'
import type { Offers, SendCode } from '../offers/offers.ts'
import type { AccessTokens } from '../oid4vci/token/access-tokens.ts'
import { mayTake } from '../personalisation/job.ts'
import type { Personalisation } from '../personalisation/jobs.ts'
import type { Place } from '../rollout/may-apply.ts'
import type { Rollout } from '../rollout/rollout.ts'
import { type Application, type CancelReason, isHeld, personOf } from './application.ts'
import type { ApplicationStep, Applications } from './applications.ts'
import { sealDocumentNumber } from './document-number.ts'
import { refusalOf, requireEligible } from './eligibility.ts'
import { requireKind } from './kinds.ts'
import { requireLineStep, requireOwnLine } from './lines.ts'
import { requireOwnCentre } from './own-centre.ts'
import type { MayApply } from './policy.ts'

export interface ClerkActsOptions {
  readonly cards: Cards
  readonly store: Store
  readonly vault: Vault
  readonly applications: Applications
  readonly offers: Offers
  readonly tokens: AccessTokens
  readonly residents: Pick<Register, 'find' | 'setDocument'>
  readonly lines: LinePort
  readonly codes: Pick<CodeMessages, 'send'>
  readonly personalisation: Personalisation
  readonly rollout: Pick<Rollout, 'refusalOf' | 'requireMayApply'>
  readonly gate: Pick<IssuingGate, 'requireOpen'>
  readonly issuingAuthority: string
  readonly clock: Clock
}

/** Who acts: for the journal, and where they work. */
export interface Clerk {
  readonly by: string
  readonly place: Place
}

export interface CounterApplication {
  readonly person: Uint8Array
  readonly card: string
  readonly kind: ApplicationKind
  readonly chip?: boolean | undefined
  /** Whether the clerk saw that a guardian consents. */
  readonly guardianConsent?: boolean | undefined
}

export interface CheckedIdentity {
  readonly document: IdentityDocument
  readonly documentNumber?: string | undefined
  readonly means: readonly IdentityMeans[]
}

/** What the clerk gets. `txCode` is null if it was sent to the applicant's line. */
export type CounterHandout = Omit<OfferHandout, 'txCode'> & {
  readonly delivery: CodeDelivery
  readonly txCode: string | null
}

export class ClerkActs {
  constructor(private readonly options: ClerkActsOptions) {}

  /**
   * The card's demands are checked here, so that a fact that the register lacks is reported at the counter.
   * @throws {IssuerError} ISSUER_CARD_UNKNOWN, ISSUER_KIND_REFUSED, ISSUER_PERSON_UNKNOWN,
   * ISSUER_NOT_YET, ISSUER_OTHER_CENTRE, ISSUER_STOPPED, ISSUER_TOO_YOUNG, ISSUER_CONSENT_NEEDED, ISSUER_FACTS_MISSING
   */
  async apply(wanted: CounterApplication, clerk: Clerk): Promise<Application> {
    const { cards, rollout, gate, applications, issuingAuthority, clock } = this.options
    const { person, card: id, kind, chip, guardianConsent = false } = wanted
    const card = requireCard(cards, id)
    const { fee } = requireKind(card, kind, chip)
    if (kind === 'mobile') gate.requireOpen()
    const resident = await this.#resident(person)
    rollout.requireMayApply(asked(resident.facts, card, kind, clerk))
    requireEligible(card, { facts: resident.facts, guardianConsent }, issuingAuthority, clock())
    return applications.create({
      ...{ person, vct: card.vct, channel: 'counter', kind, fee, guardianConsent, by: clerk.by },
      chip: chip ?? null,
      centre: clerk.place === 'any-centre' ? null : clerk.place.centre,
    })
  }

  /**
   * What to tell a person who may not apply for this kind of card with this clerk now, and whether a guardian has to
   * consent. A consent is no refusal: the clerk can record it.
   */
  mayApply(facts: ResidentFacts, card: CardDefinition, kind: ApplicationKind, clerk: Clerk): MayApply {
    const { rollout, issuingAuthority, clock } = this.options
    const without = refusalOf(card, { facts, guardianConsent: false }, issuingAuthority, clock())
    const consent = without?.failure.code === 'ISSUER_CONSENT_NEEDED'
    const own = consent ? refusalOf(card, { facts, guardianConsent: true }, issuingAuthority, clock()) : without
    if (!own) return { consent, refusal: rollout.refusalOf(asked(facts, card, kind, clerk)) }
    const { failure, from } = own
    return { consent, refusal: { code: failure.code, where: null, from, text: failure.text } }
  }

  /**
   * For a plastic card this completes the application: the same commit queues its card for the producer. The card that it
   * replaces was lost, so from this commit on it is nobody's present document.
   */
  identity(id: string, version: number, checked: CheckedIdentity, clerk: Clerk): Promise<Application> {
    const { applications, personalisation, residents, store } = this.options
    return applications.locked(id, async application => {
      this.#require(application, version, clerk)
      const { document, means } = checked
      const identity = { by: clerk.by, how: document, means, ...this.#sealedNumber(application, checked) }
      const step = applications.identityChecked(application, identity)
      const ops = application.kind === 'mobile' ? step.ops : [...step.ops, personalisation.queue(application)]
      if (application.kind === 'ic-replacement') await residents.setDocument(personOf(application), null, ops)
      else await store.commit(ops)
      return step.application
    })
  }

  #sealedNumber(application: Application, { documentNumber }: CheckedIdentity): { readonly sealedNumber?: string } {
    if (documentNumber === undefined) return {}
    const { vault } = this.options
    return { sealedNumber: sealDocumentNumber(vault, personOf(application), application.id, documentNumber) }
  }

  /**
   * Records the applicant's verified line, before an offer is made: a random tag, and the number, sealed under the person's
   * key.
   * @throws {IssuerError} ISSUER_APPLICATION_CHANGED, ISSUER_APPLICATION_STATE, ISSUER_LINE_NOT_OWN, ISSUER_LINE_UNKNOWN
   * @throws {ResidentsError} RESIDENTS_LINES_UNAVAILABLE and others if a telecom cannot be asked
   */
  line(id: string, version: number, line: string, clerk: Clerk): Promise<Application> {
    const { applications, lines, store, vault } = this.options
    return applications.locked(id, async application => {
      this.#require(application, version, clerk)
      requireLineStep(application)
      const lineTag = toHex(requireOwnLine(id, await lines.ownerOf(line, personOf(application))))
      const sealedLine = sealLine(vault, application, line)
      const event = 'application.line_verified'
      const step = applications.update(application, { lineTag, sealedLine }, event, { by: clerk.by })
      await store.commit(step.ops)
      return step.application
    })
  }

  async #resident(person: Uint8Array): Promise<Resident> {
    const resident = await this.options.residents.find(person)
    if (resident) return resident
    throw new IssuerError({ code: 'ISSUER_PERSON_UNKNOWN' }, 'This person is not in the register.')
  }

  /**
   * @param delivery `line`: the transaction code is sent to the verified line, and is not in the answer
   * @throws {IssuerError} ISSUER_APPLICATION_CHANGED, ISSUER_APPLICATION_STATE, ISSUER_STOPPED, ISSUER_CODE_UNSENDABLE,
   * ISSUER_CODE_NOT_SENT
   */
  async offer(id: string, version: number, clerk: Clerk, delivery: CodeDelivery = 'slip'): Promise<CounterHandout> {
    const { gate, offers, codes } = this.options
    gate.requireOpen()
    const facts = { by: clerk.by, delivery }
    const check = (application: Application) => this.#require(application, version, clerk)
    if (delivery === 'slip') return { ...(await offers.createConfirmed(id, facts, check)), delivery }
    const send: SendCode = (application, txCode, until) => codes.send(application, txCode, until, clerk.by)
    return { ...(await offers.createConfirmed(id, facts, check, send)), delivery, txCode: null }
  }

  /** The wallet that redeemed the offer is the applicant's. Its request for the card goes on. */
  samePhone(id: string, version: number, clerk: Clerk): Promise<Application> {
    const { applications, clock } = this.options
    return this.#act(id, version, clerk, application => {
      const { redemption } = application
      if (!redemption || !isHeld(application)) throw notRedeemed(application, 'same-phone')
      const confirmed = { ...redemption, confirmedAt: clock() }
      return applications.update(application, { redemption: confirmed }, 'offer.confirmed', { by: clerk.by })
    })
  }

  /**
   * Ends the offer, with its code and the token that a wallet got for it. Whoever redeemed it gets no card. The application
   * can get a new offer.
   */
  stop(id: string, version: number, clerk: Clerk): Promise<Application> {
    const { applications, offers, tokens } = this.options
    return this.#act(id, version, clerk, application => {
      const { offer, redemption, state } = application
      if (state !== 'offered' || !offer) throw notRedeemed(application, 'stop')
      const step = applications.withoutOffer(application, 'offer.stopped', {
        by: clerk.by,
        redeemed: redemption !== null,
      })
      const burnt: WriteOp[] = [offers.burn(offer), ...(redemption ? [tokens.revoke(redemption.token)] : [])]
      return { ...step, ops: [...step.ops, ...burnt] }
    })
  }

  /** Ends the application. An issued card cannot be cancelled, only revoked. */
  cancel(id: string, version: number, reason: CancelReason, clerk: Clerk): Promise<Application> {
    const { applications } = this.options
    return this.#act(id, version, clerk, application => {
      this.#requireNotInProduction(application, 'cancelled')
      return applications.move(application, 'cancelled', {}, { by: clerk.by, reason })
    })
  }

  refuse(id: string, version: number, reason: RefusalReason, clerk: Clerk): Promise<Application> {
    const { applications } = this.options
    return this.#act(id, version, clerk, application => {
      this.#requireNotInProduction(application, 'refused')
      return applications.move(application, 'refused', { refusal: reason }, { by: clerk.by, reason })
    })
  }

  /** A producer may be making the card until its lease ends: its answer decides. */
  #requireNotInProduction(application: Application, step: string): void {
    const job = this.options.personalisation.get(application.id)
    if (job?.state !== 'taken' || mayTake(job, this.options.clock())) return
    const { id, state } = application
    throw new IssuerError(
      { code: 'ISSUER_APPLICATION_STATE', application: id, state, step },
      'The card is being made. Wait for the answer of the card producer.',
    )
  }

  #act(
    id: string,
    version: number,
    clerk: Clerk,
    step: (application: Application) => ApplicationStep,
  ): Promise<Application> {
    return this.options.applications.change(id, application => {
      this.#require(application, version, clerk)
      return step(application)
    })
  }

  #require(application: Application, version: number, { place }: Clerk): void {
    requireOwnCentre(application, place)
    const { id, state, version: present } = application
    if (present === version) return
    throw new IssuerError(
      { code: 'ISSUER_APPLICATION_CHANGED', application: id, state, version: present },
      `Somebody else changed the application, which is ${state} now. Look at it again, then decide.`,
    )
  }
}

const asked = (residence: ResidentFacts, card: CardDefinition, kind: ApplicationKind, { place }: Clerk) =>
  ({ residence, card: card.id, kind, channel: 'counter', place }) as const

const notRedeemed = ({ id, state }: Application, step: string): IssuerError =>
  new IssuerError(
    { code: 'ISSUER_APPLICATION_STATE', application: id, state, step },
    step === 'stop'
      ? `The application is ${state}, and there is no offer to stop.`
      : 'No wallet waits for a confirmation. Wait until the code was scanned, or make a new offer.',
  )
