/** Machine clients: which there are, registration and stop, and the delivery of their webhooks. */
import { z } from 'zod'
import { type MachineClient, type MachineClients, SCOPES } from '../../issuer/machines/clients.ts'
import type { WebhookCursor } from '../../issuer/machines/webhook-cursors.ts'
import type { Webhooks } from '../../issuer/machines/webhooks.ts'
import { byOf } from '../../issuer/operators/actor.ts'
import { parseP256Jwk } from '../../lib/jose/jwk.ts'
import { PublicKey } from '../public-key.ts'
import { defineRoute, Id, OrganisationId, type Route, UnixTime } from './route.ts'

export interface MachinesParts {
  readonly machineClients: MachineClients
  readonly webhooks: Webhooks
}

const Webhook = z
  .object({
    url: z.string(),
    privateNetwork: z.boolean(),
    state: z.enum(['delivering', 'failing', 'parked']),
    next: z.int().describe('number of the first journal entry that it was not told'),
    failures: z.int().describe('how often the delivery of that entry failed'),
  })
  .nullable()
const Machine = z.object({
  id: Id,
  name: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  keys: z.int().describe('how many keys'),
  webhook: Webhook,
  organisation: OrganisationId.nullable(),
  registeredAt: UnixTime,
  stoppedAt: UnixTime.nullable(),
})

export const machinesRoutes = ({ machineClients, webhooks }: MachinesParts): Route[] => [
  defineRoute({
    method: 'get',
    path: '/machines',
    summary: 'All machine clients.',
    roles: ['administrator', 'auditor'],
    scope: null,
    status: 200,
    answer: z.object({ machines: z.array(Machine) }),
    errors: [],
    handle: async () => ({ machines: (await machineClients.list()).map(client => machineForm(client, webhooks)) }),
  }),
  defineRoute({
    method: 'post',
    path: '/machines',
    summary: 'Registers a machine client with its public keys, as JWK, its scopes, and the URL of its webhook.',
    roles: ['administrator'],
    scope: null,
    touch: true,
    body: z
      .object({
        name: z.string().regex(/^[\w .:/-]{1,60}$/),
        scopes: z.array(z.enum(SCOPES)).min(1).max(SCOPES.length),
        keys: z.array(PublicKey).min(1).max(5),
        webhook: z
          .strictObject({ url: z.string().max(1024), privateNetwork: z.boolean().default(false) })
          .optional()
          .describe('with the scope `webhooks`, and only then'),
        organisation: OrganisationId.optional().describe('with the scope `loss-reports`, and only then: the telecom'),
      })
      .refine(({ scopes, webhook }) => scopes.includes('webhooks') === (webhook !== undefined), {
        path: ['webhook'],
        error: 'the scope webhooks and the URL of the webhook belong together',
      })
      .refine(({ scopes, organisation }) => scopes.includes('loss-reports') === (organisation !== undefined), {
        path: ['organisation'],
        error: 'the scope loss-reports and the organisation of the telecom belong together',
      }),
    status: 201,
    answer: z.object({ machine: Machine }),
    errors: ['MACHINE_WEBHOOK_REFUSED'],
    handle: async ({ body: { name, scopes, keys, webhook, organisation }, actor }) => {
      const given = {
        ...{ name, scopes: [...new Set(scopes)], keys: keys.map(parseP256Jwk) },
        ...(webhook && { webhook }),
        ...(organisation !== undefined && { organisation }),
      }
      return { machine: machineForm(await machineClients.register(given, byOf(actor)), webhooks) }
    },
  }),
  defineRoute({
    method: 'post',
    path: '/machines/{id}/webhook/resume',
    summary: 'Sends webhooks again to a machine client whose delivery is parked. A machine client may resume its own.',
    roles: ['administrator'],
    scope: 'webhooks',
    params: z.strictObject({ id: Id }),
    status: 200,
    answer: z.object({ machine: Machine }),
    errors: ['MACHINE_UNKNOWN'],
    handle: async ({ params: { id }, actor }) => {
      // The same answer as for a client that does not exist.
      const wanted = actor.kind === 'machine' && actor.id !== id ? '' : id
      return { machine: machineForm(await webhooks.resume(wanted, byOf(actor)), webhooks) }
    },
  }),
  defineRoute({
    method: 'post',
    path: '/machines/{id}/stop',
    summary: 'Stops a machine client. Its access tokens end at once, and nothing more is sent to it.',
    roles: ['administrator'],
    scope: null,
    touch: true,
    params: z.strictObject({ id: Id }),
    status: 200,
    answer: z.object({ machine: Machine }),
    errors: ['MACHINE_UNKNOWN'],
    handle: async ({ params: { id }, actor }) => ({
      machine: machineForm(await machineClients.stop(id, byOf(actor)), webhooks),
    }),
  }),
]

function machineForm(client: MachineClient, webhooks: Webhooks) {
  const { keys, scopes, webhook, organisation = null, ...facts } = client
  const cursor = webhooks.cursorOf(client)
  return {
    ...facts,
    scopes: [...scopes],
    keys: keys.length,
    organisation,
    webhook: webhook && cursor ? { ...webhook, ...deliveryForm(cursor) } : null,
  }
}

function deliveryForm({ next, failures, parkedAt }: WebhookCursor) {
  const state = parkedAt !== null ? 'parked' : failures > 0 ? 'failing' : 'delivering'
  return { state, next, failures } as const
}
