/** Pages of other origins that use the browser of an operator: cross-site request forgery and DNS rebinding. */
import { expect } from 'chai'
import { codeOf, signedIn } from '../support/operator-page.ts'
import { type ShiftedSite, shiftedSite } from '../support/shifted-site.ts'
import { expectRefusal, ID, inviteClerk } from './support/operators.ts'

describe('attacks: a page of another origin', function () {
  this.timeout(120_000)
  let site: ShiftedSite

  before(async () => {
    site = await shiftedSite()
  })
  afterEach(() => site.back())
  after(() => site.close())

  const attacks: readonly [string, Record<string, string>][] = [
    ['on another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['on the public port of the same host', { origin: 'http://localhost:4100', 'sec-fetch-site': 'same-site' }],
    ['without an origin (a sandboxed frame)', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
    ['of a browser that sends no Sec-Fetch-Site', { origin: 'http://localhost:4100', 'sec-fetch-site': 'none' }],
    ['that hides the origin', { origin: '' }],
  ]
  for (const [who, headers] of attacks) {
    it(`${who} cannot act in the session of an operator (CSRF)`, async () => {
      const page = await signedIn(site, 'clerk')
      const acts = [
        ['POST', `/credentials/${ID}/suspend`],
        ['DELETE', '/session'],
      ] as const
      for (const [method, path] of acts) {
        expectRefusal(await page.send(method, path, { reason: 'x' }, headers), 403, 'HTTP_ORIGIN_REFUSED')
      }
      expect((await page.send('GET', '/session')).status).to.equal(200)
    })
  }

  it('cannot act without any header of its origin', async () => {
    const page = await signedIn(site, 'clerk')
    const bare = { host: new URL(page.origin).host, cookie: page.cookie ?? '' }
    expectRefusal(
      await page.raw('POST', `/credentials/${ID}/suspend`, { reason: 'x' }, bare),
      403,
      'HTTP_ORIGIN_REFUSED',
    )
  })

  it('cannot sign its visitor in as somebody else, or enrol', async () => {
    const page = await signedIn(site, 'clerk')
    const evil = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    const { body: options } = await page.send('POST', '/session/options')
    expectRefusal(await page.send('POST', '/session', page.passkey.get(options), evil), 403, 'HTTP_ORIGIN_REFUSED')
    const code = codeOf((await inviteClerk(site)).enrolmentUrl)
    for (const path of ['/enrolments/options', '/enrolments']) {
      expectRefusal(await page.send('POST', path, { code }, evil), 403, 'HTTP_ORIGIN_REFUSED')
    }
  })

  it('cannot use a name of its own that leads here (DNS rebinding)', async () => {
    const page = await signedIn(site, 'clerk')
    const { port } = site.authority.config.operator
    for (const name of ['evil.example', `localhost.evil.example`, `127.0.0.1.nip.io`]) {
      const headers = { host: `${name}:${port}`, origin: `http://${name}:${port}`, 'sec-fetch-site': 'same-origin' }
      for (const [method, path] of [
        ['GET', '/session'],
        ['POST', '/session/options'],
        ['GET', '/openapi.json'],
      ] as const) {
        const answer = await page.send(method, path, undefined, headers)
        expect(answer.status, `${name} ${path}`).to.equal(400)
        expect(answer.body.code).to.equal('HTTP_REQUEST_INVALID')
      }
    }
    // Other names of this machine are no names of the operators' pages.
    const loopback = { host: `127.0.0.1:${port}` }
    expectRefusal(await page.send('GET', '/session', undefined, loopback), 403, 'HTTP_ORIGIN_REFUSED')
    const another = { host: `localhost:${port + 1}` }
    expectRefusal(await page.send('GET', '/session', undefined, another), 403, 'HTTP_ORIGIN_REFUSED')
  })
})
