/**
 * Loss reports of telecoms. A report is taken once: the same one again gets the same answer, also after the cards were
 * unlocked, and another one with the same `jti` is refused. Each telecom may make so many an hour.
 * Why: docs/decisions/193.
 */
import { sha256 } from '#crypto'
import { equalBytes, fromHex, type Hex, toHex, utf8 } from '../../lib/bytes.ts'
import { KeyedLock } from '../../lib/lock.ts'
import { type Clock, DAY, MINUTE } from '../../lib/time.ts'
import type { Warn } from '../../lib/warn.ts'
import type { LineCustomer } from '../../residents/lines/port.ts'
import { Bucket } from '../../store/buckets.ts'
import { bytesCodec, jsonCodec, type Store, Table, textCodec } from '../../store/store.ts'
import type { Vault } from '../../store/vault.ts'
import type { Credentials, StatusChange } from '../credentials.ts'
import type { Installations } from '../installations/installations.ts'
import { LossError } from './errors.ts'
import type { LossDesk } from './loss-desk.ts'
import type { LossReport } from './loss-report.ts'
import { type Reporters, refused as reporterRefused } from './reporters.ts'
import {
  parseSignedClosure,
  parseSignedReport,
  refused,
  requireAudience,
  requirePresent,
  type SignedReport,
} from './signed-report.ts'

export interface TelecomReportsOptions {
  readonly store: Store
  readonly vault: Vault
  readonly desk: LossDesk
  readonly reporters: Reporters
  readonly credentials: Pick<Credentials, 'find'>
  readonly installations: Pick<Installations, 'of'>
  /** Whose a line is and which telecom's, as far as the authority knows. */
  readonly customerOf: (line: string) => LineCustomer | undefined
  /** The audience of a report. */
  readonly publicUrl: string
  /** How many losses one telecom may report in an hour. */
  readonly perHour: number
  readonly clock: Clock
  readonly alarm: Warn
}

/** On disk. */
interface LossJti {
  readonly report: string
  /** Keyed hash of what was reported, hex: a telephone number could be guessed from a plain one. */
  readonly content: Hex
}

/** On disk: how many losses were reported, by minute. */
type LossCount = Readonly<Record<string, number>>

const WINDOW = 60

export class TelecomReports {
  readonly #byJti: Table<Uint8Array, LossJti>
  readonly #counts: Table<string, LossCount>
  readonly #lock = new KeyedLock()
  #purgedAt = 0

  constructor(private readonly options: TelecomReportsOptions) {
    this.#byJti = new Table(options.store, Bucket.lossByJti, bytesCodec, jsonCodec())
    this.#counts = new Table(options.store, Bucket.lossCount, textCodec, jsonCodec())
  }

  /**
   * Resolves when the report is on disk and published.
   * @param organisation of the machine client that sends it
   * @param text a compact JWS (signed-report.ts)
   * @throws {LossError} LOSS_REPORT_REFUSED, LOSS_REPORTER_REFUSED, LOSS_REPORTER_UNCHECKED, LOSS_LINE_REFUSED,
   * LOSS_JTI_REPEATED, LOSS_LIMIT
   */
  async report(organisation: number | undefined, text: string): Promise<LossReport> {
    const { reporters, publicUrl, clock } = this.options
    if (organisation === undefined) throw reporterRefused('no_organisation')
    const signed = parseSignedReport(text)
    requireAudience(signed, publicUrl)
    await reporters.require(signed.keyId, organisation, clock())
    return this.#lock.run(String(organisation), () => this.#take(organisation, signed, text))
  }

  /** @throws {LossError} LOSS_REPORT_UNKNOWN, also for a report of another telecom */
  get(organisation: number | undefined, id: string): LossReport {
    const report = this.options.desk.get(id)
    if (report && organisation !== undefined && report.by === byOf(organisation)) return report
    throw new LossError({ code: 'LOSS_REPORT_UNKNOWN' }, 'You made no loss report with that id, or it is too long ago.')
  }

