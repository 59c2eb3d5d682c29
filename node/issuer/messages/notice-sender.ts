/**
 * Sends the notices of the outbox.
 *
 *   outbox ─▶ message service ─▶ accepted, or will never send ─▶ commit {journal entry, notice removed}
 *                └─ no answer ─▶ commit {failures + 1, not before …} ─▶ … ─▶ after three days: as if refused
 *
 * If the process dies between the service's answer and the commit, the same notice is sent again with the same id, and the
 * service does not deliver it twice. The journal says what became of each notice, without number and text.
 * Why: docs/decisions/135.
 */
import type { Texts } from '../../credential/card.ts'
import { type Clock, DAY, HOUR } from '../../lib/time.ts'
import type { Warn } from '../../lib/warn.ts'
import { ResidentsError } from '../../residents/errors.ts'
import type { LineMessages } from '../../residents/lines/messages.ts'
import type { LinePort } from '../../residents/lines/port.ts'
import type { Store, Table, WriteOp } from '../../store/store.ts'
import type { Vault } from '../../store/vault.ts'
import { personOf } from '../applications/application.ts'
import type { Applications } from '../applications/applications.ts'
import type { Journal } from '../journal.ts'
import { type Notice, noticeFacts, noticesTable } from './notice-outbox.ts'
import { openLine } from './sealed-line.ts'
import { type SendFailure, sendFailureOf } from './send-failure.ts'
import { endedText } from './texts.ts'

/** Seconds for which a notice is tried. A warning that comes later warns of nothing. */
export const TRIED_FOR = 3 * DAY
const FIRST_PAUSE = 5
const LONGEST_PAUSE = HOUR
/** Notices that are sent at the same time. */
const TOGETHER = 8

export interface NoticeSenderOptions {
  /** Null if the install has no message service. Then what is in the outbox waits for one. */
  readonly messages: LineMessages | null
  /** Asked again before each notice: a line may be another person's by then. */
  readonly lines: LinePort
  readonly applications: Pick<Applications, 'get'>
  readonly store: Store
  readonly vault: Vault
  readonly journal: Journal
  readonly authority: Texts
  readonly clock: Clock
  readonly warn: Warn
}

type Entry = readonly [id: string, notice: Notice]
/**
 * `no_line`: no number is known, or the person was erased. `line_changed`: the line is not the person's any more. `failed`: an
 * error of the node itself, which is in the log.
 */
type Outcome = 'sent' | 'no_line' | 'line_changed' | 'failed' | SendFailure

/** Outcomes after which a notice is tried again. */
const MAY_COME_LATER: ReadonlySet<Outcome> = new Set(['unavailable', 'bad_answer', 'failed'])

export class NoticeSender {
  readonly #table: Table<string, Notice>
  #waiting = 0
  #closing = false

  constructor(private readonly options: NoticeSenderOptions) {
    this.#table = noticesTable(options.store)
  }

  /** Notices that are not sent yet. As of the last sweep. */
  get waiting(): number {
    return this.#waiting
  }

  /** Sends what is due. To be called every few seconds. */
  async sweep(): Promise<void> {
    const { clock } = this.options
    const due: Entry[] = []
    let waiting = 0
    for await (const entry of this.#table.entries()) {
      waiting++
      if (entry[1].notBefore <= clock()) due.push(entry)
    }
    this.#waiting = waiting
    for (let from = 0; from < due.length && !this.#closing; from += TOGETHER) {
      const outcomes = await Promise.all(due.slice(from, from + TOGETHER).map(entry => this.#send(entry)))
      // The service is down. The others are tried at the next sweep.
      if (outcomes.every(outcome => outcome === 'unavailable')) break
    }
  }

  /** A sweep that runs ends after what it is sending. */
  close(): void {
    this.#closing = true
  }

  async #send([id, notice]: Entry): Promise<Outcome> {
    const { store, warn } = this.options
    const outcome = await this.#attempt(id, notice)
    const over = this.#isOver(notice, outcome)
    if (over && outcome !== 'sent') warn({ application: notice.endedBy, outcome }, 'a line could not be told')
    await store.commit(over ? this.#end([id, notice], outcome) : [this.#table.put(id, this.#later(notice))])
    if (over) this.#waiting--
    return outcome
  }

  async #attempt(id: string, { application: told, endedBy }: Notice): Promise<Outcome> {
    const { messages, lines, applications, vault, authority, warn } = this.options
    if (!messages) return 'unavailable'
    try {
      const application = applications.get(told)
      const line = application && openLine(vault, application)
      if (!application || line === undefined) return 'no_line'
      const { owner } = await lines.ownerOf(line, personOf(application))
      if (owner !== 'person') return 'line_changed'
      await messages.send({ id, line, kind: 'installation-ended', text: endedText(authority), expiresAt: null })
      return 'sent'
    } catch (error) {
      // The telecom or the register cannot be asked now.
      const failure = sendFailureOf(error) ?? (error instanceof ResidentsError ? 'unavailable' : undefined)
      // It must not keep back the other notices.
      if (failure === undefined)
        warn({ application: endedBy, error: String(error) }, 'a notice failed; it is tried again')
      return failure ?? 'failed'
    }
  }

  #isOver({ madeAt }: Notice, outcome: Outcome): boolean {
    return !MAY_COME_LATER.has(outcome) || this.options.clock() >= madeAt + TRIED_FOR
  }

  #later(notice: Notice): Notice {
    const failures = notice.failures + 1
    const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (failures - 1))
    return { ...notice, failures, notBefore: this.options.clock() + pause }
  }

  #end([id, notice]: Entry, outcome: Outcome): WriteOp[] {
    const { journal, clock } = this.options
    const facts = { at: clock(), ...noticeFacts(notice) }
    return [
      this.#table.del(id),
      outcome === 'sent'
        ? journal.append({ ...facts, event: 'notice.sent' })
        : journal.append({ ...facts, event: 'notice.not_sent', reason: outcome }),
    ]
  }
}
