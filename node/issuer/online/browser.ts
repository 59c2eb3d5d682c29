/** What the pages of the online application need of a browser's request, and the cookie that ties a visit to the browser. */
import { COOKIE } from './visits.ts'

export interface Browser {
  /** The value of the cookie; null without one. */
  readonly cookie: string | null
  /** False if the browser says that a page of another origin sent the request. */
  readonly isOwnPage: boolean
}

/** For a request that comes from no browser. */
export const NO_BROWSER: Browser = { cookie: null, isOwnPage: false }

/** Seconds. A sign-in and a visit are shorter; the node decides when they end. */
const MAX_AGE = 20 * 60

/**
 * With https the name has the prefix `__Host-` (RFC 6265bis §4.1.3.2), so no other host can set it. Lax, since the browser
 * comes back from the provider's site.
 */
export class BrowserCookie {
  readonly #name: string
  readonly #attributes: string

  constructor(publicUrl: string) {
    const isSecure = publicUrl.startsWith('https:')
    this.#name = isSecure ? '__Host-dojang-apply' : 'dojang-apply'
    this.#attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`
  }

  set(value: string): Readonly<Record<string, string>> {
    return { 'Set-Cookie': `${this.#name}=${value}; ${this.#attributes}; Max-Age=${MAX_AGE}` }
  }

  end(): Readonly<Record<string, string>> {
    return { 'Set-Cookie': `${this.#name}=; ${this.#attributes}; Max-Age=0` }
  }

  /** @param headers `Cookie` and `Sec-Fetch-Site` of the request */
  read(headers: { readonly cookie: string | undefined; readonly fetchSite: string | undefined }): Browser {
    const values = (headers.cookie ?? '')
      .split(';')
      .map(pair => pair.trim())
      .filter(pair => pair.startsWith(`${this.#name}=`))
      .map(pair => pair.slice(this.#name.length + 1))
    const [value = ''] = values
    // Two cookies of one name: somebody else set one of them.
    const cookie = values.length === 1 && COOKIE.test(value) ? value : null
    return { cookie, isOwnPage: headers.fetchSite === undefined || OWN.has(headers.fetchSite) }
  }
}

/** Of `Sec-Fetch-Site`. The Origin is no help: browsers send `null` from a page that sends no referrer. */
const OWN: ReadonlySet<string> = new Set(['same-origin', 'none'])
