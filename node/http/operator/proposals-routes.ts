/** What needs two people: proposals, confirmation and rejection. */
import { z } from 'zod'
import type { Accounts } from '../../issuer/operators/accounts.ts'
import type { Actor, OperatorActor } from '../../issuer/operators/actor.ts'
import type { Proposal } from '../../issuer/operators/proposal.ts'
import type { Proposals } from '../../issuer/operators/proposals.ts'
import { ServerError } from '../errors.ts'
import { InvitationForm, invitationForm, PersonName } from './accounts-routes.ts'
import { defineRoute, Id, ProviderId, Reason, type Route, UnixTime } from './route.ts'

export interface ProposalsParts {
  readonly accounts: Accounts
  readonly proposals: Proposals
}

const MAX_CREDENTIALS = 1000

const Act = {
  admit: { kind: z.literal('admit-administrator'), name: PersonName },
  stop: { kind: z.literal('stop-administrator'), operator: Id },
  many: {
    kind: z.literal('status-many'),
    credentials: z.array(Id).min(1).max(MAX_CREDENTIALS),
    to: z.enum(['VALID', 'SUSPENDED', 'INVALID']),
  },
  raise: { kind: z.literal('raise-revocation-limit'), perDay: z.int().min(1).max(1_000_000) },
  stopWallets: {
    kind: z.literal('stop-wallet-provider'),
    provider: ProviderId,
    /** What happens to the cards that its wallets have: nothing, or they are suspended, at once or at a time. */
    existing: z.union([z.enum(['keep', 'at-once']), z.int().min(0).max(4_102_444_800)]),
  },
  liftWallets: { kind: z.literal('lift-wallet-stop'), provider: ProviderId, reinstate: z.boolean() },
} as const
const ActForm = z.discriminatedUnion('kind', [
  z.object(Act.admit),
  z.object(Act.stop),
  z.object(Act.many),
  z.object(Act.raise),
  z.object({ ...Act.stopWallets, cards: z.int() }),
  z.object(Act.liftWallets),
])
const NewProposal = z.discriminatedUnion('kind', [
  z.object({ ...Act.admit, reason: Reason }),
  z.object({ ...Act.stop, reason: Reason }),
  z.object({ ...Act.many, reason: Reason }),
  z.object({ ...Act.raise, reason: Reason }),
  z.object({ ...Act.stopWallets, reason: Reason }),
  z.object({ ...Act.liftWallets, reason: Reason }),
])

const Person = z.object({ id: z.string(), name: z.string() })
const ProposalForm = z.object({
  id: Id,
  state: z.enum(['open', 'confirmed', 'done', 'rejected', 'expired']),
  act: ActForm,
  reason: z.string(),
  proposer: Person,
  at: UnixTime,
  decider: Person.nullable(),
  decidedAt: UnixTime.nullable(),
  progress: z
    .object({ done: z.int(), failed: z.array(z.object({ credential: z.string(), code: z.string() })).readonly() })
    .nullable(),
  /** Whether the caller may decide about it. */
  mayDecide: z.boolean(),
})

/** Those who propose and confirm. Their touch is needed: what they decide concerns many cards or a whole account. */
const DECIDERS = { roles: ['administrator', 'supervisor'], scope: null, operatorsOnly: true, touch: true } as const
const params = z.strictObject({ id: Id })

export function proposalsRoutes({ accounts, proposals }: ProposalsParts): Route[] {
  const person = (id: string) => ({ id, name: accounts.get(id).name })
  const form = (proposal: Proposal, actor: Actor): z.input<typeof ProposalForm> => {
    const { id, act, reason, proposer, at, decider, decidedAt, progress, state } = proposal
    const isExpired = proposals.isExpired(proposal)
    return {
      ...{ id, reason, at, decidedAt, progress, state: isExpired ? 'expired' : state },
      act: act.kind === 'status-many' ? { ...act, credentials: [...act.credentials] } : act,
      proposer: person(proposer),
      decider: decider === null ? null : person(decider),
      mayDecide: !isExpired && proposals.mayDecide(proposal, actor),
    }
  }

  return [
    defineRoute({
      method: 'get',
      path: '/proposals',
      summary: 'All proposals, the newest first.',
      roles: ['administrator', 'supervisor', 'auditor'],
      scope: null,
      status: 200,
      answer: z.object({ proposals: z.array(ProposalForm) }),
      errors: [],
      handle: async ({ actor }) => ({ proposals: (await proposals.list()).map(one => form(one, actor)) }),
    }),
    defineRoute({
      method: 'post',
      path: '/proposals',
      summary: 'Proposes what needs a second person. Nothing happens until another operator confirms it.',
      ...DECIDERS,
      body: NewProposal,
      status: 201,
      answer: ProposalForm,
      errors: [
        'OPERATOR_MAY_NOT_PROPOSE',
        'OPERATOR_UNKNOWN',
        'OPERATOR_STOPPED',
        'OPERATOR_TWO_PEOPLE',
        'OPERATOR_LIMIT_NOT_RAISED',
        'ISSUER_CREDENTIAL_UNKNOWN',
        'ISSUER_WALLET_PROVIDER_UNKNOWN',
        'ISSUER_WALLET_STOP_STATE',
        'LEDGER_UNREACHABLE',
      ],
      handle: async ({ body: { reason, ...act }, actor }) =>
        form(await proposals.propose(act, reason, requireOperator(actor)), actor),
    }),
    defineRoute({
      method: 'post',
      path: '/proposals/{id}/confirm',
      summary: 'Confirms the proposal of another operator. Many statuses change after the answer.',
      ...DECIDERS,
      params,
      status: 200,
      answer: z.object({ proposal: ProposalForm, invitation: InvitationForm.nullable() }),
      errors: [
        'OPERATOR_PROPOSAL_UNKNOWN',
        'OPERATOR_PROPOSAL_STATE',
        'OPERATOR_OWN_PROPOSAL',
        'OPERATOR_STOPPED',
        'OPERATOR_LIMIT_NOT_RAISED',
        'ISSUER_WALLET_STOP_STATE',
      ],
      handle: async ({ params: { id }, actor }) => {
        const { proposal, invitation } = await proposals.confirm(id, requireOperator(actor))
        return { proposal: form(proposal, actor), invitation: invitation && invitationForm(invitation) }
      },
    }),
    defineRoute({
      method: 'post',
      path: '/proposals/{id}/reject',
      summary: 'Rejects the proposal of another operator.',
      ...DECIDERS,
      params,
      status: 200,
      answer: z.object({ proposal: ProposalForm }),
      errors: ['OPERATOR_PROPOSAL_UNKNOWN', 'OPERATOR_PROPOSAL_STATE', 'OPERATOR_OWN_PROPOSAL'],
      handle: async ({ params: { id }, actor }) => ({
        proposal: form(await proposals.reject(id, requireOperator(actor)), actor),
      }),
    }),
  ]
}

/** The table lets nobody else in. */
function requireOperator(actor: Actor): OperatorActor {
  if (actor.kind === 'operator') return actor
  throw new ServerError({ code: 'HTTP_FORBIDDEN' }, 'This act is for operators who are signed in.')
}
