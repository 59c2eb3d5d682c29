/** Webhooks of a running node: who is told, by whom it is signed, what is not in it, and where it cannot go. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text as textOf } from 'node:stream/consumers'
import { expect } from 'chai'
import { base64url, compactVerify, createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { hong } from '../node/credential/support.ts'
import { resident } from '../support/cards.ts'
import { openSite, type Site } from '../support/site.ts'
import { orderOf, populate } from '../support/world.ts'

interface Got {
  readonly body: string
  readonly signature: string
}

describe('attacks: webhooks', function () {
  this.timeout(120_000)
  let site: Site
  let receiver: Server
  let url: string
  let client: string
  let keys: Awaited<ReturnType<typeof generateKeyPair>>
  const got: Got[] = []

  before(async () => {
    receiver = createServer(async (request, response) => {
      got.push({ body: await textOf(request), signature: String(request.headers['dojang-signature']) })
      response.end()
    })
    await new Promise<void>(listening => receiver.listen(0, '127.0.0.1', listening))
    url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`
    site = await openSite({}, { checkAnswers: true })
    keys = await generateKeyPair('ES256', { extractable: true })
    const { status, body } = await register({ webhook: { url } })
    expect(status, JSON.stringify(body)).to.equal(201)
    expect(body.machine.webhook).to.include({ url, privateNetwork: false, state: 'delivering', failures: 0 })
    client = body.machine.id
  })
  after(async () => {
    await site.close()
    receiver.closeAllConnections()
    receiver.close()
  })

  async function post(path: string, body: unknown, token = site.authority.custody.operatorToken) {
    const answer = await fetch(`${site.operatorUrl}/operator${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { status: answer.status, body: await answer.json() }
  }
  const register = async (given: object, scopes = ['webhooks']) =>
    post('/machines', { name: 'housing', scopes, keys: [await exportJWK(keys.publicKey)], ...given })

  async function deliver(): Promise<void> {
    await site.authority.webhooks.sweep()
    await site.authority.webhooks.settled()
  }

  const withBody = (signature: string, body: string) => signature.replace('..', `.${base64url.encode(body)}.`)

  it('are signed by the key that the node publishes, for one client, and contain no personal data', async () => {
    const { authority } = site
    const [person] = await populate(authority.residents, 1)
    if (!person) throw new Error('somebody lives here')
    const { applications, pipeline, credentials } = authority
    const { vct } = resident
    const { id } = await applications.create({ person, vct, channel: 'counter' })
    await applications.change(id, found =>
      applications.move(found, 'refused', { refusal: 'not_entitled' }, { by: 'local', reason: 'not_entitled' }),
    )
    const { credentialId } = await pipeline.issue(orderOf(person))
    await credentials.change(credentialId, 'SUSPENDED', `${hong.givenName} lost it`, 'local')
    await deliver()

    const events = got.map(({ body }) => JSON.parse(body))
    expect(events.map(({ event }) => event)).to.deep.equal(['refused', 'status-changed'])
    expect(events[0].facts).to.deep.equal({ application: id, reason: 'not_entitled' })
    expect(events[1].facts).to.include({ credential: credentialId, to: 'SUSPENDED' })
    for (const { id: entry, event, at, facts } of events) {
      expect(authority.journal.get(entry)).to.include({ at, ...facts })
      expect(event).to.be.a('string')
    }
    const facts = Object.values(hong).filter(value => typeof value === 'string' && value.length > 1)
    for (const { body } of got) for (const fact of facts) expect(body).to.not.include(fact)

    const published = await (await fetch(`${site.url}/webhooks/jwks.json`)).json()
    expect(published.keys[0]).to.not.have.property('d')
    const keySet = createLocalJWKSet(published)
    for (const { body, signature } of got) {
      const { payload, protectedHeader } = await compactVerify(withBody(signature, body), keySet)
      expect(new TextDecoder().decode(payload)).to.equal(body)
      expect(protectedHeader).to.include({ alg: 'ES256', typ: 'dojang-webhook+jws', aud: client })
      expect(protectedHeader.iat).to.be.closeTo(Date.now() / 1000, 30)
    }
    const [first, second] = got as [Got, Got]
    const swapped = await compactVerify(withBody(first.signature, second.body), keySet).catch(({ code }) => code)
    expect(swapped).to.equal('ERR_JWS_SIGNATURE_VERIFICATION_FAILED')
  })

  it('cannot be set to another place than an https URL, or without the scope', async () => {
    for (const bad of [
      'http://hooks.example.kr/',
      'https://10.0.0.1/',
      'https://169.254.169.254/',
      'https://u:p@a.kr/',
    ]) {
      const { status, body } = await register({ webhook: { url: bad } })
      expect([status, body.code], bad).to.deep.equal([400, 'MACHINE_WEBHOOK_REFUSED'])
      expect(JSON.stringify(body)).to.not.include('u:p')
    }
    expect((await register({ webhook: { url } }, ['states'])).status).to.equal(400)
    expect((await register({})).status).to.equal(400)
  })

  it('that failed are shown, and the node stays ready', async () => {
    // Nobody listens on this port.
    const { body } = await register({ webhook: { url: 'http://127.0.0.1:1/' } })
    const { id } = body.machine
    const { authority } = site
    const { store } = authority.journal
    const entry = { at: authority.clock(), event: 'application.refused', application: 'x', reason: 'other' }
    await store.commit([authority.journal.append(entry)])
    await deliver()
    await deliver()
    const headers = { authorization: `Bearer ${authority.custody.operatorToken}` }
    const { machines } = await (await fetch(`${site.operatorUrl}/operator/machines`, { headers })).json()
    const shown = machines.find((machine: { id: string }) => machine.id === id)
    expect(shown.webhook).to.include({ state: 'failing', failures: 1 })
    expect((await fetch(`${site.url}/readyz`)).status).to.equal(200)
    expect(await (await fetch(`${site.operatorUrl}/metrics`)).text()).to.include('dojang_webhooks_failing 1')
  })

  it('of another client cannot be resumed by a machine client', async () => {
    const endpoint = `${site.authority.config.operatorUrl}/oauth/token`
    const assertion = await new SignJWT({ iss: client, sub: client, aud: endpoint, jti: 'one' })
      .setProtectedHeader({ alg: 'ES256' })
      .setExpirationTime('1m')
      .sign(keys.privateKey)
    const form = {
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    }
    const answer = await fetch(`${site.operatorUrl}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) })
    const { access_token: token } = await answer.json()
    expect((await post(`/machines/${client}/webhook/resume`, {}, token)).status).to.equal(200)
    const other = (await register({ webhook: { url } })).body.machine.id
    const { status, body } = await post(`/machines/${other}/webhook/resume`, {}, token)
    expect([status, body.code]).to.deep.equal([404, 'MACHINE_UNKNOWN'])
    expect((await post('/machines', {}, token)).status).to.equal(403)
  })
})
