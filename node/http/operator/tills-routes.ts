/** Tills: which there are, admission by a one-time code, and their end. */
import { z } from 'zod'
import { byOf } from '../../issuer/operators/actor.ts'
import { isShownText } from '../../verifier/asker/shown-text.ts'
import type { Till as StoredTill, Tills } from '../../verifier/tills/tills.ts'
import { defineRoute, Id, type Route, UnixTime } from './route.ts'

export interface TillsParts {
  readonly tills: Tills
}

const TillName = z.string().refine(name => isShownText(name, 60), '1 to 60 visible characters are expected')

const Till = z.object({
  id: Id,
  name: z.string(),
  admittedAt: UnixTime,
  certifiedUntil: UnixTime.nullable().describe('the end of its newest certificate; null until it used its code'),
  endedAt: UnixTime.nullable(),
})

export const tillsRoutes = ({ tills }: TillsParts): Route[] => [
  defineRoute({
    method: 'get',
    path: '/tills',
    summary: 'All tills.',
    roles: ['administrator', 'supervisor', 'auditor'],
    scope: null,
    status: 200,
    answer: z.object({ tills: z.array(Till) }),
    errors: [],
    handle: async () => ({ tills: (await tills.list()).map(tillForm) }),
  }),
  defineRoute({
    method: 'post',
    path: '/tills',
    summary:
      'Admits a till. It sends the code, which is valid for an hour, with its key to `POST /tills` of the public URL.',
    roles: ['administrator', 'supervisor'],
    scope: null,
    touch: true,
    body: z.strictObject({ name: TillName }),
    status: 201,
    answer: z.object({ till: Till, code: z.string(), expiresAt: UnixTime }),
    errors: [],
    handle: async ({ body, actor }) => {
      const { till, code, expiresAt } = await tills.admit(body.name, byOf(actor))
      return { till: tillForm(till), code, expiresAt }
    },
  }),
  defineRoute({
    method: 'post',
    path: '/tills/{id}/end',
    summary: 'Ends a till: it gets no certificate any more. Its last one counts until its end.',
    roles: ['administrator', 'supervisor'],
    scope: null,
    touch: true,
    params: z.strictObject({ id: Id }),
    status: 200,
    answer: z.object({ till: Till }),
    errors: ['VERIFIER_TILL_UNKNOWN'],
    handle: async ({ params, actor }) => ({ till: tillForm(await tills.end(params.id, byOf(actor))) }),
  }),
]

const tillForm = ({ thumbprint: _, ...till }: StoredTill) => till
