/**
 * One person with one browser, who follows the guide of a demo: with no camera, and with nothing that the screens do not
 * say. A window that the guide opens is a new page, to which the passkeys of its origin are carried over.
 */
import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { TestNode } from '../../e2e/support/node.ts'
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

export class Player {
  /** By origin: those of its newest window. */
  readonly #passkeys = new Map<string, { readonly page: Page; readonly passkeys: Passkeys }>()

  private constructor(
    readonly guide: Page,
    private readonly context: BrowserContext,
    private readonly language: Language,
    private readonly size: Size,
  ) {}

  static async open(browser: Browser, node: TestNode, language: Language, size: Size): Promise<Player> {
    const context = await newContext(browser, language, size)
    const guide = await newPage(context)
    guide.setDefaultTimeout(30_000)
    await guide.goto(`${node.url}/`)
    return new Player(guide, context, language, size)
  }

  words = (ko: string, en: string): string => (this.language === 'ko' ? ko : en)

  press = (page: Page, ko: string, en: string): Promise<void> =>
    page
      .getByRole('button', { name: this.words(ko, en), exact: true })
      .first()
      .click()

  choose = (page: Page, ko: string, en: string): Promise<void> =>
    page.getByText(this.words(ko, en), { exact: true }).first().click()

  follow = (page: Page, ko: string, en: string): Promise<void> =>
    page
      .getByRole('link', { name: this.words(ko, en) })
      .first()
      .click()

  /** Presses a link, and returns the window that it opened. */
  async opened(from: Page, ko: string, en: string): Promise<Page> {
    const opening = this.context.waitForEvent('page')
    await this.follow(from, ko, en)
    const page = await opening
    page.setDefaultTimeout(30_000)
    page.on('pageerror', error => {
      throw error
    })
    await page.waitForURL(/^http/)
    const { origin } = new URL(page.url())
    const passkeys = await addPasskeys(page)
    const before = this.#passkeys.get(origin)
    if (before && !before.page.isClosed()) await passkeys.use(await before.passkeys.all())
    this.#passkeys.set(origin, { page, passkeys })
    return page
  }

  /** Waits until the guide shows this step. */
  async step(name: string, ko: string, en: string): Promise<void> {
    await this.guide.getByRole('heading', { level: 2, name: this.words(ko, en) }).waitFor()
    await this.seen(this.guide, name)
  }

  /** Checks the screen, and keeps a picture of it if that is wanted. */
  async seen(page: Page, name: string): Promise<void> {
    await expectUsable(page, `${name}, ${this.language}, ${this.size}`)
    await picture(page, `story-${name}-${this.language}-${this.size}`)
  }

  close = (): Promise<void> => this.context.close()
}
