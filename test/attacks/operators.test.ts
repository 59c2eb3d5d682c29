/**
 * Attacks on the accounts of operators: with stolen cookies, links and passkeys, from pages of other origins, and by an
 * operator who acts alone.
 */
import { expect } from 'chai'
import type { Answer } from '../support/operator-page.ts'
import { OperatorPage, signedIn } from '../support/operator-page.ts'
import { SoftwarePasskey } from '../support/passkey.ts'
import { type ShiftedSite, shiftedSite } from '../support/shifted-site.ts'

const HOUR = 3600
const ID = 'A'.repeat(22)

describe('attacks on operators', function () {
  this.timeout(120_000)
  let site: ShiftedSite
  let admin: OperatorPage

  before(async () => {
    site = await shiftedSite()
    admin = await signedIn(site, 'administrator')
  })
  afterEach(() => site.back())
  after(() => site.close())

  function expectRefusal({ status, body, headers }: Answer, expected: number, code: string): void {
    expect(status, JSON.stringify(body)).to.equal(expected)
    expect(body).to.include({ code })
    expect(headers['set-cookie']).to.equal(undefined)
  }

  const invite = () => site.authority.accounts.invite({ name: 'somebody', role: 'clerk', centre: null }, 'local')
  const journal = async () => {
    const entries = []
    for await (const [, entry] of site.authority.journal.entries()) entries.push(entry)
    return entries
  }

  describe('the enrolment link', () => {
    it('works once', async () => {
      const { enrolmentUrl } = await invite()
      const [first, second] = [new OperatorPage(site), new OperatorPage(site)]
      const path = `/enrolments/${new URL(enrolmentUrl).hash.slice(1)}`
      const late = second.passkey.create((await second.send('GET', path)).body.options)
      expect((await first.enrol(enrolmentUrl)).status).to.equal(201)
      expectRefusal(await second.send('GET', path), 410, 'OPERATOR_ENROLMENT_ENDED')
      expectRefusal(await second.send('POST', path, late), 410, 'OPERATOR_ENROLMENT_ENDED')
      expect((await first.signIn()).status).to.equal(201)
      expectRefusal(await second.signIn(), 403, 'OPERATOR_PASSKEY_REFUSED')
    })

    it('makes one account when two use it at the same moment', async () => {
      const { enrolmentUrl, operator } = await invite()
      const path = `/enrolments/${new URL(enrolmentUrl).hash.slice(1)}`
      const pages = [new OperatorPage(site), new OperatorPage(site)]
      const made = await Promise.all(
        pages.map(async page => page.passkey.create((await page.send('GET', path)).body.options)),
      )
      const answers = await Promise.all(pages.map((page, at) => page.send('POST', path, made[at])))
      expect(answers.map(({ status }) => status).sort()).to.deep.equal([201, 410])
      const enrolled = (await journal()).filter(
        one => one.event === 'operator.enrolled' && one.operator === operator.id,
      )
      expect(enrolled).to.have.length(1)
    })

    it('ends after 24 hours, and when the account is stopped', async () => {
      const { enrolmentUrl } = await invite()
      const path = `/enrolments/${new URL(enrolmentUrl).hash.slice(1)}`
      site.forward(24 * HOUR - 60)
      expect((await new OperatorPage(site).send('GET', path)).status).to.equal(200)
      site.forward(60)
      expectRefusal(await new OperatorPage(site).send('GET', path), 410, 'OPERATOR_ENROLMENT_ENDED')
      site.back()
      const stopped = await invite()
      await site.authority.accounts.stop(stopped.operator.id, 'local')
      const other = `/enrolments/${new URL(stopped.enrolmentUrl).hash.slice(1)}`
      expectRefusal(await new OperatorPage(site).send('GET', other), 410, 'OPERATOR_ENROLMENT_ENDED')
    })

    it('is neither in the log nor in the journal', async () => {
      const { enrolmentUrl } = await invite()
      const code = new URL(enrolmentUrl).hash.slice(1)
      await new OperatorPage(site).enrol(enrolmentUrl)
      expect(site.logged()).to.include('/enrolments/:code').and.not.include(code)
      expect(JSON.stringify(await journal())).not.to.include(code)
    })

    it('needs an authenticator that verified its user, for this origin and RP ID, and a fresh challenge', async () => {
      const { enrolmentUrl } = await invite()
      const path = `/enrolments/${new URL(enrolmentUrl).hash.slice(1)}`
      const page = new OperatorPage(site)
      const faults = [{ verified: false }, { origin: 'http://localhost:4100' }, { rpId: 'evil.example' }]
      for (const fault of faults) {
        const { body } = await page.send('GET', path)
        expectRefusal(
          await page.send('POST', path, page.passkey.create(body.options, fault)),
          403,
          'OPERATOR_PASSKEY_REFUSED',
        )
      }
      const { body } = await page.send('GET', path)
      site.forward(301)
      expectRefusal(await page.send('POST', path, page.passkey.create(body.options)), 403, 'OPERATOR_PASSKEY_REFUSED')
      site.back()
      // The challenge of another account.
      const other = (
        await new OperatorPage(site).send('GET', `/enrolments/${new URL((await invite()).enrolmentUrl).hash.slice(1)}`)
      ).body
      expectRefusal(await page.send('POST', path, page.passkey.create(other.options)), 403, 'OPERATOR_PASSKEY_REFUSED')
      expect((await page.enrol(enrolmentUrl)).status).to.equal(201)
    })
  })

  describe('the sign-in', () => {
    it('refuses a strange passkey, an unverified user, another origin, and an answer that is used twice', async () => {
      const page = await signedIn(site, 'clerk')
      const stranger = new OperatorPage(site)
      expectRefusal(await stranger.signIn(), 403, 'OPERATOR_PASSKEY_REFUSED')
      const options = async () => (await stranger.send('POST', '/session/options')).body
      for (const fault of [{ verified: false }, { origin: 'http://localhost:4100' }, { rpId: 'evil.example' }]) {
        const answer = page.passkey.get(await options(), fault)
        expectRefusal(await stranger.send('POST', '/session', answer), 403, 'OPERATOR_PASSKEY_REFUSED')
      }
      const answer = page.passkey.get(await options())
      expect((await stranger.send('POST', '/session', answer)).status).to.equal(201)
      expectRefusal(await new OperatorPage(site).send('POST', '/session', answer), 403, 'OPERATOR_PASSKEY_REFUSED')
    })

    it('refuses an answer whose signature, challenge or user handle is another', async () => {
      const page = await signedIn(site, 'clerk')
      const other = await signedIn(site, 'supervisor')
      const options = async () => (await page.send('POST', '/session/options')).body
      const right = page.passkey.get(await options())
      const { response } = page.passkey.get(await options())
      const swapped = { ...right, response: { ...right.response, signature: response.signature } }
      expectRefusal(await page.send('POST', '/session', swapped), 403, 'OPERATOR_PASSKEY_REFUSED')
      const own = page.passkey.get({ ...(await options()), challenge: 'A'.repeat(43) })
      expectRefusal(await page.send('POST', '/session', own), 403, 'OPERATOR_PASSKEY_REFUSED')
      const as = page.passkey.get(await options())
      const handle = { ...as, response: { ...as.response, userHandle: other.id } }
      expectRefusal(await page.send('POST', '/session', handle), 403, 'OPERATOR_PASSKEY_REFUSED')
      // The id of another account's passkey, with the own signature.
      const named = { ...page.passkey.get(await options()), id: other.passkey.id, rawId: other.passkey.id }
      expectRefusal(await page.send('POST', '/session', named), 403, 'OPERATOR_PASSKEY_REFUSED')
    })
  })

  describe('the session', () => {
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
      expectRefusal(
        await thief.send('POST', `/credentials/${ID}/suspend`, { reason: 'x' }),
        401,
        'HTTP_UNAUTHENTICATED',
      )
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

  describe('a page of another origin', () => {
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
      const { enrolmentUrl } = await invite()
      const path = `/enrolments/${new URL(enrolmentUrl).hash.slice(1)}`
      expectRefusal(await page.send('GET', path, undefined, evil), 403, 'HTTP_ORIGIN_REFUSED')
      expectRefusal(await page.send('POST', path, {}, evil), 403, 'HTTP_ORIGIN_REFUSED')
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

  describe('a touch of the passkey', () => {
    const revoke = (page: OperatorPage) => page.send('POST', `/credentials/${ID}/revoke`, { reason: 'x' })

    it('is needed after two minutes, and only the own passkey gives it', async () => {
      const page = await signedIn(site, 'clerk')
      const other = await signedIn(site, 'clerk')
      expectRefusal(await revoke(page), 404, 'ISSUER_CREDENTIAL_UNKNOWN')
      site.forward(120)
      expectRefusal(await revoke(page), 403, 'HTTP_TOUCH_NEEDED')
      const { body: options } = await page.send('POST', '/session/touch/options')
      expectRefusal(
        await page.send('POST', '/session/touch', other.passkey.get(options)),
        403,
        'OPERATOR_PASSKEY_REFUSED',
      )
      // What was signed for a sign-in is no touch.
      const { body: signIn } = await page.send('POST', '/session/options')
      expectRefusal(
        await page.send('POST', '/session/touch', page.passkey.get(signIn)),
        403,
        'OPERATOR_PASSKEY_REFUSED',
      )
      expectRefusal(await revoke(page), 403, 'HTTP_TOUCH_NEEDED')
      expect((await page.touch()).status).to.equal(200)
      expectRefusal(await revoke(page), 404, 'ISSUER_CREDENTIAL_UNKNOWN')
    })

    it('is needed for each act that the table names, for operators and not for the local command line', async () => {
      const page = await signedIn(site, 'administrator')
      site.forward(120)
      for (const [method, path] of [
        ['POST', '/operators/invitations'],
        ['POST', `/operators/${page.id}/stop`],
        ['POST', '/proposals'],
        ['POST', `/proposals/${ID}/confirm`],
        ['POST', `/proposals/${ID}/reject`],
        ['POST', '/residents/erase'],
      ] as const) {
        expectRefusal(await page.send(method, path, {}), 403, 'HTTP_TOUCH_NEEDED')
      }
    })
  })

  describe('one person alone', () => {
    const propose = (page: OperatorPage, body: object) =>
      page.send('POST', '/proposals', { reason: 'a reason', ...body })
    const confirm = (page: OperatorPage, id: string) => page.send('POST', `/proposals/${id}/confirm`)
    const admit = { kind: 'admit-administrator', name: 'an accomplice' }
    let first: OperatorPage
    let second: OperatorPage

    beforeEach(async () => {
      first = await signedIn(site, 'administrator')
      second = await signedIn(site, 'supervisor')
    })

    it('cannot confirm or reject their own proposal; another operator can, once', async () => {
      const { body: proposal } = await propose(first, admit)
      expectRefusal(await confirm(first, proposal.id), 403, 'OPERATOR_OWN_PROPOSAL')
      expectRefusal(await first.send('POST', `/proposals/${proposal.id}/reject`), 403, 'OPERATOR_OWN_PROPOSAL')
      // Also from another session of the same person.
      await first.signIn()
      expectRefusal(await confirm(first, proposal.id), 403, 'OPERATOR_OWN_PROPOSAL')
      const answers = await Promise.all([confirm(second, proposal.id), confirm(second, proposal.id)])
      expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 409])
      const [done] = answers.filter(({ status }) => status === 200)
      expect(done?.body.proposal).to.include({ state: 'done' })
      expect(done?.body.invitation.operator).to.include({ role: 'administrator', name: 'an accomplice' })
      const entries = (await journal()).filter(entry => entry.proposal === proposal.id)
      expect(entries.map(({ event, by }) => [event, by])).to.deep.equal([
        ['proposal.made', `operator:${first.id}`],
        ['proposal.confirmed', `operator:${second.id}`],
      ])
      expect(JSON.stringify(entries)).not.to.include('accomplice').and.not.include('a reason')
    })

    it('cannot admit or stop an administrator without a proposal', async () => {
      const body = { name: 'an accomplice', role: 'administrator' }
      expectRefusal(await first.send('POST', '/operators/invitations', body), 409, 'OPERATOR_TWO_PEOPLE')
      expectRefusal(await first.send('POST', `/operators/${admin.id}/stop`), 409, 'OPERATOR_TWO_PEOPLE')
    })

    it('cannot, as a supervisor, propose to admit or stop an administrator', async () => {
      expectRefusal(await propose(second, admit), 403, 'OPERATOR_MAY_NOT_PROPOSE')
      const stop = { kind: 'stop-administrator', operator: first.id }
      expectRefusal(await propose(second, stop), 403, 'OPERATOR_MAY_NOT_PROPOSE')
    })

    it('cannot decide about their own stop, nor have a proposal confirmed after they were stopped', async () => {
      const third = await signedIn(site, 'administrator')
      const { body: stop } = await propose(first, { kind: 'stop-administrator', operator: third.id })
      expectRefusal(await third.send('POST', `/proposals/${stop.id}/reject`), 403, 'OPERATOR_OWN_PROPOSAL')
      const { body: left } = await propose(third, admit)
      expect((await confirm(second, stop.id)).status).to.equal(200)
      expectRefusal(await third.send('GET', '/session'), 401, 'HTTP_UNAUTHENTICATED')
      expectRefusal(await confirm(second, left.id), 409, 'OPERATOR_PROPOSAL_STATE')
    })

    it('finds no old proposal that somebody could still confirm', async () => {
      const { body: proposal } = await propose(first, admit)
      site.forward(7 * 24 * HOUR)
      await second.signIn()
      expectRefusal(await confirm(second, proposal.id), 409, 'OPERATOR_PROPOSAL_STATE')
      const { body } = await second.send('GET', '/proposals')
      expect(body.proposals.find((one: { id: string }) => one.id === proposal.id)).to.include({
        state: 'expired',
        mayDecide: false,
      })
    })

    it('cannot take part with the command line, which names nobody', async () => {
      const { body: proposal } = await propose(first, admit)
      const token = { authorization: `Bearer ${site.authority.custody.operatorToken}`, host: 'localhost' }
      expectRefusal(
        await first.raw('POST', `/proposals/${proposal.id}/confirm`, undefined, token),
        403,
        'HTTP_FORBIDDEN',
      )
    })

    it('raises the limit of revocations with another one only, for one day, and never lowers it', async () => {
      const { revocations } = site.authority
      const raise = { kind: 'raise-revocation-limit', perDay: revocations.perDay + 10 }
      expectRefusal(await propose(second, { ...raise, perDay: 1 }), 409, 'OPERATOR_LIMIT_NOT_RAISED')
      const { body: proposal } = await propose(second, raise)
      expectRefusal(await confirm(second, proposal.id), 403, 'OPERATOR_OWN_PROPOSAL')
      expect(revocations.perDay).to.equal(raise.perDay - 10)
      expect((await confirm(first, proposal.id)).status).to.equal(200)
      expect(revocations.perDay).to.equal(raise.perDay)
      site.forward(24 * HOUR)
      expect(revocations.perDay).to.equal(raise.perDay - 10)
    })
  })

  it('a passkey that is enrolled in two accounts would open both: the second enrolment is refused', async () => {
    const passkey = new SoftwarePasskey(admin.origin)
    const paths = await Promise.all(
      [invite(), invite()].map(async one => `/enrolments/${new URL((await one).enrolmentUrl).hash.slice(1)}`),
    )
    const page = new OperatorPage(site)
    const answers = []
    for (const path of paths) {
      answers.push(await page.send('POST', path, passkey.create((await page.send('GET', path)).body.options)))
    }
    expect(answers.map(({ status }) => status)).to.deep.equal([201, 403])
  })
})
