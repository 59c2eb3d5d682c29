/**
 * One phone for each person: a new credential replaces the previous one of the same kind. If a line of the person was
 * verified, it also replaces all credentials on another phone (`isSamePhone`). The holder never has two valid ones of a
 * kind, and always has one in the end.
 *
 *   old SUSPENDED ─▶ new anchored ─▶ delivered ─▶ accepted (or no notification in 10 minutes) ─▶ old INVALID
 *                 │                            └─▶ failed ─▶ new INVALID, old VALID again
 *                 └─▶ anchor refused ─▶ old VALID again
 *
 * Only a credential that a replacement suspended becomes VALID again, never one that an operator or a loss report
 * suspended. Each step reads the status on the ledger first, so it can be repeated. A temporary card is not suspended by the
 * full card on the same phone, and stays until that is accepted. The contract limits the revocations of a day, so an old
 * credential may stay suspended for days after the new one was accepted (replaced-limit.ts).
 * Why: docs/decisions/004, docs/decisions/122.
 */
import type { Clock, UnixSeconds } from '../../lib/time.ts'
import type { CredentialRecord } from '../credential-record.ts'
import type { Credentials } from '../credentials.ts'
import { type InstallationFacts, isSamePhone } from '../installations/installation.ts'
import type { ChosenInstallation, Installations } from '../installations/installations.ts'
import type { Reports } from '../reports.ts'
import type { StatusRequest } from '../status-requests.ts'
import { REPLACEMENT } from '../suspensions.ts'
import type { ReplacedLimit } from './replaced-limit.ts'

const NEW_CARD = 'a new card is being issued'
const REPLACED = 'replaced by a new card'

export class Replacement {
  constructor(
    private readonly credentials: Credentials,
    private readonly reports: Reports,
    private readonly installations: Installations,
    private readonly limit: Pick<ReplacedLimit, 'take'>,
    private readonly clock: Clock,
  ) {}

  /**
   * The installation that gets a new credential of this kind, and the ids of the person's credentials that it replaces.
   * Those of earlier versions name no installation, so only their kind counts.
   * @param all credentials of the person
   */
  plan(
    all: readonly { readonly id: string; readonly record: CredentialRecord }[],
    cardId: string,
    facts: InstallationFacts,
  ): { readonly chosen: ChosenInstallation; readonly replaces: string[] } {
    const { credentials, installations } = this
    const held = all
      .filter(({ record }) => credentials.statusOf(record) !== 'INVALID')
      .map(({ id, record }) => ({ id, kind: record.cardId, on: installations.of(record) }))
    const lineVerified = facts.lineTag !== null || held.some(({ on }) => on !== undefined && on.lineTag !== null)
    const onOther = (on: InstallationFacts | undefined) => lineVerified && on !== undefined && !isSamePhone(on, facts)
    const replaces = held.filter(({ kind, on }) => kind === cardId || onOther(on)).map(({ id }) => id)
    return {
      chosen: installations.choose(
        facts,
        held.map(({ on }) => on),
      ),
      replaces,
    }
  }

  /** Whether the credential is VALID, and nobody asked for its suspension. */
  isValid(id: string): boolean {
    const { credentials, reports } = this
    return reports.by(id) === undefined && credentials.statusOf(credentials.get(id)) === 'VALID'
  }

  /** Whether somebody else than a replacement suspended the credential, or has asked for that. */
  isReported(id: string): boolean {
    const by = this.reports.by(id)
    if (by !== undefined) return by !== REPLACEMENT
    return this.credentials.statusOf(this.credentials.get(id)) === 'SUSPENDED'
  }

  /**
   * The old credentials that must be suspended before this one is delivered: all that it replaces, but for temporary cards on
   * the same installation. Those stay valid until the wallet has accepted this one (docs/decisions/201).
   */
  suspendedBefore(fresh: Pick<CredentialRecord, 'replaces' | 'installation'>): string[] {
    return fresh.replaces.filter(id => !staysBeside(this.credentials.get(id), fresh))
  }

  /** Until when temporary cards stay valid beside this one if no wallet says that it accepted it; 0 if there are none. */
  staysUntil(fresh: Pick<CredentialRecord, 'replaces' | 'installation'>): UnixSeconds {
    const old = fresh.replaces.map(id => this.credentials.get(id))
    return Math.max(0, ...old.filter(record => staysBeside(record, fresh)).map(({ expiresAt }) => expiresAt))
  }

  /** The transactions that suspend the VALID ones of the credentials. */
  suspensions(ids: readonly string[]): StatusRequest[] {
    const { credentials } = this
    const valid = [...new Set(ids)].filter(id => credentials.statusOf(credentials.get(id)) === 'VALID')
    return credentials.requests(valid, 'VALID', { to: 'SUSPENDED', reason: NEW_CARD, by: REPLACEMENT })
  }

  /** Resolves when none of the old credentials is VALID. To be called before the new one is delivered. */
  async suspendOld(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      if (this.credentials.statusOf(this.credentials.get(id)) === 'VALID') {
        await this.credentials.change(id, 'SUSPENDED', NEW_CARD, REPLACEMENT)
      }
    }
  }

  /**
   * Revokes the old credentials that have not expired. They are suspended already, so one that is over the limit of the day
   * can wait.
   * @returns when the first one that waits expires; undefined if none waits
   */
  async accepted(id: string): Promise<UnixSeconds | undefined> {
    const { credentials, limit, clock } = this
    const waiting: UnixSeconds[] = []
    for (const old of credentials.get(id).replaces) {
      const record = credentials.get(old)
      if (credentials.statusOf(record) === 'INVALID' || clock() >= record.expiresAt) continue
      if (await limit.take(record.list)) {
        await credentials.change(old, 'INVALID', REPLACED, REPLACEMENT)
      } else {
        // A temporary card is still VALID.
        if (credentials.statusOf(record) === 'VALID') await credentials.change(old, 'SUSPENDED', REPLACED, REPLACEMENT)
        waiting.push(record.expiresAt)
      }
    }
    return waiting.length === 0 ? undefined : Math.min(...waiting)
  }

  async failed(id: string): Promise<void> {
    const record = this.credentials.get(id)
    if (this.credentials.statusOf(record) !== 'INVALID') {
      await this.credentials.change(id, 'INVALID', 'the wallet could not keep the card', REPLACEMENT)
    }
    for (const old of record.replaces) await this.reinstate(old)
  }

  /** Makes a credential VALID again that a replacement suspended, unless another credential replaced it since. */
  async reinstate(id: string): Promise<void> {
    const { credentials, reports } = this
    if (credentials.statusOf(credentials.get(id)) !== 'SUSPENDED') return
    if (reports.by(id) !== REPLACEMENT || (await credentials.replaced(id))) return
    await credentials.change(id, 'VALID', 'the new card was not kept', REPLACEMENT)
  }
}

const staysBeside = (old: CredentialRecord, fresh: Pick<CredentialRecord, 'installation'>): boolean =>
  old.root === null && old.installation !== undefined && old.installation === fresh.installation
