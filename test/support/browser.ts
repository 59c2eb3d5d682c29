/** A global scope with what browsers have and nothing of Node: what needs `Buffer` or `process` fails here. */
import { createContext, runInContext } from 'node:vm'
import { bundleForBrowser, type Entry } from '../../scripts/package.ts'

const SHARED = {
  ...{ TextEncoder, TextDecoder, URL, URLSearchParams, Blob, Response, Headers, Event, EventTarget },
  ...{ AbortSignal, AbortController, DecompressionStream, ReadableStream, structuredClone, queueMicrotask },
  ...{ setTimeout, clearTimeout, setInterval, clearInterval, performance, crypto, atob, btoa },
  // Of this realm: bytes go back and forth.
  ...{ Uint8Array, ArrayBuffer, DataView },
}

/** As browsers have it: bound to the window, and refusing to be anything else's method. */
const STRICT_FETCH = `globalThis.fetch = function (...args) {
  if (this !== undefined && this !== globalThis) throw new TypeError('Illegal invocation')
  return fetcher(...args)
}`

/** The public entry, bundled and evaluated in such a scope. */
export async function loadInBrowser<T>(entry: Entry, fetcher: typeof fetch): Promise<T> {
  const { code } = await bundleForBrowser(entry, 'loaded')
  const scope = createContext({ ...SHARED, fetcher })
  runInContext(STRICT_FETCH, scope)
  runInContext(code, scope)
  return scope.loaded as T
}
