/** Machine clients: what a token needs, and what an assertion that is wrong, old, stolen or sent twice gets. */
import { createHmac, randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { expect } from 'chai'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { SCOPES } from '../../node/issuer/machines/clients.ts'
import { scratchDirectory } from '../support/scratch.ts'
import { openSite, type Site } from '../support/site.ts'

const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const ID = 'A'.repeat(22)
type Keys = Awaited<ReturnType<typeof generateKeyPair>>

describe('attacks: machine clients', function () {
  this.timeout(120_000)
  let site: Site
  let keys: Keys
  let client: string
  let endpoint: string
  let ahead = 0
  const data = scratchDirectory('machine-clients')
  const now = () => Math.floor(Date.now() / 1000) + ahead

  before(async () => {
    site = await openSite({ data }, { checkAnswers: true }, now)
    endpoint = `${site.authority.config.operatorUrl}/oauth/token`
    keys = await generateKeyPair('ES256', { extractable: true })
    client = await register(['offers', 'states'])
  })
  after(async () => {
    await site.close()
    rmSync(data, { recursive: true, force: true })
  })

  const local = (path: string, body?: unknown) =>
    fetch(`${site.operatorUrl}/operator${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${site.authority.custody.operatorToken}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  async function register(scopes: string[], keyList?: unknown[]): Promise<string> {
    const body = { name: 'housing', scopes, keys: keyList ?? [await exportJWK(keys.publicKey)] }
    const answer = await local('/machines', body)
    const text = await answer.text()
    expect(answer.status, text).to.equal(201)
    return JSON.parse(text).machine.id
  }
  const assertion = (changes: JWTPayload = {}, key = keys.privateKey, typ?: string) =>
    new SignJWT({
      ...{ iss: client, sub: client, aud: endpoint, jti: randomUUID(), iat: now(), exp: now() + 60 },
      ...changes,
    })
      .setProtectedHeader({ alg: 'ES256', ...(typ && { typ }) })
      .sign(key)
  async function ask(signed: string, more: Record<string, string> = {}) {
    const form = { grant_type: 'client_credentials', client_assertion_type: TYPE, client_assertion: signed, ...more }
    const answer = await fetch(`${site.operatorUrl}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) })
    return { status: answer.status, headers: answer.headers, body: await answer.json() }
  }
  const call = (token: string, method: string, path: string) =>
    fetch(`${site.operatorUrl}/operator${path}`, { method, headers: { authorization: `Bearer ${token}` } })
  const refusedClient = ({ status, body }: Awaited<ReturnType<typeof ask>>, what: string) =>
    expect([status, body.error], what).to.deep.equal([401, 'invalid_client'])

  it('get a token for five minutes, which opens the routes of their scopes and no others', async () => {
    const { status, headers, body } = await ask(await assertion())
    expect(status, JSON.stringify(body)).to.equal(200)
    expect(headers.get('cache-control')).to.equal('no-store')
    expect(body).to.include({ token_type: 'Bearer', expires_in: 300, scope: 'offers states' })
    const token = body.access_token
    expect((await call(token, 'GET', `/credentials/${ID}`)).status).to.equal(404)
    expect((await call(token, 'POST', '/credentials/search')).status).to.equal(403)
    expect((await call(token, 'GET', '/journal')).status).to.equal(403)
    expect((await call(token, 'POST', '/machines')).status).to.equal(403)
    ahead += 300
    expect((await call(token, 'GET', `/credentials/${ID}`)).status).to.equal(401)
  })

  it('can be registered for each scope of the table of routes', async () => {
    const { paths } = (await (await local('/openapi.json')).json()) as { paths: Record<string, Record<string, object>> }
    const operations = Object.values(paths).flatMap(item => Object.values(item)) as { 'x-scope': string | null }[]
    const scopes = new Set(operations.flatMap(operation => operation['x-scope'] ?? []))
    expect([...scopes].sort()).to.deep.equal([...SCOPES].sort())
  })

  it('get only the scopes that they ask for, and none that they do not have', async () => {
    const { body } = await ask(await assertion(), { scope: 'offers' })
    expect(body.scope).to.equal('offers')
    expect((await call(body.access_token, 'GET', `/credentials/${ID}`)).status).to.equal(403)
    for (const scope of ['offers webhooks', 'admin', '', 'offers  states']) {
      const answer = await ask(await assertion(), { scope })
      expect([answer.status, answer.body.error], scope).to.deep.equal([400, 'invalid_scope'])
    }
  })

  it('cannot use an assertion twice, not even at once', async () => {
    const signed = await assertion()
    const both = await Promise.all([ask(signed), ask(signed)])
    expect(both.map(({ status }) => status).sort()).to.deep.equal([200, 401])
    refusedClient(await ask(signed), 'a third time')
    await site.authority.machineTokens.sweep()
    refusedClient(await ask(signed), 'after a sweep')
  })

  it('cannot use an assertion twice with a restart in between: that it was used is on disk', async () => {
    const signed = await assertion()
    const other = await assertion()
    const first = await ask(signed)
    expect(first.status).to.equal(200)
    await site.close()
    site = await openSite({ data }, { checkAnswers: true }, now)
    refusedClient(await ask(signed), 'after a restart')
    // Tokens are in memory, so the client asks for another one.
    expect((await call(first.body.access_token, 'GET', `/credentials/${ID}`)).status).to.equal(401)
    expect((await ask(other)).status).to.equal(200)
    // Nor while the clocks of the two differ by as much as is tolerated, until the assertion is too old itself.
    for (const seconds of [61, 28, 2, 60]) {
      ahead += seconds
      await site.authority.machineTokens.sweep()
      refusedClient(await ask(signed), `${seconds} s later`)
    }
  })

  it('cannot use an assertion of another algorithm with the public key as its secret', async () => {
    const [, payload = ''] = (await assertion()).split('.')
    const secret = Buffer.from(JSON.stringify(await exportJWK(keys.publicKey)))
    for (const alg of ['HS256', 'none', 'ES384', 'RS256', 'EdDSA']) {
      const head = Buffer.from(JSON.stringify({ alg })).toString('base64url')
      const mac = createHmac('sha256', secret).update(`${head}.${payload}`).digest('base64url')
      refusedClient(await ask(`${head}.${payload}.${mac}`), alg)
    }
    const { privateKey } = await generateKeyPair('ES384')
    const es384 = await new SignJWT({ iss: client, sub: client, aud: endpoint, jti: randomUUID(), exp: now() + 60 })
      .setProtectedHeader({ alg: 'ES384' })
      .sign(privateKey)
    refusedClient(await ask(es384), 'a key of another curve')
  })

  it('an assertion that is for somebody else, old, valid for too long, or incomplete is refused', async () => {
    const wrong: [string, JWTPayload][] = [
      ['another audience', { aud: `${site.authority.config.publicUrl}/oid4vci/token` }],
      ['two audiences', { aud: [endpoint, 'https://elsewhere.example'] }],
      ['no audience', { aud: undefined as unknown as string }],
      ['expired', { exp: now() - 60 }],
      ['no expiry', { exp: undefined as unknown as number }],
      ['an hour', { exp: now() + 3600 }],
      ['not yet valid', { nbf: now() + 120 }],
      ['no jti', { jti: undefined as unknown as string }],
      ['another subject', { sub: ID }],
      ['another issuer', { iss: ID }],
    ]
    for (const [what, changes] of wrong) refusedClient(await ask(await assertion(changes)), what)
  })

  it('an assertion with another key, type or algorithm is refused', async () => {
    const other = await generateKeyPair('ES256')
    refusedClient(await ask(await assertion({}, other.privateKey)), 'another key')
    refusedClient(await ask(await assertion({}, keys.privateKey, 'dpop+jwt')), 'another type')
    const [, payload] = (await assertion()).split('.')
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`
    refusedClient(await ask(none), 'no algorithm')
    refusedClient(await ask('x'.repeat(9000)), 'too long')
    refusedClient(await ask('a.b.c'), 'no JWT')
    refusedClient(await ask(await assertion(), { client_id: ID }), 'another client_id')
  })

  it('a request that is no token request is refused', async () => {
    expect((await ask(await assertion(), { grant_type: 'password' })).body.error).to.equal('unsupported_grant_type')
    refusedClient(await ask(await assertion(), { client_assertion_type: 'other' }), 'another kind of assertion')
    const post = (body: string, type: string) =>
      fetch(`${site.operatorUrl}/oauth/token`, { method: 'POST', body, headers: { 'content-type': type } })
    for (const [body, type] of [
      ['{}', 'application/json'],
      ['grant_type=client_credentials&grant_type=client_credentials', 'application/x-www-form-urlencoded'],
      ['', 'application/x-www-form-urlencoded'],
    ] as const) {
      const answer = await post(body, type)
      expect([answer.status, (await answer.json()).error], body).to.deep.equal([400, 'invalid_request'])
    }
  })

  it('end at once when they are stopped, with their tokens', async () => {
    const stopped = await register(['states'])
    const own = { iss: stopped, sub: stopped }
    const { body } = await ask(await assertion(own))
    expect((await call(body.access_token, 'GET', `/credentials/${ID}`)).status).to.equal(404)
    expect((await local(`/machines/${stopped}/stop`, {})).status).to.equal(200)
    expect((await call(body.access_token, 'GET', `/credentials/${ID}`)).status).to.equal(401)
    refusedClient(await ask(await assertion(own)), 'stopped')
    expect((await local(`/machines/${ID}/stop`, {})).status).to.equal(404)
    const listed = (await (await local('/machines')).json()).machines
    expect(listed.find(({ id }: { id: string }) => id === stopped).stoppedAt).to.be.a('number')
  })

  it('are registered with public keys of P-256 only', async () => {
    const secret = await exportJWK(keys.privateKey)
    const { x, y } = await exportJWK(keys.publicKey)
    for (const key of [secret, { kty: 'EC', crv: 'P-256', x: y, y: x }, { kty: 'RSA', n: 'AQAB', e: 'AQAB' }]) {
      const answer = await local('/machines', { name: 'x', scopes: ['states'], keys: [key] })
      const text = await answer.text()
      expect(answer.status, text).to.equal(400)
      expect(text).to.not.include(secret.d)
    }
  })

  it('are in the journal by their ids, not by their names', async () => {
    const entries = []
    for await (const [, entry] of site.authority.journal.entries()) entries.push(entry)
    const registered = entries.filter(({ event }) => event === 'machine.registered')
    expect(registered[0]).to.include({ machine: client, scopes: 'offers states', by: 'local' })
    expect(JSON.stringify(entries)).to.not.include('housing')
  })
})
