/** Issued credentials and their status. */
import { z } from 'zod'
import type { Counter } from '../../issuer/counter.ts'
import type { CredentialRecord } from '../../issuer/credential-record.ts'
import type { Credentials } from '../../issuer/credentials.ts'
import { byOf, type Role } from '../../issuer/operators/actor.ts'
import type { StatusName } from '../../proof/registries/status.ts'
import type { StatusMirror } from '../../status/mirror.ts'
import { answerWithin } from '../answer-within.ts'
import { defineRoute, Id, PersonalNumber, Reason, type Route, UnixTime } from './route.ts'

export interface CredentialsParts {
  /** The longest wait for a block before the operator gets an answer. */
  readonly answerWithinMs: number
  readonly counter: Counter
  readonly credentials: Credentials
  readonly mirror: StatusMirror
}

const Status = z.enum(['VALID', 'SUSPENDED', 'INVALID'])
const Entry = z.object({
  credentialId: z.string(),
  card: z.string(),
  status: Status,
  issuedAt: UnixTime,
  expiresAt: UnixTime,
})

export function credentialsRoutes({ answerWithinMs, counter, credentials, mirror }: CredentialsParts): Route[] {
  const shown = (credentialId: string, record: CredentialRecord) => ({
    credentialId,
    card: record.cardId,
    status: credentials.statusOf(record),
    issuedAt: record.issuedAt,
    expiresAt: record.expiresAt,
  })

  /** @param act the last segment of the path */
  const change = (act: string, to: StatusName, roles: readonly Role[], touch: boolean, summary: string): Route =>
    defineRoute({
      method: 'post',
      path: `/credentials/{id}/${act}`,
      summary,
      roles,
      scope: null,
      touch,
      params: z.strictObject({ id: Id }),
      body: z.object({ reason: Reason }),
      status: 200,
      answer: z.object({
        credentialId: z.string(),
        status: Status,
        transaction: z.string(),
        block: z.int(),
        time: UnixTime,
      }),
      errors: [
        'ISSUER_CREDENTIAL_UNKNOWN',
        'ISSUER_STATUS_UNCHANGED',
        'ISSUER_STATUS_REFUSED',
        'ISSUER_REVOCATION_LIMIT',
        'LEDGER_PENDING',
      ],
      handle: ({ params, body, actor }) =>
        answerWithin(answerWithinMs, credentials.change(params.id, to, body.reason, byOf(actor))),
    })

  return [
    defineRoute({
      method: 'post',
      path: '/credentials/search',
      summary: "A person's credentials, by personal number.",
      roles: ['clerk', 'supervisor', 'call-centre'],
      scope: null,
      body: z.object({ personalNumber: PersonalNumber }),
      status: 200,
      answer: z.object({ credentials: z.array(Entry) }),
      errors: ['ISSUER_PERSON_UNKNOWN', 'STATUS_LIST_UNKNOWN', 'LEDGER_UNREACHABLE'],
      handle: async ({ body }) => {
        const resident = await counter.find(body.personalNumber)
        await mirror.catchUp()
        const found = await credentials.ofPerson(resident.person)
        return { credentials: found.map(({ id, record }) => shown(id, record)) }
      },
    }),
    defineRoute({
      method: 'get',
      path: '/credentials/{id}',
      summary: 'A credential, with its status and the block at which it was read.',
      roles: ['clerk', 'supervisor', 'auditor', 'call-centre'],
      scope: 'states',
      params: z.strictObject({ id: Id }),
      status: 200,
      answer: Entry.extend({ block: z.int().optional(), time: UnixTime.optional() }),
      errors: ['ISSUER_CREDENTIAL_UNKNOWN', 'STATUS_LIST_UNKNOWN', 'LEDGER_UNREACHABLE'],
      handle: async ({ params: { id } }) => {
        await mirror.catchUp()
        return { ...shown(id, credentials.get(id)), ...mirror.asOf }
      },
    }),
    change('suspend', 'SUSPENDED', ['clerk', 'supervisor', 'call-centre'], false, 'Suspends a credential.'),
    change('reinstate', 'VALID', ['clerk', 'supervisor', 'call-centre'], false, 'Ends a suspension.'),
    change('revoke', 'INVALID', ['clerk', 'supervisor'], true, 'Revokes a credential. Nobody can undo this.'),
  ]
}
