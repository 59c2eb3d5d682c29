import { expect } from 'chai'
import type { Router } from 'express'
import { koreanDate } from '../../../../node/credential/dates.ts'
import type { ResidentFacts } from '../../../../node/credential/subject.ts'
import { expressPath } from '../../../../node/http/operator/mount.ts'
import type { Operation } from '../../../../node/http/operator/openapi.ts'
import { LedgerError } from '../../../../node/ledger/errors.ts'
import { fictitiousPopulation } from '../../../../node/residents/population/population.ts'
import { resident } from '../../../support/cards.ts'
import { failureOf } from '../../../support/failure.ts'
import { openSite, type Site } from '../../../support/site.ts'
import { holderKey, random } from '../../../support/world.ts'

interface Route {
  readonly method: string
  readonly path: string
}

/** As the router has them: a route that is added is tested without anyone thinking of it. */
function routesOf(router: Router): Route[] {
  return router.stack.flatMap(({ route }) => {
    if (!route) return []
    const methods = Object.keys((route as unknown as { methods: Record<string, boolean> }).methods)
    return methods.map(method => ({ method: method.toUpperCase(), path: route.path as string }))
  })
}

/** What the OpenAPI document says about a route. */
interface Described extends Route {
  readonly isOpen: boolean
  /** Whether the local command line may call it. */
  readonly isLocal: boolean
  readonly hasBody: boolean
}

const described = (paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>): Described[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path: expressPath(path),
      isOpen: operation['x-roles'] === 'anyone',
      isLocal: operation['x-local'],
      hasBody: operation.requestBody !== undefined,
    })),
  )

const ID = 'A'.repeat(22)

