/**
 * Settles issuances: acts on what wallets say about their cards (OpenID4VCI §11), takes ten minutes of silence for
 * acceptance, and gives back the cards that a refused batch was to replace.
 */
import type { KeyedLock } from '../../lib/lock.ts'
import type { Clock, UnixSeconds } from '../../lib/time.ts'
import type { Warn } from '../../lib/warn.ts'
import type { Store, WriteOp } from '../../store/store.ts'
import type { Credentials } from '../credentials.ts'
import { type Due, FETCH_AGAIN, type Issuance, type Issuances } from './issuance.ts'
import type { Replacement } from './replacement.ts'

export interface SettlerOptions {
  readonly store: Store
  readonly issuances: Issuances
  readonly credentials: Credentials
  readonly replacement: Replacement
  /** By person: no card of theirs is issued while one is settled. */
  readonly persons: KeyedLock
  readonly clock: Clock
  readonly warn: Warn
}

/** Issuances settled side by side: their transactions share blocks, and their records share commits. */
const SETTLED_AT_ONCE = 64

export class Settler {
  readonly #since: UnixSeconds

  constructor(private readonly options: SettlerOptions) {
    this.#since = options.clock()
  }

  /**
   * What a wallet says about its card, to be committed with the notification. `sweep` acts on it. A card that is deleted
   * later stays as it is: the holder may have it in a backup, and can apply for another one.
   */
  notified(application: string, event: 'credential_accepted' | 'credential_failure' | 'credential_deleted'): WriteOp[] {
    if (event === 'credential_deleted') return []
    const { issuances, clock } = this.options
    return issuances.notified(application, event === 'credential_accepted' ? 'accepted' : 'failed', clock())
  }

  /** Settles what is due. To be called every few seconds. */
  async sweep(): Promise<void> {
    const due = await this.options.issuances.dueBefore(this.options.clock())
    for (let from = 0; from < due.length; from += SETTLED_AT_ONCE) {
      await Promise.all(due.slice(from, from + SETTLED_AT_ONCE).map(one => this.#settle(one)))
    }
  }

  /** Never rejects: one that cannot be settled now is tried again at the next sweep, and holds up no other. */
  async #settle({ application, release, fetchable, done }: Due): Promise<void> {
    const { store, issuances, credentials, persons, clock, warn } = this.options
    const issuance = issuances.get(application)
    try {
      const [old] = release
      if (old !== undefined) {
        await persons.run(credentials.get(old).person, () => this.#giveBack(release))
      } else if (issuance?.sealed) {
        // While this process was down no wallet could ask again: its ten minutes begin when it can.
        if (!issuance.notified && clock() < this.#since + FETCH_AGAIN) return
        await persons.run(issuance.person, () => this.#conclude(issuance))
      }
      const over = issuance?.sealed && old === undefined && !fetchable
      await store.commit([...(over ? [issuances.taken(application, issuance)] : []), done])
    } catch (error) {
      warn({ application, error: String(error) }, 'an issuance is not settled yet')
    }
  }

  async #giveBack(credentials: readonly string[]): Promise<void> {
    await this.options.credentials.caughtUp()
    for (const id of credentials) await this.options.replacement.release(id)
  }

  async #conclude({ credentialId, notified }: Issuance): Promise<void> {
    const { credentials, replacement } = this.options
    const replaces = credentials.get(credentialId).replaces.length > 0
    if (replaces || notified === 'failed') await credentials.caughtUp()
    if (notified === 'failed') await replacement.failed(credentialId)
    else if (replaces) await replacement.accepted(credentialId)
  }
}
