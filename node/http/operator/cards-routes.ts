/** The cards of this install. */
import { z } from 'zod'
import { APPLICATION_KINDS, CHANNELS } from '../../credential/card.ts'
import type { Cards } from '../../credential/cards.ts'
import { defineRoute, Name, type Route } from './route.ts'

export interface CardsParts {
  readonly cards: Cards
}

const Kind = z.enum(APPLICATION_KINDS)

export const cardsRoutes = ({ cards }: CardsParts): Route[] => [
  defineRoute({
    method: 'get',
    path: '/cards',
    summary: 'The cards of this install, and what one can apply for. `fee` is in won, by kind.',
    roles: ['administrator', 'supervisor', 'clerk', 'auditor', 'call-centre'],
    scope: 'offers',
    status: 200,
    answer: z.object({
      cards: z.array(
        z.object({
          id: Name,
          name: z.object({ ko: z.string(), en: z.string() }),
          kinds: z.array(Kind),
          fee: z.partialRecord(Kind, z.int()),
          channels: z.array(z.enum(CHANNELS)),
          minimumAge: z.int(),
          /** Whether a guardian's consent may be needed, for minors or where the register says so. */
          consent: z.boolean(),
        }),
      ),
    }),
    errors: [],
    handle: () => ({
      cards: cards.all.map(({ id, display, applications, channels, minimumAge, consent }) => ({
        ...{ id, minimumAge, consent: consent !== null },
        name: { ...display.name },
        kinds: applications.map(({ kind }) => kind),
        fee: Object.fromEntries(applications.map(({ kind, fee }) => [kind, fee])),
        channels: [...channels],
      })),
    }),
  }),
]
