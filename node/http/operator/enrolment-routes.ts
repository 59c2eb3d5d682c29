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

/** In the body, because paths are in the logs of servers and proxies. */
const Code = z.object({ code: z.string().regex(/^[\w-]{43}$/) })

export const enrolmentRoutes = ({ accounts, passkeys }: EnrolmentParts): Route[] => [
  defineOpenRoute({
    method: 'post',
    path: '/enrolments/options',
    summary: 'Whom the link is for, and what their authenticator has to make.',
    body: Code,
    status: 200,
    answer: z.object({ name: z.string(), role: z.enum(ROLES), options: z.looseObject({ challenge: z.string() }) }),
    errors: ['OPERATOR_ENROLMENT_ENDED'],
    handle: async ({ body: { code } }) => {
      const operator = accounts.invitedBy(code)
      const { name, role } = operator
      return { name, role, options: { ...(await passkeys.enrolmentOptions(operator)) } }
    },
  }),
  defineOpenRoute({
    method: 'post',
    path: '/enrolments',
    summary: 'Enrols the passkey. The link is used up.',
    body: Code.extend({ passkey: Attestation }),
    status: 201,
    answer: z.object({ operator: OperatorForm }),
    errors: ['OPERATOR_ENROLMENT_ENDED', 'OPERATOR_PASSKEY_REFUSED'],
    handle: async ({ body: { code, passkey } }) => {
      const verify = (operator: Parameters<Passkeys['verifyEnrolment']>[0]) =>
        passkeys.verifyEnrolment(operator, attestationOf(passkey))
      return { operator: operatorForm(await accounts.enrol(code, verify)) }
    },
  }),
]
