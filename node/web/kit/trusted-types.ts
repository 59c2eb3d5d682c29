/**
 * The page's only Trusted Types policy. React Aria empties its announcer with `innerHTML = ''`, so the empty string is
 * allowed. Every other text that a script would turn into HTML or code is refused by the browser.
 */
interface TrustedTypes {
  createPolicy(name: 'default', rules: { createHTML(text: string): string | null }): unknown
}

const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
trustedTypes?.createPolicy('default', { createHTML: text => (text === '' ? text : null) })
