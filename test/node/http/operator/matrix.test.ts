/** Every route with every role. What is expected comes from the OpenAPI document alone. */
import { expect } from 'chai'
import type { Authenticator } from '../../../../node/http/operator/mount.ts'
import type { OpenApi, Operation } from '../../../../node/http/operator/openapi.ts'
import { type Actor, ROLES } from '../../../../node/issuer/operators/actor.ts'
import { openSite, type Site } from '../../../support/site.ts'

const ID = 'A'.repeat(22)
const STRANGER = 'stranger'
const LOCAL = 'local command line'
const NO_SCOPE = 'machine without a scope'
const WITH_SCOPE = 'machine with the scope'

/** The caller that the header names. The real evidence (token, cookie) is tested elsewhere; here only what follows. */
const byHeader: Authenticator = request => {
  const named = request.get('x-test-actor')
  return named === undefined ? undefined : { actor: JSON.parse(named) as Actor, touched: true }
}

function actorOf(caller: string, operation: Operation): Actor | undefined {
  if (caller === STRANGER) return undefined
  if (caller === LOCAL) return { kind: 'local' }
  if (caller === NO_SCOPE) return { kind: 'machine', id: ID, scopes: [] }
  if (caller === WITH_SCOPE) return { kind: 'machine', id: ID, scopes: [operation['x-scope'] ?? 'another'] }
  const role = ROLES.find(one => one === caller)
  if (!role) throw new Error(caller)
  return { kind: 'operator', id: ID, name: 'somebody', role, centre: null }
}

/** 401, 403, or undefined if the route does what it does. */
function expectedFor(caller: string, operation: Operation): 401 | 403 | undefined {
  const roles = operation['x-roles']
  if (roles === 'anyone') return undefined
  if (caller === STRANGER) return 401
  if (caller === LOCAL) return operation['x-local'] ? undefined : 403
  if (caller === NO_SCOPE) return 403
  if (caller === WITH_SCOPE) return operation['x-scope'] === null ? 403 : undefined
  return roles.includes(caller) ? undefined : 403
}

describe('every route × every role', function () {
  this.timeout(120_000)
  let site: Site
  let document: OpenApi

  before(async () => {
    site = await openSite({}, { authenticators: [byHeader], checkAnswers: true })
    document = (await (await fetch(`${site.operatorUrl}/operator/openapi.json`)).json()) as OpenApi
  })
  after(() => site.close())

  for (const caller of [STRANGER, LOCAL, NO_SCOPE, WITH_SCOPE, ...ROLES]) {
    it(caller, async () => {
      const seen = new Set<number | undefined>()
      for (const [path, item] of Object.entries(document.paths)) {
        for (const [method, operation] of Object.entries(item)) {
          const actor = actorOf(caller, operation)
          const expected = expectedFor(caller, operation)
          const response = await fetch(`${site.operatorUrl}/operator${path.replace(/\{\w+\}/g, ID)}`, {
            method: method.toUpperCase(),
            // For routes without authentication, as the page of the operators sends it.
            headers: { ...(actor && { 'x-test-actor': JSON.stringify(actor) }), 'content-type': 'application/json' },
            ...(method !== 'get' && { body: '{}' }),
          })
          const at = `${caller}: ${method} ${path} answered ${response.status} ${await response.text()}`
          if (expected) expect(response.status, at).to.equal(expected)
          else if (operation['x-roles'] !== 'anyone') expect(response.status, at).not.to.be.oneOf([401, 403, 500])
          seen.add(expected)
        }
      }
      // A matrix of one answer would show nothing, except for a stranger.
      if (caller !== STRANGER && caller !== LOCAL) expect(seen.size, caller).to.be.greaterThan(1)
    })
  }
})
