/** What a clerk does with applications at the counter's screen. */
import type { Response } from 'express'
import { z } from 'zod'
import { koreanDate, startOfKoreanDay } from '../../credential/dates.ts'
import { personOf } from '../../issuer/applications/application.ts'
import type { Applications } from '../../issuer/applications/applications.ts'
import type { Clerk, ClerkActs } from '../../issuer/applications/clerk-acts.ts'
import type { ApplicationWatch } from '../../issuer/applications/watch.ts'
import { type Actor, byOf } from '../../issuer/operators/actor.ts'
import { fromBase64url, toBase64url } from '../../lib/bytes.ts'
import { type Clock, DAY } from '../../lib/time.ts'
import { toWalletPage } from '../../lib/wallet-link.ts'
import { maskedName } from '../../residents/masked.ts'
import type { Register } from '../../residents/register.ts'
import {
  Act,
  ApplicationAnswer,
  Cancellation,
  Day,
  Handout,
  Identity,
  Line,
  NewApplication,
  Offer,
  Person,
  Refusal,
} from './application-schemas.ts'
import { defineRoute, Id, type Route, UnixTime } from './route.ts'
import { Wait } from './wait.ts'

export interface ApplicationsParts {
  readonly applications: Applications
  readonly clerkActs: ClerkActs
  readonly watch: ApplicationWatch
  readonly residents: Register
  readonly clock: Clock
  /** The origin of the holders' wallet. */
  readonly walletUrl: string
}

const CLERKS = ['clerk', 'supervisor'] as const
const CONFLICTS = [
  'ISSUER_APPLICATION_UNKNOWN',
  'ISSUER_APPLICATION_CHANGED',
  'ISSUER_APPLICATION_STATE',
  'ISSUER_OTHER_CENTRE',
] as const
const LISTED = 500
/** The name is null if the register has no such person any more. */
const Listed = ApplicationAnswer.extend({ person: Person, at: UnixTime, maskedName: z.string().nullable() })

export const clerkOf = (actor: Actor): Clerk => ({
  by: byOf(actor),
  place: actor.kind === 'operator' ? { centre: actor.centre } : 'any-centre',
})

