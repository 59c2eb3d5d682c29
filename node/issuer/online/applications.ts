/**
 * Online applications: a person signs in at the identity provider, and gets a card if the roll-out policy and the card's rules
 * allow it. The application, its identity check, its offer and what the wallet gets are in one commit. After a crash there is
 * either all of it, or nothing, and the person begins again.
 */
import type { CardDefinition } from '../../credential/card.ts'
import type { Cards } from '../../credential/cards.ts'
import { fromHex, type Hex } from '../../lib/bytes.ts'
import { KeyedLock } from '../../lib/lock.ts'
import type { Clock } from '../../lib/time.ts'
import type { Resident, ResidentRegister } from '../../residents/register.ts'
import type { Store, WriteOp } from '../../store/store.ts'
import type { Application } from '../applications/application.ts'
import type { Applications } from '../applications/applications.ts'
import { refusalOf } from '../applications/eligibility.ts'
import type { IssuingGate } from '../gate.ts'
import type { SignedInOffer } from '../offers/offer.ts'
import type { Offers } from '../offers/offers.ts'
import type { Rollout } from '../rollout/rollout.ts'
import { OnlineError } from './errors.ts'
import type { GuardianCodes } from './guardian-codes.ts'
import type { Standing } from './standing.ts'
import type { Visit } from './visits.ts'

export interface OnlineApplicationsOptions {
  /** The provider's issuer identifier, by which the journal names it. */
  readonly provider: string
  readonly cards: Cards
  readonly store: Store
  readonly residents: Pick<ResidentRegister, 'find'>
  readonly applications: Applications
  readonly offers: Offers
  readonly codes: GuardianCodes
  readonly rollout: Pick<Rollout, 'refusalOf'>
  readonly gate: Pick<IssuingGate, 'requireOpen'>
  readonly issuingAuthority: string
  readonly clock: Clock
}

export type Applicant = Pick<Visit, 'person' | 'acr' | 'application'>

/** What is committed together with the offer. It runs without waiting, so it may check once more what it depends on. */
export type MakeResult<T> = (
  offer: SignedInOffer,
  application: string,
) => { readonly value: T; readonly ops: readonly WriteOp[] }

export interface StandingOf {
  readonly resident: Resident
  readonly standing: Standing
}

export class OnlineApplications {
  /** One step of a person at a time. */
  readonly #locks = new KeyedLock()

  constructor(private readonly options: OnlineApplicationsOptions) {}

  /** The cards that can be applied for online. */
  get cards(): readonly CardDefinition[] {
    return this.options.cards.all.filter(({ channels }) => channels.includes('online'))
  }

