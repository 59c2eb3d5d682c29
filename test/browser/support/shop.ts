/** A device of a shop with the check screen, whose camera sees what a test holds before it. */
import { expect } from 'chai'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { Preset } from '../../../node/verifier/presets/preset.ts'
import { addCamera, see } from './camera.ts'
import { expectUsable, type Language, newContext, newPage, picture, type Size } from './chromium.ts'
import type { Phone } from './phone.ts'

export class Shop {
  private constructor(
    readonly page: Page,
    readonly context: BrowserContext,
    readonly language: Language,
    readonly size: Size,
    /** Whether each screen is checked by axe. */
    private readonly checks: boolean,
  ) {}

  /** @param prepare before the page is opened; @param others origins that it asks too */
  static async open(
    browser: Browser,
    { url }: { readonly url: string },
    language: Language,
    size: Size,
    prepare: (page: Page) => Promise<unknown> = async () => undefined,
    { checks = true, others = [] as readonly string[] } = {},
  ): Promise<Shop> {
    const context = await newContext(browser, language, size)
    await addCamera(context)
    const page = await newPage(context, others)
    // A busy machine takes long to read a code with a photo.
    page.setDefaultTimeout(60_000)
    await prepare(page)
    await page.goto(`${url}/check/`)
    return new Shop(page, context, language, size, checks)
  }

  words = (ko: string, en: string): string => (this.language === 'ko' ? ko : en)

  press = (ko: string, en: string): Promise<void> =>
    this.page.getByRole('button', { name: this.words(ko, en), exact: true }).click()

  choose = ({ purpose }: Preset): Promise<void> => this.page.getByText(purpose[this.language], { exact: true }).click()

  /** As a device of a demo, which needs no code. */
  async register(): Promise<void> {
    await this.page
      .getByRole('link', { name: this.words('이 기기', 'This device') })
      .first()
      .click()
    await this.press('시연용으로 바로 등록', 'Register for the demo')
    await this.seen('device', '등록되었습니다', 'Registered')
    await this.press('돌아가기', 'Back')
  }

  /**
   * The phone shows a message, and the camera sees its screen, until the message was read.
   * @param en the words that appear then; by default the photo or a verdict
   */
  async looksAt(phone: Phone, message: Uint8Array, en?: string, ko?: string): Promise<void> {
    await phone.show(message)
    const look = await see(this.page, phone.page)
    const read = this.page.locator('.verdict, .same-portrait, .notice-warning').first()
    await (en && ko ? this.page.getByText(this.words(ko, en)) : read).waitFor()
    await look()
    await phone.blank()
  }

  /** Chooses the purpose, whatever was chosen before. */
  async use(preset: Preset): Promise<void> {
    const change = this.page.getByRole('button', { name: this.words('용도 바꾸기', 'Change purpose') })
    await change.or(this.page.locator('.purposes')).first().waitFor()
    if ((await change.count()) > 0) await change.click()
    await this.choose(preset)
  }

  /** Waits until the photo or a verdict is shown. */
  read = (): Promise<void> => this.page.locator('.verdict, .same-portrait').first().waitFor()

  /** The photo is of the person, and the verdict is good. */
  async accept(): Promise<void> {
    await this.press('예, 본인입니다', 'Yes, same person')
    await this.verdict('valid')
    await this.press('다음', 'Next')
  }

  async verdict(outcome: string, reason = ''): Promise<void> {
    const shown = this.page.locator('.verdict')
    await shown.waitFor()
    expect([await shown.getAttribute('data-outcome'), await shown.getAttribute('data-reason')]).to.deep.equal([
      outcome,
      reason,
    ])
  }

  async seen(name: string, ko: string, en: string): Promise<void> {
    await this.page.getByText(this.words(ko, en)).first().waitFor()
    if (this.checks) await expectUsable(this.page, `${name}, ${this.language}, ${this.size}`)
    await picture(this.page, `check-${name}-${this.language}-${this.size}`)
  }

  close = (): Promise<void> => this.context.close()
}
