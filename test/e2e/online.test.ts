/** The online application with a real OpenID Provider in its own process and the test wallet: cards, and attacks. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { HIGH, type TestIdentityProvider, type Wrong } from '../support/identity-provider/identity-provider.ts'
import { scratchDirectory } from '../support/scratch.ts'
import { needlesOf, search } from './support/needles.ts'
import type { TestNode } from './support/node.ts'
import { anna, child, parent, startOnline } from './support/online.ts'
import { PageBrowser, textOf } from './support/page-browser.ts'
import { csvOf } from './support/people.ts'
import { readDatabase } from './support/remains.ts'
import { check, finding } from './support/steps.ts'
import { redeemAuthorized, requestAuthorized } from './wallet/accept.ts'
import { makeKey } from './wallet/keys.ts'
import { Wallet } from './wallet/wallet.ts'

const REDIRECT = 'kr.example.wallet:/callback'

describe('e2e: the online application', function () {
  this.timeout(60_000)
  const aside = scratchDirectory('e2e-online')
  const wallet = new Wallet(join(aside, 'wallet'))
  let node: TestNode
  let provider: TestIdentityProvider

  before(async function () {
    this.timeout(180_000)
    ;({ node, provider } = await startOnline())
  })
  after(async () => {
    await node?.dispose()
    await provider?.stop()
    rmSync(aside, { recursive: true, force: true })
  })
  afterEach(() => provider.does({}))

  const apply = (page: string) => `${node.url}/apply/${page}`
  const said = (browser: PageBrowser) => textOf(browser.page.html)
  const codeOf = (browser: PageBrowser) => /<code>([A-Z_]+)<\/code>/.exec(browser.page.html)?.[1]
  /** The newest first. */
  const journal = async () => (await node.get('/operator/journal')).body.entries as { event: string }[]

  /** The earlier card of a person ends in the background, so only steps of applications count. */
  const lastStep = async () => (await journal()).find(({ event }) => event.startsWith('application.'))

  /** From the page of the authorization endpoint or of the site to the page after the sign-in. */
  const signIn = async (browser: PageBrowser, as: string, card = 'resident') => {
    await browser.submit({ act: 'sign-in', card })
    return await browser.submit({ account: as, act: 'sign-in' })
  }
  /** A person who signs in and agrees, for the wallet. */
  const person =
    (as: string, browser = new PageBrowser(), card = 'resident') =>
    async (url: string) => {
      await browser.open(url)
      await signIn(browser, as, card)
      return (await browser.submit({ act: 'agree' })).url
    }
  const fromWallet = (authorize: (url: string) => Promise<string>, card = 'resident') =>
    requestAuthorized(node.url, card, wallet.home.dpopKey(makeKey), REDIRECT, authorize)

  it('mission 4: begins in the wallet: sign in, see what the card states, agree, and get the card', async () => {
    const browser = new PageBrowser()
    const session = await fromWallet(async url => {
      await browser.open(url)
      expect(said(browser)).to.include('시험용 본인확인').and.include('확인되지 않은 앱')
      await signIn(browser, 'anna')
      expect(said(browser)).to.include(`${anna.familyName}${anna.givenName}`).and.include('유효기간')
      return (await browser.submit({ act: 'agree' })).url
    })
    const { card, claims } = await wallet.collect(session)
    expect(claims.personal_administrative_number).to.equal(anna.personalNumber)
    expect(finding(await check(node, wallet, 'bank', [card]))).to.equal('valid')
    const entries = await journal()
    const checked = entries.find(({ event }) => event === 'application.identity_checked')
    expect(checked).to.include({ by: provider.issuer, how: 'online', acr: HIGH })
    expect(entries.find(({ event }) => event === 'application.applied')).to.include({ channel: 'online' })
    expect((await provider.does({})).filter(seen => seen.startsWith('POST /request'))).to.have.length(1)
  })

  it('begins at the site, and ends in a wallet of the same browser without a second sign-in', async () => {
    const browser = new PageBrowser()
    await browser.open(apply(''))
    await signIn(browser, 'anna')
    await browser.submit({ act: 'agree' })
    const offerUrl = /href="(openid-credential-offer:[^"]+)"/.exec(browser.page.html)?.[1] ?? ''
    expect(browser.page.html).to.include(`${node.config.walletUrl}/wallet/offer?`)
    const session = await redeemAuthorized(offerUrl, wallet.home.dpopKey(makeKey), REDIRECT, async url => {
      await browser.open(url)
      return (await browser.submit({ act: 'receive' })).url
    })
    const { claims } = await wallet.collect(session)
    expect(claims.personal_administrative_number).to.equal(anna.personalNumber)
  })

  it('gives the offer to nobody but the applicant: another browser signs in, and another person gets nothing', async () => {
    const browser = new PageBrowser()
    await browser.open(apply(''))
    await signIn(browser, 'anna')
    await browser.submit({ act: 'agree' })
    const offerUrl = /href="(openid-credential-offer:[^"]+)"/.exec(browser.page.html)?.[1] ?? ''
    const thief = new PageBrowser()
    const taken = redeemAuthorized(offerUrl, wallet.home.dpopKey(makeKey), REDIRECT, async url => {
      await thief.open(url)
      expect(thief.page.html).not.to.include('value="receive"')
      await signIn(thief, 'stranger')
      expect(said(thief)).to.include('Somebody else than the applicant')
      await thief.submit({ act: 'receive' })
      expect(codeOf(thief)).to.equal('ONLINE_SIGN_IN_ENDED')
      // The applicant, whose wallet opened another browser.
      const applicant = new PageBrowser()
      await applicant.open(url)
      await signIn(applicant, 'anna')
      return (await applicant.submit({ act: 'receive' })).url
    })
    expect((await wallet.collect(await taken)).claims.personal_administrative_number).to.equal(anna.personalNumber)
  })

  const attacks: readonly (readonly [string, string, Wrong, string])[] = [
    ['a lower assurance', 'anna-low', {}, 'ONLINE_ASSURANCE_TOO_LOW'],
    ['an ID token without an assurance level', 'anna', { claims: { acr: null } }, 'ONLINE_ASSURANCE_TOO_LOW'],
    ['another nonce', 'anna', { claims: { nonce: 'another' } }, 'ONLINE_ANSWER_INVALID'],
    ['another issuer in the ID token', 'anna', { claims: { iss: 'https://evil.example' } }, 'ONLINE_ANSWER_INVALID'],
    ['another issuer in the answer', 'anna', { answer: { iss: 'https://evil.example' } }, 'ONLINE_ANSWER_INVALID'],
    ['another audience', 'anna', { claims: { aud: 'another' } }, 'ONLINE_ANSWER_INVALID'],
    ['another signature', 'anna', { sign: 'other' }, 'ONLINE_ANSWER_INVALID'],
    ['no signature', 'anna', { sign: 'none' }, 'ONLINE_ANSWER_INVALID'],
    ['an expired ID token', 'anna', { claims: { exp: 1_600_000_000 } }, 'ONLINE_ANSWER_INVALID'],
    ['an old authentication', 'anna', { claims: { auth_time: 1_600_000_000 } }, 'ONLINE_ANSWER_INVALID'],
    ['an authentication in the future', 'anna', { claims: { auth_time: 4_000_000_000 } }, 'ONLINE_ANSWER_INVALID'],
    ['claims of another subject', 'anna', { userinfo: { sub: 'another' } }, 'ONLINE_ANSWER_INVALID'],
    ['merged accounts', 'merged', {}, 'ONLINE_PERSON_DIFFERS'],
    ['an account of a namesake', 'anna', { userinfo: { birthdate: '1901-01-01' } }, 'ONLINE_PERSON_DIFFERS'],
    ['an account that the register does not know', 'unknown', {}, 'ONLINE_PERSON_UNKNOWN'],
    ['an account without the identifier', 'anna', { userinfo: { personal_number: 7 } }, 'ONLINE_PERSON_DIFFERS'],
  ]
  for (const [name, as, wrong, code] of attacks) {
    it(`refuses ${name}`, async () => {
      await provider.does(wrong)
      const before = await lastStep()
      const browser = new PageBrowser()
      await browser.open(apply(''))
      const page = await signIn(browser, as)
      expect(codeOf(browser), textOf(page.html)).to.equal(code)
      expect(page.status).to.be.within(400, 503)
      expect(await browser.open(apply('review'))).to.include({ status: 400 })
      expect(await lastStep(), 'nothing was made').to.deep.equal(before)
    })
  }

  it('says that the provider cannot be reached, at the beginning and at the end, and nothing is lost', async () => {
    const browser = new PageBrowser()
    const session = await fromWallet(async url => {
      await provider.does({ down: 'all' })
      await browser.open(url)
      // The provider's metadata are known, so the pushed request fails.
      await browser.submit({ act: 'sign-in', card: 'resident' })
      expect([browser.page.status, codeOf(browser)]).to.deep.equal([503, 'ONLINE_PROVIDER_UNREACHABLE'])
      await provider.does({ down: 'token' })
      await browser.open(url)
      await signIn(browser, 'anna')
      expect([browser.page.status, codeOf(browser)]).to.deep.equal([503, 'ONLINE_PROVIDER_UNREACHABLE'])
      await provider.does({})
      // The way on leads back to the wallet's request, which is as it was.
      const again = /<a class="button" href="([^"]+)"/.exec(browser.page.html)?.[1] ?? ''
      return await person('anna', browser)(again.replaceAll('&amp;', '&'))
    })
    expect((await wallet.collect(session)).claims.vct).to.equal('urn:dojang:kr:resident:1')
  })

  it('is not fixed by a cookie that somebody else knows, nor by a sign-in of another browser', async () => {
    const victim = new PageBrowser()
    const known = 'A'.repeat(43)
    victim.setCookie(node.url, 'dojang-apply', known)
    await victim.open(apply(''))
    await signIn(victim, 'anna')
    const cookie = victim.cookieOf(node.url, 'dojang-apply')
    expect(cookie)
      .to.match(/^[\w-]{43}$/)
      .and.not.equal(known)
    const attacker = new PageBrowser()
    attacker.setCookie(node.url, 'dojang-apply', known)
    expect((await attacker.open(apply('review'))).status).to.equal(400)
    // A sign-in that the attacker began, finished in the browser of a victim.
    await attacker.open(apply(''))
    await attacker.submit({ act: 'sign-in', card: 'resident' })
    const answer = await fetch(apply(`callback?code=x&state=y&iss=${encodeURIComponent(provider.issuer)}`))
    expect(await answer.text()).to.include('ONLINE_SIGN_IN_ENDED')
  })

  it('takes no form of another page', async () => {
    const browser = new PageBrowser()
    await browser.open(apply(''))
    await signIn(browser, 'anna')
    const { page } = browser
    await browser.submit({ act: 'agree', token: 'x'.repeat(43) })
    expect(codeOf(browser)).to.equal('ONLINE_SIGN_IN_ENDED')
    await browser.open(apply('review'))
    expect(browser.page.html).to.equal(page.html)
    await browser.submit({ act: 'agree' }, { 'sec-fetch-site': 'same-site' })
    expect(codeOf(browser)).to.equal('ONLINE_SIGN_IN_ENDED')
  })

  it('opens nothing to the request of another wallet in the same browser', async () => {
    const browser = new PageBrowser()
    const stopped = async (url: string) => {
      await browser.open(url)
      throw new Error('stopped')
    }
    await fromWallet(stopped).catch(() => undefined)
    await signIn(browser, 'anna')
    const token = /name="token" value="([^"]+)"/.exec(browser.page.html)?.[1] ?? ''
    expect(browser.page.html).to.include('value="agree"')
    // The request of somebody else, whose page opens in this browser.
    await fromWallet(stopped).catch(() => undefined)
    expect(browser.page.html).to.include('value="sign-in"').and.not.include('value="agree"')
    await browser.submit({ act: 'agree', token })
    expect(codeOf(browser)).to.equal('ONLINE_SIGN_IN_ENDED')
  })

  it('returns only to wallets that are known, and sends nobody elsewhere', async () => {
    const refused = requestAuthorized(node.url, 'resident', makeKey(), 'https://evil.example/cb', async url => {
      const browser = new PageBrowser()
      await browser.open(url)
      expect(codeOf(browser)).to.equal('ONLINE_WALLET_UNKNOWN')
      throw new Error('refused')
    })
    expect(await refused.catch((error: Error) => error.message)).to.equal('refused')
    const browser = new PageBrowser()
    await browser.open(apply('callback?state=x&redirect_uri=https://evil.example&next=https://evil.example'))
    expect(browser.page.url.startsWith(node.url)).to.equal(true)
  })

  it('continues after kill -9 between sign-in and consent', async () => {
    const browser = new PageBrowser()
    await browser.open(apply(''))
    await signIn(browser, 'anna')
    await node.kill()
    await node.start()
    await browser.submit({ act: 'agree' })
    expect(browser.page.html).to.include('openid-credential-offer:')
  })

  describe('for a child', () => {
    const waiting = async (browser = new PageBrowser()) => {
      await browser.open(apply(''))
      await signIn(browser, 'child', 'disability')
      if (browser.page.html.includes('value="ask"')) await browser.submit({ act: 'ask' })
      return /href="([^"]+\/apply\/guardian\?code=[\w-]+)"/.exec(browser.page.html)?.[1] ?? ''
    }
    const guardian = async (link: string, as: string) => {
      const browser = new PageBrowser()
      await browser.open(link)
      expect(said(browser), 'nothing of the applicant').not.to.include(child.givenName)
      await browser.submit({ act: 'guardian' })
      await browser.submit({ account: as, act: 'sign-in' })
      return browser
    }

    it('waits for the guardian, who sees the application and refuses it', async () => {
      const link = await waiting()
      const browser = await guardian(link, 'parent')
      expect(said(browser)).to.include(`${child.familyName}${child.givenName}`).and.include('모바일 장애인등록증')
      await browser.submit({ act: 'refuse' })
      expect(said(browser)).to.include('You refused')
      expect(await journal().then(([newest]) => newest)).to.include({ event: 'application.refused', acr: HIGH })
      const applicant = new PageBrowser()
      await applicant.open(apply(''))
      await signIn(applicant, 'child', 'disability')
      expect(said(applicant)).to.include('did not consent to the last request')
    })

    it('takes no consent of a stranger, of the applicant, or twice; then continues in the wallet', async () => {
      const link = await waiting()
      expect(link).not.to.include(child.personalNumber.slice(0, 6))
      for (const as of ['stranger', 'child']) {
        expect(codeOf(await guardian(link, as)), as).to.equal('ONLINE_NOT_GUARDIAN')
      }
      const second = await guardian(link, 'parent')
      await (await guardian(link, 'parent')).submit({ act: 'consent' })
      await second.submit({ act: 'refuse' })
      expect(codeOf(second)).to.equal('ONLINE_CONSENT_ENDED')
      const agreed = (await journal()).find(({ event }) => event === 'application.guardian_agreed')
      expect(agreed).to.include({ by: provider.issuer, acr: HIGH }).and.have.property('guardian')
      const applied = (await journal()).filter(({ event }) => event === 'application.applied').length
      const session = await fromWallet(person('child', new PageBrowser(), 'disability'), 'disability')
      expect((await wallet.collect(session)).claims.disability_type).to.equal('청각장애')
      expect((await journal()).filter(({ event }) => event === 'application.applied').length).to.equal(applied)
    })

    it('is not offered by a clerk before the guardian agreed', async () => {
      await waiting()
      const { body } = await node.get('/operator/applications?limit=1')
      const [{ applicationId, version }] = body.applications
      const { status, body: refused } = await node.post(`/operator/applications/${applicationId}/offer`, { version })
      expect([status, refused.code]).to.deep.equal([409, 'ISSUER_GUARDIAN_UNDECIDED'])
    })
  })

  describe('before its day', () => {
    it("is refused with the policy's sentence: where and from when", async () => {
      const phase = { municipalities: 'all', who: 'anyone', where: 'any-centre' }
      const phases = [
        { ...phase, from: '2026-01-01', channels: ['counter'] },
        { ...phase, from: '2999-01-01', channels: ['online'] },
      ]
      const file = JSON.stringify({ schema: 1, municipalities: [], centres: [], phases })
      expect((await node.post('/operator/rollout', { file })).status).to.equal(200)
      const browser = new PageBrowser()
      await browser.open(apply(''))
      await signIn(browser, 'anna')
      expect(said(browser)).to.include('2999년 1월 1일부터 온라인으로 신청하실 수 있습니다')
      expect(browser.page.html).not.to.include('value="agree"')
      await browser.submit({ act: 'agree' })
      expect(codeOf(browser)).to.equal('ONLINE_SIGN_IN_ENDED')
    })
  })

  describe('afterwards', () => {
    it('leaves no personal data in the output or in the database', async () => {
      await node.stop()
      const needles = needlesOf([anna, child, parent])
      expect(search(csvOf([anna]), needles), 'the search finds what is there').to.not.deep.equal([])
      expect(search(Buffer.from(node.said.join('')), needles), 'output').to.deep.equal([])
      const { bytes, count } = await readDatabase(join(node.data, 'authority'))
      expect(count).to.be.greaterThan(100)
      expect(search(bytes, needles), 'database').to.deep.equal([])
    })
  })
})
