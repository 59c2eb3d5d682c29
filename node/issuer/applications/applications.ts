/**
 * The applications of an authority: who asked for which card, and the state of each. Every change is committed together
 * with its journal entry, and one application changes one step at a time.
 */
import type { ApplicationState } from '../../credential/application.ts'
import type { ApplicationKind, Channel } from '../../credential/card.ts'
import type { Cards } from '../../credential/cards.ts'
import { type Hex, toBase64url, toHex } from '../../lib/bytes.ts'
import { KeyedLock } from '../../lib/lock.ts'
import type { Random } from '../../lib/random.ts'
import type { Clock, UnixSeconds } from '../../lib/time.ts'
import { Bucket } from '../../store/buckets.ts'
import { indexOnce } from '../../store/index-once.ts'
import { type Store, Table, textCodec, type WriteOp } from '../../store/store.ts'
import { IssuerError } from '../errors.ts'
import type { Journal } from '../journal.ts'
import {
  type Application,
  type ApplicationChanges,
  applicationCodec,
  BEGINNING,
  type CancelReason,
  type GuardianConsent,
  type IdentityCheck,
} from './application.ts'
import { ApplicationIndex } from './application-index.ts'
import { requireChannel } from './channels.ts'
import { renewedFrom } from './renewed.ts'
import { mayBecome } from './states.ts'
import { Waiting } from './waiting.ts'

export interface ApplicationsOptions {
  readonly cards: Cards
  readonly store: Store
  readonly journal: Journal
  readonly clock: Clock
  readonly random: Random
}

export interface NewApplication {
  /** 16 random bytes, base64url, if its events were journalled before it is made. */
  readonly id?: string
  readonly person: Uint8Array
  readonly vct: string
  readonly channel: Channel
  /** A mobile card if absent. */
  readonly kind?: ApplicationKind
  readonly chip?: boolean | null
  readonly fee?: number
  readonly centre?: string | null
  /** Who took the application, for the journal. */
  readonly by?: string
  /** Whether somebody saw that a guardian consents. For the journal. */
  readonly guardianConsent?: boolean
  /** The consent of a guardian for which the application waits. */
  readonly guardian?: GuardianConsent
  /** If the identity was checked together with the application, as at a counter. */
  readonly identity?: IdentityCheck
}

/** An application in its next state, and the operations that store it. */
export interface ApplicationStep {
  readonly application: Application
  readonly ops: readonly WriteOp[]
}

type Facts = Readonly<Record<string, string | number | boolean | null>>

export class Applications {
  readonly waiting = new Waiting()
  readonly #table: Table<string, Application>
  readonly #index: ApplicationIndex
  readonly #locks = new KeyedLock()

  constructor(private readonly options: ApplicationsOptions) {
    this.#table = new Table(options.store, Bucket.application, textCodec, applicationCodec)
    this.#index = new ApplicationIndex(options.store)
  }

  /** @throws {IssuerError} ISSUER_CARD_UNKNOWN, ISSUER_CHANNEL_REFUSED */
  async create(wanted: NewApplication): Promise<Application> {
    const { application, ops } = this.begin(wanted)
    await this.options.store.commit(ops)
    return application
  }

