/** Whose a document is, and whether that person may have a card by its chip. */
import type { Cards } from '../../credential/cards.ts'
import { koreanDate } from '../../credential/dates.ts'
import type { Clock } from '../../lib/time.ts'
import type { Resident, ResidentRegister } from '../../residents/register.ts'
import type { Applications } from '../applications/applications.ts'
import { requireChannel } from '../applications/channels.ts'
import { requireEligible } from '../applications/eligibility.ts'
import type { Rollout } from '../rollout/rollout.ts'
import type { VerifiedDocument } from './ports.ts'
import { notPresent, toCounter } from './refusals.ts'
import { sentToCounter } from './sent-to-counter.ts'

export interface HoldersOptions {
  readonly cards: Cards
  readonly applications: Pick<Applications, 'ofPerson'>
  readonly residents: Pick<ResidentRegister, 'find' | 'findByNumber'>
  readonly rollout: Pick<Rollout, 'requireMayApply'>
  readonly issuingAuthority: string
  readonly clock: Clock
}

export class Holders {
  constructor(private readonly options: HoldersOptions) {}

  /**
   * The holder of the document, if the register has it as their present one and they may have the card.
   * @throws {IssuerError} ISSUER_CHIP_NOT_PRESENT, ISSUER_CHIP_TO_COUNTER, and what an application can be refused for
   */
  async presentHolder(vct: string, document: VerifiedDocument): Promise<Resident> {
    const { cards, residents, rollout, issuingAuthority, clock } = this.options
    const now = clock()
    const resident = await residents.findByNumber(document.personalNumber)
    const present = resident?.facts.document
    if (!resident || !present?.chip || present.number !== document.documentNumber) throw notPresent()
    if (document.expiresOn < koreanDate(now)) throw notPresent()
    const { person, facts } = resident
    await this.requireNotSentToCounter(person)
    const card = requireChannel(cards, vct, 'chip')
    rollout.requireMayApply({
      ...{ residence: facts, card: card.id, kind: 'mobile', channel: 'chip', place: 'any-centre' },
    })
    requireEligible(card, { facts, guardianConsent: false }, issuingAuthority, now)
    return resident
  }

  /**
   * The card may have been replaced or reported lost since the chip was read, and the person erased.
   * @returns the number of the document
   * @throws {IssuerError} ISSUER_CHIP_NOT_PRESENT
   */
  async requireStillPresent(person: Uint8Array, isThis: (documentNumber: string) => boolean): Promise<string> {
    const document = (await this.options.residents.find(person))?.facts.document
    if (!document?.chip || !isThis(document.number)) throw notPresent()
    return document.number
  }

  /** @throws {IssuerError} ISSUER_CHIP_TO_COUNTER */
  async requireNotSentToCounter(person: Uint8Array): Promise<void> {
    if (sentToCounter(await this.options.applications.ofPerson(person))) throw toCounter()
  }
}
