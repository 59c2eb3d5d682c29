import type { CardDefinition } from '../credential/card.ts'
import type { Cards } from '../credential/cards.ts'
import type { Clock } from '../lib/time.ts'
import type { Resident, ResidentRegister } from '../residents/register.ts'
import type { IdentityCheck } from './applications/application.ts'
import type { Applications } from './applications/applications.ts'
import { requireEligible } from './applications/eligibility.ts'
import { IssuerError } from './errors.ts'
import type { IssuingGate } from './gate.ts'
import type { OfferGrant, OfferHandout } from './offers/offer.ts'
import type { Offers } from './offers/offers.ts'
import type { Place } from './rollout/may-apply.ts'
import type { Rollout } from './rollout/rollout.ts'

export interface ApplyOptions {
  /** The only grant that the wallet learns of. */
  readonly grant?: OfferGrant | undefined
  /** Whether the caller saw that a guardian consents. */
  readonly guardianConsent?: boolean | undefined
}

/** Applications at a counter: the applicant was identified in person and gets a one-time QR code. */
export class Counter {
  constructor(
    private readonly cards: Cards,
    private readonly residents: ResidentRegister,
    private readonly applications: Applications,
    private readonly offers: Offers,
    private readonly issuingAuthority: string,
    private readonly gate: IssuingGate,
    private readonly rollout: Pick<Rollout, 'requireMayApply'>,
    private readonly clock: Clock,
  ) {}

  /**
   * Creates the application and its offer. The card's demands are checked here, so that a fact that the register lacks is
   * reported at the counter and not later in the wallet.
   * @throws {IssuerError} ISSUER_CARD_UNKNOWN, ISSUER_PERSON_UNKNOWN, ISSUER_STOPPED, ISSUER_NOT_YET,
   * ISSUER_OTHER_CENTRE, ISSUER_TOO_YOUNG, ISSUER_CONSENT_NEEDED, ISSUER_FACTS_MISSING
   */
  async apply(
    cardId: string,
    personalNumber: string,
    identity: IdentityCheck,
    place: Place,
    { grant, guardianConsent = false }: ApplyOptions = {},
  ): Promise<OfferHandout> {
    this.gate.requireOpen()
    const card = requireCard(this.cards, cardId)
    const { person, facts } = await this.find(personalNumber)
    this.rollout.requireMayApply({ residence: facts, card: card.id, kind: 'mobile', channel: 'counter', place })
    requireEligible(card, { facts, guardianConsent }, this.issuingAuthority, this.clock())
    const application = await this.applications.create({
      ...{ person, vct: card.vct, channel: 'counter', identity, guardianConsent },
    })
    return this.offers.create(application.id, grant)
  }

  /** @throws {IssuerError} ISSUER_PERSON_UNKNOWN */
  async find(personalNumber: string): Promise<Resident> {
    const resident = await this.residents.findByNumber(personalNumber)
    if (resident) return resident
    throw new IssuerError(
      { code: 'ISSUER_PERSON_UNKNOWN' },
      'The register has no resident with that personal number. Check the number, or import the register first.',
    )
  }
}

/** @throws {IssuerError} ISSUER_CARD_UNKNOWN */
export function requireCard(cards: Cards, id: string): CardDefinition {
  const card = cards.byId(id)
  if (card) return card
  const known = cards.ids
  throw new IssuerError(
    { code: 'ISSUER_CARD_UNKNOWN', card: id, known },
    `There is no card "${id}". Use one of: ${known.join(', ')}.`,
  )
}
