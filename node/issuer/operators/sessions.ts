/**
 * Who is signed in. The session is 32 random bytes in a cookie, and its SHA-256 in the database. It ends 15 minutes after
 * the last request, 10 hours after the sign-in, at the sign-out, and when the operator is stopped.
 */
import { KeyedLock } from '../../lib/lock.ts'
import type { Random } from '../../lib/random.ts'
import { type Clock, HOUR, MINUTE, type UnixSeconds } from '../../lib/time.ts'
import { Bucket } from '../../store/buckets.ts'
import type { Store } from '../../store/store.ts'
import { BearerSecrets } from '../bearer-secrets.ts'
import type { Journal } from '../journal.ts'
import type { Accounts } from './accounts.ts'
import { byOf } from './actor.ts'
import { actorOf, type Operator } from './operator.ts'
import type { SignedIn } from './passkeys.ts'

export const IDLE_LIMIT = 15 * MINUTE
export const ABSOLUTE_LIMIT = 10 * HOUR
/** How old a touch of the passkey may be for an act that needs one. */
export const TOUCH_LIMIT = 2 * MINUTE
/** A request writes to the database only if the last one that did is so old. */
const NOTED_EVERY = MINUTE

interface Stored {
  readonly operator: string
  readonly signedInAt: UnixSeconds
  /** Of the last request, or up to a minute before it. */
  readonly seenAt: UnixSeconds
  readonly touchedAt: UnixSeconds
  readonly expiresAt: UnixSeconds
}

export interface Session {
  readonly operator: Operator
  readonly expiresAt: UnixSeconds
  readonly touchedAt: UnixSeconds
  readonly isTouched: boolean
}

export interface SessionsOptions {
  readonly store: Store
  readonly journal: Journal
  readonly accounts: Accounts
  readonly clock: Clock
  readonly random: Random
}

export class Sessions {
  readonly #secrets: BearerSecrets<Stored>
  /** A request must not write back a session that the sign-out has just ended. */
  readonly #lock = new KeyedLock()

  constructor(private readonly options: SessionsOptions) {
    const { store, clock, random } = options
    this.#secrets = new BearerSecrets(store, Bucket.operatorSession, clock, random)
  }

  /**
   * The secret is for the cookie. An earlier session of the same browser ends.
   * @throws {OperatorError} OPERATOR_UNKNOWN
   */
  start({ operator, counter }: SignedIn, earlier: string | undefined): Promise<{ secret: string; session: Session }> {
    const { accounts, store, journal, clock } = this.options
    return accounts.locked(operator.id, async present => {
      const now = clock()
      const record = { operator: operator.id, signedInAt: now, seenAt: now, touchedAt: now }
      const { secret, op } = this.#secrets.create(record, IDLE_LIMIT)
      const write = () =>
        store.commit([
          op,
          ...(earlier === undefined ? [] : [this.#secrets.end(earlier)]),
          ...accounts.counted(present, counter),
          journal.append({ at: now, event: 'operator.signed-in', by: byOf(actorOf(operator)) }),
        ])
      await (earlier === undefined ? write() : this.#lock.run(earlier, write))
      return { secret, session: shown(present, { ...record, expiresAt: now + IDLE_LIMIT }, now) }
    })
  }

  /** Undefined if the session has ended. Extends it otherwise. */
  find(secret: string): Promise<Session | undefined> | Session | undefined {
    const found = this.#read(secret)
    if (!found) return undefined
    const now = this.options.clock()
    if (now - found.stored.seenAt < NOTED_EVERY) return shown(found.operator, found.stored, now)
    return this.#write(secret, stored => ({ ...stored, seenAt: now }))
  }

  /** After the operator touched their passkey. Undefined if the session has ended. */
  touched(secret: string, { operator, counter }: SignedIn): Promise<Session | undefined> {
    const { accounts, store, clock } = this.options
    return accounts.locked(operator.id, async present => {
      await store.commit(accounts.counted(present, counter))
      const now = clock()
      return this.#write(secret, stored => ({ ...stored, seenAt: now, touchedAt: now }))
    })
  }

  /** After this, the secret opens nothing. */
  end(secret: string): Promise<void> {
    return this.#lock.run(secret, async () => {
      const { store, journal, clock } = this.options
      const found = this.#read(secret)
      if (!found) return
      const by = byOf(actorOf(found.operator))
      await store.commit([this.#secrets.end(secret), journal.append({ at: clock(), event: 'operator.signed-out', by })])
    })
  }

  /** Deletes sessions that expired. */
  sweep(): Promise<void> {
    return this.#secrets.sweep()
  }

  #write(secret: string, change: (stored: Stored) => Stored): Promise<Session | undefined> {
    return this.#lock.run(secret, async () => {
      const found = this.#read(secret)
      if (!found) return undefined
      const now = this.options.clock()
      const changed = change(found.stored)
      const lifetime = Math.min(IDLE_LIMIT, changed.signedInAt + ABSOLUTE_LIMIT - now)
      const { expiresAt: _, ...record } = changed
      await this.options.store.commit([this.#secrets.replace(secret, record, lifetime)])
      return shown(found.operator, { ...record, expiresAt: now + lifetime }, now)
    })
  }

  #read(secret: string): { readonly stored: Stored; readonly operator: Operator } | undefined {
    const stored = this.#secrets.find(secret)
    const operator = stored && this.options.accounts.active(stored.operator)
    return stored && operator && { stored, operator }
  }
}

const shown = (operator: Operator, { expiresAt, touchedAt }: Stored, now: UnixSeconds): Session => ({
  ...{ operator, expiresAt, touchedAt },
  isTouched: now - touchedAt < TOUCH_LIMIT,
})
