/** The routes of the operators' administration: accounts, proposals and the journal. */
import type { UnixSeconds } from '../../../lib/time.ts'
import type { Call } from '../../kit/api.ts'
import type { Operator, Role } from '../passkey.ts'

type Api = <Answer>(path: string, options?: Call) => Promise<Answer>

export interface Account extends Operator {
  readonly state: 'invited' | 'active' | 'stopped'
  readonly invitedAt: UnixSeconds
  readonly enrolledAt: UnixSeconds | null
  readonly stoppedAt: UnixSeconds | null
}

export interface Invitation {
  readonly operator: Operator
  /** Shown once. */
  readonly enrolmentUrl: string
  readonly expiresAt: UnixSeconds
}

export type ProposedAct =
  | { readonly kind: 'admit-administrator'; readonly name: string }
  | { readonly kind: 'stop-administrator'; readonly operator: string }
  | {
      readonly kind: 'status-many'
      readonly credentials: readonly string[]
      readonly to: 'VALID' | 'SUSPENDED' | 'INVALID'
    }
  | { readonly kind: 'raise-revocation-limit'; readonly perDay: number }
  | {
      readonly kind: 'stop-wallet-provider'
      readonly provider: number
      readonly existing: 'keep' | 'at-once' | UnixSeconds
      /** How many cards it concerned when it was proposed. */
      readonly cards: number
    }
  | { readonly kind: 'lift-wallet-stop'; readonly provider: number; readonly reinstate: boolean }

/** An act as somebody proposes it. */
export type NewAct =
  | Exclude<ProposedAct, { readonly kind: 'stop-wallet-provider' }>
  | Omit<Extract<ProposedAct, { readonly kind: 'stop-wallet-provider' }>, 'cards'>

/** A centre of the roll-out policy. */
export interface Centre {
  readonly id: string
  readonly ko: string
  readonly en: string
}

interface Person {
  readonly id: string
  readonly name: string
}

export interface Proposal {
  readonly id: string
  readonly state: 'open' | 'confirmed' | 'done' | 'rejected' | 'expired'
  readonly act: ProposedAct
  readonly reason: string
  readonly proposer: Person
  readonly at: UnixSeconds
  readonly decider: Person | null
  readonly progress: {
    readonly done: number
    /** The cards that could not be changed, with the code of the error. */
    readonly failed: readonly { readonly credential: string; readonly code: string }[]
  } | null
  /** Whether the caller may decide about it. */
  readonly mayDecide: boolean
}

export interface JournalEntry {
  readonly number: number
  readonly day: string
  readonly at: UnixSeconds
  readonly event: string
  readonly by?: string
  readonly [fact: string]: unknown
}

export interface JournalDay {
  readonly day: string
  readonly first: number
  /** Null while the day is not over. */
  readonly last: number | null
  readonly root: string | null
  /** Null while the ledger does not have the root. */
  readonly anchored: { readonly block: number | null; readonly time: UnixSeconds | null } | null
}

export interface JournalPage {
  readonly entries: readonly JournalEntry[]
  readonly days: readonly JournalDay[]
}

export const listOperators = async (api: Api, signal?: AbortSignal): Promise<readonly Account[]> =>
  (await api<{ operators: readonly Account[] }>('/operators', signal ? { signal } : {})).operators

/** Empty if the install has no roll-out policy. */
export const listCentres = async (api: Api, signal: AbortSignal): Promise<readonly Centre[]> => {
  const { policy } = await api<{ policy: { centres: readonly Centre[] } | null }>('/rollout', { signal })
  return policy?.centres ?? []
}

export const invite = (
  api: Api,
  body: { readonly name: string; readonly role: Role; readonly centre: string | null },
): Promise<Invitation> => api('/operators/invitations', { method: 'POST', body })

export const stopOperator = (api: Api, id: string): Promise<unknown> => api(`/operators/${id}/stop`, { method: 'POST' })

export const listProposals = async (api: Api, signal: AbortSignal): Promise<readonly Proposal[]> =>
  (await api<{ proposals: readonly Proposal[] }>('/proposals', { signal })).proposals

export const propose = (api: Api, act: NewAct, reason: string): Promise<Proposal> =>
  api('/proposals', { method: 'POST', body: { ...act, reason } })

export const confirmProposal = (
  api: Api,
  id: string,
): Promise<{ readonly proposal: Proposal; readonly invitation: Invitation | null }> =>
  api(`/proposals/${id}/confirm`, { method: 'POST' })

export const rejectProposal = (api: Api, id: string): Promise<unknown> =>
  api(`/proposals/${id}/reject`, { method: 'POST' })

/** @param before the number of an entry: the page has the entries before it */
export const readJournal = (api: Api, before: number | null, signal: AbortSignal): Promise<JournalPage> =>
  api(`/journal${before === null ? '' : `?before=${before}`}`, { signal })

export interface WalletStop {
  readonly state: 'waiting' | 'suspending' | 'revoking' | 'done' | 'reinstating' | 'lifted'
  readonly orderedAt: UnixSeconds
  readonly suspendAt: UnixSeconds | null
  /** The cards that it concerns; then those of them that are not suspended, suspended, and revoked. */
  readonly cards: number
  readonly notYet: number
  readonly suspended: number
  readonly revoked: number
  readonly revokeFrom: UnixSeconds | null
  readonly expectedEnd: UnixSeconds | null
}

export interface WalletProvider {
  /** Its organisation in the trust registry. */
  readonly id: number
  readonly name: string | null
  readonly admitted: boolean
  readonly issuing: boolean
  readonly stop: WalletStop | null
}

export interface WalletProviderList {
  readonly walletAttestation: 'accepted' | 'required'
  readonly providers: readonly WalletProvider[]
}

export const listWalletProviders = (api: Api, signal: AbortSignal): Promise<WalletProviderList> =>
  api('/wallet-providers', { signal })

export const countWalletCards = async (api: Api, provider: number, signal: AbortSignal): Promise<number> =>
  (await api<{ cards: number }>(`/wallet-providers/${provider}/cards`, { signal })).cards
