/**
 * The queue of plastic cards for an external card producer. Only a machine client with the scope `personalisation` gets
 * the data of a card, in the answer to `take`. They are in no log: the access log has the route and not the answer.
 */
import { z } from 'zod'
import { JOB_STATES } from '../../credential/application.ts'
import { byOf } from '../../issuer/operators/actor.ts'
import { JOB_FAILURES, type PersonalisationJob } from '../../issuer/personalisation/job.ts'
import type { Personalisation } from '../../issuer/personalisation/jobs.ts'
import { toBase64 } from '../../lib/base64.ts'
import { Kind } from './application-schemas.ts'
import { defineRoute, Id, type Route, UnixTime } from './route.ts'

export interface PersonalisationParts {
  readonly personalisation: Personalisation
}

const SCOPE = 'personalisation'
const LISTED = 100

const Job = z.object({
  jobId: Id,
  kind: Kind,
  chip: z.boolean(),
  state: z.enum(JOB_STATES),
  queuedAt: UnixTime,
  attempts: z.int(),
})
const Lease = z.string().regex(/^[\w-]{43}$/)
const DocumentNumber = z
  .string()
  .regex(/^[A-Z0-9]{6,9}$/)
  .describe('Of the card that was made. Without it, the holder cannot get a mobile card with it.')

const shown = ({ application, kind, chip, state, queuedAt, attempts }: PersonalisationJob) => ({
  ...{ jobId: application, kind, chip, state, queuedAt, attempts },
})

export const personalisationRoutes = ({ personalisation }: PersonalisationParts): Route[] => [
  defineRoute({
    method: 'get',
    path: '/personalisation/jobs',
    summary: 'The cards that can be made now, the oldest first. Without personal data.',
    roles: [],
    scope: SCOPE,
    status: 200,
    answer: z.object({ jobs: z.array(Job) }),
    errors: [],
    handle: async () => ({ jobs: (await personalisation.open(LISTED)).map(shown) }),
  }),
  defineRoute({
    method: 'post',
    path: '/personalisation/jobs/{id}/take',
    summary: 'Takes a job until the lease ends, with what is printed on the card and written to its chip.',
    roles: [],
    scope: SCOPE,
    // Not for the local command line either.
    operatorsOnly: true,
    params: z.strictObject({ id: Id }),
    status: 200,
    answer: Job.extend({
      lease: Lease,
      leaseUntil: UnixTime,
      data: z.object({
        name: z.string(),
        birthdate: z.string(),
        personalNumber: z.string(),
        address: z.string(),
        portrait: z.string().describe('The image, in base64'),
      }),
    }),
    errors: ['ISSUER_JOB_UNKNOWN', 'ISSUER_JOB_STATE', 'ISSUER_PERSON_UNKNOWN'],
    handle: async ({ params, actor }) => {
      const { job, lease, facts } = await personalisation.take(params.id, byOf(actor))
      const { familyName, givenName, birthdate, personalNumber, address, portrait } = facts
      const data = { name: familyName + givenName, birthdate, personalNumber, address, portrait: toBase64(portrait) }
      return { ...shown(job), lease, leaseUntil: job.lease?.until ?? 0, data }
    },
  }),
  defineRoute({
    method: 'post',
    path: '/personalisation/jobs/{id}/done',
    summary: "The card was made. The application is then issued, and the card is the person's present document.",
    roles: [],
    scope: SCOPE,
    params: z.strictObject({ id: Id }),
    body: z.strictObject({ lease: Lease, documentNumber: DocumentNumber.optional() }),
    status: 200,
    answer: Job,
    errors: ['ISSUER_JOB_UNKNOWN', 'ISSUER_JOB_STATE'],
    handle: async ({ params, body, actor }) =>
      shown(await personalisation.done(params.id, body.lease, byOf(actor), body.documentNumber)),
  }),
  defineRoute({
    method: 'post',
    path: '/personalisation/jobs/{id}/failed',
    summary: 'The card was not made. A fault of the machine is tried again; faulty data refuse the application.',
    roles: [],
    scope: SCOPE,
    params: z.strictObject({ id: Id }),
    body: z.strictObject({ lease: Lease, reason: z.enum(JOB_FAILURES) }),
    status: 200,
    answer: Job,
    errors: ['ISSUER_JOB_UNKNOWN', 'ISSUER_JOB_STATE'],
    handle: async ({ params, body, actor }) =>
      shown(await personalisation.failed(params.id, body.lease, body.reason, byOf(actor))),
  }),
]
