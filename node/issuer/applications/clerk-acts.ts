/**
 * What a clerk does with an application, from the counter's screen. Each act names the version of the application that the
 * clerk saw. If somebody else was faster, nothing is changed and the clerk gets the present state.
 */
import type { ApplicationKind } from '../../credential/card.ts'
import type { Cards } from '../../credential/cards.ts'
import { toBase64url, utf8 } from '../../lib/bytes.ts'
import type { Clock } from '../../lib/time.ts'
import type { ResidentRegister } from '../../residents/register.ts'
import type { Store, WriteOp } from '../../store/store.ts'
import type { Vault } from '../../store/vault.ts'
import { requireCard } from '../counter.ts'
import { IssuerError } from '../errors.ts'
import type { IssuingGate } from '../gate.ts'
import type { OfferHandout } from '../offers/offer.ts'
import type { Offers } from '../offers/offers.ts'
import type { AccessTokens } from '../oid4vci/token/access-tokens.ts'
import type { Personalisation } from '../personalisation/jobs.ts'
import {
  type Application,
  type CancelReason,
  type IdentityDocument,
  type IdentityMeans,
  isHeld,
  personOf,
  type RefusalReason,
} from './application.ts'
import type { ApplicationStep, Applications } from './applications.ts'
import { requireEligible } from './eligibility.ts'
import { requireKind } from './kinds.ts'
import type { MayApply } from './policy.ts'

export interface ClerkActsOptions {
  readonly cards: Cards
  readonly store: Store
  readonly vault: Vault
  readonly applications: Applications
  readonly offers: Offers
  readonly tokens: AccessTokens
  readonly residents: Pick<ResidentRegister, 'find'>
  readonly personalisation: Personalisation
  readonly mayApply: MayApply
  readonly gate: Pick<IssuingGate, 'requireOpen'>
  readonly issuingAuthority: string
  readonly clock: Clock
}

/** Who acts: for the journal, and the centre where they work. */
export interface Clerk {
  readonly by: string
  readonly centre: string | null
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

/** With the application's id, the record of a document number under the person's key. */
export const DOCUMENT_NUMBER = 'identity document'

export class ClerkActs {
  constructor(private readonly options: ClerkActsOptions) {}

  /**
   * The card's demands are checked here, so that a fact that the register lacks is reported at the counter.
   * @throws {IssuerError} ISSUER_CARD_UNKNOWN, ISSUER_KIND_REFUSED, ISSUER_PERSON_UNKNOWN, ISSUER_NOT_ALLOWED,
   * ISSUER_STOPPED, ISSUER_TOO_YOUNG, ISSUER_CONSENT_NEEDED, ISSUER_FACTS_MISSING
   */
  async apply(wanted: CounterApplication, clerk: Clerk): Promise<Application> {
    const { cards, residents, mayApply, gate, applications, issuingAuthority, clock } = this.options
    const { person, card: id, kind, chip, guardianConsent = false } = wanted
    const card = requireCard(cards, id)
    const { fee } = requireKind(card, kind, chip)
    if (kind === 'mobile') gate.requireOpen()
    const resident = await residents.find(person)
    if (!resident) throw new IssuerError({ code: 'ISSUER_PERSON_UNKNOWN' }, 'This person is not in the register.')
    const refusal = mayApply(resident.facts, card, kind, 'counter', clerk.centre, clock())
    if (refusal) {
      const { code: reason, where, from, text } = refusal
      throw new IssuerError({ code: 'ISSUER_NOT_ALLOWED', card: id, kind, reason, where, from }, text.en)
    }
    requireEligible(card, { facts: resident.facts, guardianConsent }, issuingAuthority, clock())
    return applications.create({
      ...{ person, vct: card.vct, channel: 'counter', kind, fee, guardianConsent, ...clerk },
      chip: chip ?? null,
    })
  }

