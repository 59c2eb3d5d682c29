/**
 * Whether Chromium keeps the session's cookie for http://localhost, sends it only where it should, and makes passkeys there.
 * Needs Debian's Chromium.
 */
import { expect } from 'chai'
import { type Browser, chromium, type Page } from 'playwright-core'
import { codeOf } from '../support/operator-page.ts'
import { openSite, type Site } from '../support/site.ts'

/** In the page: fetches a JSON document as the operators' pages do. */
const call = (page: Page, method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> =>
  page.evaluate(
    async ([method, path, body]) => {
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(path, { method, headers, ...(body !== null && { body: JSON.stringify(body) }) })
      const text = await response.text()
      return { status: response.status, body: text === '' ? null : JSON.parse(text) }
    },
    [method, `/operator${path}`, body ?? null] as const,
  )

const create = (page: Page, options: unknown): Promise<unknown> =>
  page.evaluate(async options => {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
      options as PublicKeyCredentialCreationOptionsJSON,
    )
    return ((await navigator.credentials.create({ publicKey })) as PublicKeyCredential).toJSON()
  }, options)

const get = (page: Page, options: unknown): Promise<unknown> =>
  page.evaluate(async options => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as PublicKeyCredentialRequestOptionsJSON)
    return ((await navigator.credentials.get({ publicKey })) as PublicKeyCredential).toJSON()
  }, options)

describe('an operator in Chromium', function () {
  this.timeout(120_000)
  let site: Site
  let browser: Browser
  let page: Page

  before(async () => {
    site = await openSite()
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
    const context = await browser.newContext()
    page = await context.newPage()
    const devtools = await context.newCDPSession(page)
    await devtools.send('WebAuthn.enable')
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true },
        ...{ hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
      },
    })
    // Any document of the operators' origin.
    await page.goto(`${site.authority.config.operatorUrl}/operator/openapi.json`)
  })
  after(async () => {
    await browser?.close()
    await site.close()
  })

  it('enrols by the link, signs in without a name, acts, and signs out', async () => {
    const invitation = await site.authority.accounts.inviteFirst()
    const code = codeOf(invitation?.enrolmentUrl ?? '')
    const { options } = (await call(page, 'POST', '/enrolments/options', { code })).body as { options: unknown }
    const passkey = await create(page, options)
    expect((await call(page, 'POST', '/enrolments', { code, passkey })).status).to.equal(201)

    const asked = await call(page, 'POST', '/session/options')
    const signedIn = await call(page, 'POST', '/session', await get(page, asked.body))
    expect(signedIn.status, JSON.stringify(signedIn.body)).to.equal(201)

    const cookies = await page.context().cookies()
    expect(
      cookies.map(({ name, secure, httpOnly, sameSite, path }) => ({ name, secure, httpOnly, sameSite, path })),
    ).to.deep.equal([{ name: '__Host-dojang-operator', secure: true, httpOnly: true, sameSite: 'Strict', path: '/' }])
    expect(await page.evaluate(() => document.cookie)).to.equal('')

    const session = await call(page, 'GET', '/session')
    expect(session.body).to.deep.include({ touchedAt: (signedIn.body as { touchedAt: number }).touchedAt })
    const invited = await call(page, 'POST', '/operators/invitations', { name: '김민서', role: 'clerk' })
    expect(invited.status, JSON.stringify(invited.body)).to.equal(201)
    const touch = await call(page, 'POST', '/session/touch/options')
    expect((await call(page, 'POST', '/session/touch', await get(page, touch.body))).status).to.equal(200)
  })

  it('is protected from a page on the public port, which has the same site: the cookie is sent, and refused', async () => {
    const { config } = site.authority
    const other = await page.context().newPage()
    await other.goto(`http://localhost:${config.port}/`)
    // Its policy lets a page of this node fetch from itself only; a hostile page has none.
    await other.setContent('<!doctype html><title>hostile</title>')
    const done = other.waitForResponse(response => response.url().includes('/operator/session'))
    await other.evaluate(target => {
      const form = document.createElement('form')
      Object.assign(form, { method: 'post', action: target, enctype: 'text/plain' })
      document.body.append(form)
      form.submit()
    }, `${config.operatorUrl}/operator/session/touch/options`)
    const refused = await done
    const sent = await refused.request().allHeaders()
    // All ports of a host are one site, so SameSite=Strict does not keep the cookie back.
    expect(sent.cookie).to.match(/^__Host-dojang-operator=/)
    // `null`, since the page's referrer policy hides its origin from forms.
    expect(sent.origin).to.equal('null')
    expect(refused.status()).to.equal(403)
    expect(await refused.json()).to.include({ code: 'HTTP_ORIGIN_REFUSED' })
    await other.close()
    expect((await call(page, 'GET', '/session')).status).to.equal(200)
  })

  it('is signed out by the sign-out, also on another page', async () => {
    expect((await call(page, 'DELETE', '/session')).status).to.equal(204)
    expect(await page.context().cookies()).to.deep.equal([])
    expect((await call(page, 'GET', '/session')).status).to.equal(401)
  })
})
