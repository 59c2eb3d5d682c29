/** The wallet's page where HAIP is on: on the same device it follows the redirect of the page that asked. */
import { expect } from 'chai'
import type { Browser } from 'playwright-core'
import { launchOrSkip, newContext } from './support/chromium.ts'
import { type BuiltPage, buildWalletPage, ORIGIN } from './support/wallet-page.ts'
import { ageOnly, card, registered, state } from './support/wallet-samples.ts'

const REQUEST = '/wallet/request?client_id=x509_hash%3Aabc&request_uri=https%3A%2F%2Fbank.example.kr%2Frequest'
const BACK = 'https://bank.example.kr/done#response_code=abc'

describe("browser: the wallet's page with HAIP", function () {
  this.timeout(240_000)
  let browser: Browser
  let built: BuiltPage
  before(async function () {
    browser = await launchOrSkip(this)
    built = await buildWalletPage()
  })
  after(async () => {
    await browser?.close()
    built?.remove()
  })

  const pressed = async (button: string, haip: boolean) => {
    const context = await newContext(browser, 'ko', 'phone')
    await context.route('https://bank.example.kr/**', route => route.fulfill({ body: 'thanks' }))
    // Not `newPage`, which lets no page go to another origin.
    const page = await context.newPage()
    await built.serve(page, state({ cards: [card()], request: ageOnly(registered), redirectUri: BACK, haip }))
    await page.goto(ORIGIN + REQUEST)
    await page.getByRole('button', { name: button, exact: true }).first().click()
    return { page, context }
  }

  it('goes on at the page that asked, after an answer and after a refusal', async () => {
    for (const button of ['제출하기', '거절']) {
      const { page, context } = await pressed(button, true)
      await page.waitForURL(BACK)
      await context.close()
    }
  })

  it('without HAIP stays, and goes on when the holder presses', async () => {
    const { page, context } = await pressed('제출하기', false)
    await page.getByRole('heading', { name: '제출했습니다' }).waitFor()
    expect(page.url()).to.equal(`${ORIGIN}/wallet/request`)
    await context.close()
  })
})
