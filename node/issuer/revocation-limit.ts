/**
 * How many credentials people of this authority may revoke on one day (UTC, as StatusRegistry counts), over all lists. A
 * revocation is final, and the contract's limit is for each list. Replacements are not counted: each of them has issued a
 * new credential first.
 */
import { type Clock, utcDay } from '../lib/time.ts'
import type { Warn } from '../lib/warn.ts'
import { Bucket } from '../store/buckets.ts'
import { jsonCodec, type Store, Table, textCodec, type WriteOp } from '../store/store.ts'
import { IssuerError } from './errors.ts'
import type { Journal } from './journal.ts'

export interface RevocationLimitOptions {
  readonly store: Store
  readonly journal: Journal
  readonly perDay: number
  readonly clock: Clock
  readonly alarm: Warn
}

interface Spent {
  readonly day: number
  readonly count: number
  /** The limit of that time, so that a change of the setting is in the journal. */
  readonly perDay: number
  /** The limit of one day, if two operators raised it. */
  readonly raised?: { readonly day: number; readonly perDay: number }
}

const NAME = 'revocations'

export class RevocationLimit {
  readonly #meta: Table<string, Spent>
  #spent: Spent

  private constructor(private readonly options: RevocationLimitOptions) {
    this.#meta = new Table(options.store, Bucket.meta, textCodec, jsonCodec())
    this.#spent = this.#meta.get(NAME) ?? { day: 0, count: 0, perDay: options.perDay }
  }

  static async open(options: RevocationLimitOptions): Promise<RevocationLimit> {
    const limit = new RevocationLimit(options)
    const { store, journal, clock, perDay } = options
    const was = limit.#spent.perDay
    if (was !== perDay) {
      const entry = { at: clock(), event: 'revocations.limit-set', was, perDay }
      await store.commit([limit.#put(limit.count), journal.append(entry)])
    }
    return limit
  }

  /** The limit of today. */
  get perDay(): number {
    const { raised } = this.#spent
    return raised?.day === this.#today ? Math.max(raised.perDay, this.options.perDay) : this.options.perDay
  }

  /** How many were revoked today. */
  get count(): number {
    return this.#spent.day === this.#today ? this.#spent.count : 0
  }

  /**
   * Counts revocations.
   * @returns what is to be committed with them
   * @throws {IssuerError} ISSUER_REVOCATION_LIMIT
   */
  spend(many = 1): WriteOp[] {
    const { journal, clock, alarm } = this.options
    const { perDay } = this
    const before = this.count
    const count = before + many
    if (count > perDay) {
      throw new IssuerError(
        { code: 'ISSUER_REVOCATION_LIMIT', perDay },
        `${perDay} credentials were revoked today, which is the limit of this authority. Suspend the credential instead. ` +
          'If the revocations are right, let two operators raise the limit of today, or start the node with a higher ' +
          'limit: dojang start --revocations-per-day N.',
      )
    }
    const half = before < Math.ceil(perDay / 2) && count >= Math.ceil(perDay / 2)
    if (half) alarm({ count, perDay }, "half of the day's revocations are spent: find out whether they are right")
    const entry = { at: clock(), event: 'revocations.half-spent', count, perDay }
    return [this.#put(count), ...(half ? [journal.append(entry)] : [])]
  }

  /**
   * Raises the limit until the end of the day (UTC).
   * @returns what is to be committed with the decision
   */
  raise(perDay: number, by: string): WriteOp[] {
    const was = this.perDay
    const raised = { day: this.#today, perDay }
    this.#spent = { ...this.#spent, raised }
    const entry = { at: this.options.clock(), event: 'revocations.limit-raised', was, perDay, by }
    return [this.#put(this.count), this.options.journal.append(entry)]
  }

  get #today(): number {
    return utcDay(this.options.clock())
  }

  #put(count: number): WriteOp {
    this.#spent = { ...this.#spent, day: this.#today, count, perDay: this.options.perDay }
    return this.#meta.put(NAME, this.#spent)
  }
}
