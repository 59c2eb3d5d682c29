/** The pages of the online application in Chromium: cookies, redirects and policies as a real browser applies them. */
import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'
import type { TestNode } from '../e2e/support/node.ts'
import { startOnline } from '../e2e/support/online.ts'
import type { TestIdentityProvider } from '../support/identity-provider/identity-provider.ts'
import { builtScreens } from './support/built-screens.ts'
import { expectUsable, launchOrSkip, newContext, newPage, picture, type Size } from './support/chromium.ts'
import { HolderPage } from './support/holder-page.ts'

const SIZES: readonly Size[] = process.env.DOJANG_PICTURES ? ['phone', 'desk'] : ['phone']

async function seenAt(page: Page, name: string, size: Size): Promise<void> {
  await expectUsable(page, name)
  await picture(page, `online-${name}-${size}`)
}

describe('browser: the online application', function () {
  this.timeout(180_000)
  let browser: Browser
  let node: TestNode
  let provider: TestIdentityProvider

  before(async function () {
    browser = await launchOrSkip(this)
    await builtScreens()
    ;({ node, provider } = await startOnline())
  })
  after(async () => {
    await browser?.close()
    await node?.dispose()
    await provider?.stop()
  })

  describe("with this install's wallet", () => {
    let phone: HolderPage
    let wallet: string
    before(async () => {
      wallet = node.config.walletUrl
      const origins = [new URL(node.url).origin, provider.issuer, wallet]
      phone = await HolderPage.open(browser, origins, { language: 'ko', size: 'phone', hasPrf: true })
    })
    after(() => phone?.context.close())

    const received = async () => {
      await phone.page.waitForURL(`${wallet}/wallet/returned`)
      await phone.press('패스키로 확인하고 받기', '')
      await phone.page.getByText('신분증을 받았습니다').first().waitFor()
    }
    const signIn = async (account: string) => {
      await phone.page.locator('button[value="sign-in"]').click()
      await phone.page.locator('select').selectOption(account)
      await phone.page.getByRole('button', { name: 'Sign in' }).click()
    }

    it('begins in the wallet, leaves for the page and the identity provider, and comes back with the card', async () => {
      const { page } = phone
      await page.goto(`${wallet}/wallet/receive/online`)
      await phone.press('모바일 주민등록증 신청하기', '')
      await phone.press('다음', '')
      await phone.press('패스키 만들기', '')
      await phone.press('발급기관 화면으로 이동하기', '')
      await page.getByText('이 기관의 지갑').waitFor()
      await seenAt(page, 'wallet-start', 'phone')
      await signIn('anna')
      await page.locator('button[value="agree"]').waitFor()
      await seenAt(page, 'wallet-review', 'phone')
      await page.locator('button[value="agree"]').click()
      await received()
    })

    it('goes from the site to the wallet, without a second sign-in', async () => {
      const { page } = phone
      await page.goto(`${node.url}/apply/`)
      await signIn('anna')
      await page.locator('button[value="agree"]').click()
      await page.locator(`a[href^="${wallet}/wallet/offer"]`).click()
      await phone.press('다음', '')
      await phone.press('발급기관 화면으로 이동하기', '')
      await page.locator('button[value="receive"]').waitFor()
      await seenAt(page, 'receive', 'phone')
      await page.locator('button[value="receive"]').click()
      await received()
    })
  })

  for (const size of SIZES) {
    const opened = async () => {
      const context = await newContext(browser, 'ko', size)
      const page = await newPage(context, [provider.issuer, node.url])
      page.setDefaultTimeout(20_000)
      return page
    }
    const seen = (page: Page, name: string) => seenAt(page, name, size)
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
