import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'
import type { TestNode } from '../../e2e/support/node.ts'
import { addCamera, see } from './camera.ts'
import type { Language, Size } from './chromium.ts'
import { HolderPage } from './holder-page.ts'
import type { Shop } from './shop.ts'

/**
 * A person with the wallet. The ways of showing return the milliseconds between the moments at which a camera is aimed and
 * those at which what it reads is on the screen; consent and the touch of the passkey are not in them.
 */
export class Holder {
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

  async twoWay(shop: Shop, decision: 'share' | 'decline' = 'share'): Promise<number> {
    const { phone, page } = this
    await this.#show('상대방 QR 촬영', 'Scan their code')
    const asked = await aimed(page, shop.page, () => page.getByText(phone.words('요청한 곳', 'Who asks')).waitFor())
    return asked + (await this.#decide(shop, decision))
  }

  async rendezvous(shop: Shop): Promise<number> {
    const { phone, page } = this
    await this.#show('매장 기기에 보여주기', 'Show to a till')
    await page.locator('.qr').waitFor()
    const asked = await aimed(shop.page, page, () => page.getByText(phone.words('요청한 곳', 'Who asks')).waitFor())
    return asked + (await this.#decide(shop, 'share'))
  }

  async oneWay(shop: Shop, purpose: string): Promise<number> {
    await this.showCode(purpose)
    return aimed(shop.page, this.page, shop.read)
  }

  /** A code that nobody asked for. */
  async showCode(purpose: string): Promise<void> {
    const { phone, page } = this
    await this.#show('내 QR 보여주기', 'Show my code')
    await page.getByText(purpose, { exact: true }).click()
    await phone.press('패스키로 확인하고 QR 보여주기', 'Confirm with the passkey and show the code')
    await page.locator('.qr').waitFor()
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
  async #decide(shop: Shop, decision: 'share' | 'decline'): Promise<number> {
    const { phone, page } = this
    expect(
      await page.getByText(phone.words('등록 기관', 'Registered'), { exact: true }).count(),
      'registered',
    ).to.equal(1)
    await (decision === 'share' ? phone.press('제출하기', 'Share') : phone.press('거절', 'Decline'))
    const shown = page.locator('.qr')
    const answered = page.getByRole('heading', { name: /(제출|거절)했습니다|Shared|Declined/ })
    await shown.or(answered).first().waitFor()
    if ((await shown.count()) > 0) return aimed(shop.page, page, shop.read)
    const begun = performance.now()
    await shop.read()
    return performance.now() - begun
  }
}

/** The milliseconds from the moment at which the viewer's camera is aimed at the other screen until something was read. */
async function aimed(viewer: Page, seen: Page, read: () => Promise<void>): Promise<number> {
  const begun = performance.now()
  const stop = await see(viewer, seen)
  try {
    await read()
    return performance.now() - begun
  } finally {
    await stop()
  }
}
