/**
 * A person at plain pages: keeps cookies as a browser does (by host name, not by port), follows redirects between sites, and
 * sends forms with what they contain.
 */
import { WalletRefusal } from '../wallet/keys.ts'

export interface Page {
  readonly url: string
  readonly status: number
  readonly html: string
}

export class PageBrowser {
  readonly #cookies = new Map<string, Map<string, string>>()
  #page: Page = { url: 'about:blank', status: 0, html: '' }

  get page(): Page {
    return this.#page
  }

  cookieOf(url: string, name: string): string | undefined {
    return this.#cookies.get(new URL(url).hostname)?.get(name)
  }

  setCookie(url: string, name: string, value: string): void {
    this.#jar(url).set(name, value)
  }

  open(url: string): Promise<Page> {
    return this.#load(url, { method: 'GET' })
  }

  /**
   * Sends the page's form with all its hidden members and these.
   * @param headers such as those that a browser adds
   */
  submit(members: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}): Promise<Page> {
    const { url, html } = this.#page
    const form = /<form method="post"(?: action="([^"]*)")?/.exec(html)
    if (!form) throw new WalletRefusal(`the page has no form: ${textOf(html).slice(0, 300)}`)
    const hidden = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)]
    const body = new URLSearchParams(hidden.map(([, name = '', value = '']) => [name, unescaped(value)]))
    for (const [name, value] of Object.entries(members)) body.set(name, value)
    const site = { 'sec-fetch-site': 'same-origin', ...headers }
    return this.#load(new URL(form[1] ?? '', url).href, { method: 'POST', body, headers: site })
  }

  /** @returns the page, or, where the browser is sent to an app, a page of status 0 with the app's URL */
  async #load(url: string, init: RequestInit): Promise<Page> {
    let [target, request] = [url, init]
    for (let hops = 0; hops < 20; hops++) {
      if (!/^https?:/.test(target)) return this.#at({ url: target, status: 0, html: '' })
      const headers = { ...(request.headers as Record<string, string>), cookie: this.#cookieHeader(target) }
      const response = await fetch(target, { ...request, headers, redirect: 'manual' })
      this.#keep(target, response.headers.getSetCookie())
      const location = response.headers.get('location')
      if (location === null) return this.#at({ url: target, status: response.status, html: await response.text() })
      await response.body?.cancel()
      target = new URL(location, target).href
      request = { method: 'GET' }
    }
    throw new WalletRefusal('too many redirects')
  }

  #at(page: Page): Page {
    this.#page = page
    return page
  }

  #jar(url: string): Map<string, string> {
    const { hostname } = new URL(url)
    const jar = this.#cookies.get(hostname) ?? new Map<string, string>()
    this.#cookies.set(hostname, jar)
    return jar
  }

  #cookieHeader(url: string): string {
    return [...this.#jar(url)].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  #keep(url: string, set: readonly string[]): void {
    const jar = this.#jar(url)
    for (const line of set) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '' || /max-age=0|expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(name)
      else jar.set(name, value)
    }
  }
}

export const textOf = (html: string): string =>
  html
    .replace(/<style>.*?<\/style>/gs, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')

const unescaped = (text: string): string =>
  text
    .replace(/&amp;/g, '&')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
