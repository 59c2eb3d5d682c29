import type { UnixSeconds } from '../../lib/time.ts'
import type { OperatorActor, Role } from './actor.ts'
import type { Passkey } from './passkey-ceremonies.ts'

/**
 * An account.
 *
 *   invited ──passkey──▶ active ──▶ stopped     final: whoever comes back is invited again
 *      └───────────────────────────────▲
 */
export interface Operator {
  /** 16 random bytes, base64url. It is the user handle of the passkey, too. */
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly centre: string | null
  readonly state: 'invited' | 'active' | 'stopped'
  readonly invitedAt: UnixSeconds
  /**
   * The operator who alone invited this one. Null: two operators did, or the local command line. Absent in records of
   * earlier versions.
   */
  readonly invitedBy?: string | null
  readonly enrolledAt: UnixSeconds | null
  readonly stoppedAt: UnixSeconds | null
  readonly passkey: Passkey | null
}

/**
 * Who vouches for an account: the one person who invited it, otherwise itself. Whoever invites somebody could have made
 * the passkey of that account, so all accounts with the same voucher count as one person.
 * Why: docs/decisions/137.
 */
export const voucherOf = ({ id, invitedBy }: Operator): string => invitedBy ?? id

export const actorOf = ({ id, name, role, centre }: Operator): OperatorActor => ({
  kind: 'operator',
  ...{ id, name, role, centre },
})
