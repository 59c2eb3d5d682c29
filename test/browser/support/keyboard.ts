/** A person who has no mouse: reaches everything with the tabulator key, the arrows, the space bar and Enter. */
import { expect } from 'chai'
import type { Page } from 'playwright-core'

/** More than the stops of any page of the counter. */
const STOPS = 60

export class Keyboard {
  constructor(private readonly page: Page) {}

  type = (text: string): Promise<void> => this.page.keyboard.type(text)
  enter = (): Promise<void> => this.page.keyboard.press('Enter')

  /** Presses the button or link with this name. */
  async press(name: string): Promise<void> {
    await this.#reach(['button', 'link'], name)
    await this.enter()
  }

  async fill(label: string, text: string): Promise<void> {
    await this.#reach(['textbox'], label)
    await this.type(text)
  }

  async tick(label: string): Promise<void> {
    await this.#reach(['checkbox'], label)
    await this.page.keyboard.press('Space')
  }

  /** A group of choices is one stop; the arrows choose within it. */
  async choose(group: string, option: string): Promise<void> {
    await this.#tabTo(`a choice of ${group}`, async () => {
      const { role, group: name } = await this.#focus()
      return role === 'radio' && name === group
    })
    const page = this.page
    await page.keyboard.press('Space')
    for (let i = 0; i < STOPS && (await this.#focus()).name !== option; i++) await page.keyboard.press('ArrowDown')
    expect((await this.#focus()).name).to.equal(option)
  }

  async focusIsOn(name: string): Promise<void> {
    await this.page.waitForFunction(
      wanted => (document.activeElement as HTMLInputElement).labels?.[0]?.textContent === wanted,
      name,
      { timeout: 10_000 },
    )
  }

  #reach(roles: readonly string[], name: string): Promise<void> {
    return this.#tabTo(name, async () => {
      const focus = await this.#focus()
      return focus.name === name && roles.includes(focus.role)
    })
  }

  /** Waits until something like that exists, by going round. */
  async #tabTo(what: string, isThere: () => Promise<boolean>): Promise<void> {
    const seen: string[] = []
    const end = Date.now() + 30_000
    while (Date.now() < end) {
      for (let i = 0; i < STOPS; i++) {
        if (await isThere()) return await this.#expectVisible(what)
        seen.push((await this.#focus()).name)
        await this.page.keyboard.press('Tab')
      }
    }
    throw new Error(`the tabulator key does not lead to "${what}": ${[...new Set(seen)].join(' · ')}`)
  }

  /** The element that has the focus is drawn with an outline, or is a choice whose frame is. */
  async #expectVisible(what: string): Promise<void> {
    const outlined = await this.page.evaluate(() => {
      const focused = document.activeElement
      const shown = focused?.closest('label') ?? focused
      return (
        shown !== null &&
        [shown, ...shown.querySelectorAll('*')].some(
          one => getComputedStyle(one).outlineStyle !== 'none' || getComputedStyle(one).boxShadow !== 'none',
        )
      )
    })
    expect(outlined, `the focus on "${what}" is visible`).to.equal(true)
  }

  /** No function has a name in here: the compiler would add a helper that the page does not have. */
  #focus(): Promise<{ readonly role: string; readonly name: string; readonly group: string }> {
    return this.page.evaluate(() => {
      const focused = document.activeElement
      if (focused === null) return { role: '', name: '', group: '' }
      const groupId = focused.closest('[role=radiogroup]')?.getAttribute('aria-labelledby')?.split(' ')[0] ?? ''
      const group = document.getElementById(groupId)?.textContent?.trim() ?? ''
      const type = focused.getAttribute('type') ?? ''
      if (['radio', 'checkbox'].includes(type)) {
        const words = focused.closest('label')?.querySelector('.choice-label')?.textContent ?? ''
        return { role: type, name: words.trim(), group }
      }
      const tag = focused.tagName
      const role = tag === 'BUTTON' ? 'button' : tag === 'A' ? 'link' : /^(INPUT|TEXTAREA)$/.test(tag) ? 'textbox' : ''
      const name =
        focused.getAttribute('aria-label') ??
        (role === 'textbox' ? (focused as HTMLInputElement).labels?.[0]?.textContent : focused.textContent?.trim())
      return { role, name: name ?? '', group: '' }
    })
  }
}
