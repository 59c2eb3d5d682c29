/** The session of an operator: a stolen cookie, a stopped operator, limits of time. */
import { expect } from 'chai'
import { OperatorPage, signedIn } from '../support/operator-page.ts'
import { type ShiftedSite, shiftedSite } from '../support/shifted-site.ts'
import { expectRefusal, ID } from './support/operators.ts'

describe('attacks: the session of an operator', function () {
  this.timeout(120_000)
  let site: ShiftedSite
  let admin: OperatorPage

  before(async () => {
    site = await shiftedSite()
    admin = await signedIn(site, 'administrator')
  })
  afterEach(() => site.back())
  after(() => site.close())

  it('is in a cookie that pages cannot read and other hosts do not get', async () => {
    const page = await signedIn(site, 'clerk')
    const again = await page.signIn()
    const [cookie] = [again.headers['set-cookie'] ?? []].flat()
    expect(cookie).to.match(
      /^__Host-dojang-operator=[\w-]{43}; Max-Age=36000; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Strict$/,
    )
    expect(site.logged()).not.to.include(cookie?.slice(23, 66))
  })

  it('ends at the sign-out: a stolen cookie opens nothing, also in a request that was under way', async () => {
    const page = await signedIn(site, 'clerk')
    const thief = new OperatorPage(site)
    thief.cookie = page.cookie
    expect((await thief.send('GET', '/session')).status).to.equal(200)
    // The next request of the thief would extend the session.
    site.forward(61)
    const [, ended] = await Promise.all([thief.send('GET', '/session'), page.send('DELETE', '/session')])
    expect(ended.status).to.equal(204)
    expect(page.cookie).to.equal(undefined)
    expectRefusal(await thief.send('GET', '/session'), 401, 'HTTP_UNAUTHENTICATED')
    expectRefusal(await thief.send('POST', `/credentials/${ID}/suspend`, { reason: 'x' }), 401, 'HTTP_UNAUTHENTICATED')
  })

  it('ends when its browser signs in again, after 15 idle minutes, and 10 hours after the sign-in', async () => {
    const page = await signedIn(site, 'clerk')
    const { cookie } = page
    await page.signIn()
    const before = new OperatorPage(site)
    before.cookie = cookie
    expectRefusal(await before.send('GET', '/session'), 401, 'HTTP_UNAUTHENTICATED')
    for (let minutes = 14; minutes < 10 * 60; minutes += 14) {
      site.forward(14 * 60)
      expect((await page.send('GET', '/session')).status, `${minutes} min`).to.equal(200)
    }
    site.forward(12 * 60)
    expectRefusal(await page.send('GET', '/session'), 401, 'HTTP_UNAUTHENTICATED')
    site.back()
    const idle = await signedIn(site, 'clerk')
    site.forward(15 * 60)
    expectRefusal(await idle.send('GET', '/session'), 401, 'HTTP_UNAUTHENTICATED')
  })

  it('ends when the operator is stopped, and so does the passkey', async () => {
    const page = await signedIn(site, 'clerk')
    await admin.touch()
    expect((await admin.send('POST', `/operators/${page.id}/stop`)).status).to.equal(200)
    expectRefusal(await page.send('GET', '/session'), 401, 'HTTP_UNAUTHENTICATED')
    expectRefusal(await page.signIn(), 403, 'OPERATOR_PASSKEY_REFUSED')
    expectRefusal(await admin.send('POST', `/operators/${page.id}/stop`), 409, 'OPERATOR_STOPPED')
  })

  it('is neither one of many cookies of that name, nor a token', async () => {
    const page = await signedIn(site, 'clerk')
    const secret = page.cookie?.split('=')[1] ?? ''
    const both = { cookie: `${page.cookie}; ${page.cookie?.slice(0, 23)}${'B'.repeat(43)}` }
    expectRefusal(await page.send('GET', '/session', undefined, both), 401, 'HTTP_UNAUTHENTICATED')
    const bearer = { authorization: `Bearer ${secret}`, cookie: '' }
    expectRefusal(await page.send('GET', '/session', undefined, bearer), 401, 'HTTP_UNAUTHENTICATED')
  })
})
