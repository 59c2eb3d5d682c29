/**
 * Two live screens: the wallet of a person and the check screen of a shop, each one's camera fed with the other's screen,
 * smaller, tilted, blurred and noisy. Every purpose, in each way that it accepts, with the node and without.
 * `DOJANG_TEST_LONG` does it in both languages and on both sizes.
 */
import { expect } from 'chai'
import type { Browser } from 'playwright-core'
import { allPresets } from '../../node/verifier/presets/all.ts'
import { TestNode } from '../e2e/support/node.ts'
import { offer } from '../e2e/support/steps.ts'
import { builtScreens } from './support/built-screens.ts'
import { addCamera, see } from './support/camera.ts'
import { type Language, launchOrSkip, type Size } from './support/chromium.ts'
import { HolderPage } from './support/holder-page.ts'
import { Shop } from './support/shop.ts'

const PRESETS = allPresets.filter(({ portrait }) => portrait === 'in_person')
const EVERY: readonly (readonly [Language, Size])[] = [
  ['ko', 'phone'],
  ['en', 'desk'],
  ['en', 'phone'],
  ['ko', 'desk'],
]

describe('browser: a wallet and a check screen, face to face', function () {
  this.timeout(300_000)
  let browser: Browser
  let node: TestNode

  before(async function () {
    browser = await launchOrSkip(this)
    await builtScreens()
    node = new TestNode(['--demo'])
    await node.start()
  })
  after(async () => {
    await browser?.close()
    await node?.dispose()
  })

  for (const [language, size] of process.env.DOJANG_TEST_LONG ? EVERY : EVERY.slice(0, 1)) {
    describe(`${language}, ${size}`, () => {
      let holder: Holder
      let shop: Shop

      before(async () => {
        const [, number = ''] = await node.printed(/echo (\S+) \|.* offer --card resident/)
        holder = await Holder.open(browser, node, language, size)
        await holder.take(await offer(node, 'resident', number))
        shop = await Shop.open(browser, node, language, size)
        await shop.register()
        // Both are installed, for the part without the node.
        for (const page of [holder.page, shop.page])
          await page.evaluate(() => navigator.serviceWorker.ready.then(() => 0))
      })
      after(async () => {
        await holder?.close()
        await shop?.close()
      })

      // One that failed half-way must not fail the next.
      afterEach(async function () {
        if (this.currentTest?.state === 'failed') await Promise.all([holder.page.reload(), shop.page.reload()])
      })

      for (const preset of PRESETS) {
        it(`${preset.id}: two-way, by the network`, async () => {
          await shop.use(preset)
          await holder.twoWay(shop)
          await shop.accept()
        })
        it(`${preset.id}: rendezvous`, async () => {
          await shop.use(preset)
          await holder.rendezvous(shop)
          await shop.accept()
        })
        if (preset.oneWay) {
          it(`${preset.id}: one-way`, async () => {
            await shop.use(preset)
            await holder.oneWay(shop, preset.name[language])
            await shop.accept()
            await holder.finish()
          })
        }
      }

      it('shows a decline as a wish and not as a fault of the card', async () => {
        await shop.use(PRESETS[0] as (typeof PRESETS)[0])
        await holder.twoWay(shop, 'decline')
        await shop.verdict('retry', 'declined')
        await shop.press('다음', 'Next')
      })

      describe('without the node', () => {
        before(() => Promise.all([shop.context.setOffline(true), holder.context.setOffline(true)]))
        after(() => Promise.all([shop.context.setOffline(false), holder.context.setOffline(false)]))

        for (const preset of PRESETS) {
          it(`${preset.id}: two-way, by codes alone`, async () => {
            await shop.use(preset)
            await holder.twoWay(shop)
            await shop.accept()
            await holder.finish()
          })
          if (preset.oneWay) {
            it(`${preset.id}: one-way`, async () => {
              await shop.use(preset)
              await holder.oneWay(shop, preset.name[language])
              await shop.accept()
              await holder.finish()
            })
          }
        }
      })
    })
  }
})

