/** The pages of the online application in Chromium: cookies, redirects and policies as a real browser applies them. */
import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'
import type { TestNode } from '../e2e/support/node.ts'
import { startOnline } from '../e2e/support/online.ts'
import type { TestIdentityProvider } from '../support/identity-provider/identity-provider.ts'
import { expectUsable, launchOrSkip, newContext, newPage, picture, type Size } from './support/chromium.ts'

const SIZES: readonly Size[] = process.env.DOJANG_PICTURES ? ['phone', 'desk'] : ['phone']

describe('browser: the online application', function () {
  this.timeout(180_000)
  let browser: Browser
  let node: TestNode
  let provider: TestIdentityProvider

  before(async function () {
    browser = await launchOrSkip(this)
    ;({ node, provider } = await startOnline())
  })
  after(async () => {
    await browser?.close()
    await node?.dispose()
    await provider?.stop()
  })

  for (const size of SIZES) {
    const opened = async () => {
      const context = await newContext(browser, 'ko', size)
      const page = await newPage(context, [provider.issuer, node.url])
      page.setDefaultTimeout(20_000)
      return page
    }
    const seen = async (page: Page, name: string) => {
      await expectUsable(page, name)
      await picture(page, `online-${name}-${size}`)
    }
    const signIn = async (page: Page, account: string) => {
      await page.locator('button[value="sign-in"], button[value="guardian"]').click()
      await page.locator('select').selectOption(account)
      await page.getByRole('button', { name: 'Sign in' }).click()
    }

    it(`leads from the site to a link that opens the wallet: ${size}`, async () => {
      const page = await opened()
      await page.goto(`${node.url}/apply`)
      expect(page.url()).to.equal(`${node.url}/apply/`)
      await seen(page, 'start')
      await signIn(page, 'anna')
      await page.locator('button[value="agree"]').waitFor()
      await seen(page, 'review')
      await page.locator('button[value="agree"]').click()
      await page.locator('a[href^="openid-credential-offer:"]').waitFor()
      await seen(page, 'handout')
      await page.reload()
      expect(await page.locator('a[href^="openid-credential-offer:"]').count()).to.equal(1)
      await page.context().close()
    })

    it(`says why a sign-in is refused: ${size}`, async () => {
      const page = await opened()
      await page.goto(`${node.url}/apply/`)
      await signIn(page, 'anna-low')
      await page.getByText('ONLINE_ASSURANCE_TOO_LOW').waitFor()
      await seen(page, 'refused')
      await page.context().close()
    })

    it(`waits for the guardian, who agrees: ${size}`, async () => {
      const page = await opened()
      await page.goto(`${node.url}/apply/`)
      await page.locator('input[value="disability"]').check()
      await signIn(page, 'child')
      const ask = page.locator('button[value="ask"]')
      const link = page.locator('a[href*="/apply/guardian?code="]')
      await ask.or(link).or(page.locator('button[value="agree"]')).first().waitFor()
      if ((await ask.count()) > 0) {
        await seen(page, 'ask')
        await ask.click()
        await link.waitFor()
        await seen(page, 'waiting')
        const adult = await opened()
        await adult.goto(String(await link.getAttribute('href')))
        await seen(adult, 'guardian')
        await signIn(adult, 'parent')
        await adult.locator('button[value="consent"]').waitFor()
        await seen(adult, 'consent')
        await adult.locator('button[value="consent"]').click()
        await adult.getByText('You agreed').waitFor()
        await seen(adult, 'agreed')
        await adult.context().close()
        await page.reload()
      }
      await page.locator('button[value="agree"]').waitFor()
      await page.context().close()
    })
  }
})
