/** The routes over real HTTP, used by an independent client: `@openid4vc/openid4vci` and `@openid4vc/oauth2`. */
import { createServer, request as httpRequest, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Openid4vciClient } from '@openid4vc/openid4vci'
import { expect } from 'chai'
import express from 'express'
import { pino } from 'pino'
import { verifyCredential } from '../../../node/credential/credential.ts'
import { parseSdJwt } from '../../../node/credential/sd-jwt/parse.ts'
import { BodyBudget } from '../../../node/http/body-budget.ts'
import { notFound, problems } from '../../../node/http/problem.ts'
import { walletRoutes } from '../../../node/http/wallet-routes.ts'
import { systemClock } from '../../../node/lib/time.ts'
import { type IssuanceSession, redeem, redeemAuthorized } from '../../e2e/wallet/accept.ts'
import { callbacks } from '../../e2e/wallet/callbacks.ts'
import { makeKey, publicOf } from '../../e2e/wallet/keys.ts'
import { issuer } from '../credential/support.ts'
import { makeAuthority, type TestAuthority } from '../issuer/oid4vci/authority.ts'

interface Running {
  readonly url: string
  readonly authority: TestAuthority
  close(): void
}

async function run(path = ''): Promise<Running> {
  const app = express()
  const server: Server = createServer(app)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`
  const authority = await makeAuthority({ publicUrl: origin + path, clock: systemClock })
  app.use(walletRoutes(authority.oid4vci, new BodyBudget(2 ** 20)))
  app.use(notFound)
  app.use(problems(pino({ level: 'silent' }), { showFacts: false }))
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { url: origin + path, authority, close }
}

/** Credential and notification with the independent client; the credential is checked with the issuer's key. */
async function collect(session: IssuanceSession): Promise<string> {
  const { metadata, configuration, key, accessToken } = session
  const client = new Openid4vciClient({ callbacks: callbacks([session.dpopKey, key]) })
  const nonce = await client.requestNonce({ issuerMetadata: metadata })
  const signer = { method: 'jwk', alg: 'ES256', publicJwk: publicOf(key) } as const
  const dpop = { signer: { method: 'jwk', alg: 'ES256', publicJwk: publicOf(session.dpopKey) } as const }
  const { jwt } = await client.createCredentialRequestJwtProof({
    issuerMetadata: metadata,
    credentialConfigurationId: configuration,
    nonce: nonce.c_nonce,
    issuedAt: new Date(),
    signer,
  })
  const { credentialResponse } = await client.retrieveCredentials({
    issuerMetadata: metadata,
    credentialConfigurationId: configuration,
    accessToken,
    dpop,
    proofs: { jwt: [jwt] },
  })
  const [entry] = credentialResponse.credentials as { credential: string }[]
  const credential = verifyCredential(parseSdJwt(String(entry?.credential)), issuer.publicKey)
  expect(credential.holder.x).to.equal(key.x)
  const notificationId = String(credentialResponse.notification_id)
  await client.sendNotification({
    issuerMetadata: metadata,
    accessToken,
    dpop,
    notification: { notificationId, event: 'credential_accepted' },
  })
  return credential.vct
}

/** What a person's browser does: shows the page, posts its form, and is sent off. */
async function browser(authorizationUrl: string, txCode: string): Promise<string> {
  const page = await fetch(authorizationUrl)
  expect(page.status).to.equal(200)
  expect(page.headers.get('content-type')).to.equal('text/html; charset=utf-8')
  const html = await page.text()
  const hidden = [...html.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g)]
  const body = new URLSearchParams(hidden.map(([, name = '', value = '']): [string, string] => [name, value]))
  body.set('tx_code', txCode)
  const action = /<form method="post" action="([^"]+)"/.exec(html)?.[1] ?? ''
  const answer = await fetch(new URL(action, authorizationUrl), { method: 'POST', body, redirect: 'manual' })
  expect(answer.status).to.equal(303)
  return answer.headers.get('location') ?? ''
}

for (const path of ['', '/tenant/1']) {
  describe(`wallet routes at ${path || 'the root'}`, () => {
    let running: Running

    before(async () => {
      running = await run(path)
    })

    after(() => running.close())

    for (const card of ['resident', 'driver', 'veteran']) {
      it(`an independent client gets the ${card} card by pre-authorized code`, async () => {
        const { offerUrl, txCode, applicationId } = await running.authority.offer(`urn:dojang:kr:${card}:1`)
        expect(await collect(await redeem(offerUrl, txCode, makeKey()))).to.equal(`urn:dojang:kr:${card}:1`)
        expect(running.authority.applications.require(applicationId).state).to.equal('issued')
        expect(running.authority.notified).to.deep.include([applicationId, 'credential_accepted'])
      })
    }

    it('an independent client gets a card by authorization code with PAR and PKCE, from an offer by value', async () => {
      const { offerUrlByValue, txCode } = await running.authority.offer()
      const session = await redeemAuthorized(offerUrlByValue, makeKey(), 'https://wallet.example/cb', url =>
        browser(url, txCode),
      )
      expect(await collect(session)).to.equal('urn:dojang:kr:resident:1')
    })

    it('serves both metadata documents at the well-known paths', async () => {
      const { origin } = new URL(running.url)
      const read = async (name: string) => {
        const response = await fetch(`${origin}/.well-known/${name}${path}`)
        expect(response.headers.get('content-type')).to.equal('application/json')
        return (await response.json()) as Record<string, unknown>
      }
      expect((await read('openid-credential-issuer')).credential_issuer).to.equal(running.url)
      expect((await read('oauth-authorization-server')).issuer).to.equal(running.url)
    })
  })
}

describe('wallet routes', () => {
  let running: Running

  before(async () => {
    running = await run()
  })

  after(() => running.close())

  const post = (path: string, init: RequestInit = {}) =>
    fetch(`${running.url}/oid4vci/${path}`, { method: 'POST', ...init })

  it('return a nonce without authentication, uncached, and with a DPoP nonce', async () => {
    const response = await post('nonce')
    expect(response.status).to.equal(200)
    expect(response.headers.get('cache-control')).to.equal('no-store')
    expect(response.headers.get('dpop-nonce')).to.be.a('string')
    expect(Object.keys((await response.json()) as object)).to.deep.equal(['c_nonce'])
  })

  it('answer an empty request with the code of the standard', async () => {
    const errors: Record<string, [number, string | undefined]> = {}
    for (const path of ['token', 'par', 'credential', 'notification', 'authorize']) {
      const response = await post(path)
      const text = await response.text()
      errors[path] = [response.status, text.startsWith('{') ? (JSON.parse(text) as { error: string }).error : undefined]
    }
    expect(errors).to.deep.equal({
      token: [400, 'invalid_request'],
      par: [400, 'invalid_request'],
      credential: [401, undefined],
      notification: [401, undefined],
      authorize: [400, undefined],
    })
  })

  describe('from a page of another origin', () => {
    const origin = 'https://wallet.example'

    it('can be read with their DPoP nonce, also when they refuse a request', async () => {
      const { offerUrl } = await running.authority.offer()
      const offer = new URL(offerUrl).searchParams.get('credential_offer_uri') ?? ''
      const wellKnown = ['openid-credential-issuer', 'oauth-authorization-server']
      for (const url of [offer, ...wellKnown.map(name => `${running.url}/.well-known/${name}`)]) {
        const response = await fetch(url, { headers: { origin } })
        expect(response.headers.get('access-control-allow-origin'), url).to.equal('*')
      }
      for (const path of ['nonce', 'token', 'par', 'credential', 'notification']) {
        const { headers } = await post(path, { headers: { origin } })
        expect(headers.get('access-control-allow-origin'), path).to.equal('*')
        expect(headers.get('access-control-expose-headers')).to.equal(
          'DPoP-Nonce, OAuth-Client-Attestation-Challenge, WWW-Authenticate',
        )
        expect(headers.get('access-control-allow-credentials'), 'no cookie is asked for').to.equal(null)
      }
      const long = await post('token', { headers: { origin }, body: 'x'.repeat(65_537) })
      expect(long.headers.get('access-control-allow-origin')).to.equal('*')
    })

    it('answer a preflight request with the allowed headers', async () => {
      for (const path of ['nonce', 'token', 'par', 'credential', 'notification']) {
        const headers = { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'dpop' }
        const response = await fetch(`${running.url}/oid4vci/${path}`, { method: 'OPTIONS', headers })
        expect(response.status).to.equal(204)
        expect(response.headers.get('access-control-allow-methods')).to.equal('POST')
        expect(response.headers.get('access-control-allow-headers')).to.equal(
          'Authorization, Content-Type, DPoP, OAuth-Client-Attestation, OAuth-Client-Attestation-PoP',
        )
      }
    })

    it('cannot be read where a person decides', async () => {
      for (const method of ['GET', 'POST', 'OPTIONS']) {
        const response = await fetch(`${running.url}/oid4vci/authorize`, { method, headers: { origin } })
        expect(response.headers.get('access-control-allow-origin'), method).to.equal(null)
      }
    })
  })

  it('answer another method with 405 and the allowed methods', async () => {
    const cases = [
      ['GET', '/oid4vci/token', 'POST, OPTIONS'],
      ['PUT', '/oid4vci/credential', 'POST, OPTIONS'],
      ['GET', '/oid4vci/nonce', 'POST, OPTIONS'],
      ['DELETE', '/oid4vci/authorize', 'GET, HEAD, POST'],
      ['POST', '/.well-known/openid-credential-issuer', 'GET, HEAD, OPTIONS'],
      ['POST', `/oid4vci/offers/${'A'.repeat(32)}`, 'GET, HEAD, OPTIONS'],
    ] as const
    for (const [method, path, allow] of cases) {
      const response = await fetch(running.url + path, { method })
      expect(response.headers.get('allow'), `${method} ${path}`).to.equal(allow)
      expect(await response.json()).to.include({ status: 405, code: 'HTTP_METHOD_NOT_ALLOWED' })
    }
    const head = await fetch(`${running.url}/.well-known/oauth-authorization-server`, { method: 'HEAD' })
    expect([head.status, await head.text()]).to.deep.equal([200, ''])
  })

  it('refuse a request line with another server or an impossible port', async () => {
    for (const path of ['http://evil.example/oid4vci/authorize?x', 'http://a:99999/oid4vci/authorize']) {
      const status = await new Promise((resolve, reject) => {
        const sent = httpRequest({ port: new URL(running.url).port, path }, response => {
          response.resume()
          resolve(response.statusCode)
        })
        sent.on('error', reject).end()
      })
      expect(status, path).to.equal(400)
    }
  })

  it('refuse a body of more than 64 kB and a compressed one', async () => {
    expect((await post('token', { body: 'x'.repeat(65_537) })).status).to.equal(413)
    expect((await post('token', { body: 'x', headers: { 'Content-Encoding': 'gzip' } })).status).to.equal(415)
  })

  it('refuse two DPoP headers', async () => {
    const { port } = new URL(running.url)
    const { authority } = running
    const { offerUrl } = await authority.offer()
    const uri = new URL(offerUrl).searchParams.get('credential_offer_uri') ?? ''
    const offer = authority.offers.object(uri.slice(uri.lastIndexOf('/') + 1))
    const code = offer?.grants['urn:ietf:params:oauth:grant-type:pre-authorized_code']?.['pre-authorized_code']
    const body = `grant_type=urn:ietf:params:oauth:grant-type:pre-authorized_code&pre-authorized_code=${code}&tx_code=1`
    const answer = await new Promise<string>((resolve, reject) => {
      const sent = httpRequest(
        {
          port,
          path: '/oid4vci/token',
          method: 'POST',
          headers: { 'Content-Type': 'application/x-www-form-urlencoded', DPoP: ['a.b.c', 'a.b.c'] },
        },
        response => response.setEncoding('utf8').on('data', resolve),
      )
      sent.on('error', reject).end(body)
    })
    expect(JSON.parse(answer)).to.include({ error: 'invalid_dpop_proof' })
  })

  it('serve an offer uncached as application/json, and 404 for another id', async () => {
    const { offerUrl } = await running.authority.offer()
    const response = await fetch(new URL(offerUrl).searchParams.get('credential_offer_uri') ?? '')
    expect(response.status).to.equal(200)
    expect(response.headers.get('content-type')).to.equal('application/json')
    expect(response.headers.get('cache-control')).to.equal('no-store')
    expect((await fetch(`${running.url}/oid4vci/offers/${'A'.repeat(32)}`)).status).to.equal(404)
  })

  it('turn an error of the node into a problem, not into an OAuth error', async () => {
    const { offerUrl, txCode } = await running.authority.offer()
    const session = await redeem(offerUrl, txCode, makeKey())
    running.authority.issuing.failure = new Error('ledger out of reach')
    const failure = await collect(session).then(
      () => undefined,
      (error: { response?: { response?: Response } }) => error,
    )
    running.authority.issuing.failure = null
    expect(failure?.response?.response?.status).to.equal(500)
    expect(await collect(session)).to.equal('urn:dojang:kr:resident:1')
  })
})
