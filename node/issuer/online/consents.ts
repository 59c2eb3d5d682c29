/**
 * The consent of a guardian (법정대리인). The guardian signs in at the same identity provider, and the register says whose
 * guardian they are. The decision and its journal entry are one commit, and a code is decided once.
 * Why: docs/decisions/190-a-guardian-consents-by-a-sign-in.md.
 */

import type { CardDefinition } from '../../credential/card.ts'
import type { Cards } from '../../credential/cards.ts'
import { equalBytes, fromHex, type Hex } from '../../lib/bytes.ts'
import { type Clock, DAY } from '../../lib/time.ts'
import type { Resident, ResidentRegister } from '../../residents/register.ts'
import type { Store } from '../../store/store.ts'
import { type Application, personOf } from '../applications/application.ts'
import type { Applications } from '../applications/applications.ts'
import { OnlineError } from './errors.ts'
import type { GuardianCodes } from './guardian-codes.ts'

export interface ConsentsOptions {
  readonly cards: Cards
  readonly store: Store
  readonly residents: Pick<ResidentRegister, 'find'>
  readonly applications: Applications
  readonly codes: GuardianCodes
  /** The provider's issuer identifier, by which the journal names it. */
  readonly provider: string
  readonly clock: Clock
}

/** What a guardian decides about. */
export interface ConsentRequest {
  readonly application: Application
  readonly card: CardDefinition
  readonly applicant: Resident
}

/** Seconds for which the applicant can use the consent. Then a guardian has to be asked again. */
const CONSENT_LIFETIME = 30 * DAY

export class Consents {
  constructor(private readonly options: ConsentsOptions) {}

  /**
   * @param guardian who signed in
   * @throws {OnlineError} ONLINE_CONSENT_ENDED, ONLINE_NOT_GUARDIAN, ONLINE_PERSON_UNKNOWN
   */
  async find(code: string, guardian: Hex): Promise<ConsentRequest> {
    const { cards, codes, applications, residents } = this.options
    const id = codes.applicationOf(code)
    const application = id === undefined ? undefined : applications.get(id)
    const card = application && cards.byVct(application.vct)
    if (!application || !card || !isWaiting(application)) throw new OnlineError({ code: 'ONLINE_CONSENT_ENDED' })
    const adult = await residents.find(fromHex(guardian))
    if (!adult) throw new OnlineError({ code: 'ONLINE_PERSON_UNKNOWN' })
    const applicant = await residents.find(personOf(application))
    if (!applicant) throw new OnlineError({ code: 'ONLINE_CONSENT_ENDED' })
    const isGuardian = applicant.facts.guardians?.includes(adult.facts.personalNumber) ?? false
    if (!isGuardian || equalBytes(adult.person, applicant.person))
      throw new OnlineError({ code: 'ONLINE_NOT_GUARDIAN' })
    return { application, card, applicant }
  }

  /** @throws {OnlineError} as `find` */
  async decide(code: string, guardian: Hex, acr: string, decision: 'agreed' | 'refused'): Promise<void> {
    const { codes, applications, store, clock, provider } = this.options
    const asked = await this.find(code, guardian)
    await applications.locked(asked.application.id, async application => {
      if (!isWaiting(application)) throw new OnlineError({ code: 'ONLINE_CONSENT_ENDED' })
      const before = application.guardian
      const consent = { ...before, state: decision, by: guardian, until: clock() + CONSENT_LIFETIME } as const
      const facts = { guardian, by: provider, acr }
      const step =
        decision === 'agreed'
          ? applications.update(application, { guardian: consent }, 'application.guardian_agreed', facts)
          : applications.move(
              application,
              'refused',
              { guardian: consent, refusal: 'guardian_refused' },
              { ...facts, reason: 'guardian_refused' },
            )
      await store.commit([...step.ops, codes.end(application.id, before)])
    })
  }
}

type WaitingApplication = Application & { readonly guardian: NonNullable<Application['guardian']> }

const isWaiting = (application: Application): application is WaitingApplication =>
  application.state === 'identity_checked' && application.guardian?.state === 'waiting'