  /**
   * The phone was found, and the telecom identified its customer: unlocks the cards that this report locked.
   * @throws {LossError} as `report`, LOSS_REPORT_UNKNOWN, LOSS_UNLOCK_REFUSED, LOSS_NOT_ON_LEDGER
   */
  async close(organisation: number | undefined, id: string, text: string): Promise<readonly StatusChange[]> {
    const { reporters, publicUrl, clock, desk } = this.options
    if (organisation === undefined) throw reporterRefused('no_organisation')
    const signed = parseSignedClosure(text)
    requireAudience(signed, publicUrl)
    await reporters.require(signed.keyId, organisation, clock())
    requirePresent(signed, clock())
    if (signed.closes !== id) throw refused('closes')
    const report = this.get(organisation, id)
    // Cards that were locked again since, or were unlocked, belong to another report.
    const locked = report.credentials.filter(credential => desk.lockOf(credential)?.report === id)
    for (const credential of locked) desk.requireMayUnlock(credential, 'telecom')
    const changes = []
    for (const credential of locked) {
      changes.push(
        await desk.unlock(credential, {
          channel: 'telecom',
          by: byOf(organisation),
          reason: text,
          identity: signed.identity,
        }),
      )
    }
    return changes
  }

  /** Forgets each `jti` whose report is no longer kept. Its time is too long ago to be taken again. */
  async sweep(): Promise<void> {
    const { store, desk, clock } = this.options
    if (clock() - this.#purgedAt < DAY) return
    this.#purgedAt = clock()
    const ended = []
    for await (const [key, { report }] of this.#byJti.entries()) if (!desk.get(report)) ended.push(this.#byJti.del(key))
    await store.commit(ended)
  }

  async #take(organisation: number, signed: SignedReport, text: string): Promise<LossReport> {
    const { desk, customerOf, clock } = this.options
    const key = sha256(utf8(`${organisation}\0${signed.jti}`))
    const content = this.#contentOf(signed)
    const before = this.#byJti.get(key)
    if (before) {
      const report = desk.get(before.report)
      if (report && equalBytes(fromHex(before.content), fromHex(content))) return report
      throw new LossError(
        { code: 'LOSS_JTI_REPEATED' },
        'Another report has this jti, or the same one was made too long ago. Use a new random jti for each report.',
      )
    }
    requirePresent(signed, clock())
    const count = this.#counted(organisation)
    const customer = customerOf(signed.line)
    // One answer for an unknown line and for another telecom's: it says nothing about the person or their cards.
    if (!customer || customer.telecom !== organisation) {
      throw new LossError(
        { code: 'LOSS_LINE_REFUSED' },
        'This authority does not know the line as one of your customers. Check the number; the authority has to import ' +
          'newer lines if it is right.',
      )
    }
    const credentials = await this.#cardsOn(customer)
    return desk.take({
      ...{ channel: 'telecom', by: byOf(organisation), person: customer.person, credentials, reason: text },
      ops: report => [this.#byJti.put(key, { report, content }), this.#counts.put(String(organisation), count)],
    })
  }

  /**
   * The cards of the installations that are, or may be, on this line. One without a verified line may be on it; one with
   * another verified line is on another phone.
   */
  async #cardsOn({ person, tag }: LineCustomer): Promise<string[]> {
    const { desk, credentials, installations } = this.options
    const lineTag = toHex(tag)
    const live = await desk.liveCards(person)
    return live.filter(id => {
      const record = credentials.find(id)
      const on = record && installations.of(record)
      return !on || on.lineTag === null || on.lineTag === lineTag
    })
  }

  #contentOf({ line, time, jti }: SignedReport): Hex {
    return toHex(this.options.vault.index('loss report', JSON.stringify([line, time, jti])))
  }

  /** The count with one more. @throws {LossError} LOSS_LIMIT */
  #counted(organisation: number): LossCount {
    const { perHour, clock, alarm } = this.options
    const minute = Math.floor(clock() / MINUTE)
    const all = Object.entries(this.#counts.get(String(organisation)) ?? {})
    const recent = all.filter(([at]) => Number(at) > minute - WINDOW)
    const made = recent.reduce((sum, [, count]) => sum + count, 0)
    if (made >= perHour) {
      alarm({ organisation, perHour }, 'a telecom reports more losses than it may: find out whether its key was stolen')
      throw new LossError(
        { code: 'LOSS_LIMIT', perHour },
        `You may report ${perHour} losses in an hour. Report this one by telephone to the help line, or wait.`,
      )
    }
    const counts = new Map(recent)
    counts.set(String(minute), (counts.get(String(minute)) ?? 0) + 1)
    return Object.fromEntries(counts)
  }
}

/** How the journal names a telecom. */
const byOf = (organisation: number) => `telecom:${organisation}`
