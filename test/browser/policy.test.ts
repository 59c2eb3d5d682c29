/** What a script in the counter's page cannot do: an attacker who got one there would try this. */
import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'
import { screens } from '../../scripts/web.mjs'
import { openSite, type Site } from '../support/site.ts'
import { launchOrSkip, newContext } from './support/chromium.ts'

describe('browser: the policy of the screens', function () {
  this.timeout(60_000)
  let browser: Browser
  let site: Site
  let page: Page
  before(async function () {
    browser = await launchOrSkip(this)
    if (!screens()) throw new Error('the screens could not be built')
    site = await openSite()
    page = await (await newContext(browser, 'ko', 'desk')).newPage()
    await page.goto(`${site.authority.config.operatorUrl}/counter/`)
    await page.getByRole('button').first().waitFor()
  })
  after(async () => {
    await browser?.close()
    await site?.close()
  })

  /** The directive that refused what the script does. It is a text, as the page would have it. */
  const refusedBy = (script: string): Promise<string> =>
    page.evaluate(`new Promise(resolve => {
      const refused = event => resolve(event.effectiveDirective)
      document.addEventListener('securitypolicyviolation', refused, { once: true })
      setTimeout(() => resolve('nothing'), 2000)
      try { ${script} } catch { /* Trusted Types also throw. */ }
    })`)

  const CASES: readonly (readonly [what: string, script: string, directive: string])[] = [
    [
      'an inline style',
      "document.head.append(Object.assign(document.createElement('style'), { textContent: 'p {}' }))",
      'style-src-elem',
    ],
    ['a call of another origin', "fetch('https://example.org/').catch(() => undefined)", 'connect-src'],
    ['a picture of another origin', "new Image().src = 'https://example.org/a.png'", 'img-src'],
    [
      'a frame',
      "document.body.append(Object.assign(document.createElement('iframe'), { src: 'https://example.org/' }))",
      'frame-src',
    ],
    [
      'another base',
      "document.head.append(Object.assign(document.createElement('base'), { href: 'https://example.org/' }))",
      'base-uri',
    ],
    ['text as HTML', "document.createElement('p').innerHTML = '<b>bold</b>'", 'require-trusted-types-for'],
    ['text as a script', "document.createElement('script').text = 'alert(1)'", 'require-trusted-types-for'],
    [
      'a second policy of Trusted Types',
      "trustedTypes.createPolicy('mine', { createHTML: text => text })",
      'trusted-types',
    ],
  ]
  for (const [what, script, directive] of CASES) {
    it(`refuses ${what}`, async () => {
      expect(await refusedBy(script)).to.equal(directive)
    })
  }

  it('is sent with the page and with each of its files', async () => {
    const { port } = site.authority.config.operator
    const get = (path: string) =>
      fetch(`http://127.0.0.1:${port}${path}`, { headers: { 'accept-encoding': 'br' }, redirect: 'manual' })
    const index = await get('/counter/')
    const script = /src="([^"]+\.js)"/.exec(await index.text())?.[1] ?? ''
    const file = await get(script)
    for (const answer of [index, file]) {
      const headers = Object.fromEntries(answer.headers)
      expect(headers['content-security-policy']).to.include("default-src 'none'").and.not.include('unsafe')
      expect(headers).to.include({
        'cross-origin-opener-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'content-encoding': 'br',
        'x-content-type-options': 'nosniff',
      })
    }
    expect(index.headers.get('cache-control')).to.equal('no-store')
    expect(file.headers.get('cache-control')).to.include('immutable')
    expect((await get('/counter')).headers.get('location')).to.equal('/counter/')
    for (const path of ['/counter/assets/..%2f..%2fcurrent.json', '/counter/assets/', '/counter/a.b', '/counter//']) {
      expect((await get(path)).status, path).to.equal(404)
    }
  })
})
