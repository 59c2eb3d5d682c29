/** The wallet-facing endpoints, over HTTP: by hand, and by a wallet made of others' libraries. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import express from 'express'
import { pino } from 'pino'
import { BodyBudget } from '../../../node/http/body-budget.ts'
import { presentationRoutes } from '../../../node/http/presentation-routes.ts'
import { problems } from '../../../node/http/problem.ts'
import { systemClock } from '../../../node/lib/time.ts'
import * as others from '../../e2e/wallet/present.ts'
import { answerWith, encrypt, makeWorld, readRequest } from '../verifier/oid4vp/support.ts'
import { cardOn, holder, keyOf, present } from '../verifier/support.ts'

describe('presentation routes', () => {
  let server: Server
  let base: string
  let world: Awaited<ReturnType<typeof makeWorld>>

  before(async () => {
    const app = express()
    server = app.listen(0, '127.0.0.1')
    await new Promise(resolve => server.once('listening', resolve))
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    world = await makeWorld(base)
    app.use(presentationRoutes(world.presentations, new BodyBudget(2 ** 20)))
    app.use(problems(pino({ level: 'silent' }), { showFacts: false }))
  })
  after(() => {
    world.presentations.close()
    server.close()
    server.closeAllConnections()
  })

  const post = (path: string, form: Record<string, string>) =>
    fetch(`${base}${path}`, { method: 'POST', body: new URLSearchParams(form) })

  it('return the request for GET, and for POST with the wallet’s nonce in it', async () => {
    const { id } = await world.presentations.create('bank')
    const got = await fetch(`${base}/presentations/${id}/request`)
    expect(got.status).to.equal(200)
    expect(got.headers.get('content-type')).to.equal('application/oauth-authz-req+jwt')
    expect(got.headers.get('cache-control')).to.equal('no-store')
    expect(readRequest(await got.text())).not.to.have.property('wallet_nonce')
    const posted = await post(`/presentations/${id}/request`, { wallet_nonce: 'n1', wallet_metadata: '{}' })
    expect(posted.headers.get('content-type')).to.equal('application/oauth-authz-req+jwt')
    expect(readRequest(await posted.text()).wallet_nonce).to.equal('n1')
    const long = 'n'.repeat(4096)
    const echoed = await post(`/presentations/${id}/request`, { wallet_nonce: long })
    expect(readRequest(await echoed.text()).wallet_nonce, 'OpenID4VP 1.0 §5.10: it has to be there').to.equal(long)
  })

  it('answer pages of other origins, which are wallets in a browser', async () => {
    const { id } = await world.presentations.create('bank')
    for (const [path, methods] of [
      ['request', 'GET, POST'],
      ['response', 'POST'],
    ]) {
      const headers = { origin: 'https://wallet.example', 'access-control-request-method': 'POST' }
      const asked = await fetch(`${base}/presentations/${id}/${path}`, { method: 'OPTIONS', headers })
      expect(asked.status).to.equal(204)
      expect(asked.headers.get('access-control-allow-methods')).to.equal(methods)
      const refused = await post(`/presentations/guessed/${path}`, {})
      expect(refused.headers.get('access-control-allow-origin'), 'also with a refusal').to.equal('*')
      expect(refused.headers.get('access-control-allow-credentials')).to.equal(null)
    }
  })

  it('accept a response once, with 200 and a JSON object', async () => {
    const { id } = await world.presentations.create('website')
    const request = readRequest(await (await fetch(`${base}/presentations/${id}/request`)).text())
    const form = await encrypt(request, answerWith(world.view, request, world.time.now))
    const path = new URL(request.response_uri).pathname
    const answered = await post(path, form)
    expect(answered.status).to.equal(200)
    expect(answered.headers.get('content-type')).to.match(/^application\/json/)
    expect(await answered.json()).to.deep.equal({})
    const again = await post(path, form)
    expect(again.status).to.equal(409)
    expect(await again.json()).to.include({ code: 'VERIFIER_ALREADY_ANSWERED' })
  })

  it('refuse a wrong request or response with a coded problem', async () => {
    const { id } = await world.presentations.create('website')
    const cases: readonly (readonly [string, Record<string, string>, number, string])[] = [
      ['/presentations/guessed/response', {}, 404, 'VERIFIER_SESSION_UNKNOWN'],
      [`/presentations/${id}/response`, {}, 400, 'VERIFIER_RESPONSE_INVALID'],
      [`/presentations/${id}/response`, { response: 'x.y.z' }, 400, 'VERIFIER_RESPONSE_INVALID'],
      [`/presentations/${id}/response`, { response: 'x'.repeat(400_000) }, 413, 'HTTP_BODY_TOO_LARGE'],
    ]
    for (const [path, form, status, code] of cases) {
      const response = await post(path, form)
      expect(response.status, code).to.equal(status)
      expect(response.headers.get('content-type')).to.match(/^application\/problem\+json/)
      expect(await response.json()).to.include({ code })
    }
    expect((await fetch(`${base}/presentations/guessed/request`)).status).to.equal(404)
  })

  it('work with a wallet made of independent libraries', async () => {
    world.time.now = systemClock()
    const iat = Math.floor(world.time.now / 3600) * 3600 - 3600
    const { id, requestUrl } = await world.presentations.create('website')
    const request = await others.readRequest(requestUrl)
    expect(request.client.prefix).to.equal('x509_hash')
    const { nonce, client_id: audience } = request.authorizationRequestPayload as { nonce: string; client_id: string }
    const show = ['family_name', 'given_name', 'birthdate', 'anchor']
    const text = present(cardOn(world.view, { iat }), { show, audience, nonce, iat: world.time.now, by: holder })
    expect(await others.send(request, { resident: text })).to.deep.equal({ status: 200, redirectUri: undefined })
    const result = await world.presentations.awaitVerdict(id, 1000)
    expect(result.state === 'done' && keyOf(result.verdict)).to.equal('valid')
  })

  it('return the redirect URI of the session to that wallet', async () => {
    world.time.now = systemClock()
    const { requestUrl } = await world.presentations.create('website', { redirectUri: 'https://shop.example/done' })
    const sent = await others.send(await others.readRequest(requestUrl), { resident: 'not a card' })
    expect(sent.redirectUri).to.match(/^https:\/\/shop\.example\/done#response_code=[\w-]{22}$/)
  })
})