  /**
   * A new application, which nobody knows before its operations are committed.
   * @throws {IssuerError} ISSUER_CARD_UNKNOWN, ISSUER_CHANNEL_REFUSED
   */
  begin(wanted: NewApplication): ApplicationStep {
    const { cards, clock, random, journal } = this.options
    const { vct, channel, identity, kind = 'mobile', by, guardianConsent = false } = wanted
    requireChannel(cards, vct, channel)
    const applied: Application = {
      id: wanted.id ?? toBase64url(random(16)),
      version: 1,
      person: toHex(wanted.person),
      ...{ vct, channel, kind },
      chip: wanted.chip ?? null,
      fee: wanted.fee ?? 0,
      centre: wanted.centre ?? null,
      state: 'applied',
      times: { applied: clock() },
      ...BEGINNING,
      guardian: wanted.guardian ?? null,
    }
    const facts = {
      ...{ application: applied.id, card: vct, channel, kind },
      ...(by !== undefined && { by }),
      ...(guardianConsent && { guardianConsent }),
    }
    const ops: WriteOp[] = [
      ...this.#index.add(applied.id, applied.person, clock()),
      journal.append({ at: clock(), event: 'application.applied', ...facts }),
    ]
    if (!identity) return { application: applied, ops: [this.#table.put(applied.id, applied), ...ops] }
    const checked = this.identityChecked(applied, identity)
    return { application: checked.application, ops: [...ops, ...checked.ops] }
  }

  /** @throws {IssuerError} ISSUER_APPLICATION_UNKNOWN, ISSUER_APPLICATION_STATE */
  checkIdentity(id: string, identity: IdentityCheck): Promise<Application> {
    return this.change(id, application => this.identityChecked(application, identity))
  }

  /** Ends the application with all its offers, codes and tokens. An issued card cannot be cancelled, only revoked. */
  cancel(id: string, reason: CancelReason = 'operator'): Promise<Application> {
    return this.change(id, application => this.move(application, 'cancelled', {}, { reason }))
  }

  get(id: string): Application | undefined {
    return this.#table.get(id)
  }

  /** For an install of a version that had no such indexes. */
  indexAll(): Promise<void> {
    return indexOnce(this.options.store, 'applications', this.#indexEntries())
  }

  async *#indexEntries(): AsyncIterable<readonly WriteOp[]> {
    for await (const [id, { person, times }] of this.#table.entries())
      yield this.#index.add(id, person, times.applied ?? 0)
  }

  async ofPerson(person: Uint8Array): Promise<Application[]> {
    return this.#all(await this.#index.ofPerson(person))
  }

  /**
   * Made at these times, [from, until), the newest first, at most `limit`.
   * @param centre only those of this centre; null: those of all
   */
  async madeIn(from: UnixSeconds, until: UnixSeconds, limit: number, centre: string | null): Promise<Application[]> {
    const found: Application[] = []
    for await (const id of this.#index.madeIn(from, until)) {
      const application = this.get(id)
      if (application && (centre === null || application.centre === centre)) found.push(application)
      if (found.length === limit) break
    }
    return found
  }

  /** @throws {IssuerError} ISSUER_APPLICATION_UNKNOWN */
  require(id: string): Application {
    const application = this.get(id)
    if (application) return application
    throw new IssuerError(
      { code: 'ISSUER_APPLICATION_UNKNOWN', application: id },
      'There is no such application. Check the id, or make a new application.',
    )
  }

  /**
   * Runs the body with the application as stored. Nothing else changes the application until the body is done. Then those
   * who wait for a change are woken.
   * @throws {IssuerError} ISSUER_APPLICATION_UNKNOWN
   */
  locked<T>(id: string, body: (application: Application) => Promise<T>): Promise<T> {
    return this.#locks.run(id, async () => body(this.require(id))).finally(() => this.waiting.wake(id))
  }

  /**
   * The application in its next state, and the operations that store it. Call inside `locked`, and commit them there.
   * @throws {IssuerError} ISSUER_APPLICATION_STATE, ISSUER_GUARDIAN_UNDECIDED
   */
  move(
    application: Application,
    state: ApplicationState,
    changes: ApplicationChanges = {},
    facts: Facts = {},
  ): ApplicationStep {
    if (state === 'offered') requireConsent(application)
    if (!mayBecome(application, state)) {
      throw new IssuerError(
        { code: 'ISSUER_APPLICATION_STATE', application: application.id, state: application.state, step: state },
        `The application is ${application.state} and cannot become ${state}. Make a new application.`,
      )
    }
    const times = { ...application.times, [state]: this.options.clock() }
    return this.#step({ ...application, ...changes, state, times }, `application.${state}`, facts)
  }

  /** The application of the card that renews the card of this one, to be committed with that card. See `renewedFrom`. */
  renewed(previous: Application, reason: string): ApplicationStep {
    const { random, clock, journal } = this.options
    const { application, entries } = renewedFrom(previous, toBase64url(random(16)), clock(), reason)
    const { id, person } = application
    const logged = entries.map(entry => journal.append(entry))
    return { application, ops: [this.#table.put(id, application), ...this.#index.add(id, person, clock()), ...logged] }
  }

  /** Ends the offer of an application, so that it can get a new one. Its identity remains checked as it was. */
  withoutOffer(application: Application, event: string, facts: Facts): ApplicationStep {
    const { times } = application
    const moved = this.move(application, 'identity_checked').application
    return this.#step({ ...moved, version: application.version, times, offer: null, redemption: null }, event, facts)
  }

  /** Changes the application without a new state. @param event for the journal */
  update(application: Application, changes: ApplicationChanges, event: string, facts: Facts = {}): ApplicationStep {
    return this.#step({ ...application, ...changes }, event, facts)
  }

  /** Counts a wrong transaction code. The last one that is allowed cancels the application. */
  countWrongTxCode(
    application: Application,
    allowed: number,
  ): { readonly left: number; readonly ops: readonly WriteOp[] } {
    const wrongTxCodes = application.wrongTxCodes + 1
    const left = Math.max(0, allowed - wrongTxCodes)
    if (left === 0) {
      const reason: CancelReason = 'tx_code_exhausted'
      return { left, ops: this.move(application, 'cancelled', { wrongTxCodes }, { reason }).ops }
    }
    return { left, ops: this.update(application, { wrongTxCodes }, 'offer.tx_code_wrong', { left }).ops }
  }

  /**
   * Expires the application of an offer that nobody used in time. Does nothing if there is a newer offer, or while a step
   * of the application is running: its card may be on its way to the ledger. The next sweep tries again.
   */
  async expire(id: string, offer: Hex): Promise<void> {
    if (this.#locks.busy(id)) return
    await this.locked(id, async application => {
      if (application.state !== 'offered' || application.offer !== offer) return
      await this.options.store.commit(this.move(application, 'expired').ops)
    })
  }

  /** Commits one step. */
  change(id: string, step: (application: Application) => ApplicationStep): Promise<Application> {
    return this.locked(id, async application => {
      const next = step(application)
      await this.options.store.commit(next.ops)
      return next.application
    })
  }

  /** The step to `identity_checked`. @throws {IssuerError} ISSUER_APPLICATION_STATE */
  identityChecked(application: Application, identity: IdentityCheck): ApplicationStep {
    const { by, how, means, acr } = identity
    const facts = { by, how, ...(means && { means: means.join(' ') }), ...(acr !== undefined && { acr }) }
    return this.move(application, 'identity_checked', { identity }, facts)
  }

  #step(changed: Application, event: string, facts: Facts): ApplicationStep {
    const application = { ...changed, version: changed.version + 1 }
    const { id } = application
    const entry = this.options.journal.append({ ...facts, at: this.options.clock(), event, application: id })
    return { application, ops: [this.#table.put(id, application), entry] }
  }

  #all(ids: readonly string[]): Application[] {
    return ids.flatMap(id => this.get(id) ?? [])
  }
}

/** @throws {IssuerError} ISSUER_GUARDIAN_UNDECIDED */
function requireConsent({ id, guardian }: Application): void {
  if (guardian === null || guardian.state === 'agreed') return
  const text = {
    ko: '온라인으로 동의를 요청받은 법정대리인이 아직 동의하지 않았습니다. 동의를 기다리거나, 법정대리인과 함께 새로 신청해 주세요.',
    en: 'A guardian was asked online and has not agreed. Wait for the consent, or apply again together with the guardian.',
  }
  throw new IssuerError({ code: 'ISSUER_GUARDIAN_UNDECIDED', application: id, text }, text.en)
}
