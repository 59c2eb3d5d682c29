/** The one-time link: the invited person makes their passkey. */
import { z } from 'zod'
import type { Accounts } from '../../issuer/operators/accounts.ts'
import { ROLES } from '../../issuer/operators/actor.ts'
import type { Passkeys } from '../../issuer/operators/passkeys.ts'
import { Attestation, attestationOf } from './passkey-forms.ts'
import { defineOpenRoute, type Route } from './route.ts'
import { OperatorForm, operatorForm } from './session-routes.ts'

export interface EnrolmentParts {
  readonly accounts: Accounts
  readonly passkeys: Passkeys
}

const params = z.strictObject({ code: z.string().regex(/^[\w-]{43}$/) })

export const enrolmentRoutes = ({ accounts, passkeys }: EnrolmentParts): Route[] => [
  defineOpenRoute({
    method: 'get',
    path: '/enrolments/{code}',
    summary: 'Whom the link is for, and what their authenticator has to make.',
    params,
    status: 200,
    answer: z.object({ name: z.string(), role: z.enum(ROLES), options: z.looseObject({ challenge: z.string() }) }),
    errors: ['OPERATOR_ENROLMENT_ENDED'],
    handle: async ({ params: { code } }) => {
      const operator = accounts.invitedBy(code)
      const { name, role } = operator
      return { name, role, options: { ...(await passkeys.enrolmentOptions(operator)) } }
    },
  }),
  defineOpenRoute({
    method: 'post',
    path: '/enrolments/{code}',
    summary: 'Enrols the passkey. The link is used up.',
    params,
    body: Attestation,
    status: 201,
    answer: z.object({ operator: OperatorForm }),
    errors: ['OPERATOR_ENROLMENT_ENDED', 'OPERATOR_PASSKEY_REFUSED'],
    handle: async ({ params: { code }, body }) => {
      const verify = (operator: Parameters<Passkeys['verifyEnrolment']>[0]) =>
        passkeys.verifyEnrolment(operator, attestationOf(body))
      return { operator: operatorForm(await accounts.enrol(code, verify)) }
    },
  }),
]
