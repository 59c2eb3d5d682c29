/**
 * Tells the webhook of an API key that one of its requests has a verdict:
 *
 *   verdict and notice, in one commit ─▶ POST, signed ─▶ 2xx ─▶ notice deleted
 *                                          └─ otherwise ─▶ failures + 1, again after a pause ─▶ … ─▶ given up after an hour
 *
 * A notice is sent at least once: if the process dies after the 2xx, it is sent again, with the same id. It contains no
 * claim; the receiver fetches the result with its key. A receiver that is slow delays only its own notices.
 */
import { deliver, pauseAfter } from '../../issuer/machines/webhook-delivery.ts'
import type { SendWebhook } from '../../issuer/machines/webhook-sender.ts'
import type { P256Signer } from '../../keys/signer.ts'
import { type Clock, HOUR, MINUTE, type UnixSeconds } from '../../lib/time.ts'
import type { Warn } from '../../lib/warn.ts'
import { Bucket } from '../../store/buckets.ts'
import { jsonCodec, type Store, Table, textCodec, type WriteOp } from '../../store/store.ts'
import type { Session } from '../oid4vp/session.ts'
import type { Verdict } from '../verdict.ts'
import type { ApiKeys } from './api-keys.ts'

interface VerdictNotice {
  readonly key: string
  readonly at: UnixSeconds
  readonly outcome: Verdict['outcome']
  readonly reason: Verdict['reason']
  readonly failures: number
  /** Not to be tried again before. */
  readonly notBefore: UnixSeconds
}

export interface VerdictNoticesOptions {
  readonly store: Store
  readonly keys: ApiKeys
  readonly signer: P256Signer
  readonly send: SendWebhook
  readonly clock: Clock
  readonly warn: Warn
}

/** Seconds, as the next ones. */
const FIRST_PAUSE = 2
const LONGEST_PAUSE = 5 * MINUTE
const GIVEN_UP_AFTER = HOUR
/** To one receiver at a time. */
const AT_ONCE = 4

export class VerdictNotices {
  readonly #notices: Table<string, VerdictNotice>
  readonly #running = new Map<string, { readonly key: string; readonly run: Promise<void> }>()
  readonly #closing = new AbortController()
  #sweeping: Promise<void> | undefined
  #sweepAgain = false
  #waiting = 0
  #givenUp = 0

  constructor(private readonly options: VerdictNoticesOptions) {
    this.#notices = new Table(options.store, Bucket.verdictNotice, textCodec, jsonCodec())
  }

  /** Notices that no receiver has confirmed. As of the last sweep. */
  get waiting(): number {
    return this.#waiting
  }

  /** Since the start. */
  get givenUp(): number {
    return this.#givenUp
  }

  /** To be committed with the verdict. */
  of({ id, caller }: Session, { outcome, reason }: Verdict): WriteOp[] {
    if (caller === undefined || !this.options.keys.active(caller)?.webhook) return []
    const at = this.options.clock()
    return [this.#notices.put(id, { key: caller, at, outcome, reason, failures: 0, notBefore: at })]
  }

  /** Begins to send what is due, and waits for no receiver. To be called after each verdict, and every few seconds. */
  sweep(): Promise<void> {
    if (this.#sweeping) {
      this.#sweepAgain = true
      return this.#sweeping
    }
    this.#sweeping = this.#sweep().finally(() => {
      this.#sweeping = undefined
    })
    return this.#sweeping
  }

  /** Resolves when everything that a sweep began has ended. */
  async settled(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ run }) => run))
  }

  /** Ends what is being sent; the next start sends it again. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.#sweeping
    await this.settled()
  }

  async #sweep(): Promise<void> {
    do {
      this.#sweepAgain = false
      let waiting = 0
      for await (const [id, notice] of this.#notices.entries()) {
        if (this.#closing.signal.aborted) return
        waiting++
        if (notice.notBefore <= this.options.clock() && !this.#running.has(id)) this.#begin(id, notice)
      }
      this.#waiting = waiting
    } while (this.#sweepAgain)
  }

  #begin(id: string, notice: VerdictNotice): void {
    const busy = [...this.#running.values()].filter(({ key }) => key === notice.key).length
    if (busy >= AT_ONCE) return
    const run = this.#deliver(id, notice)
      .catch(error => this.options.warn({ key: notice.key, error: String(error) }, 'a notice is sent again'))
      .finally(() => {
        this.#running.delete(id)
        // The next one of this receiver may be waiting.
        if (!this.#closing.signal.aborted) void this.sweep()
      })
    this.#running.set(id, { key: notice.key, run })
  }

  async #deliver(id: string, notice: VerdictNotice): Promise<void> {
    const { store, keys, clock, warn } = this.options
    const key = keys.active(notice.key)
    const { at, outcome, reason } = notice
    const message = { id, event: 'verdict', at, outcome, reason }
    const failure = key?.webhook
      ? await deliver(key.webhook, key.id, message, this.options, this.#closing.signal)
      : 'the key was ended'
    // What was cut off by closing is no failure of the receiver.
    if (failure !== undefined && this.#closing.signal.aborted) return
    const failures = notice.failures + 1
    const facts = { key: notice.key, failures, reason: failure }
    if (failure === undefined) await store.commit([this.#notices.del(id)])
    else if (!key || clock() >= notice.at + GIVEN_UP_AFTER) {
      await store.commit([this.#notices.del(id)])
      this.#givenUp++
      warn(facts, 'a notice of a verdict is given up')
    } else {
      await store.commit([
        this.#notices.put(id, {
          ...notice,
          failures,
          notBefore: clock() + pauseAfter(failures, FIRST_PAUSE, LONGEST_PAUSE),
        }),
      ])
      warn(facts, 'a notice of a verdict could not be delivered')
    }
  }
}
