/**
 * Locks the cards of a lost phone, and unlocks them. Every lock goes this way, whoever asks for it.
 *
 *   report ─▶ commit {report, holds} ─▶ in the served lists ─▶ the ledger suspends each card ─▶ commit {done}
 *             └─ the commit point ─┘                            └── now, or when it is in reach again
 *
 * After the commit point the cards are locked for everybody who reads a list, and this process or the next one makes the
 * ledger follow (status/held.ts). Nothing here waits for another change of the same cards before that point.
 * Why: docs/decisions/191, docs/decisions/192.
 */
import { type Hex, toBase64url, toHex } from '../../lib/bytes.ts'
import { KeyedLock } from '../../lib/lock.ts'
import type { Random } from '../../lib/random.ts'
import { atMost, type Clock, DAY, type Timer } from '../../lib/time.ts'
import type { Warn } from '../../lib/warn.ts'
import type { StatusIndex } from '../../status/allocator.ts'
import type { HeldSuspensions } from '../../status/held.ts'
import type { Store, WriteOp } from '../../store/store.ts'
import type { Vault } from '../../store/vault.ts'
import type { Credentials, StatusChange } from '../credentials.ts'
import { IssuerError } from '../errors.ts'
import type { Journal } from '../journal.ts'
import { type LossChannel, mayUnlock, UNLOCKED_BY } from './channels.ts'
import { LossError } from './errors.ts'
import { type CardLock, LossRecords, type LossReport, openReason, sealReason } from './loss-report.ts'

export interface LossDeskOptions {
  readonly store: Store
  readonly vault: Vault
  readonly held: HeldSuspensions
  readonly credentials: Credentials
  readonly journal: Journal
  readonly clock: Clock
  readonly timer: Timer
  readonly random: Random
  readonly warn: Warn
}

export interface Loss {
  readonly channel: LossChannel
  /** For the journal: never a name or number. */
  readonly by: string
  readonly person: Uint8Array
  readonly credentials: readonly string[]
  /** Personal data: stored sealed, and only its salted hash is on the ledger. */
  readonly reason: string
  /** Committed together with the report. */
  readonly ops?: (report: string) => readonly WriteOp[]
}

export interface Unlocking {
  readonly channel: LossChannel
  readonly by: string
  readonly reason: string
  /** How the holder was identified, for the journal. Null for the local command line, whose user answers for it. */
  readonly identity: string | null
  /** The transaction of the report that this closes. Undefined: whatever suspends the card now. */
  readonly closes?: Hex | undefined
}

/** Milliseconds for which whoever reports waits for the ledger. */
export const LEDGER_WAIT_MS = 4_000
/** Seconds for which a report that is done is kept, so that it can be asked for. */
const KEPT = 30 * DAY
/** Reports that are brought to the ledger together. */
const TOGETHER = 32

export class LossDesk {
  readonly #records: LossRecords
  readonly #running = new Map<string, Promise<readonly StatusChange[]>>()
  readonly #pending = new Set<string>()
  readonly #locks = new KeyedLock()
  #closed = false
  #purgedAt = 0

  private constructor(private readonly options: LossDeskOptions) {
    this.#records = new LossRecords(options.store)
  }

