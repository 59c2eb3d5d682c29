/**
 * Keeps an app on the device, so that it opens without a network. All files of a build are stored before it is used, and a
 * page is always served from one build. A new build waits until no page uses the old one, or until the person asks for it.
 * scripts/web-build.mjs writes the list of files into it. Answers of other origins and of the node are never stored here.
 */
interface Waiting extends Event {
  waitUntil(work: Promise<unknown>): void
}
interface Fetched extends Waiting {
  readonly request: Request
  respondWith(answer: Promise<Response>): void
}
interface Scope {
  readonly location: Location
  readonly caches: CacheStorage
  readonly clients: { claim(): Promise<void> }
  skipWaiting(): Promise<void>
  addEventListener(type: 'install' | 'activate', listener: (event: Waiting) => void): void
  addEventListener(type: 'fetch', listener: (event: Fetched) => void): void
  addEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void
}
/** Names below the base. `name` identifies the build; `decoder` is for browsers that cannot read QR codes themselves. */
declare const BUILD: { readonly name: string; readonly files: readonly string[]; readonly decoder: readonly string[] }

const scope = globalThis as unknown as Scope
const BASE = new URL('./', scope.location.href)
const ASSETS = `${BASE.pathname}assets/`
const CACHE = `${BASE.pathname} ${BUILD.name}`
/** Fonts, by their hashed names: they are stored when they are first used, and serve every build. */
const LASTING = `${BASE.pathname} fonts`

const at = (name: string) => new URL(name, BASE).href

scope.addEventListener('install', event => event.waitUntil(store()))

async function store(): Promise<void> {
  const files = 'BarcodeDetector' in globalThis ? BUILD.files : [...BUILD.files, ...BUILD.decoder]
  const cache = await scope.caches.open(CACHE)
  // 'reload': what the browser kept of an earlier build must not become a part of this one.
  await cache.addAll(['', ...files].map(name => new Request(at(name), { cache: 'reload' })))
}

scope.addEventListener('activate', event => event.waitUntil(forgetOthers().then(() => scope.clients.claim())))

async function forgetOthers(): Promise<void> {
  const names = (await scope.caches.keys()).filter(name => name.startsWith(`${BASE.pathname} `))
  await Promise.all(names.filter(name => name !== CACHE && name !== LASTING).map(name => scope.caches.delete(name)))
}

// Sent by kit/offline/updates.tsx when the person asks for the new build.
scope.addEventListener('message', event => {
  if (event.data === 'use-new-build') void scope.skipWaiting()
})

scope.addEventListener('fetch', event => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== BASE.origin || !url.pathname.startsWith(BASE.pathname)) return
  if (request.mode === 'navigate') return event.respondWith(stored(at(''), request))
  if (url.pathname.startsWith(ASSETS)) return event.respondWith(stored(url.href, request))
})

async function stored(address: string, request: Request): Promise<Response> {
  const cache = await scope.caches.open(CACHE)
  const lasting = await scope.caches.open(LASTING)
  const found = (await cache.match(address)) ?? (await lasting.match(address))
  if (found) return found
  const answer = await fetch(request)
  if (answer.ok && address.endsWith('.woff2')) await lasting.put(address, answer.clone())
  return answer
}
