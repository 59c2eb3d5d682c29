/** Issued credentials and their status. */
import { z } from 'zod'
import { IDENTITY_DOCUMENTS, IDENTITY_MEANS } from '../../credential/application.ts'
import type { Counter } from '../../issuer/counter.ts'
import type { CredentialRecord } from '../../issuer/credential-record.ts'
import type { Credentials, StatusChange } from '../../issuer/credentials.ts'
import { IssuerError } from '../../issuer/errors.ts'
import { channelOf } from '../../issuer/loss/channels.ts'
import { LossError } from '../../issuer/loss/errors.ts'
import type { LossDesk } from '../../issuer/loss/loss-desk.ts'
import { type Actor, byOf, type Role } from '../../issuer/operators/actor.ts'
import type { PersonViewings } from '../../issuer/person-viewings.ts'
import { fromHex, type Hex } from '../../lib/bytes.ts'
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
  readonly lossDesk: LossDesk
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
  readonly pendingStatus?: 202
  readonly errors?: Route['errors']
  readonly make: (act: StatusAct) => Promise<StatusChange | null>
}

interface StatusAct {
  readonly id: string
  readonly actor: Actor
  readonly reason: string
  readonly closes?: Hex
  readonly identity?: z.output<typeof Identity>
}

const TransactionHash = z.string().regex(/^0x[0-9a-f]{64}$/)
/** How a clerk identified the holder. */
const Identity = z.strictObject({
  document: z.enum(IDENTITY_DOCUMENTS),
  means: z.array(z.enum(IDENTITY_MEANS)).min(1).max(IDENTITY_MEANS.length),
})
const Status = z.enum(['VALID', 'SUSPENDED', 'INVALID'])
const Entry = z.object({
  credentialId: z.string(),
  card: z.string(),
  status: Status,
  issuedAt: UnixTime,
  expiresAt: UnixTime,
})

export function credentialsRoutes(parts: CredentialsParts): Route[] {
  const { answerWithinMs, counter, credentials, lossDesk, mirror, viewings, clock } = parts
  const shown = (credentialId: string, record: CredentialRecord) => ({
    credentialId,
    card: record.cardId,
    status: credentials.statusOf(record),
    issuedAt: record.issuedAt,
    expiresAt: record.expiresAt,
  })

  const change = ({ act, to, roles, touch, summary, members, errors = [], pendingStatus, make }: ChangeRoute): Route =>
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
      ...(pendingStatus && { pendingStatus }),
      answer: z.object({
        credentialId: z.string(),
        status: Status,
        transaction: z.string().nullable(),
        block: z.int().nullable(),
        time: UnixTime,
        pending: z.boolean().describe('published in the status list, and not on the ledger yet'),
      }),
      errors: [
        'ISSUER_CREDENTIAL_UNKNOWN',
        'ISSUER_STATUS_UNCHANGED',
        'ISSUER_STATUS_REFUSED',
        'ISSUER_REVOCATION_LIMIT',
        'LEDGER_PENDING',
        ...errors,
      ],
      handle: async ({ params: { id }, body, actor }) => {
        const given = body as Pick<StatusAct, 'reason' | 'closes' | 'identity'>
        const made = await answerWithin(answerWithinMs, make({ ...given, id, actor }))
        if (made) return { ...made, pending: false }
        return { credentialId: id, status: to, transaction: null, block: null, time: clock(), pending: true }
      },
    })

  const suspend = async ({ id, actor, reason }: StatusAct): Promise<StatusChange | null> => {
    const record = credentials.get(id)
    const by = byOf(actor)
    // A card that is locked or revoked already is not reported: the refusal says what it is.
    if (credentials.statusOf(record) !== 'VALID') return credentials.change(id, 'SUSPENDED', reason, by)
    const channel = channelOf(actor) ?? 'counter'
    const person = fromHex(record.person)
    const { changes } = await lossDesk.lock({ channel, by, person, credentials: [id], reason })
    if (changes === null) return null
    if (changes[0]) return changes[0]
    throw new IssuerError(
      { code: 'ISSUER_STATUS_UNCHANGED', credential: id, status: credentials.statusOf(record) },
      'Somebody else changed the status of the card at the same time. Look at it again.',
    )
  }

  const reinstate = ({ id, actor, reason, closes, identity }: StatusAct): Promise<StatusChange> => {
    const unnamed = closes === undefined && lossDesk.lockOf(id) !== undefined
    if (actor.kind === 'operator' && (identity === undefined || unnamed)) {
      throw new LossError(
        { code: 'LOSS_IDENTITY_NEEDED', credential: id },
        'Identify the holder first, and name the report that this closes. Nothing was changed.',
      )
    }
    const checked = identity && `${identity.document}, ${identity.means.join(', ')}`
    return lossDesk.unlock(id, {
      ...{ channel: channelOf(actor) ?? 'counter', by: byOf(actor), identity: checked ?? null, closes },
      reason: checked === undefined ? reason : `${reason}; identity: ${checked}`,
    })
  }

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
      summary:
        'Suspends a credential. 202 if the published status list has it and the ledger does not yet: the node makes the ' +
        'ledger follow.',
      pendingStatus: 202,
      make: suspend,
    }),
    change({
      act: 'reinstate',
      to: 'VALID',
      roles: ['clerk', 'supervisor', 'call-centre'],
      touch: false,
      summary:
        'Ends a suspension. With `closes`, only if that is the report for which the credential is suspended. Operators ' +
        'name the report and the identity check.',
      members: { closes: TransactionHash.optional(), identity: Identity.optional() },
      errors: ['ISSUER_REPORT_CHANGED', 'LOSS_IDENTITY_NEEDED', 'LOSS_UNLOCK_REFUSED', 'LOSS_NOT_ON_LEDGER'],
      make: reinstate,
    }),
    change({
      act: 'revoke',
      to: 'INVALID',
      roles: ['clerk', 'supervisor'],
      touch: true,
      summary: 'Revokes a credential. Nobody can undo this.',
      make: ({ id, actor, reason }) => credentials.change(id, 'INVALID', reason, byOf(actor)),
    }),
  ]
}
