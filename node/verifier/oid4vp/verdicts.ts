/**
 * The verdicts of requests. A request gets one verdict, which is committed once, together with whatever follows from it. A
 * request that nobody answered gets `retry/timed_out` in the same way. Readers get only what is on disk, so the verdict that
 * somebody saw is the verdict after a power failure, too.
 * Why: docs/decisions/162.
 */
import { sha256 } from '#crypto'
import { equalSecret } from '../../keys/secret.ts'
import { toBase64url, utf8 } from '../../lib/bytes.ts'
import { KeyedLock } from '../../lib/lock.ts'
import type { Random } from '../../lib/random.ts'
import type { Clock } from '../../lib/time.ts'
import type { WriteOp } from '../../store/store.ts'
import { type Disclosed, verdictWithout } from '../check.ts'
import { responseCodeUsed, responseCodeWrong, sessionUnknown } from '../errors.ts'
import type { Verdict } from '../verdict.ts'
import { OneTimeValues } from './one-time-values.ts'
import type { Session, Sessions } from './session.ts'
import { VerdictWaiters } from './verdict-waiters.ts'

export interface VerdictsOptions {
  readonly sessions: Sessions
  readonly clock: Clock
  readonly random: Random
  /** What is committed together with a verdict. */
  readonly alsoCommit?: ((session: Session, verdict: Verdict) => readonly WriteOp[]) | undefined
  /** Called after a verdict is on disk. */
  readonly afterVerdict?: (() => void) | undefined
}

/** Who asks for a verdict. */
export interface Reader {
  /** The API key; absent: an operator of this node. */
  readonly caller?: string | undefined
  /** From the redirect. */
  readonly responseCode?: string | undefined
  /** A value of the reader's own: with the same one, a code that was exchanged can be exchanged again. */
  readonly attempt?: string | undefined
}

export type PresentationResult =
  | { readonly state: 'pending' }
  | {
      readonly state: 'done'
      readonly verdict: Verdict
      /** Only if the verdict is `valid`, and only for the first caller. */
      readonly disclosed: readonly Disclosed[] | null
    }

export class Verdicts {
  readonly #waiters = new VerdictWaiters()
  readonly #disclosed = new OneTimeValues<readonly Disclosed[]>()
  readonly #locks = new KeyedLock()

  constructor(private readonly options: VerdictsOptions) {}

  /** Runs one body at a time for a request: whoever writes its verdict reads the request in here. */
  exclusively<T>(id: string, body: () => Promise<T>): Promise<T> {
    return this.#locks.run(id, body)
  }

  /** To be called in `exclusively`, for a request without a verdict. The verdict is on disk when this resolves. */
  async write(session: Session, verdict: Verdict, disclosed: readonly Disclosed[] | null): Promise<Session> {
    const { sessions, alsoCommit } = this.options
    const ended = { ...session, verdict }
    // Before the commit: nobody reads the claims without the verdict, and whoever reads the verdict must find them.
    if (disclosed) this.#disclosed.put(session.id, disclosed)
    try {
      await sessions.commit(ended, alsoCommit?.(session, verdict))
    } catch (error) {
      this.#disclosed.take(session.id)
      throw error
    }
    this.#waiters.wake(session.id)
    this.options.afterVerdict?.()
    return ended
  }

  /** Waits for a verdict, at most `waitMs`, and ends a request that nobody answered in time. Tells nothing. */
  async settled(id: string, waitMs: number): Promise<void> {
    const session = this.#existing(id)
    if (session.verdict) return
    if (!this.isOver(session)) await this.#waiters.wait(id, waitMs)
    if (this.isOver(session)) await this.#timeOut(id)
  }

  /**
   * Waits for the verdict, at most `waitMs`. A reader that asks again gets the same verdict, and the claims only the first
   * time.
   * @throws {VerifierError} VERIFIER_SESSION_UNKNOWN also for another caller's request. If the wallet redirected the
   * browser: VERIFIER_RESPONSE_CODE, VERIFIER_CODE_USED
   */
  async read(id: string, waitMs: number, reader: Reader): Promise<PresentationResult> {
    let session = this.#own(id, reader)
    if (!session.verdict && waitMs > 0 && !this.isOver(session)) {
      await this.#waiters.wait(id, waitMs)
      session = this.#own(id, reader)
    }
    if (!session.verdict && this.isOver(session)) session = await this.#timeOut(id)
    const { verdict, redirect } = session
    if (!verdict) return { state: 'pending' }
    // Of a request that nobody answered, nobody has the code.
    if (redirect && verdict.reason !== 'timed_out') await this.#redeem(session, redirect.code, reader)
    return { state: 'done', verdict, disclosed: this.#disclosed.take(id) }
  }

  isOver({ expiresAt }: Session): boolean {
    return this.options.clock() >= expiresAt
  }

  /**
   * Ends requests that nobody answered in time, and deletes those whose verdict cannot be read any more.
   * @returns the ids of the deleted
   */
  async sweep(): Promise<readonly string[]> {
    const { deleted, unanswered } = await this.options.sessions.sweep(this.options.clock())
    for (const id of deleted) this.#disclosed.take(id)
    await Promise.all(unanswered.map(id => this.#timeOut(id)))
    return deleted
  }

  close(): void {
    this.#waiters.close()
    this.#disclosed.clear()
  }

  /** An answer that arrived in time may still be judged. Its verdict counts then. */
  #timeOut(id: string): Promise<Session> {
    return this.exclusively(id, async () => {
      const session = this.#existing(id)
      if (session.verdict) return session
      return this.write(session, verdictWithout({ outcome: 'retry', reason: 'timed_out' }, this.options.clock()), null)
    })
  }

  /** Exchanges the response code for one attempt. The exchange is on disk when this resolves. */
  async #redeem({ id }: Session, code: string, { responseCode = '', attempt }: Reader): Promise<void> {
    if (!equalSecret(responseCode, code)) throw responseCodeWrong()
    const by = digestOf(attempt ?? toBase64url(this.options.random(16)))
    await this.exclusively(id, async () => {
      const session = this.#existing(id)
      if (session.redeemedBy === undefined) await this.options.sessions.commit({ ...session, redeemedBy: by })
      else if (session.redeemedBy !== by) throw responseCodeUsed()
    })
  }

  /** Another caller's request is as unknown as one that never was. */
  #own(id: string, { caller }: Reader): Session {
    const session = this.#existing(id)
    if (session.caller !== caller) throw sessionUnknown()
    return session
  }

  #existing(id: string): Session {
    const session = this.options.sessions.get(id)
    if (!session) throw sessionUnknown()
    return session
  }
}

const digestOf = (attempt: string): string => toBase64url(sha256(utf8(attempt)))