describe('the operator routes', function () {
  this.timeout(60_000)
  let site: Site
  let someone: ResidentFacts
  let routes: Route[]
  let all: Described[]
  let closed: Described[]

  before(async () => {
    site = await openSite()
    const today = koreanDate(site.authority.clock())
    const people = [...fictitiousPopulation({ count: 30, seed: 'routes', today })]
    someone = people.find(({ licence, veteran }) => licence && !veteran) as ResidentFacts
    await site.authority.residents.store(people)
    routes = routesOf(site.operator)
    all = described((await (await fetch(`${site.operatorUrl}/operator/openapi.json`)).json()).paths)
    closed = all.filter(({ isOpen }) => !isOpen)
  })
  after(() => site.close())

  const ask = async (method: string, path: string, init: RequestInit = {}) => {
    const response = await fetch(`${site.operatorUrl}/operator${path}`, { method, ...init })
    return { response, text: await response.text() }
  }
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
  const right = () => bearer(site.authority.custody.operatorToken)
  const post = (path: string, body: unknown) =>
    ask('POST', path, {
      headers: { ...right(), 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  const get = (path: string) => ask('GET', path, { headers: right() })

  function expectProblem({ response, text }: Awaited<ReturnType<typeof ask>>, status: number, code: string): void {
    expect(response.status, text).to.equal(status)
    expect(response.headers.get('content-type')).to.match(/^application\/problem\+json/)
    expect(response.headers.get('cache-control')).to.equal('no-store')
    const problem = JSON.parse(text)
    expect(problem).to.include({ status, code, type: `/docs/errors#${code.toLowerCase()}` })
    expect(problem.title).to.be.a('string').and.not.equal('')
  }

  describe('require the operator’s token, and refuse', () => {
    const strangers: [string, () => Record<string, string>][] = [
      ['no token', () => ({})],
      ['an empty token', () => bearer('')],
      ['another token', () => bearer(Buffer.from(random(32)).toString('base64url'))],
      ['the first half of the token', () => bearer(site.authority.custody.operatorToken.slice(0, 20))],
      ['the token with one more character', () => bearer(`${site.authority.custody.operatorToken}x`)],
      ['the token in another scheme', () => ({ authorization: `Basic ${site.authority.custody.operatorToken}` })],
      ['the token in the URL or in another header', () => ({ 'x-token': site.authority.custody.operatorToken })],
    ]
    for (const [who, headers] of strangers) {
      it(who, async () => {
        for (const { method, path } of closed) {
          const query =
            who === 'the token in the URL or in another header'
              ? `?access_token=${site.authority.custody.operatorToken}`
              : ''
          const answer = await ask(method, path.replace(':id', ID) + query, { headers: headers() })
          expectProblem(answer, 401, 'HTTP_UNAUTHENTICATED')
          expect(answer.response.headers.get('www-authenticate'), path).to.match(/^Bearer /)
        }
      })
    }

    it('but accept the right token, with its scheme in upper or lower case', async () => {
      for (const { method, path } of closed) {
        for (const scheme of ['Bearer', 'bearer']) {
          const headers = { authorization: `${scheme} ${site.authority.custody.operatorToken}` }
          const { response } = await ask(method, path.replace(':id', ID), { headers })
          expect(response.status, `${method} ${path}`).not.to.equal(401)
        }
      }
    })

    it('a request without the token with the same answer for existing and other routes', async () => {
      expectProblem(await ask('GET', '/nothing'), 401, 'HTTP_UNAUTHENTICATED')
      expectProblem(await get('/nothing'), 404, 'HTTP_NOT_FOUND')
      expectProblem(await ask('DELETE', '/offers', { headers: right() }), 404, 'HTTP_NOT_FOUND')
    })
  })

  it('list what the ledger lacks: nothing after a first start', async () => {
    expect(JSON.parse((await get('/lacking')).text)).to.deep.equal({ lacking: [] })
  })

  describe('refuse', () => {
    it('a body of another form; the error names the member', async () => {
      for (const { path } of all.filter(
        ({ path, hasBody, isLocal }) => hasBody && isLocal && !path.includes('import'),
      )) {
        const at = path
          .replace(/:id|:person/, ID)
          .replace(':list', '1')
          .replace(':code', 'A'.repeat(43))
        expectProblem(await post(at, '{'), 400, 'HTTP_REQUEST_INVALID')
        expectProblem(await post(at, '[]'), 400, 'HTTP_REQUEST_INVALID')
        expectProblem(await post(at, {}), 400, 'HTTP_REQUEST_INVALID')
        expectProblem(await ask('POST', at, { headers: right() }), 400, 'HTTP_REQUEST_INVALID')
        const form = { headers: right(), body: new URLSearchParams({ card: 'resident', reason: 'x', preset: 'bank' }) }
        expectProblem(await ask('POST', at, form), 400, 'HTTP_REQUEST_INVALID')
      }
      const { text } = await post('/offers', { card: 'resident' })
      expect(JSON.parse(text).detail).to.equal('personalNumber: invalid_type')
    })

    it('a body that is too large, or nested too deeply', async () => {
      expectProblem(await post('/offers', { card: 'x'.repeat(70_000) }), 413, 'HTTP_BODY_TOO_LARGE')
      expectProblem(await post('/offers', '['.repeat(30_000)), 400, 'HTTP_REQUEST_INVALID')
    })

    it('a malformed id, and an unknown one', async () => {
      for (const { method, path } of all.filter(({ path, isLocal }) => isLocal && path.includes(':id'))) {
        for (const id of ['x', someone.personalNumber, '..%2f..', '%00', encodeURIComponent(someone.givenName)]) {
          const answer = method === 'GET' ? await get(path.replace(':id', id)) : await post(path.replace(':id', id), {})
          expectProblem(answer, 404, 'HTTP_NOT_FOUND')
        }
      }
      expectProblem(await get('/applications/%E0%A4%A'), 400, 'HTTP_REQUEST_INVALID')
      expectProblem(await get(`/applications/${ID}`), 404, 'ISSUER_APPLICATION_UNKNOWN')
      expectProblem(await get(`/credentials/${ID}`), 404, 'ISSUER_CREDENTIAL_UNKNOWN')
      expectProblem(await get(`/presentations/${ID}`), 404, 'VERIFIER_SESSION_UNKNOWN')
      expectProblem(await post(`/credentials/${ID}/revoke`, { reason: 'x' }), 404, 'ISSUER_CREDENTIAL_UNKNOWN')
    })

    it('an unknown card, person or preset, and an unsafe redirect URI', async () => {
      const { personalNumber } = someone
      expectProblem(await post('/offers', { card: 'passport', personalNumber }), 404, 'ISSUER_CARD_UNKNOWN')
      expectProblem(await post('/offers', { card: 'veteran', personalNumber }), 422, 'ISSUER_FACTS_MISSING')
      const stranger = { card: 'resident', personalNumber: '000101-3000000' }
      expectProblem(await post('/offers', stranger), 404, 'ISSUER_PERSON_UNKNOWN')
      expectProblem(await post('/credentials/search', stranger), 404, 'ISSUER_PERSON_UNKNOWN')
      expectProblem(await post('/presentations', { preset: 'nosy' }), 404, 'VERIFIER_PRESET_UNKNOWN')
      const back = (redirectUri: string) => post('/presentations', { preset: 'website', redirectUri })
      expectProblem(await back('javascript:alert(1)'), 422, 'VERIFIER_CONFIGURATION')
      expect((await back('https://shop.example/back')).response.status).to.equal(201)
    })
  })

  it('wait for a verdict as long as requested; a longer wait than the limit is shortened', async () => {
    const { id } = JSON.parse((await post('/presentations', { preset: 'website' })).text)
    for (const wait of ['0', '-1', 'long']) {
      expect(JSON.parse((await get(`/presentations/${id}?wait=${wait}`)).text)).to.deep.equal({ state: 'pending' })
    }
    for (const wait of ['30', '31', '1e9']) {
      const held = failureOf(
        ask('GET', `/presentations/${id}?wait=${wait}`, { headers: right(), signal: AbortSignal.timeout(200) }),
      )
      expect((await held).name, wait).to.equal('TimeoutError')
    }
  })

  it('answer an import with lines of progress and a report', async () => {
    const csv = 'nothing,of,the,kind\n1,2,3,4\n'
    const answer = await ask('POST', '/residents/import', {
      headers: { ...right(), 'content-type': 'text/csv' },
      body: csv,
    })
    expectProblem(answer, 422, 'RESIDENTS_HEADER')
  })

  it('show a card and change its status, with the block of the status', async () => {
    const { authority } = site
    const { person } = (await authority.residents.findByNumber(someone.personalNumber)) as { person: Uint8Array }
    const order = { application: ID, person, card: resident, holderKey: holderKey(), ops: [] }
    const issued = await authority.pipeline.issue({
      ...order,
      keyStorage: 'software',
      walletProvider: null,
      dpopKey: 'key',
      lineTag: null,
    })
    const { credentialId } = issued
    const found = JSON.parse((await post('/credentials/search', { personalNumber: someone.personalNumber })).text)
    expect(Object.keys(found)).to.deep.equal(['credentials'])
    expect(found.credentials).to.have.length(1)
    const [shown] = found.credentials
    expect(Object.keys(shown).sort()).to.deep.equal(['card', 'credentialId', 'expiresAt', 'issuedAt', 'status'])
    expect(shown).to.include({ credentialId, card: 'resident', status: 'VALID' })

    const acts = [
      ['suspend', 'SUSPENDED'],
      ['reinstate', 'VALID'],
      ['revoke', 'INVALID'],
    ] as const
    for (const [act, status] of acts) {
      const { response, text } = await post(`/credentials/${credentialId}/${act}`, { reason: 'a test' })
      expect(response.status, text).to.equal(200)
      const done = JSON.parse(text)
      expect(done).to.include({ credentialId, status })
      const read = JSON.parse((await get(`/credentials/${credentialId}`)).text)
      expect(read).to.include({ credentialId, status })
      expect(read.block).to.be.at.least(done.block)
      expect(read.time).to.be.at.least(done.time)
      expectProblem(await post(`/credentials/${credentialId}/${act}`, { reason: 'x' }), 409, 'ISSUER_STATUS_UNCHANGED')
    }
    const back = await post(`/credentials/${credentialId}/reinstate`, { reason: 'a mistake' })
    expectProblem(back, 409, 'ISSUER_STATUS_REFUSED')
    expect(JSON.parse(back.text).reason).to.match(/^RevokedIsFinal\(/)
    expect(JSON.parse(back.text).detail).to.include('a revoked credential stays revoked').and.not.match(/\d{4}/)
  })

  it('erase a person only when none of their cards is in force', async () => {
    const [other] = [...fictitiousPopulation({ count: 1, seed: 'erased', today: koreanDate(site.authority.clock()) })]
    if (!other) throw new Error('nobody')
    const { personalNumber } = other
    await site.authority.residents.store([other])
    const found = await site.authority.residents.findByNumber(personalNumber)
    if (!found) throw new Error('not in the register')
    const order = {
      application: Buffer.from(random(16)).toString('base64url'),
      person: found.person,
      card: resident,
      holderKey: holderKey(),
    }
    const { credentialId } = await site.authority.pipeline.issue({
      ...order,
      ...{ keyStorage: 'software', walletProvider: null, dpopKey: 'key', lineTag: null, ops: [] },
    })
    const refused = await post('/residents/erase', { personalNumber })
    expectProblem(refused, 409, 'ISSUER_CREDENTIALS_IN_FORCE')
    expect(JSON.parse(refused.text).credentials).to.deep.equal([credentialId])
    await post(`/credentials/${credentialId}/revoke`, { reason: 'erasure' })
    expect((await post('/residents/erase', { personalNumber })).response.status).to.equal(200)
    expectProblem(await post('/residents/erase', { personalNumber }), 404, 'ISSUER_PERSON_UNKNOWN')
    expect(await site.authority.residents.findByNumber(personalNumber)).to.equal(undefined)
  })

  it('never repeat personal data of a request in an answer or in the log', async () => {
    const { personalNumber, familyName, givenName, address } = someone
    const values = [personalNumber, personalNumber.replace('-', ''), familyName + givenName, givenName, address]
    const answers: string[] = []
    for (const value of values) {
      const bodies = [
        { card: value, personalNumber: value },
        { card: 'resident', personalNumber: { value } },
        { card: 'resident', personalNumber: value.repeat(10) },
        { preset: value, [value]: value },
        { reason: [value], [value]: 1 },
        { personalNumber: `${value} ` },
        `{"personalNumber": "${value}`,
        `"${value}"`,
      ]
      for (const { method, path } of routes) {
        for (const body of method === 'GET' ? [] : bodies) {
          if (path.includes('import')) continue
          const { response, text } = await post(path.replace(':id', ID), body)
          // What it is looked up by is no bad request: the search finds its person.
          if (response.status >= 400) answers.push(text)
          else if (path.includes('erase')) await site.authority.residents.store([someone])
        }
        const inPath = path.includes(':id')
          ? path.replace(':id', encodeURIComponent(value))
          : `${path}?q=${encodeURIComponent(value)}`
        answers.push((await ask(method, inPath, { headers: right() })).text)
      }
      const search = await post('/credentials/search', { personalNumber: value })
      answers.push(search.text)
      const wrong = { headers: { ...right(), 'content-type': 'text/csv' }, body: `name\n${value}\n` }
      answers.push((await ask('POST', '/residents/import', wrong)).text)
    }
    const logs = site.logged()
    expect(logs.length).to.be.greaterThan(1000)
    for (const value of values) {
      for (const answer of answers) expect(answer).not.to.include(value)
      expect(logs).not.to.include(value)
      expect(logs).not.to.include(encodeURIComponent(value))
    }
    expect(logs).not.to.include(site.authority.custody.operatorToken)
  })

  it('report that the ledger is unreachable; only the operator gets the reason', async () => {
    const { ledger } = site.authority
    const { request } = ledger
    ledger.request = async method => {
      throw new LedgerError({ code: 'LEDGER_UNREACHABLE', method }, 'the secret path of the ledger')
    }
    const answer = await post('/credentials/search', { personalNumber: someone.personalNumber })
    ledger.request = request
    expectProblem(answer, 503, 'LEDGER_UNREACHABLE')
    expect(JSON.parse(answer.text).title).to.include('secret path')
  })
})
