/**
 * Settles issuances. It acts on the notifications of wallets (OpenID4VCI §11). After ten minutes without a notification a
 * credential counts as accepted. Credentials that a refused batch would have replaced are reinstated.
 */
import type { LedgerReach } from '../../ledger/reach.ts'
import type { KeyedLock } from '../../lib/lock.ts'
import { type Random, randomBelow } from '../../lib/random.ts'
import { type Clock, DAY, type UnixSeconds } from '../../lib/time.ts'
import type { Warn } from '../../lib/warn.ts'
import type { Store, WriteOp } from '../../store/store.ts'
import type { Credentials } from '../credentials.ts'
import type { IssuingGate } from '../gate.ts'
import { REPLACEMENT } from '../suspensions.ts'
import type { Batches } from './batches.ts'
import { type Issuance, type Issuances, REFETCH_SECONDS, type SettlementTask, type Superseded } from './issuance.ts'
import type { Replacement } from './replacement.ts'

export interface SettlerOptions {
  readonly store: Store
  readonly issuances: Issuances
  readonly credentials: Credentials
  readonly replacement: Replacement
  readonly batches: Pick<Batches, 'get'>
  readonly reach: Pick<LedgerReach, 'lost'>
  /** By person: no credential is issued to a person while one of theirs is being settled. */
  readonly persons: KeyedLock
  readonly gate: IssuingGate
  readonly clock: Clock
  readonly random: Random
  readonly warn: Warn
}

/** How many issuances are settled concurrently, so that their transactions share blocks and their records commits. */
const CONCURRENCY = 512
/** Seconds over which the revocations that wait are spread. */
const SPREAD = 30 * DAY

export class Settler {
  constructor(private readonly options: SettlerOptions) {}

  /**
   * The operations for a wallet's notification, to be committed together with it. `sweep` then acts on them. The deletion
   * of a credential has no effect: the holder may have it in a backup, and can apply for another one.
   */
  notified(application: string, event: 'credential_accepted' | 'credential_failure' | 'credential_deleted'): WriteOp[] {
    if (event === 'credential_deleted') return []
    const { issuances, clock } = this.options
    return issuances.notified(application, event === 'credential_accepted' ? 'accepted' : 'failed', clock())
  }

  /** Carries out the tasks whose time has come. To be called every few seconds. All of them need the ledger. */
  async sweep(): Promise<void> {
    if (this.options.reach.lost) return
    const tasks = await this.options.issuances.dueAt(this.options.clock())
    for (let from = 0; from < tasks.length; from += CONCURRENCY) {
      await Promise.all(tasks.slice(from, from + CONCURRENCY).map(task => this.#settle(task)))
    }
  }

  /** Never rejects: a task that fails is tried again at the next sweep and does not delay the others. */
  async #settle(task: SettlementTask): Promise<void> {
    const { store, warn } = this.options
    try {
      const { superseded } = task
      const done = await (superseded === undefined ? this.#settleIssuance(task) : this.#endSuperseded(superseded))
      if (done) await store.commit([...done, task.removeOp])
    } catch (error) {
      const { application } = task
      warn({ application, error: String(error) }, 'an issuance could not be settled; it is tried again')
    }
  }

  /** On another day, and at a random time, so that the days share what is left. */
  #someTimeBefore(end: UnixSeconds): UnixSeconds {
    const { clock, random } = this.options
    const from = clock() + DAY
    return from + randomBelow(random, Math.max(1, Math.min(end - from, SPREAD)))
  }

  /** @returns what is to be committed with the end of the task; undefined if it is not over */
  async #settleIssuance({ application, reinstate, stillFetchable }: SettlementTask): Promise<WriteOp[] | undefined> {
    const { issuances, credentials, replacement, persons, clock } = this.options
    const issuance = issuances.get(application)
    const [old] = reinstate
    if (old !== undefined) {
      await persons.run(credentials.get(old).person, () => this.#reinstate(reinstate))
      return []
    }
    if (!issuance || (!issuance.sealedPrepared && issuance.notified === 'failed')) return []
    // No wallet could ask while the process was down or issuing was stopped, so the ten minutes begin after that.
    const { openSince } = this.options.gate
    if (!issuance.notified && (openSince === null || clock() < openSince + REFETCH_SECONDS)) return undefined
    if (!issuance.notified) {
      // The wallet has a temporary card. If it did not get this one, it keeps that, and may ask for this one again.
      const until = replacement.staysUntil(credentials.get(issuance.credentialId))
      if (clock() < until) return [issuances.due(application, until)]
    }
    const waitsUntil = await persons.run(issuance.person, () => this.#conclude(issuance))
    // The task at the end of the ten minutes tries again anyway.
    if (stillFetchable) return []
    return [
      ...(issuance.sealedPrepared ? [issuances.discardPrepared(application, issuance)] : []),
      ...(waitsUntil === undefined ? [] : [issuances.due(application, this.#someTimeBefore(waitsUntil))]),
    ]
  }

  /** A credential that was never signed, because a temporary card came first: nobody may find it valid. */
  async #endSuperseded({ credentialId, root }: Superseded): Promise<WriteOp[] | undefined> {
    const { credentials, batches, persons } = this.options
    const state = batches.get(root)?.state
    if (state === 'pending') return undefined
    if (state === 'refused') return []
    const record = credentials.get(credentialId)
    await persons.run(record.person, async () => {
      await credentials.catchUp()
      if (credentials.statusOf(record) === 'INVALID') return
      await credentials.change(credentialId, 'INVALID', 'a temporary card took its place', REPLACEMENT)
    })
    return []
  }

  async #reinstate(credentials: readonly string[]): Promise<void> {
    await this.options.credentials.catchUp()
    for (const id of credentials) await this.options.replacement.reinstate(id)
  }

  /** @returns as `Replacement.accepted` */
  async #conclude({ credentialId, notified }: Issuance): Promise<UnixSeconds | undefined> {
    const { credentials, replacement } = this.options
    const replaces = credentials.get(credentialId).replaces.length > 0
    if (replaces || notified === 'failed') await credentials.catchUp()
    if (notified === 'failed') await replacement.failed(credentialId)
    else if (replaces) return replacement.accepted(credentialId)
    return undefined
  }
}