  /** The reports of an earlier process continue with the first `sweep`. */
  static async open(options: LossDeskOptions): Promise<LossDesk> {
    const desk = new LossDesk(options)
    for await (const [id] of desk.#records.pending.entries()) desk.#pending.add(id)
    return desk
  }

  get(id: string): LossReport | undefined {
    return this.#records.reports.get(id)
  }

  /** What locks a card; undefined if no report does. */
  lockOf(credential: string): CardLock | undefined {
    return this.#records.locks.get(credential)
  }

  /** The ids of those of a person's cards that can still be used, or become usable again. */
  async liveCards(person: Uint8Array): Promise<string[]> {
    const { credentials, clock } = this.options
    const all = await credentials.ofPerson(person)
    return all.filter(({ record }) => record.expiresAt > clock() && !this.#isRevoked(record)).map(({ id }) => id)
  }

  /**
   * Resolves when the report is on disk. From then on the served lists contain the suspensions.
   * @throws {IssuerError} ISSUER_CREDENTIAL_UNKNOWN
   */
  async take({ channel, by, person, credentials: ids, reason, ops }: Loss): Promise<LossReport> {
    const { store, held, journal, clock, random } = this.options
    const at = clock()
    const id = toBase64url(random(16))
    const sealedReason = sealReason(this.options.vault, person, id, reason)
    const report = { id, channel, by, person: toHex(person), credentials: ids, sealedReason, at, doneAt: null }
    const indexes = ids.map(credential => this.#indexOf(credential))
    await store.commit([
      this.#records.reports.put(id, report),
      this.#records.pending.put(id, new Uint8Array()),
      ...indexes.flatMap(index => (index ? [held.hold(index, causeOf(id), at)] : [])),
      ...ids.map(credential => this.#records.locks.put(credential, this.#withChannel(credential, channel, id, at))),
      journal.append({ at, event: 'loss.reported', report: id, by, channel, cards: ids.length }),
      ...(ops?.(id) ?? []),
    ])
    this.#pending.add(id)
    return report
  }

  /**
   * Brings a report to the ledger. Resolves with the changes that this made when all its cards are suspended or revoked
   * there. It is called again by itself until then.
   */
  follow(id: string): Promise<readonly StatusChange[]> {
    const running = this.#running.get(id) ?? this.#follow(id).finally(() => this.#running.delete(id))
    this.#running.set(id, running)
    return running
  }

  /**
   * `take` and `follow`, waiting a few seconds for the ledger.
   * @returns the changes; null if the ledger does not have all of them yet
   */
  async lock(loss: Loss): Promise<{ readonly report: LossReport; readonly changes: readonly StatusChange[] | null }> {
    const report = await this.take(loss)
    return { report, changes: await this.waitFor(report.id) }
  }

  /** @returns null if the ledger does not have the whole report within some seconds */
  async waitFor(id: string): Promise<readonly StatusChange[] | null> {
    let changes: readonly StatusChange[] | null = null
    const following = this.follow(id).then(made => {
      changes = made
    })
    // A failure is logged where the report is followed again.
    await atMost(this.options.timer, LEDGER_WAIT_MS, following).catch(error => this.#warn(id, error))
    return changes
  }

  /** To be called every few seconds, and once at the start. */
  async sweep(): Promise<void> {
    await this.#purge()
    if (this.#pending.size === 0 || this.#closed) return
    // Unless the ledger is in reach, none of them can go on.
    await this.options.credentials.catchUp()
    const waiting = [...this.#pending].filter(id => !this.#running.has(id))
    for (let from = 0; from < waiting.length && !this.#closed; from += TOGETHER) {
      const some = waiting.slice(from, from + TOGETHER)
      await Promise.all(some.map(id => this.follow(id).catch(error => this.#warn(id, error))))
    }
  }

  /** What is left continues at the next start. */
  close(): void {
    this.#closed = true
  }

  /** @throws {LossError} LOSS_UNLOCK_REFUSED, LOSS_NOT_ON_LEDGER */
  requireMayUnlock(credential: string, channel: LossChannel): void {
    // Of a card that an earlier version suspended, nobody knows who asked for it.
    const locked = this.lockOf(credential)?.channels ?? (['counter'] as const)
    if (!mayUnlock(channel, locked)) {
      const allowed = UNLOCKED_BY[channel].filter(one => mayUnlock(one, locked))
      throw new LossError(
        { code: 'LOSS_UNLOCK_REFUSED', credential, locked, allowed: allowed.length > 0 ? allowed : ['counter'] },
        'The card was locked by somebody who identified the holder better, or elsewhere. Nothing was changed. The holder ' +
          'can have it unlocked at the counter, with a document.',
      )
    }
    const index = this.#indexOf(credential)
    if (index && this.options.held.heldSince(index) !== undefined) {
      throw new LossError(
        { code: 'LOSS_NOT_ON_LEDGER', credential },
        'The report is published and not on the ledger yet, so it cannot be closed. Try again when the ledger has it.',
      )
    }
  }

  /**
   * Closes what locks a card. Resolves when the ledger has it as VALID again.
   * @throws {LossError} LOSS_UNLOCK_REFUSED, LOSS_NOT_ON_LEDGER
   * @throws {IssuerError} as `Credentials.change`
   */
  unlock(credential: string, { channel, by, reason, identity, closes }: Unlocking): Promise<StatusChange> {
    return this.#locks.run(credential, async () => {
      const { store, credentials, journal, clock } = this.options
      this.requireMayUnlock(credential, channel)
      const seen = this.lockOf(credential)
      const change = await credentials.change(credential, 'VALID', reason, by, closes)
      // A report that came in while the ledger was asked stays.
      if (seen && this.lockOf(credential)?.report === seen.report) {
        await store.commit([
          this.#records.locks.del(credential),
          journal.append({ at: clock(), event: 'loss.closed', report: seen.report, credential, by, channel, identity }),
        ])
      }
      return change
    })
  }

  async #follow(id: string): Promise<readonly StatusChange[]> {
    const { store, vault, held, credentials, journal, clock } = this.options
    const report = this.get(id)
    if (!report || report.doneAt !== null) return []
    // A report about no card needs the ledger too: otherwise its answer would say that there is none.
    if (report.credentials.length === 0) await credentials.catchUp()
    const reason = openReason(vault, report) ?? report.by
    const changes = await Promise.all(report.credentials.map(one => this.#suspend(one, report, reason)))
    const at = clock()
    await store.commit([
      this.#records.reports.put(id, { ...report, sealedReason: null, doneAt: at }),
      this.#records.pending.del(id),
      ...report.credentials.flatMap(one => {
        const index = this.#indexOf(one)
        return index ? held.release(index, causeOf(id)) : []
      }),
      journal.append({ at, event: 'loss.on-ledger', report: id }),
    ])
    this.#pending.delete(id)
    return changes.filter(change => change !== null)
  }

  /** @returns null if there was nothing to change */
  async #suspend(credential: string, { by }: LossReport, reason: string): Promise<StatusChange | null> {
    const { credentials } = this.options
    try {
      return await credentials.change(credential, 'SUSPENDED', reason, by)
    } catch (error) {
      if (!(error instanceof IssuerError)) throw error
      // The ledger refused its batch, so nobody has the card.
      if (error.code === 'ISSUER_CREDENTIAL_UNKNOWN' || error.code === 'ISSUER_STATUS_UNCHANGED') return null
      if (error.code === 'ISSUER_STATUS_REFUSED' && this.#isRevoked(credentials.get(credential))) return null
      throw error
    }
  }

  #withChannel(credential: string, channel: LossChannel, report: string, at: number): CardLock {
    const before = this.lockOf(credential)?.channels ?? []
    return { channels: [...new Set([...before, channel])], report, at }
  }

  #isRevoked(record: Parameters<Credentials['statusOf']>[0]): boolean {
    try {
      return this.options.credentials.statusOf(record) === 'INVALID'
    } catch {
      // Its list was not read yet.
      return false
    }
  }

  #indexOf(credential: string): StatusIndex | undefined {
    const record = this.options.credentials.find(credential)
    return record && { list: BigInt(record.list), idx: record.idx }
  }

  async #purge(): Promise<void> {
    const { store, clock } = this.options
    const now = clock()
    if (now - this.#purgedAt < DAY) return
    this.#purgedAt = now
    const ended: WriteOp[] = []
    for await (const [id, { doneAt }] of this.#records.reports.entries()) {
      if (doneAt !== null && now - doneAt > KEPT) ended.push(this.#records.reports.del(id))
    }
    await store.commit(ended)
  }

  #warn(report: string, error: unknown): void {
    if (this.#closed) return
    this.options.warn(
      { report, error: String(error) },
      'a loss report is in the published lists and not on the ledger yet; the node goes on trying',
    )
  }
}

/** Who holds the suspensions of a report. */
const causeOf = (report: string) => `loss-report:${report}`
