/**
 * How many temporary cards may be issued on one day (UTC). An outage of the ledger that somebody causes must not give any
 * number of cards that no ledger knows.
 * Why: docs/decisions/200.
 */
import { type Clock, utcDay } from '../../lib/time.ts'
import type { Warn } from '../../lib/warn.ts'
import { Bucket } from '../../store/buckets.ts'
import { jsonCodec, type Store, Table, textCodec, type WriteOp } from '../../store/store.ts'
import { IssuerError } from '../errors.ts'

export interface TemporaryAllowanceOptions {
  readonly store: Store
  readonly perDay: number
  readonly clock: Clock
  readonly alarm: Warn
}

interface Spent {
  readonly day: number
  readonly count: number
  /** Of all days. */
  readonly total: number
}

const NAME = 'temporary cards'

export class TemporaryAllowance {
  readonly #meta: Table<string, Spent>
  #spent: Spent

  constructor(private readonly options: TemporaryAllowanceOptions) {
    this.#meta = new Table(options.store, Bucket.meta, textCodec, jsonCodec())
    this.#spent = this.#meta.get(NAME) ?? { day: 0, count: 0, total: 0 }
  }

  get perDay(): number {
    return this.options.perDay
  }

  /** How many were issued today. */
  get count(): number {
    return this.#spent.day === this.#today ? this.#spent.count : 0
  }

  /** How many were ever issued. */
  get total(): number {
    return this.#spent.total
  }

  /**
   * Counts one card.
   * @returns what is to be committed with it
   * @throws {IssuerError} ISSUER_TEMPORARY_LIMIT
   */
  spend(): WriteOp {
    const { perDay } = this
    if (this.count >= perDay) {
      throw new IssuerError(
        { code: 'ISSUER_TEMPORARY_LIMIT', perDay },
        `${perDay} temporary cards were issued today, which is the limit of this authority. Issue cards again when the ` +
          'ledger is within reach, or raise temporaryCardsPerDay in config.json and start the node again.',
      )
    }
    const count = this.count + 1
    if (count === Math.ceil(perDay / 2)) {
      this.options.alarm(
        { count, perDay },
        "half of the day's temporary cards are issued: find out why the ledger is out of reach",
      )
    }
    this.#spent = { day: this.#today, count, total: this.#spent.total + 1 }
    return this.#meta.put(NAME, this.#spent)
  }

  /** A clock that is set back stays on the day that was counted last, so it gives no second allowance. */
  get #today(): number {
    return Math.max(this.#spent.day, utcDay(this.options.clock()))
  }
}