  /** @throws {OnlineError} ONLINE_PERSON_UNKNOWN for a person who was erased */
  async standingOf(person: Hex, card: CardDefinition): Promise<StandingOf> {
    const resident = await this.options.residents.find(fromHex(person))
    if (!resident) throw new OnlineError({ code: 'ONLINE_PERSON_UNKNOWN' })
    return { resident, standing: await this.#standing(resident, card) }
  }

  /**
   * Makes the application, if there is none to which a guardian agreed, and its offer, and commits them with the result.
   * @throws {OnlineError} ONLINE_PERSON_UNKNOWN, ONLINE_SIGN_IN_ENDED if the person cannot have the card now
   * @throws {IssuerError} ISSUER_STOPPED, ISSUER_APPLICATION_STATE
   */
  grant<T>(visit: Applicant, card: CardDefinition, makeResult: MakeResult<T>): Promise<T> {
    this.options.gate.requireOpen()
    return this.#locks.run(visit.person, () => this.#grant(visit, card, makeResult))
  }

  async #grant<T>(visit: Applicant, card: CardDefinition, makeResult: MakeResult<T>): Promise<T> {
    const { applications, offers, store } = this.options
    const { standing } = await this.standingOf(visit.person, card)
    if (standing.kind !== 'ready') throw new OnlineError({ code: 'ONLINE_SIGN_IN_ENDED' })
    const identity = this.#identity(visit)
    const known = visit.application ?? standing.application?.id
    const commit = async (application: Application, before: readonly WriteOp[]) => {
      const offer = offers.signedIn(application, identity)
      const { value, ops } = makeResult(offer, application.id)
      await store.commit([...before, ...offer.ops, ...ops])
      return value
    }
    if (known !== undefined) return applications.locked(known, application => commit(application, []))
    const begun = applications.begin({ ...this.#wanted(visit.person, card), identity })
    return commit(begun.application, begun.ops)
  }

  /** Makes the application that waits for a guardian, or a new code for it. Does nothing if a code is in force. */
  askGuardian(visit: Applicant, card: CardDefinition): Promise<void> {
    this.options.gate.requireOpen()
    return this.#locks.run(visit.person, () => this.#askGuardian(visit, card))
  }

  async #askGuardian(visit: Applicant, card: CardDefinition): Promise<void> {
    const { applications, codes, store } = this.options
    const { standing } = await this.standingOf(visit.person, card)
    if (standing.kind === 'consent') {
      const guardian = codes.waiting(null)
      const wanted = { ...this.#wanted(visit.person, card), identity: this.#identity(visit), guardian }
      const { application, ops } = applications.begin(wanted)
      await store.commit([...ops, codes.put(application.id, guardian)])
    } else if (standing.kind === 'waiting' && standing.over) {
      await applications.change(standing.application.id, application => {
        const before = application.guardian
        if (before?.state !== 'waiting') return { application, ops: [] }
        const guardian = codes.waiting(before)
        const step = applications.update(application, { guardian }, 'application.guardian_asked')
        return { ...step, ops: [...step.ops, codes.end(application.id, before), codes.put(application.id, guardian)] }
      })
    }
  }

  async #standing(resident: Resident, card: CardDefinition): Promise<Standing> {
    const { rollout, issuingAuthority, clock } = this.options
    const { facts } = resident
    const place = { channel: 'online', place: 'any-centre' } as const
    const early = rollout.refusalOf({ residence: facts, card: card.id, kind: 'mobile', ...place })
    if (early) return { kind: 'refused', text: early.text }
    const refusal = refusalOf(card, { facts, guardianConsent: false }, issuingAuthority, clock())
    if (!refusal) return { kind: 'ready', application: null }
    if (refusal.failure.code !== 'ISSUER_CONSENT_NEEDED') return { kind: 'refused', text: refusal.failure.text }
    const further = refusalOf(card, { facts, guardianConsent: true }, issuingAuthority, clock())
    if (further) return { kind: 'refused', text: further.failure.text }
    return this.#consent(resident, card)
  }

  async #consent({ person, facts }: Resident, { vct }: CardDefinition): Promise<Standing> {
    const now = this.options.clock()
    const made = await this.options.applications.ofPerson(person)
    const asked = made
      .filter(one => one.vct === vct && one.guardian !== null)
      .toSorted((a, b) => (b.times.applied ?? 0) - (a.times.applied ?? 0))
    const open = asked.find(({ state }) => OPEN.has(state))
    if (open?.guardian?.state === 'agreed' && now < open.guardian.until) return { kind: 'ready', application: open }
    if (open?.guardian?.state === 'waiting') {
      return { kind: 'waiting', application: open, over: now >= open.guardian.until }
    }
    if ((facts.guardians ?? []).length === 0) {
      return { kind: 'refused', text: new OnlineError({ code: 'ONLINE_NO_GUARDIAN' }).text }
    }
    return { kind: 'consent', refused: asked[0]?.guardian?.state === 'refused' }
  }

  #identity({ acr }: Pick<Visit, 'acr'>) {
    return { by: this.options.provider, how: 'online', acr }
  }

  #wanted(person: Hex, { vct }: CardDefinition) {
    return { person: fromHex(person), vct, channel: 'online' } as const
  }
}

const OPEN: ReadonlySet<string> = new Set(['identity_checked', 'offered', 'expired'])