export function applicationsRoutes(parts: ApplicationsParts): Route[] {
  const { applications, clerkActs, watch, residents, clock, walletUrl } = parts

  /** @param act the last segment of the path */
  const act = <B extends z.ZodType>(
    name: string,
    summary: string,
    body: B,
    handle: (id: string, body: z.output<B>, clerk: Clerk) => ReturnType<ClerkActs['samePhone']>,
    errors: Route['errors'] = [],
  ): Route =>
    defineRoute({
      method: 'post',
      path: `/applications/{id}/${name}`,
      summary,
      roles: CLERKS,
      scope: null,
      params: z.strictObject({ id: Id }),
      body,
      status: 200,
      answer: ApplicationAnswer,
      errors: [...CONFLICTS, ...errors],
      handle: async ({ params, body: given, actor }) => watch.show(await handle(params.id, given, clerkOf(actor))),
    })

  return [
    defineRoute({
      method: 'post',
      path: '/applications',
      summary: "Takes a person's application for a card.",
      roles: CLERKS,
      scope: null,
      body: NewApplication,
      status: 201,
      answer: ApplicationAnswer,
      errors: [
        'ISSUER_CARD_UNKNOWN',
        'ISSUER_CHANNEL_REFUSED',
        'ISSUER_KIND_REFUSED',
        'ISSUER_PERSON_UNKNOWN',
        'ISSUER_NOT_YET',
        'ISSUER_OTHER_CENTRE',
        'ISSUER_TOO_YOUNG',
        'ISSUER_CONSENT_NEEDED',
        'ISSUER_FACTS_MISSING',
        'ISSUER_STOPPED',
      ],
      handle: async ({ body, actor }) =>
        watch.show(await clerkActs.apply({ ...body, person: fromBase64url(body.person) }, clerkOf(actor))),
    }),
    defineRoute({
      method: 'get',
      path: '/applications',
      summary: "The applications of a day, today's by default, with masked names. A clerk sees those of their centre.",
      roles: CLERKS,
      scope: null,
      query: z.object({ day: Day.optional() }),
      status: 200,
      answer: z.object({
        day: Day,
        applications: z.array(Listed),
      }),
      errors: [],
      handle: async ({ query: { day = koreanDate(clock()) }, actor }) => {
        const from = startOfKoreanDay(day)
        const centre = actor.kind === 'operator' && actor.role === 'clerk' ? actor.centre : null
        const made = await applications.madeIn(from, from + DAY, LISTED, centre)
        const shown = made.map(async one => {
          const facts = (await residents.find(personOf(one)))?.facts
          const name = facts ? maskedName(facts.familyName + facts.givenName) : null
          const person = toBase64url(personOf(one))
          return { ...watch.show(one), person, at: one.times.applied ?? 0, maskedName: name }
        })
        return { day, applications: await Promise.all(shown) }
      },
    }),
    defineRoute({
      method: 'get',
      path: '/applications/{id}',
      summary: 'The state of an application. With `wait` and `seen`, answers when its version is another one.',
      roles: [...CLERKS, 'auditor'],
      scope: 'states',
      params: z.strictObject({ id: Id }),
      query: z.object({ wait: Wait, seen: z.coerce.number().int().optional().catch(undefined) }),
      status: 200,
      answer: ApplicationAnswer,
      errors: ['ISSUER_APPLICATION_UNKNOWN'],
      handle: ({ params, query: { wait, seen }, response }) => watch.next(params.id, seen, within(wait, response)),
    }),
    act(
      'identity',
      "Records how the applicant's identity was checked. Queues the card if it is a plastic one.",
      Identity,
      (id, body, clerk) => clerkActs.identity(id, body.version, body, clerk),
    ),
    act(
      'line',
      "Verifies that a telephone line is the applicant's, and records it without its number.",
      Line,
      (id, { version, line }, clerk) => clerkActs.line(id, version, line, clerk),
      [
        ...(['ISSUER_LINE_NOT_OWN', 'ISSUER_LINE_UNKNOWN', 'STORE_PERSON_ERASED'] as const),
        ...(['RESIDENTS_LINES_UNAVAILABLE', 'RESIDENTS_LINES_ANSWER', 'RESIDENTS_LINES_INCONSISTENT'] as const),
      ],
    ),
    defineRoute({
      method: 'post',
      path: '/applications/{id}/offer',
      summary:
        'Makes the one-time offer. No card is signed before a clerk confirms the wallet that redeemed it. ' +
        'A transaction code that is sent to the line is not in the answer.',
      roles: CLERKS,
      scope: null,
      params: z.strictObject({ id: Id }),
      body: Offer,
      status: 201,
      answer: Handout,
      errors: [
        ...CONFLICTS,
        ...(['ISSUER_STOPPED', 'ISSUER_GUARDIAN_UNDECIDED', 'ISSUER_CODE_UNSENDABLE', 'ISSUER_CODE_NOT_SENT'] as const),
      ],
      handle: async ({ params, body, actor }) => {
        const { applicationId, offerUrl, txCode, delivery, expiresAt } = await clerkActs.offer(
          ...([params.id, body.version, clerkOf(actor), body.delivery] as const),
        )
        const walletLink = toWalletPage(walletUrl, offerUrl)
        return { applicationId, offerUrl, walletLink, txCode, delivery, expiresAt }
      },
    }),
    act('same-phone', "Confirms that the wallet is the applicant's. Its card is signed now.", Act, (id, body, clerk) =>
      clerkActs.samePhone(id, body.version, clerk),
    ),
    act(
      'stop',
      'Ends the offer, its code and its token. The application can get a new offer.',
      Act,
      (id, body, clerk) => clerkActs.stop(id, body.version, clerk),
    ),
    act(
      'cancel',
      'Ends the application at the wish of the applicant, or for a mistake.',
      Cancellation,
      (id, body, clerk) => clerkActs.cancel(id, body.version, body.reason, clerk),
    ),
    act('refuse', 'Refuses the application.', Refusal, (id, body, clerk) =>
      clerkActs.refuse(id, body.version, body.reason, clerk),
    ),
  ]
}

/** Aborts after so many seconds, or when the client has gone. */
function within(seconds: number, response: Response): AbortSignal {
  if (seconds === 0) return AbortSignal.abort()
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  return AbortSignal.any([gone.signal, AbortSignal.timeout(seconds * 1000)])
}
