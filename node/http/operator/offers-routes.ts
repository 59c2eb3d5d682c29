/** Offers without a clerk's screen: from the command line, and from an authority's own systems. */
import { z } from 'zod'
import type { Counter } from '../../issuer/counter.ts'
import { GRANTS } from '../../issuer/offers/offer.ts'
import { type Actor, byOf } from '../../issuer/operators/actor.ts'
import type { Place } from '../../issuer/rollout/may-apply.ts'
import { CentreId, defineRoute, Id, Name, PersonalNumber, type Route, UnixTime } from './route.ts'

export interface OffersParts {
  readonly counter: Counter
}

/** The local command line may act for any centre. A machine client names the centre for which it acts. */
const applicationPlace = (actor: Actor, centre: string | undefined): Place =>
  centre === undefined && actor.kind === 'local' ? 'any-centre' : { centre: centre ?? null }

export const offersRoutes = ({ counter }: OffersParts): Route[] => [
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
      const offer = await counter.apply(
        card,
        personalNumber,
        { by: byOf(actor), how },
        applicationPlace(actor, centre),
        options,
      )
      const { applicationId, offerUrl, txCode, expiresAt } = offer
      return { applicationId, offerUrl, txCode, expiresAt }
    },
  }),
]
