/** Issued credentials and their status. */
import { z } from 'zod'
import type { Counter } from '../../issuer/counter.ts'
import type { CredentialRecord } from '../../issuer/credential-record.ts'
import type { Credentials } from '../../issuer/credentials.ts'
import { byOf, type Role } from '../../issuer/operators/actor.ts'
import type { PersonViewings } from '../../issuer/person-viewings.ts'
import type { Hex } from '../../lib/bytes.ts'
import type { Clock } from '../../lib/time.ts'
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
  readonly viewings: PersonViewings
  readonly clock: Clock
}

/** A change of status, as a route of its own. */
interface ChangeRoute {
  /** The last segment of the path. */
  readonly act: string
  readonly to: StatusName
  readonly roles: readonly Role[]
  readonly touch: boolean
  readonly summary: string
  /** Members of the body beside the reason. */
  readonly members?: z.ZodRawShape
  readonly errors?: Route['errors']
}

const TransactionHash = z.string().regex(/^0x[0-9a-f]{64}$/)
const Status = z.enum(['VALID', 'SUSPENDED', 'INVALID'])
const Entry = z.object({
  credentialId: z.string(),
  card: z.string(),
  status: Status,
  issuedAt: UnixTime,
  expiresAt: UnixTime,
})

export function credentialsRoutes(parts: CredentialsParts): Route[] {
  const { answerWithinMs, counter, credentials, mirror, viewings, clock } = parts
  const shown = (credentialId: string, record: CredentialRecord) => ({
    credentialId,
    card: record.cardId,
    status: credentials.statusOf(record),
    issuedAt: record.issuedAt,
    expiresAt: record.expiresAt,
  })

  const change = ({ act, to, roles, touch, summary, members, errors = [] }: ChangeRoute): Route =>
    defineRoute({
      method: 'post',
      path: `/credentials/{id}/${act}`,
      summary,
      roles,
      scope: null,
      touch,
      params: z.strictObject({ id: Id }),
      body: z.object({ reason: Reason, ...members }),
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
        ...errors,
      ],
      handle: ({ params, body, actor }) => {
        const { reason, closes } = body as { reason: string; closes?: Hex }
        return answerWithin(answerWithinMs, credentials.change(params.id, to, reason, byOf(actor), closes))
      },
    })

  return [
    defineRoute({
      method: 'post',
      path: '/credentials/search',
      summary: "A person's credentials, by personal number. The journal has who looked.",
      roles: ['clerk', 'supervisor', 'call-centre'],
      scope: null,
      body: z.object({ personalNumber: PersonalNumber }),
      status: 200,
      answer: z.object({ credentials: z.array(Entry) }),
      errors: ['ISSUER_PERSON_UNKNOWN', 'STATUS_LIST_UNKNOWN', 'LEDGER_UNREACHABLE'],
      handle: async ({ body, actor }) => {
        const resident = await counter.find(body.personalNumber)
        await viewings.record([resident.person], byOf(actor), clock())
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
    change({
      act: 'suspend',
      to: 'SUSPENDED',
      roles: ['clerk', 'supervisor', 'call-centre'],
      touch: false,
      summary: 'Suspends a credential.',
    }),
    change({
      act: 'reinstate',
      to: 'VALID',
      roles: ['clerk', 'supervisor', 'call-centre'],
      touch: false,
      summary: 'Ends a suspension. With `closes`, only if that is the report for which the credential is suspended.',
      members: { closes: TransactionHash.optional() },
      errors: ['ISSUER_REPORT_CHANGED'],
    }),
    change({
      act: 'revoke',
      to: 'INVALID',
      roles: ['clerk', 'supervisor'],
      touch: true,
      summary: 'Revokes a credential. Nobody can undo this.',
    }),
  ]
}
