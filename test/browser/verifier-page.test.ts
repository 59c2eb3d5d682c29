/** The page that shows a request to a browser, in Chromium: both devices, the two digits, the way back, and what can go wrong. */
import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'
import { webRoutes } from '../../node/http/web-routes.ts'
import { matchDigits } from '../../node/verifier/oid4vp/wallet-side/match-digits.ts'
import { API_SCOPES } from '../../node/verifier/service/api-keys.ts'
import { serveMemoryVerifier } from '../node/http/verifier/support.ts'
import { answerWith, encrypt, readRequest } from '../node/verifier/oid4vp/support.ts'
import { builtScreens } from './support/built-screens.ts'
import {
  expectUsable,
  type Language,
  launchOrSkip,
  newContext,
  newPage,
  picture,
  type Size,
  views,
} from './support/chromium.ts'

describe('browser: the page for a browser', function () {
  this.timeout(120_000)
  let browser: Browser
  let site: Awaited<ReturnType<typeof serveMemoryVerifier>>
  let key: string

  before(async function () {
    browser = await launchOrSkip(this)
    await builtScreens()
    // The page counts the seconds by the clock on the wall.
    site = await serveMemoryVerifier({ askPage: webRoutes('ask'), now: Math.floor(Date.now() / 1000) })
    key = await site.key(API_SCOPES)
  })
  after(async () => {
    await browser?.close()
    await site?.close()
  })

  const opened = async (language: Language, size: Size, returnUrl = `${site.url}/healthz`) => {
    const { body } = await site.call('POST', '/verifier/requests', key, { preset: 'website', returnUrl })
    const context = await newContext(browser, language, size)
    const page = await newPage(context)
    await page.goto(pageUrl(body.pageUrl))
    return { id: String(body.id), url: pageUrl(body.pageUrl), page, close: () => context.close() }
  }
  /** Its origin is that of the public URL, which this server does not have. */
  const pageUrl = (url: string) => url.replace('http://localhost:4110', site.url)
  const seen = async (page: Page, name: string, heading: string) => {
    await page.getByRole('heading', { name: heading }).first().waitFor()
    const { width = 0 } = page.viewportSize() ?? {}
    const language = await page.evaluate(() => document.documentElement.lang)
    await expectUsable(page, name)
    await picture(page, `ask-${name}-${language}-${width}`)
  }
  const fetched = async (link: string, nonce: string) => {
    const uri = pageUrl(String(new URL(link).searchParams.get('request_uri')))
    const response = await fetch(uri, { method: 'POST', body: new URLSearchParams({ wallet_nonce: nonce }) })
    return readRequest(await response.text())
  }
  const answer = async (request: Awaited<ReturnType<typeof fetched>>) => {
    const form = await encrypt(request, answerWith(site.view, request, site.time.now))
    const response = await fetch(pageUrl(request.response_uri), { method: 'POST', body: new URLSearchParams(form) })
    return (await response.json()) as { redirect_uri?: string }
  }

  for (const [language, size] of views(1)) {
    const t = (ko: string, en: string) => (language === 'ko' ? ko : en)

    it(`leads over another device, with the same two digits: ${language}, ${size}`, async () => {
      const { id, page, close } = await opened(language, size)
      await seen(page, 'open', t('신분증을 보여 주세요', 'Show your card'))
      const link = String(await page.locator('svg.qr').getAttribute('data-text'))
      const request = await fetched(link, 'wallet one')
      await seen(page, 'digits', t('지갑에 같은 번호가 보입니까?', 'Does the wallet show the same number?'))
      const digits = matchDigits(request.nonce, 'wallet one')
      expect(await page.locator('.digits-row').textContent()).to.equal(digits)
      expect(await answer(request)).to.deep.equal({})
      await page.waitForURL(/#response_code=/)
      const code = page.url().split('#response_code=')[1]
      const redeemed = await site.call('POST', `/verifier/requests/${id}/redeem`, key, {
        ...{ response_code: code, attempt: 'attempt-1' },
      })
      expect(redeemed.body.verdict.outcome).to.equal('valid')
      await close()
    })

    it(`warns when two wallets fetched the request: ${language}, ${size}`, async () => {
      const { page, close } = await opened(language, size)
      const link = String(await page.locator('svg.qr').getAttribute('data-text'))
      // Two whose digits differ: one pair in a hundred has the same.
      for (const nonce of ['wallet one', 'wallet two', 'wallet three']) await fetched(link, nonce)
      await page.getByText(t('지갑 여러 개가 이 QR을 찍었습니다', 'Several wallets scanned this code')).waitFor()
      await seen(page, 'many', t('신분증을 보여 주세요', 'Show your card'))
      await close()
    })

    it(`goes on, on the same device, in the browser that the wallet opened: ${language}, ${size}`, async () => {
      const { page, close } = await opened(language, size)
      const href = await page.locator('a.button-primary').getAttribute('href')
      const { redirect_uri: back = '' } = await answer(await fetched(String(href), 'wallet one'))
      await seen(page, 'answered', t('지갑이 연 화면에서 계속하세요', 'Go on where the wallet led you'))
      const second = await newPage(page.context())
      await second.goto(pageUrl(back))
      await second.waitForURL(/#response_code=/)
      await close()
    })

    it(`is closed to another browser, and says when there is no such request: ${language}, ${size}`, async () => {
      const { url, close } = await opened(language, size)
      const other = await newContext(browser, language, size)
      const page = await newPage(other)
      await page.goto(url)
      await seen(page, 'other', t('이 브라우저에서는 계속할 수 없습니다', 'This browser cannot go on'))
      await page.goto(`${site.url}/ask/${'A'.repeat(22)}`)
      await seen(page, 'gone', t('없는 요청입니다', 'There is no such request'))
      await other.close()
      await close()
    })

    it(`says that the time is over, and leads back: ${language}, ${size}`, async () => {
      const { page, close } = await opened(language, size)
      await page.locator('svg.qr').waitFor()
      site.time.now += 301
      await seen(page, 'over', t('시간이 지났습니다', 'The time is over'))
      site.time.now -= 301
      expect(await page.locator('a.button-primary').getAttribute('href')).to.equal(`${site.url}/healthz`)
      await close()
    })
  }
})
