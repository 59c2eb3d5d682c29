/** The API keys of verifiers: which there are, a new one, and the end of one. */
import { z } from 'zod'
import { byOf } from '../../issuer/operators/actor.ts'
import { isShownText } from '../../verifier/asker/shown-text.ts'
import { API_SCOPES, type ApiKey, type ApiKeys } from '../../verifier/service/api-keys.ts'
import { defineRoute, Id, type Route, UnixTime } from './route.ts'

export interface ApiKeysParts {
  readonly apiKeys: ApiKeys
}

const KeyName = z.string().refine(name => isShownText(name, 60), '1 to 60 visible characters are expected')
const Webhook = z.strictObject({ url: z.string().max(1024), privateNetwork: z.boolean().default(false) })

const Key = z.object({
  id: Id,
  name: z.string(),
  scopes: z.array(z.enum(API_SCOPES)),
  webhook: z.string().nullable(),
  createdAt: UnixTime,
  endedAt: UnixTime.nullable(),
})

export const apiKeysRoutes = ({ apiKeys }: ApiKeysParts): Route[] => [
  defineRoute({
    method: 'get',
    path: '/verifier-keys',
    summary: 'All API keys of verifiers, without their secrets.',
    roles: ['administrator', 'supervisor', 'auditor'],
    scope: null,
    status: 200,
    answer: z.object({ keys: z.array(Key) }),
    errors: [],
    handle: async () => ({ keys: (await apiKeys.list()).map(keyForm) }),
  }),
  defineRoute({
    method: 'post',
    path: '/verifier-keys',
    summary: 'Adds an API key for a program of a verifier. The key is in the answer and nowhere else.',
    roles: ['administrator'],
    scope: null,
    touch: true,
    body: z.strictObject({
      name: KeyName,
      scopes: z.array(z.enum(API_SCOPES)).min(1).max(API_SCOPES.length),
      webhook: Webhook.optional(),
    }),
    status: 201,
    answer: z.object({ key: Key, secret: z.string() }),
    errors: ['MACHINE_WEBHOOK_REFUSED'],
    handle: async ({ body: { webhook, ...given }, actor }) => {
      const { key, text } = await apiKeys.add({ ...given, ...(webhook && { webhook }) }, byOf(actor))
      return { key: keyForm(key), secret: text }
    },
  }),
  defineRoute({
    method: 'post',
    path: '/verifier-keys/{id}/end',
    summary: 'Ends an API key at once.',
    roles: ['administrator', 'supervisor'],
    scope: null,
    touch: true,
    params: z.strictObject({ id: Id }),
    status: 200,
    answer: z.object({ key: Key }),
    errors: ['VERIFIER_KEY_UNKNOWN'],
    handle: async ({ params, actor }) => ({ key: keyForm(await apiKeys.end(params.id, byOf(actor))) }),
  }),
]

const keyForm = ({ hash: _, webhook, scopes, ...key }: ApiKey) => ({
  ...key,
  scopes: [...scopes],
  webhook: webhook?.url ?? null,
})
