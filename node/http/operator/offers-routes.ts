/** Offers without a clerk's screen: from the command line, and from an authority's own systems. */
import { z } from 'zod'
import type { Cards } from '../../credential/cards.ts'
import type { AnchoringPipeline } from '../../issuer/anchoring/pipeline.ts'
import type { Applications } from '../../issuer/applications/applications.ts'
import type { Counter } from '../../issuer/counter.ts'
import { GRANTS } from '../../issuer/offers/offer.ts'
import { type Actor, byOf } from '../../issuer/operators/actor.ts'
import type { Place } from '../../issuer/rollout/may-apply.ts'
import { CentreId, defineRoute, Id, Name, PersonalNumber, type Route, UnixTime } from './route.ts'

export interface OffersParts {
  readonly cards: Cards
  readonly applications: Applications
  readonly counter: Counter
  readonly pipeline: AnchoringPipeline
}

/** The local command line may act for any centre. A machine client names the centre for which it acts. */
const placeOf = (actor: Actor, centre: string | undefined): Place =>
  centre === undefined && actor.kind === 'local' ? 'any-centre' : { centre: centre ?? null }

export const offersRoutes = ({ cards, applications, counter, pipeline }: OffersParts): Route[] => [
  defineRoute({
    method: 'post',
    path: '/offers',
    summary: 'Makes an application and its one-time offer, for an applicant whom the caller has identified.',
    // A clerk records how the applicant was identified, which this route does not ask.
    roles: [],
    scope: 'offers',
    body: z.object({
      card: Name,
      personalNumber: PersonalNumber,
      grant: z.enum(GRANTS).optional(),
      /** Whether the caller saw that a guardian consents. */
      guardianConsent: z.boolean().optional(),
      /** Id of the centre at which the applicant is. */
      centre: CentreId.optional(),
    }),
    status: 201,
    answer: z.object({ applicationId: Id, offerUrl: z.string(), txCode: z.string(), expiresAt: UnixTime }),
    errors: [
      'ISSUER_CARD_UNKNOWN',
      'ISSUER_PERSON_UNKNOWN',
      'ISSUER_STOPPED',
      'ISSUER_NOT_YET',
      'ISSUER_OTHER_CENTRE',
      'ISSUER_TOO_YOUNG',
      'ISSUER_CONSENT_NEEDED',
      'ISSUER_FACTS_MISSING',
    ],
    handle: async ({ body: { card, personalNumber, centre, ...options }, actor }) => {
      const how = actor.kind === 'local' ? 'operator command' : 'machine client'
      const offer = await counter.apply(card, personalNumber, { by: byOf(actor), how }, placeOf(actor, centre), options)
      const { applicationId, offerUrl, txCode, expiresAt } = offer
      return { applicationId, offerUrl, txCode, expiresAt }
    },
  }),
  defineRoute({
    method: 'get',
    path: '/applications/{id}',
    summary: 'The state of an application.',
    roles: ['clerk', 'supervisor', 'auditor'],
    scope: 'states',
    params: z.strictObject({ id: Id }),
    status: 200,
    answer: z.object({
      applicationId: Id,
      state: z.string(),
      card: z.string(),
      times: z.record(z.string(), UnixTime),
      credentialId: z.string().nullable(),
    }),
    errors: ['ISSUER_APPLICATION_UNKNOWN'],
    handle: ({ params }) => {
      const application = applications.require(params.id)
      return {
        applicationId: application.id,
        // The state is stored with the order of the card. Until the card is anchored, nobody can have it.
        state: application.state === 'issued' && !pipeline.isAnchored(application.id) ? 'anchoring' : application.state,
        card: cards.byVct(application.vct)?.id ?? application.vct,
        times: { ...application.times },
        credentialId: pipeline.credentialOf(application.id) ?? null,
      }
    },
  }),
]
