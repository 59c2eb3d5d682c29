/** Every route with every role. What is expected comes from the OpenAPI document alone. */
import { expect } from 'chai'
import type { Authenticator } from '../../../../node/http/operator/mount.ts'
import type { OpenApi, Operation } from '../../../../node/http/operator/openapi.ts'
import { ROLES, type Role } from '../../../../node/issuer/operators/actor.ts'
import { type Answer, OperatorPage, signedIn } from '../../../support/operator-page.ts'
import { openSite, type Site } from '../../../support/site.ts'

const ID = 'A'.repeat(22)
/** Of other parameters than ids. */
const VALUES: Readonly<Record<string, string>> = { list: '1' }
const STRANGER = 'stranger'
const LOCAL = 'local command line'
const NO_SCOPE = 'machine without a scope'
const WITH_SCOPE = 'machine with the scope'

/** Machines by a header: their tokens are tested elsewhere. Operators sign in, and the command line has its token. */
const byHeader: Authenticator = request => {
  const scopes = request.get('x-test-scopes')
  return scopes === undefined ? undefined : { actor: { kind: 'machine', id: ID, scopes: scopes.split(' ') } }
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

  /** Sends requests as this caller does. */
  async function callerOf(
    name: string,
  ): Promise<(method: string, path: string, operation: Operation) => Promise<Answer>> {
    const role: Role | undefined = ROLES.find(one => one === name)
    let page = role ? await signedIn(site, role) : new OperatorPage(site)
    return async (method, path, operation) => {
      const headers: Record<string, string> = {}
      if (name === LOCAL) headers.authorization = `Bearer ${site.authority.custody.operatorToken}`
      if (name === NO_SCOPE) headers['x-test-scopes'] = 'none'
      if (name === WITH_SCOPE) headers['x-test-scopes'] = operation['x-scope'] ?? 'another'
      const answer = await page.send(method.toUpperCase(), path, method === 'get' ? undefined : {}, headers)
      // It was the sign-out.
      if (role && page.cookie === undefined) page = await signedIn(site, role)
      return answer
    }
  }

  for (const name of [STRANGER, LOCAL, NO_SCOPE, WITH_SCOPE, ...ROLES]) {
    it(name, async () => {
      const send = await callerOf(name)
      const seen = new Set<number | undefined>()
      for (const [path, item] of Object.entries(document.paths)) {
        for (const [method, operation] of Object.entries(item)) {
          const expected = expectedFor(name, operation)
          const { status, body } = await send(
            method,
            path.replace(/\{(\w+)\}/g, (_, of) => VALUES[of] ?? ID),
            operation,
          )
          const at = `${name}: ${method} ${path} answered ${status} ${JSON.stringify(body)}`
          if (expected) expect(status, at).to.equal(expected)
          else if (operation['x-roles'] !== 'anyone') expect(status, at).not.to.be.oneOf([401, 403, 500])
          seen.add(expected)
        }
      }
      // A matrix of one answer would show nothing.
      expect(seen.size, name).to.be.greaterThan(1)
    })
  }
})
