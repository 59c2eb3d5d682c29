/**
 * The applications of an authority: who asked for which card, and the state of each. Every change is committed together
 * with its journal entry, and one application changes one step at a time.
 */
import type { Channel } from '../../credential/card.ts'
import { allCards, cardByVct } from '../../credential/cards/all.ts'
import { type Hex, toBase64url, toHex } from '../../lib/bytes.ts'
import { KeyedLock } from '../../lib/lock.ts'
import type { Random } from '../../lib/random.ts'
import type { Clock } from '../../lib/time.ts'
import { Bucket } from '../../store/buckets.ts'
import { type Store, Table, textCodec, type WriteOp } from '../../store/store.ts'
import { IssuerError } from '../errors.ts'
import type { Journal } from '../journal.ts'
import {
  type Application,
  type ApplicationState,
  applicationCodec,
  type CancelReason,
  type IdentityCheck,
  mayBecome,
} from './application.ts'

export interface ApplicationsOptions {
  readonly store: Store
  readonly journal: Journal
  readonly clock: Clock
  readonly random: Random
}

export interface NewApplication {
  readonly person: Uint8Array
  readonly vct: string
  readonly channel: Channel
  /** If the identity was checked together with the application, as at a counter. */
  readonly identity?: IdentityCheck
}

export class Applications {
  readonly #table: Table<string, Application>
  readonly #locks = new KeyedLock()

  constructor(private readonly options: ApplicationsOptions) {
    this.#table = new Table(options.store, Bucket.application, textCodec, applicationCodec)
  }

  /** @throws {IssuerError} ISSUER_CARD_UNKNOWN, ISSUER_CHANNEL_REFUSED */
  async create({ person, vct, channel, identity }: NewApplication): Promise<Application> {
    const { clock, random, journal, store } = this.options
    const definition = cardByVct(vct)
    if (!definition) {
      const known = allCards.map(card => card.vct)
      throw new IssuerError(
        { code: 'ISSUER_CARD_UNKNOWN', card: vct, known },
        `There is no card "${vct}". Use one of: ${known.join(', ')}.`,
      )
    }
    if (!definition.channels.includes(channel)) {
      throw new IssuerError(
        { code: 'ISSUER_CHANNEL_REFUSED', card: vct, channel },
        `This card cannot be applied for through this channel. Use one of: ${definition.channels.join(', ')}.`,
      )
    }
    const applied: Application = {
      id: toBase64url(random(16)),
      person: toHex(person),
      vct,
      channel,
      state: 'applied',
      times: { applied: clock() },
      identity: null,
      wrongTxCodes: 0,
      offer: null,
    }
    const ops: WriteOp[] = [
      journal.append({ at: clock(), event: 'application.applied', application: applied.id, card: vct, channel }),
    ]
    if (!identity) {
      await store.commit([this.#table.put(applied.id, applied), ...ops])
      return applied
    }
    const checked = this.#identityChecked(applied, identity)
    await store.commit([...ops, ...checked.ops])
    return checked.application
  }

  /** @throws {IssuerError} ISSUER_APPLICATION_UNKNOWN, ISSUER_APPLICATION_STATE */
  checkIdentity(id: string, identity: IdentityCheck): Promise<Application> {
    return this.change(id, application => this.#identityChecked(application, identity))
  }

  /** Ends the application with all its offers, codes and tokens. An issued card cannot be cancelled, only revoked. */
  cancel(id: string, reason: CancelReason = 'operator'): Promise<Application> {
    return this.change(id, application => this.move(application, 'cancelled', {}, { reason }))
  }

  get(id: string): Application | undefined {
    return this.#table.get(id)
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
   * Runs the body with the application as stored. Nothing else changes the application until the body is done.
   * @throws {IssuerError} ISSUER_APPLICATION_UNKNOWN
   */
  locked<T>(id: string, body: (application: Application) => Promise<T>): Promise<T> {
    return this.#locks.run(id, async () => body(this.require(id)))
  }

  /**
   * The application in its next state, and the operations that store it. Call inside `locked`, and commit them there.
   * @throws {IssuerError} ISSUER_APPLICATION_STATE
   */
  move(
    application: Application,
    state: ApplicationState,
    changes: Partial<Pick<Application, 'identity' | 'offer' | 'wrongTxCodes'>> = {},
    facts: Readonly<Record<string, string | number>> = {},
  ): { readonly application: Application; readonly ops: readonly WriteOp[] } {
    if (!mayBecome(application, state)) {
      throw new IssuerError(
        { code: 'ISSUER_APPLICATION_STATE', application: application.id, state: application.state, step: state },
        `The application is ${application.state} and cannot become ${state}. Make a new application.`,
      )
    }
    const at = this.options.clock()
    const next: Application = { ...application, ...changes, state, times: { ...application.times, [state]: at } }
    const entry = this.options.journal.append({
      ...facts,
      at,
      event: `application.${state}`,
      application: application.id,
    })
    return { application: next, ops: [this.#table.put(next.id, next), entry] }
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
    const entry = this.options.journal.append({
      at: this.options.clock(),
      event: 'offer.tx_code_wrong',
      application: application.id,
      left,
    })
    return { left, ops: [this.#table.put(application.id, { ...application, wrongTxCodes }), entry] }
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
  change(
    id: string,
    step: (application: Application) => { readonly application: Application; readonly ops: readonly WriteOp[] },
  ): Promise<Application> {
    return this.locked(id, async application => {
      const next = step(application)
      await this.options.store.commit(next.ops)
      return next.application
    })
  }

  #identityChecked(application: Application, identity: IdentityCheck) {
    return this.move(application, 'identity_checked', { identity }, { by: identity.by, how: identity.how })
  }
}
