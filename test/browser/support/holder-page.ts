import type { Browser, BrowserContext, Page } from 'playwright-core'
import {
  addPasskeys,
  expectUsable,
  type Language,
  newContext,
  newPage,
  type Passkeys,
  picture,
  type Size,
} from './chromium.ts'

export interface HolderOptions {
  readonly language: Language
  readonly size: Size
  readonly hasPrf: boolean
}

/** A browser with a wallet. */
export class HolderPage {
  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    readonly passkeys: Passkeys,
    private readonly options: HolderOptions,
  ) {}

  /** @param origins of the issuers and verifiers that the wallet asks */
  static async open(browser: Browser, origins: readonly string[], options: HolderOptions): Promise<HolderPage> {
    const context = await newContext(browser, options.language, options.size)
    const page = await newPage(context, origins)
    const passkeys = await addPasskeys(page, options.hasPrf)
    page.setDefaultTimeout(15_000)
    return new HolderPage(context, page, passkeys, options)
  }

  words(ko: string, en: string): string {
    return this.options.language === 'ko' ? ko : en
  }

  press(ko: string, en: string): Promise<void> {
    return this.page.getByRole('button', { name: this.words(ko, en), exact: true }).click()
  }

  /** Waits for these words, and looks at the screen. */
  async seen(name: string, ko: string, en: string): Promise<void> {
    await this.page.getByText(this.words(ko, en)).first().waitFor()
    await expectUsable(this.page, name)
    await picture(this.page, `wallet-real-${name}-${this.options.language}-${this.options.size}`)
  }
}
