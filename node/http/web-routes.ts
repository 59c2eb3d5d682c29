/**
 * Serves the apps of node/web/ that `npm run build:web` built: to each its page at `/<app>/` and at every path below it, and
 * its files, whose names contain a hash of their contents.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Request, RequestHandler, Response, Router } from 'express'
import { ServerError } from './errors.ts'
import { notFound } from './problem.ts'
import { createRouter } from './router.ts'

/** Where `scripts/web.mjs` puts what it builds. `current.json` names the directory of the newest build. */
const BUILDS = join(import.meta.dirname, '..', 'web', 'dist')
const ASSETS = 'assets'

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  woff2: 'font/woff2',
  svg: 'image/svg+xml',
  wasm: 'application/wasm',
}

/**
 * A page runs scripts and styles of its own origin only, calls only its own origin, and cannot be framed. A script cannot
 * turn text into HTML or code, except as the policy of node/web/kit/trusted-types.ts allows. Why: docs/decisions/124.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types default',
].join('; ')

/**
 * A worker has the policy of its own file. Only the worker that reads QR codes may compile WebAssembly; it handles nothing
 * but the camera's pictures.
 */
const DECODER = /^decode-worker-[\w-]+\.js$/
const DECODER_POLICY = ["default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "connect-src 'self'"].join('; ')

const NOT_ALLOWED = ['camera', 'microphone', 'geolocation', 'payment', 'usb', 'serial', 'bluetooth', 'hid', 'midi']
const PERMISSIONS = [
  ...NOT_ALLOWED.map(feature => `${feature}=()`),
  'publickey-credentials-get=(self)',
  'publickey-credentials-create=(self)',
].join(', ')

const HEADERS = new Map([
  ['Permissions-Policy', PERMISSIONS],
  ['Referrer-Policy', 'no-referrer'],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['X-Content-Type-Options', 'nosniff'],
])

/** To be mounted at `/<app>`. */
export function webRoutes(app: string, builds: string = BUILDS): Router {
  const screens = openedOnce(() => openScreens(app, builds))
  const router = createRouter()
  const page: RequestHandler = (request, response) => {
    response.set('Cache-Control', 'no-store')
    send(screens(), 'index.html', request, response)
  }
  router.get(`/${ASSETS}/:file`, (request, response, next) => {
    const path = `${ASSETS}/${request.params.file}`
    if (!screens().files.has(path)) return notFound(request, response, next)
    response.set('Cache-Control', 'public, max-age=31536000, immutable')
    const policy = DECODER.test(request.params.file) ? DECODER_POLICY : POLICY
    send(screens(), path, request, response, policy)
  })
  // Express sees the mounted path itself, without its slash, as '/'. A page there would look for its files in a wrong place.
  router.get('/', (request, response, next) => {
    if (request.originalUrl.split('?')[0]?.endsWith('/')) return page(request, response, next)
    response.redirect(308, `/${app}/`)
  })
  // The app decides what is shown at a path below its own. Its paths consist of names and ids.
  router.get('/*path', (request, response, next) => {
    const { path } = request.params as unknown as { readonly path: readonly string[] }
    return path.every(part => /^[\w-]+$/.test(part)) ? page(request, response, next) : notFound(request, response, next)
  })
  return router
}

interface Screens {
  readonly directory: string
  /** The paths of all files. Only these are read, whatever a request asks for. */
  readonly files: ReadonlySet<string>
}

/** @throws {ServerError} HTTP_SCREENS_NOT_BUILT */
function openScreens(app: string, builds: string): Screens {
  const current = join(builds, 'current.json')
  if (!existsSync(current)) {
    throw new ServerError(
      { code: 'HTTP_SCREENS_NOT_BUILT' },
      'The screens of this node are not built. Run `npm run build:web`, then load the page again.',
    )
  }
  const { directory: name } = JSON.parse(readFileSync(current, 'utf8')) as { readonly directory: string }
  const directory = join(builds, name, app)
  const entries = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  return { directory, files: new Set(entries.map(entry => entry.replaceAll('\\', '/'))) }
}

/** Tries again until it succeeds: after a build the node need not be restarted. */
function openedOnce<T>(open: () => T): () => T {
  let opened: T | undefined
  return () => {
    opened ??= open()
    return opened
  }
}

function send(
  { directory, files }: Screens,
  path: string,
  request: Request,
  response: Response,
  policy: string = POLICY,
): void {
  response.setHeaders(HEADERS)
  response.set('Content-Security-Policy', policy)
  response.type(TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream')
  const encoding = (['br', 'gzip'] as const).find(
    each => files.has(`${path}.${SUFFIX[each]}`) && request.acceptsEncodings(each) === each,
  )
  response.vary('Accept-Encoding')
  if (encoding) response.set('Content-Encoding', encoding)
  const file = encoding ? `${path}.${SUFFIX[encoding]}` : path
  response.sendFile(file, {
    root: directory,
    cacheControl: false,
    etag: false,
    lastModified: false,
    acceptRanges: false,
  })
}

const SUFFIX = { br: 'br', gzip: 'gz' } as const
