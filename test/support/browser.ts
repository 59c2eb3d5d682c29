/** A global scope with the functions of browsers and none of Node, so that code with `Buffer` or `process` fails. */
import { createContext, runInContext } from 'node:vm'
import { bundleForBrowser, type Entry } from '../../scripts/package.ts'

const SHARED = {
  ...{ TextEncoder, TextDecoder, URL, URLSearchParams, Blob, Response, Headers, Event, EventTarget },
  ...{ AbortSignal, AbortController, DecompressionStream, ReadableStream, structuredClone, queueMicrotask },
  ...{ setTimeout, clearTimeout, setInterval, clearInterval, performance, crypto, atob, btoa },
  // The class of this realm, because bytes are passed between both.
  ...{ Uint8Array, ArrayBuffer, DataView },
}

/** Like that of browsers, it fails when it is called as a method of another object. */
const STRICT_FETCH = `globalThis.fetch = function (...args) {
  if (this !== undefined && this !== globalThis) throw new TypeError('Illegal invocation')
  return fetcher(...args)
}`

/** The public entry of the package, bundled and evaluated in this scope. */
export async function loadInBrowser<T>(entry: Entry, fetcher: typeof fetch): Promise<T> {
  const { code } = await bundleForBrowser(entry, 'loaded')
  const scope = createContext({ ...SHARED, fetcher })
  runInContext(STRICT_FETCH, scope)
  runInContext(code, scope)
  return scope.loaded as T
}
