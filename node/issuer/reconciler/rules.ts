/**
 * What each event of the registries means for this organisation. The table in docs/operator.md ("Events of the
 * registries") says the same for people; a test goes over every event type.
 *
 *   none    the event is not about this organisation
 *   ordered only if this node ordered its transaction; otherwise an alarm
 *   noted   an act of the council or of a guardian that changes what this organisation may do. The contracts enforce it
 *   alarm   nobody but somebody with a stolen key, or officers who must tell the operator, does this
 */
import type { Hex } from '../../lib/bytes.ts'
import type { RegistryEvent } from '../../proof/registries/events.ts'

/** Why issuing stopped. */
export const ALARMS = [
  /** A batch was anchored that this node did not order. */
  'root',
  /** A batch was disowned. */
  'disowned',
  /** Statuses were changed. */
  'statuses',
  /** A status list was opened. */
  'list',
  /** Another organisation is now the custodian of a list. */
  'custodian',
  /** An account that this install does not have may act for the organisation. */
  'account',
  /** An account that the node uses was stopped. */
  'account-stopped',
  /** A key that this install does not have signs for the organisation. */
  'key',
  /** A key of this install was retired or distrusted. */
  'key-ended',
  /** Another contract governs a registry. */
  'authority',
  /** A transaction that was confirmed has no event, or one that reverted has one. */
  'receipt',
  /** A block that was compared is not the ledger's any more. */
  'history',
] as const
export type AlarmKind = (typeof ALARMS)[number]

export type Judgement = 'none' | 'ordered' | 'noted' | { readonly alarm: AlarmKind }

/** What is this organisation's. Addresses and key ids in lower case. */
export interface Own {
  readonly org: number
  /** Accounts from which the node sends, but for those whose key somebody else has used. */
  readonly accounts: ReadonlySet<Hex>
  /** Whether the account is to replace one of them. */
  readonly isNextAccount: (account: Hex) => boolean
  readonly keys: ReadonlySet<Hex>
  /** Whether there is an alarm for this root: disowning it is what is to be done. */
  readonly isForeignRoot: (root: Hex) => boolean
}

type Types<R extends RegistryEvent['registry']> = Extract<RegistryEvent, { registry: R }>
type Rules = {
  readonly [R in RegistryEvent['registry']]: {
    readonly [T in Types<R>['type']]: (event: Extract<Types<R>, { type: T }>, own: Own) => Judgement
  }
}

const alarm = (kind: AlarmKind): Judgement => ({ alarm: kind })
const noted = ({ org }: { readonly org: number }, own: Own): Judgement => (org === own.org ? 'noted' : 'none')
const ordered = ({ org }: { readonly org: number }, own: Own): Judgement => (org === own.org ? 'ordered' : 'none')
const keyEnded = ({ org, keyId }: { readonly org: number; readonly keyId: Hex }, own: Own): Judgement =>
  org !== own.org ? 'none' : own.keys.has(keyId) ? alarm('key-ended') : 'noted'
const organisationOf = (list: bigint): number => Number(list >> 32n)
const authority = (): Judgement => alarm('authority')

export const RULES: Rules = {
  trustRegistry: {
    AuthorityUpdated: authority,
    OrganisationRegistered: noted,
    OrganisationDescribed: noted,
    OrganisationTermChanged: noted,
    AdminChanged: noted,
    Granted: noted,
    Withdrawn: noted,
    KeyRegistered: ({ org, keyId }, own) => (org !== own.org ? 'none' : own.keys.has(keyId) ? 'noted' : alarm('key')),
    KeyRetired: keyEnded,
    KeyDistrusted: keyEnded,
    AccountChanged: ({ org, account, capabilities }, own) => {
      if (org !== own.org) return 'none'
      const mine = own.accounts.has(account)
      if (capabilities === 0) return mine ? alarm('account-stopped') : 'noted'
      return mine || own.isNextAccount(account) ? 'noted' : alarm('account')
    },
  },
  anchorLog: {
    AuthorityUpdated: authority,
    Anchored: ordered,
    Disowned: ({ org, root }, own) =>
      org !== own.org ? 'none' : own.isForeignRoot(root) ? 'noted' : alarm('disowned'),
  },
  statusRegistry: {
    AuthorityUpdated: authority,
    ListOpened: ordered,
    // A custodian of another organisation was named by the council, and that was an alarm.
    StatusesSet: ({ org, list }, own) =>
      org === own.org ? 'ordered' : organisationOf(list) === own.org ? 'noted' : 'none',
    DailyLimitChanged: ({ list }, own) => (organisationOf(list) === own.org ? 'noted' : 'none'),
    CustodianChanged: ({ list, custodian }, own) => {
      if (organisationOf(list) !== own.org) return custodian === own.org ? 'noted' : 'none'
      return custodian === own.org ? 'noted' : alarm('custodian')
    },
  },
}

/** What an event that must have been ordered is if it was not. */
const UNORDERED = { Anchored: 'root', ListOpened: 'list', StatusesSet: 'statuses' } as const satisfies Record<
  string,
  AlarmKind
>

/** @param wasOrdered whether this node ordered the transaction of the event */
export function judge(event: RegistryEvent, own: Own, wasOrdered: boolean): Judgement {
  const rules = RULES[event.registry] as Readonly<Record<string, (event: RegistryEvent, own: Own) => Judgement>>
  const judgement = (rules[event.type] as (event: RegistryEvent, own: Own) => Judgement)(event, own)
  if (judgement !== 'ordered' || wasOrdered) return judgement
  return alarm(UNORDERED[event.type as keyof typeof UNORDERED])
}