  /** For a plastic card this completes the application: the same commit queues its card for the producer. */
  identity(id: string, version: number, checked: CheckedIdentity, { by }: Clerk): Promise<Application> {
    const { applications, vault, personalisation } = this.options
    return this.#act(id, version, application => {
      const { document, documentNumber, means } = checked
      const sealedNumber =
        documentNumber === undefined
          ? undefined
          : toBase64url(vault.seal(personOf(application), `${DOCUMENT_NUMBER} ${id}`, utf8(documentNumber)))
      const identity = { by, how: document, means, ...(sealedNumber !== undefined && { sealedNumber }) }
      const step = applications.identityChecked(application, identity)
      if (application.kind === 'mobile') return step
      return { ...step, ops: [...step.ops, personalisation.queue(application)] }
    })
  }

  /** @throws {IssuerError} ISSUER_APPLICATION_CHANGED, ISSUER_APPLICATION_STATE, ISSUER_STOPPED */
  offer(id: string, version: number, { by }: Clerk): Promise<OfferHandout> {
    this.options.gate.requireOpen()
    return this.options.offers.createConfirmed(id, by, application => this.#requireVersion(application, version))
  }

  /** The wallet that redeemed the offer is the applicant's. Its request for the card goes on. */
  samePhone(id: string, version: number, { by }: Clerk): Promise<Application> {
    const { applications, clock } = this.options
    return this.#act(id, version, application => {
      const { redemption } = application
      if (!redemption || !isHeld(application)) throw notRedeemed(application, 'same-phone')
      const confirmed = { ...redemption, confirmedAt: clock() }
      return applications.update(application, { redemption: confirmed }, 'offer.confirmed', { by })
    })
  }

  /**
   * Ends the offer, with its code and the token that a wallet got for it. Whoever redeemed it gets no card. The application
   * can get a new offer.
   */
  stop(id: string, version: number, { by }: Clerk): Promise<Application> {
    const { applications, offers, tokens } = this.options
    return this.#act(id, version, application => {
      const { offer, redemption, state } = application
      if (state !== 'offered' || !offer) throw notRedeemed(application, 'stop')
      const step = applications.withoutOffer(application, 'offer.stopped', { by, redeemed: redemption !== null })
      const burnt: WriteOp[] = [offers.burn(offer), ...(redemption ? [tokens.revoke(redemption.token)] : [])]
      return { ...step, ops: [...step.ops, ...burnt] }
    })
  }

  /** Ends the application. An issued card cannot be cancelled, only revoked. */
  cancel(id: string, version: number, reason: CancelReason, { by }: Clerk): Promise<Application> {
    const { applications } = this.options
    return this.#act(id, version, application => {
      this.#requireNotInProduction(application, 'cancelled')
      return applications.move(application, 'cancelled', {}, { by, reason })
    })
  }

  refuse(id: string, version: number, reason: RefusalReason, { by }: Clerk): Promise<Application> {
    const { applications } = this.options
    return this.#act(id, version, application => {
      this.#requireNotInProduction(application, 'refused')
      return applications.move(application, 'refused', { refusal: reason }, { by, reason })
    })
  }

  /** A producer may be making the card: its answer decides. */
  #requireNotInProduction(application: Application, step: string): void {
    const job = this.options.personalisation.get(application.id)
    if (job?.state !== 'taken') return
    const { id, state } = application
    throw new IssuerError(
      { code: 'ISSUER_APPLICATION_STATE', application: id, state, step },
      'The card is being made. Wait for the answer of the card producer.',
    )
  }

  #act(id: string, version: number, step: (application: Application) => ApplicationStep): Promise<Application> {
    return this.options.applications.change(id, application => {
      this.#requireVersion(application, version)
      return step(application)
    })
  }

  #requireVersion({ id, state, version: present }: Application, version: number): void {
    if (present === version) return
    throw new IssuerError(
      { code: 'ISSUER_APPLICATION_CHANGED', application: id, state, version: present },
      `Somebody else changed the application, which is ${state} now. Look at it again, then decide.`,
    )
  }
}

const notRedeemed = ({ id, state }: Application, step: string): IssuerError =>
  new IssuerError(
    { code: 'ISSUER_APPLICATION_STATE', application: id, state, step },
    step === 'stop'
      ? `The application is ${state}, and there is no offer to stop.`
      : 'No wallet waits for a confirmation. Wait until the code was scanned, or make a new offer.',
  )
