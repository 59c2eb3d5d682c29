/** Operators: who they are, invitation and stop. */
import { z } from 'zod'
import type { Accounts, Invitation } from '../../issuer/operators/accounts.ts'
import { type Actor, byOf, ROLES, type Role } from '../../issuer/operators/actor.ts'
import { OperatorError } from '../../issuer/operators/errors.ts'
import type { Operator } from '../../issuer/operators/operator.ts'
import { defineRoute, Id, type Route, UnixTime } from './route.ts'
import { OperatorForm, operatorForm } from './session-routes.ts'

export interface AccountsParts {
  readonly accounts: Accounts
}

export const PersonName = z.string().trim().min(1).max(60)
const Centre = z.string().trim().min(1).max(60).nullable().default(null)

const Account = OperatorForm.extend({
  state: z.enum(['invited', 'active', 'stopped']),
  invitedAt: UnixTime,
  enrolledAt: UnixTime.nullable(),
  stoppedAt: UnixTime.nullable(),
})

export const InvitationForm = z.object({ operator: OperatorForm, enrolmentUrl: z.string(), expiresAt: UnixTime })

export const invitationForm = ({ operator, enrolmentUrl, expiresAt }: Invitation) => ({
  operator: operatorForm(operator),
  ...{ enrolmentUrl, expiresAt },
})

export const accountsRoutes = ({ accounts }: AccountsParts): Route[] => [
  defineRoute({
    method: 'get',
    path: '/operators',
    summary: 'All operators.',
    roles: ['administrator', 'supervisor', 'auditor'],
    scope: null,
    status: 200,
    answer: z.object({ operators: z.array(Account) }),
    errors: [],
    handle: async () => ({ operators: (await accounts.list()).map(accountForm) }),
  }),
  defineRoute({
    method: 'post',
    path: '/operators/invitations',
    summary: 'Invites an operator. The answer has the one-time link, which is shown once.',
    roles: ['administrator'],
    scope: null,
    touch: true,
    body: z.object({ name: PersonName, role: z.enum(ROLES), centre: Centre }),
    status: 201,
    answer: InvitationForm,
    errors: ['OPERATOR_TWO_PEOPLE', 'OPERATOR_CENTRE_UNKNOWN'],
    handle: async ({ body, actor }) => {
      requireOnePerson(body.role, actor, 'admit-administrator')
      return invitationForm(await accounts.invite(body, actor))
    },
  }),
  defineRoute({
    method: 'post',
    path: '/operators/{id}/stop',
    summary: 'Stops an operator: passkey, sessions and invitation end.',
    roles: ['administrator'],
    scope: null,
    touch: true,
    params: z.strictObject({ id: Id }),
    status: 200,
    answer: z.object({ operator: Account }),
    errors: ['OPERATOR_UNKNOWN', 'OPERATOR_STOPPED', 'OPERATOR_TWO_PEOPLE'],
    handle: async ({ params: { id }, actor }) => {
      requireOnePerson(accounts.get(id).role, actor, 'stop-administrator')
      return { operator: accountForm(await accounts.stop(id, byOf(actor))) }
    },
  }),
]

const accountForm = (operator: Operator) => {
  const { state, invitedAt, enrolledAt, stoppedAt } = operator
  return { ...operatorForm(operator), state, invitedAt, enrolledAt, stoppedAt }
}

/**
 * Administrators are admitted and stopped by two people. Not so on the local command line: whoever has the data directory
 * can do all anyway, and it is the way back when the only administrator lost their passkey.
 * @throws {OperatorError} OPERATOR_TWO_PEOPLE
 */
function requireOnePerson(role: Role, actor: Actor, kind: string): void {
  if (role !== 'administrator' || actor.kind === 'local') return
  throw new OperatorError(
    { code: 'OPERATOR_TWO_PEOPLE', kind },
    'To admit or stop an administrator needs two people. Propose it, and let another operator confirm it.',
  )
}
