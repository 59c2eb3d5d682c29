/** Machine clients: which there are, registration and stop. */
import { z } from 'zod'
import { importP256 } from '#crypto'
import { type MachineClient, type MachineClients, SCOPES } from '../../issuer/machines/clients.ts'
import { byOf } from '../../issuer/operators/actor.ts'
import { parseP256Jwk } from '../../lib/jose/jwk.ts'
import { defineRoute, Id, type Route, UnixTime } from './route.ts'

export interface MachinesParts {
  readonly machineClients: MachineClients
}

const PublicKey = z
  .looseObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() })
  .refine(key => !('d' in key), 'this is a private key: send the public one')
  .refine(isPoint, 'this is no key of P-256')
const Machine = z.object({
  id: Id,
  name: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  keys: z.int().describe('how many keys'),
  registeredAt: UnixTime,
  stoppedAt: UnixTime.nullable(),
})

export const machinesRoutes = ({ machineClients }: MachinesParts): Route[] => [
  defineRoute({
    method: 'get',
    path: '/machines',
    summary: 'All machine clients.',
    roles: ['administrator', 'auditor'],
    scope: null,
    status: 200,
    answer: z.object({ machines: z.array(Machine) }),
    errors: [],
    handle: async () => ({ machines: (await machineClients.list()).map(machineForm) }),
  }),
  defineRoute({
    method: 'post',
    path: '/machines',
    summary: 'Registers a machine client with its public keys, as JWK, and its scopes.',
    roles: ['administrator'],
    scope: null,
    touch: true,
    body: z.object({
      name: z.string().regex(/^[\w .:/-]{1,60}$/),
      scopes: z.array(z.enum(SCOPES)).min(1).max(SCOPES.length),
      keys: z.array(PublicKey).min(1).max(5),
    }),
    status: 201,
    answer: z.object({ machine: Machine }),
    errors: [],
    handle: async ({ body: { name, scopes, keys }, actor }) => {
      const given = { name, scopes: [...new Set(scopes)], keys: keys.map(parseP256Jwk) }
      return { machine: machineForm(await machineClients.register(given, byOf(actor))) }
    },
  }),
  defineRoute({
    method: 'post',
    path: '/machines/{id}/stop',
    summary: 'Stops a machine client. Its access tokens end at once.',
    roles: ['administrator'],
    scope: null,
    touch: true,
    params: z.strictObject({ id: Id }),
    status: 200,
    answer: z.object({ machine: Machine }),
    errors: ['MACHINE_UNKNOWN'],
    handle: async ({ params: { id }, actor }) => ({
      machine: machineForm(await machineClients.stop(id, byOf(actor))),
    }),
  }),
]

function isPoint(key: unknown): boolean {
  try {
    importP256(parseP256Jwk(key))
    return true
  } catch {
    return false
  }
}

const machineForm = ({ keys, scopes, ...client }: MachineClient) => ({
  ...client,
  scopes: [...scopes],
  keys: keys.length,
})
