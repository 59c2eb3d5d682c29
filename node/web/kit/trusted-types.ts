/**
 * The page's only Trusted Types policy. React Aria empties its announcer with `innerHTML = ''`, so the empty string is
 * allowed. A script may run as a worker if it is one of the app's own files. Every other text that a script would turn
 * into HTML or code is refused by the browser.
 */
interface Rules {
  createHTML(text: string): string | null
  createScriptURL(url: string): string | null
}
interface TrustedTypes {
  createPolicy(name: 'default', rules: Rules): unknown
}

const BASE = import.meta.env.BASE_URL
const OWN = [/^assets\/[\w.-]+\.js$/, /^service-worker\.js$/]

function isOwn(url: string): boolean {
  const { origin, pathname, search } = new URL(url, location.href)
  if (origin !== location.origin || search !== '' || !pathname.startsWith(BASE)) return false
  return OWN.some(pattern => pattern.test(pathname.slice(BASE.length)))
}

const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
trustedTypes?.createPolicy('default', {
  createHTML: text => (text === '' ? text : null),
  createScriptURL: url => (isOwn(url) ? url : null),
})
