/**
 * Anchors each day of the journal after its end, one by one:
 *
 *   day over ─▶ chain and root recomputed ─▶ AnchorLog asked ─▶ commit {pending, signed transaction} ─▶ anchored
 *                 │                            └─ no grant: waits, and says so
 *                 └─ an entry does not have its hash: nothing is anchored any more, alarm
 *
 * What the journal's anchoring waits for never stops issuing. After a restart the lane ends what was pending, and days
 * that ended meanwhile follow.
 * Why: docs/decisions/109.
 */
import { koreanDate } from '../../credential/dates.ts'
import type { Hex } from '../../lib/bytes.ts'
import type { Clock } from '../../lib/time.ts'
import type { Warn } from '../../lib/warn.ts'
import { JOURNAL_PURPOSE } from '../../proof/registries/purpose.ts'
import { encodeAnchor, GasLimit } from '../../registries/calls.ts'
import { nameOfRevert, type Registries, revertReasonIn } from '../../registries/contracts.ts'
import { readAnchorRecord } from '../../registries/reads.ts'
import type { OutcomeHandler, Submitter } from '../../registries/sending/lane.ts'
import type { Store } from '../../store/store.ts'
import type { Journal } from '../journal.ts'
import { entriesOf, type JournalDay, manifestOf } from './day.ts'
import { anchorsTable, computeDay, type JournalAnchor, openDay, readAnchors, readDays } from './stored-days.ts'

/** The cause of a transaction that anchors a day of the journal. */
export interface JournalCauses {
  readonly journal: { readonly root: Hex }
}

/**
 * `anchored`: every day that is over is on the ledger. `waiting`: AnchorLog refuses, usually because the council has not
 * granted the purpose `journal`. `damaged`: an entry does not have its hash.
 */
export type JournalState =
  | { readonly state: 'anchored' }
  | { readonly state: 'behind' }
  | { readonly state: 'waiting'; readonly reason: string }
  | { readonly state: 'damaged'; readonly entry: number }

export interface JournalAnchoringOptions {
  readonly store: Store
  readonly registries: Registries
  readonly org: number
  /** The lane of the account that anchors. */
  readonly lane: Submitter<JournalCauses>
  readonly journal: Journal
  readonly clock: Clock
  readonly warn: Warn
  readonly alarm: Warn
}

export class JournalAnchoring {
  #state: JournalState = { state: 'behind' }
  #daysWaiting = 0
  /** The day up to which everything is anchored and nothing is to be done. */
  #doneUntil = ''
  /** The first day that is not anchored, so that it is computed once. */
  #computed: JournalDay | undefined

  constructor(private readonly options: JournalAnchoringOptions) {}

  get state(): JournalState {
    return this.#state
  }

  /** How many days are over and not on the ledger. */
  get daysWaiting(): number {
    return this.#daysWaiting
  }

  /** Opens the day, and anchors those that are over. To be called every few seconds. @throws {LedgerError} */
  async sweep(): Promise<void> {
    const { store, journal, clock } = this.options
    const now = clock()
    if (koreanDate(now) > openDay(store)) await store.commit([journal.openDay(now)])
    const today = openDay(store)
    if (today === this.#doneUntil || this.#state.state === 'damaged') return
    const anchors = await readAnchors(store)
    const days = await readDays(store)
    const waiting = days.flatMap(({ last, ...range }) =>
      last === null || anchors.get(range.day)?.state === 'anchored' ? [] : [{ ...range, last }],
    )
    this.#daysWaiting = waiting.length
    for (const range of waiting) {
      // The lane is still to bring its outcome.
      if (anchors.get(range.day)?.state === 'pending') return
      if (this.#computed?.day !== range.day) {
        const day = await computeDay(store, range)
        if (typeof day === 'number') return this.#damagedAt(day)
        this.#computed = day
      }
      if (!(await this.#anchor(this.#computed))) return
      this.#daysWaiting--
    }
    this.#doneUntil = today
    this.#state = { state: 'anchored' }
  }

  /** @returns whether the day is on the ledger */
  async #anchor(day: JournalDay): Promise<boolean> {
    const { store, registries, org, lane } = this.options
    const { root } = day
    const anchors = anchorsTable(store)
    const found = await readAnchorRecord(registries, org, JOURNAL_PURPOSE, root)
    if (found) {
      // The database is older than the ledger, and has the same entries.
      const facts = { state: 'anchored', transaction: null, block: null, time: found.time } as const
      await store.commit([anchors.put(root, { ...day, ...facts })])
      return true
    }
    const data = encodeAnchor({ purpose: JOURNAL_PURPOSE, root, count: entriesOf(day), manifest: manifestOf(day) })
    const to = registries.addresses.anchorLog
    const refusal = await this.#refusalOf(to, data)
    if (refusal !== undefined) {
      this.#wait(refusal)
      return false
    }
    const facts = { state: 'pending', transaction: null, block: null, time: null } as const
    const cause = { kind: 'journal', root } as const
    const ops = [anchors.put(root, { ...day, ...facts })]
    const { revert } = await lane.submit({ to, data, gasLimit: GasLimit.anchor, cause, ops }).outcome
    if (revert !== undefined) this.#wait(revert)
    return revert === undefined
  }

  /** The outcome of an anchor, also of one that an earlier process sent. */
  readonly onOutcome: OutcomeHandler<JournalCauses['journal']> = ({ root }, outcome) => {
    const { store, journal, clock } = this.options
    const { transaction, block, time, revert } = outcome
    const anchors = anchorsTable(store)
    const record = anchors.get(root) as JournalAnchor
    const { day, first, last } = record
    const state = revert === undefined ? 'anchored' : 'refused'
    const facts = { day, first, last, root, transaction, block, time, revert: revert ?? null }
    return [
      anchors.put(root, { ...record, state, transaction, block, time }),
      journal.append({ at: clock(), event: `journal.${state}`, ...facts }),
    ]
  }

  /** Why AnchorLog would refuse now; undefined if it would not. */
  async #refusalOf(to: Hex, data: Hex): Promise<string | undefined> {
    const { registries, lane } = this.options
    try {
      await registries.ledger.request('eth_call', [{ from: lane.account, to, data }, 'latest'])
      return undefined
    } catch (error) {
      const reason = revertReasonIn(error)
      if (reason === undefined) throw error
      return reason
    }
  }

  #wait(revert: string): void {
    const reason = nameOfRevert(revert)
    const isNew = this.#state.state !== 'waiting' || this.#state.reason !== reason
    this.#state = { state: 'waiting', reason }
    if (isNew) this.options.warn({ reason }, 'the journal is not anchored: see `dojang council lacking`')
  }

  #damagedAt(entry: number): void {
    this.#state = { state: 'damaged', entry }
    this.options.alarm({ entry }, 'the journal is not anchored: an entry was changed. Run `dojang journal check`')
  }
}
