/** The page that shows a request to a browser: opened by another browser, forwarded to another person, codes that are not theirs. */
import { expect } from 'chai'
import { matchDigits } from '../../node/verifier/oid4vp/wallet-side/match-digits.ts'
import { API_SCOPES } from '../../node/verifier/service/api-keys.ts'
import { serveMemoryVerifier } from '../node/http/verifier/support.ts'
import { answerWith, encrypt, readRequest } from '../node/verifier/oid4vp/support.ts'
import { keyOf } from '../node/verifier/support.ts'

/** A browser with its cookies for one page. */
class Browser {
  #cookie: string | null = null

  constructor(
    private readonly url: string,
    private readonly page: string,
  ) {}

  async call(method: string, step: string, body?: unknown) {
    const response = await fetch(`${this.url}/ask/${this.page}/${step}`, {
      method,
      headers: {
        ...(this.#cookie !== null && { cookie: this.#cookie }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const [cookie] = response.headers.getSetCookie()
    if (cookie !== undefined) this.#cookie = cookie.split(';')[0] ?? null
    return { status: response.status, body: await response.json(), cookie }
  }
}

describe('attacks: the page for a browser', function () {
  this.timeout(20_000)
  let site: Awaited<ReturnType<typeof serveMemoryVerifier>>
  let key: string

  before(async () => {
    site = await serveMemoryVerifier()
    key = await site.key(API_SCOPES)
  })
  after(() => site.close())

  const made = async () => {
    const { status, body } = await site.call('POST', '/verifier/requests', key, {
      ...{ preset: 'website', returnUrl: 'https://shop.example/done' },
    })
    expect(status, JSON.stringify(body)).to.equal(201)
    const page = String(body.pageUrl.split('/ask/')[1])
    return { id: String(body.id), page, browser: new Browser(site.url, page) }
  }
  /** A wallet that opens this link, and where it is redirected. */
  const answered = async (link: string, nonce?: string): Promise<string | undefined> => {
    const uri = new URL(link).searchParams.get('request_uri')?.replace('http://localhost:4110', site.url) ?? ''
    const post = nonce === undefined ? {} : { method: 'POST', body: new URLSearchParams({ wallet_nonce: nonce }) }
    const request = readRequest(await (await fetch(uri, post)).text())
    const to = request.response_uri.replace('http://localhost:4110', site.url)
    const form = await encrypt(request, answerWith(site.view, request, site.time.now))
    const response = await fetch(to, { method: 'POST', body: new URLSearchParams(form) })
    expect(response.status).to.equal(200)
    return ((await response.json()) as { redirect_uri?: string }).redirect_uri
  }
  const redeem = (id: string, url: string) =>
    site.call('POST', `/verifier/requests/${id}/redeem`, key, {
      ...{ response_code: String(url.split('#response_code=')[1]), attempt: 'attempt-1' },
    })
  const codeOf = ({ status, body }: { status: number; body: { code?: string } }) => `${status} ${body.code}`

  it('leads over another device to the site, with a code that gives the verdict', async () => {
    const { id, browser } = await made()
    const opened = await browser.call('POST', 'open')
    expect(opened.body).to.include.keys('name', 'purpose', 'here', 'elsewhere', 'expiresAt')
    expect(opened.cookie).to.include('HttpOnly').and.include('SameSite=Strict').and.include('Path=/ask/')
    expect((await browser.call('GET', 'state')).body).to.deep.equal({ state: 'open', digits: [] })
    expect(await answered(opened.body.elsewhere)).to.equal(undefined)
    const { body } = await browser.call('GET', 'state')
    expect(body.state).to.equal('done')
    expect(keyOf((await redeem(id, body.returnUrl)).body.verdict)).to.equal('valid')
  })

  it('leads over the same device only through the browser that the wallet opens', async () => {
    const { id, browser } = await made()
    const { body } = await browser.call('POST', 'open')
    const back = String(await answered(body.here))
    expect((await browser.call('GET', 'state')).body).to.deep.equal({ state: 'answered' })
    expect(codeOf(await browser.call('POST', 'return', { code: 'guessed' }))).to.equal('403 VERIFIER_RESPONSE_CODE')
    const returned = await browser.call('POST', 'return', { code: String(back.split('#wallet_code=')[1]) })
    expect(keyOf((await redeem(id, returned.body.returnUrl)).body.verdict)).to.equal('valid')
  })

  it('shows nothing to a second browser, with or without a cookie of its own', async () => {
    const { page, browser } = await made()
    await browser.call('POST', 'open')
    const second = new Browser(site.url, page)
    for (const [method, step, body] of [
      ['POST', 'open', undefined],
      ['GET', 'state', undefined],
      ['POST', 'return', { code: 'x' }],
    ] as const) {
      expect(codeOf(await second.call(method, step, body)), step).to.equal('403 VERIFIER_OTHER_BROWSER')
    }
  })

  it('is bound to one of twenty browsers that open it at once', async () => {
    const { page } = await made()
    const all = await Promise.all(Array.from({ length: 20 }, () => new Browser(site.url, page).call('POST', 'open')))
    expect(all.filter(({ status }) => status === 200)).to.have.length(1)
  })

  it('gives nothing to an attacker whose link somebody else opened in the wallet: that one’s browser is another', async () => {
    const { id, page, browser: attacker } = await made()
    const { body } = await attacker.call('POST', 'open')
    const victimsBrowser = new Browser(site.url, page)
    const back = String(await answered(body.here))
    const code = String(back.split('#wallet_code=')[1])
    expect(codeOf(await victimsBrowser.call('POST', 'return', { code }))).to.equal('403 VERIFIER_OTHER_BROWSER')
    expect((await attacker.call('GET', 'state')).body).to.deep.equal({ state: 'answered' })
    expect(codeOf(await site.call('GET', `/verifier/requests/${id}`, key))).to.equal('403 VERIFIER_RESPONSE_CODE')
  })

  it('is not found by the id of its request, which is in the QR code', async () => {
    const { id, page } = await made()
    expect(id).not.to.equal(page)
    expect(codeOf(await new Browser(site.url, id).call('POST', 'open'))).to.equal('404 VERIFIER_SESSION_UNKNOWN')
  })

  it('shows the digits of each wallet that fetched the request, and so that there were two', async () => {
    const { browser } = await made()
    const { body } = await browser.call('POST', 'open')
    const uri = String(new URL(body.elsewhere).searchParams.get('request_uri')).replace(
      'http://localhost:4110',
      site.url,
    )
    const nonces = ['wallet one', 'wallet two']
    const digits: string[] = []
    for (const nonce of nonces) {
      const request = readRequest(
        await (await fetch(uri, { method: 'POST', body: new URLSearchParams({ wallet_nonce: nonce }) })).text(),
      )
      digits.push(matchDigits(request.nonce, nonce))
    }
    expect((await browser.call('GET', 'state')).body).to.deep.equal({ state: 'open', digits })
  })

  it('says when the time is over', async () => {
    const { id, browser } = await made()
    await browser.call('POST', 'open')
    site.time.now += 301
    expect((await browser.call('GET', 'state')).body).to.deep.equal({
      state: 'over',
      returnUrl: 'https://shop.example/done',
    })
    expect(keyOf((await site.call('GET', `/verifier/requests/${id}`, key)).body.verdict)).to.equal('retry/timed_out')
  })
})