/** A person with the wallet. */
class Holder {
  private constructor(
    private readonly phone: HolderPage,
    private readonly walletUrl: string,
  ) {}

  static async open(browser: Browser, node: TestNode, language: Language, size: Size): Promise<Holder> {
    const phone = await HolderPage.open(browser, [new URL(node.url).origin], { language, size, hasPrf: true })
    await addCamera(phone.context)
    phone.page.setDefaultTimeout(60_000)
    return new Holder(phone, node.config.walletUrl)
  }

  get page() {
    return this.phone.page
  }

  get context() {
    return this.phone.context
  }

  async take({ offerUrl, txCode }: { readonly offerUrl: string; readonly txCode: string }): Promise<void> {
    const { phone, page } = this
    await page.goto(`${this.walletUrl}/`)
    await phone.press('신분증 받기', 'Get a card')
    await page.getByRole('textbox').fill(offerUrl)
    await phone.press('링크 열기', 'Open the link')
    await phone.press('다음', 'Next')
    await phone.press('패스키 만들기', 'Make a passkey')
    await page.getByRole('textbox').fill(txCode)
    await phone.press('확인 번호 보내기', 'Send the code')
    await phone.press('패스키로 확인하고 받기', 'Confirm with the passkey and get the card')
    await phone.press('내 신분증으로', 'To my cards')
  }

  async twoWay(shop: Shop, decision: 'share' | 'decline' = 'share'): Promise<void> {
    const { phone, page } = this
    await this.#show('상대방 QR 촬영', 'Scan their code')
    const stop = await see(page, shop.page)
    await page.getByText(phone.words('요청한 곳', 'Who asks')).waitFor()
    await stop()
    await this.#decide(shop, decision)
  }

  async rendezvous(shop: Shop): Promise<void> {
    const { phone, page } = this
    await this.#show('매장 기기에 보여주기', 'Show to a till')
    await page.locator('.qr').waitFor()
    const stop = await see(shop.page, page)
    await page.getByText(phone.words('요청한 곳', 'Who asks')).waitFor()
    await stop()
    await this.#decide(shop, 'share')
  }

  async oneWay(shop: Shop, purpose: string): Promise<void> {
    const { phone, page } = this
    await this.#show('내 QR 보여주기', 'Show my code')
    await page.getByText(purpose, { exact: true }).click()
    await phone.press('패스키로 확인하고 QR 보여주기', 'Confirm with the passkey and show the code')
    await page.locator('.qr').waitFor()
    const stop = await see(shop.page, page)
    await shop.read()
    await stop()
  }

  finish = (): Promise<void> => this.phone.press('마치기', 'Finish')

  close = (): Promise<void> => this.phone.context.close()

  async #show(ko: string, en: string): Promise<void> {
    const { phone, page } = this
    await page
      .getByRole('link', { name: phone.words('신분증', 'Cards'), exact: true })
      .first()
      .click()
    await phone.press('신분확인', 'Show a card')
    await page
      .getByRole('link', { name: phone.words(ko, en) })
      .first()
      .click()
  }

  /** Where there is no network, the answer is a code, which the shop's camera reads. */
  async #decide(shop: Shop, decision: 'share' | 'decline'): Promise<void> {
    const { phone, page } = this
    expect(
      await page.getByText(phone.words('등록 기관', 'Registered'), { exact: true }).count(),
      'registered',
    ).to.equal(1)
    await (decision === 'share' ? phone.press('제출하기', 'Share') : phone.press('거절', 'Decline'))
    const shown = page.locator('.qr')
    const answered = page.getByRole('heading', { name: /(제출|거절)했습니다|Shared|Declined/ })
    await shown.or(answered).first().waitFor()
    if ((await shown.count()) === 0) return
    const stop = await see(shop.page, page)
    await shop.read()
    await stop()
  }
}
