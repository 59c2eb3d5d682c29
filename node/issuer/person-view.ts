/** What a clerk sees of one person: the register's facts, their cards as the ledger has them, and what they may apply for. */

import type { ApplicationKind } from '../credential/card.ts'
import type { Cards } from '../credential/cards.ts'
import { imageType } from '../credential/image.ts'
import { toBase64 } from '../lib/base64.ts'
import { toHex } from '../lib/bytes.ts'
import { atMost, type Timer, type UnixSeconds } from '../lib/time.ts'
import { STATUSES, type StatusName } from '../proof/registries/status.ts'
import { maskedNumber } from '../residents/masked.ts'
import type { Resident } from '../residents/register.ts'
import type { HeldSuspensions } from '../status/held.ts'
import type { StatusMirror } from '../status/mirror.ts'
import type { Store } from '../store/store.ts'
import type { Vault } from '../store/vault.ts'
import type { Applications } from './applications/applications.ts'
import type { Clerk, ClerkActs } from './applications/clerk-acts.ts'
import type { PolicyRefusal } from './applications/policy.ts'
import type { ApplicationView, ApplicationWatch } from './applications/watch.ts'
import type { CredentialRecord } from './credential-record.ts'
import type { Credentials } from './credentials.ts'
import { isOutdated } from './issued-facts.ts'
import type { Journal } from './journal.ts'
import type { PersonViewings } from './person-viewings.ts'
import { renewableFrom } from './renewal/window.ts'
import type { SuspensionView, SuspensionViews } from './suspension-view.ts'

export interface PersonViewsOptions {
  readonly cards: Cards
  readonly store: Store
  readonly vault: Vault
  readonly journal: Journal
  readonly applications: Applications
  readonly clerkActs: Pick<ClerkActs, 'mayApply'>
  readonly watch: ApplicationWatch
  readonly credentials: Credentials
  readonly suspensions: SuspensionViews
  readonly viewings: PersonViewings
  readonly mirror: Pick<StatusMirror, 'asOf' | 'catchUp' | 'statusAt'>
  readonly held: Pick<HeldSuspensions, 'heldSince'>
  readonly timer: Timer
}

export interface CredentialView {
  readonly credentialId: string
  readonly card: string
  /** As of `asOf`. Null: the node has not read it from the ledger, and knows nothing about it. */
  readonly status: StatusName | null
  readonly issuedAt: UnixSeconds
  readonly expiresAt: UnixSeconds
  /** From when it can be renewed. */
  readonly renewableFrom: UnixSeconds
  /** The card states other facts than the register has now. */
  readonly outdated: boolean
  readonly asOf: { readonly block: number; readonly time: UnixSeconds } | null
  /** The report that a reinstatement closes. */
  readonly suspension: SuspensionView | null
  /** Since when the published list has it as suspended, while the ledger does not. Null otherwise. */
  readonly heldSince: UnixSeconds | null
}

export interface PersonView {
  readonly name: string
  readonly birthdate: string
  readonly address: string
  readonly maskedNumber: string
  readonly municipality: string
  /** A data URL. */
  readonly portrait: string | null
  /** One of the person's cards in force is outdated. */
  readonly outdated: boolean
  readonly credentials: CredentialView[]
  readonly applications: ApplicationView[]
  readonly canApply: {
    readonly card: string
    readonly kind: ApplicationKind
    readonly fee: number
    /** A guardian has to consent, and the application says whether one does. */
    readonly consent: boolean
    readonly allowed: boolean
    readonly refusal: PolicyRefusal | null
  }[]
}

/** Milliseconds for which the ledger is asked for newer statuses. Then those that are known are shown, with their age. */
const CATCH_UP_MS = 2000

export class PersonViews {
  constructor(private readonly options: PersonViewsOptions) {}

  /** The journal has who looks before anything is shown. */
  async show(resident: Resident, now: UnixSeconds, clerk: Clerk): Promise<PersonView> {
    const { cards, applications, watch, credentials, mirror, timer, clerkActs, viewings } = this.options
    const { person, facts } = resident
    await viewings.record([person], clerk.by, now)
    await atMost(timer, CATCH_UP_MS, mirror.catchUp()).catch(() => undefined)
    const issued = (await credentials.ofPerson(person)).map(({ id, record }) => this.#credential(id, record, resident))
    const made = await applications.ofPerson(person)
    const offered = cards.all.filter(({ channels }) => channels.includes('counter'))
    const type = imageType(facts.portrait)
    return {
      name: facts.familyName + facts.givenName,
      birthdate: facts.birthdate,
      address: facts.address,
      maskedNumber: maskedNumber(facts.personalNumber),
      municipality: facts.municipality,
      portrait: type === undefined ? null : `data:${type};base64,${toBase64(facts.portrait)}`,
      outdated: issued.some(one => one.outdated && one.status !== 'INVALID' && now < one.expiresAt),
      credentials: issued,
      applications: made.map(one => watch.show(one)).sort((a, b) => (b.times.applied ?? 0) - (a.times.applied ?? 0)),
      canApply: offered.flatMap(card =>
        card.applications.map(({ kind, fee }) => {
          const { consent, refusal } = clerkActs.mayApply(facts, card, kind, clerk)
          return { card: card.id, kind, fee, consent, allowed: refusal === null, refusal }
        }),
      ),
    }
  }

  /** The whole personal number. The journal has who asked before it is given. @param by who asks */
  async reveal({ person, facts }: Resident, at: UnixSeconds, by: string): Promise<string> {
    const { store, journal } = this.options
    await store.commit([journal.append({ at, event: 'resident.number-revealed', person: toHex(person), by })])
    return facts.personalNumber
  }

  #credential(credentialId: string, record: CredentialRecord, { person, facts }: Resident): CredentialView {
    const { cards, vault, mirror, held, suspensions } = this.options
    const { cardId, issuedAt, expiresAt, sealedFacts } = record
    const card = cards.byId(cardId)
    const status = mirror.statusAt(BigInt(record.list), record.idx)
    const { block, time } = mirror.asOf ?? {}
    return {
      ...{ credentialId, card: cardId, issuedAt, expiresAt },
      renewableFrom: renewableFrom(card, expiresAt),
      status: status === undefined ? null : STATUSES[status],
      outdated: card !== undefined && isOutdated(vault, person, sealedFacts, card, facts),
      asOf: block === undefined || time === undefined ? null : { block, time },
      suspension: status !== undefined && STATUSES[status] === 'SUSPENDED' ? suspensions.show(credentialId) : null,
      heldSince: held.heldSince({ list: BigInt(record.list), idx: record.idx }) ?? null,
    }
  }
}
