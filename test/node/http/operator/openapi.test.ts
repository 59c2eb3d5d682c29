import { expect } from 'chai'
import type { Router } from 'express'
import { z } from 'zod'
import { expressPath } from '../../../../node/http/operator/mount.ts'
import { type OpenApi, openApiOf } from '../../../../node/http/operator/openapi.ts'
import { defineRoute } from '../../../../node/http/operator/route.ts'
import { openSite, type Site } from '../../../support/site.ts'

/** Method and path of every route that the router has, whoever added it. */
function inStack(router: Router): string[] {
  return router.stack.flatMap(({ route }) => {
    if (!route) return []
    const { methods } = route as unknown as { methods: Record<string, boolean> }
    return Object.keys(methods).map(method => `${method} ${route.path}`)
  })
}

const inDocument = ({ paths }: OpenApi): string[] =>
  Object.entries(paths).flatMap(([path, item]) => Object.keys(item).map(method => `${method} ${expressPath(path)}`))

describe('the OpenAPI document', function () {
  this.timeout(60_000)
  let site: Site
  let document: OpenApi

  before(async () => {
    site = await openSite()
    document = (await (await fetch(`${site.operatorUrl}/operator/openapi.json`)).json()) as OpenApi
  })
  after(() => site.close())

  it('has exactly the routes of the router', () => {
    const routes = inStack(site.operator)
    expect(routes.length).to.be.greaterThan(10)
    expect(new Set(routes).size).to.equal(routes.length)
    expect(inDocument(document).sort()).to.deep.equal(routes.sort())
  })

  it('names for each route who may call it, what it takes, what it answers and its refusals', () => {
    for (const [path, item] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(item)) {
        const at = `${method} ${path}`
        expect(operation.summary, at).to.match(/\.$/)
        expect(operation, at).to.include.keys('x-roles', 'x-scope', 'x-touch', 'x-local', 'security')
        const parameters = operation.parameters as { name: string; in: string }[]
        const placeholders = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
        expect(
          parameters.filter(one => one.in === 'path').map(({ name }) => name),
          at,
        ).to.have.members(placeholders)
        const responses = operation.responses as Record<string, unknown>
        const statuses = Object.keys(responses)
        // What is published before the ledger has it is answered with 202.
        expect(
          statuses.filter(status => status.startsWith('2') && status !== '202'),
          at,
        ).to.have.length(1)
        if (operation['x-roles'] !== 'anyone') expect(statuses, at).to.include.members(['401', '403'])
      }
    }
  })

  it('has the schema that parses the body', () => {
    const offer = document.paths['/offers']?.post as unknown as {
      requestBody: { content: Record<string, { schema: { properties: object; required: string[] } }> }
    }
    const { schema } = offer.requestBody.content['application/json'] as {
      schema: { properties: object; required: string[] }
    }
    expect(Object.keys(schema.properties)).to.include.members(['card', 'personalNumber', 'grant'])
    expect(schema.required).to.include.members(['card', 'personalNumber']).and.not.include('grant')
  })

  it('cannot be made of a route whose parameters are not those of its path', () => {
    const common = { method: 'get', summary: 'x.', roles: [], scope: null, status: 200, errors: [] } as const
    const answer = z.object({})
    const define = () =>
      defineRoute({
        ...common,
        path: '/a/{id}',
        answer,
        params: z.strictObject({ name: z.string() }),
        handle: () => ({}),
      })
    expect(define).to.throw(TypeError, '/a/{id}')
    const right = defineRoute({
      ...common,
      path: '/a/{id}',
      answer,
      params: z.strictObject({ id: z.string() }),
      handle: () => ({}),
    })
    expect(inDocument(openApiOf([right]))).to.deep.equal(['get /a/:id'])
  })
})
