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
import { DECODER_HEADERS, type PageRights, pageHeaders } from './web-policy.ts'

/** Where `scripts/web.mjs` puts what it builds. `current.json` names the directory of the newest build. */
const BUILDS = join(import.meta.dirname, '..', 'web', 'dist')
const ASSETS = 'assets'
/** The worker that reads QR codes (kit/camera). */
const DECODER = /^assets\/decode-worker-[\w-]+\.js$/
const NAMED = /^(service-worker\.js|manifest\.webmanifest|icons\/[\w-]+\.(png|svg))$/

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  woff2: 'font/woff2',
  svg: 'image/svg+xml',
  png: 'image/png',
  wasm: 'application/wasm',
  webmanifest: 'application/manifest+json',
}

/** To be mounted at `/<app>`. */
export function webRoutes(app: string, rights: PageRights = {}, builds: string = BUILDS): Router {
  const screens = openedOnce(() => openScreens(app, builds))
  const headers = pageHeaders(rights)
  const router = createRouter()
  const send = (path: string, request: Request, response: Response) => {
    sendFile(screens(), path, DECODER.test(path) ? DECODER_HEADERS : headers, request, response)
  }
  const page: RequestHandler = (request, response) => {
    response.set('Cache-Control', 'no-store')
    send('index.html', request, response)
  }
  router.get(`/${ASSETS}/:file`, (request, response, next) => {
    const path = `${ASSETS}/${request.params.file}`
    if (!screens().files.has(path)) return notFound(request, response, next)
    response.set('Cache-Control', 'public, max-age=31536000, immutable')
    send(path, request, response)
  })
  // Express sees the mounted path itself, without its slash, as '/'. A page there would look for its files in a wrong place.
  router.get('/', (request, response, next) => {
    if (request.originalUrl.split('?')[0]?.endsWith('/')) return page(request, response, next)
    response.redirect(308, `/${app}/`)
  })
  // The app decides what is shown at a path below its own. Its paths consist of names and ids.
  router.get('/*path', (request, response, next) => {
    const { path } = request.params as unknown as { readonly path: readonly string[] }
    if (path.every(part => /^[\w-]+$/.test(part))) return page(request, response, next)
    const name = path.join('/')
    if (!screens().named.has(name)) return notFound(request, response, next)
    response.set('Cache-Control', 'no-cache')
    send(name, request, response)
  })
  return router
}

interface Screens {
  readonly directory: string
  /** The paths of all files. Only these are read, whatever a request asks for. */
  readonly files: ReadonlySet<string>
  /** Those that keep their names from build to build: the service worker, the manifest and the icons. */
  readonly named: ReadonlySet<string>
}

/** @throws {ServerError} HTTP_SCREENS_NOT_BUILT */
function openScreens(app: string, builds: string): Screens {
  const current = join(builds, 'current.json')
  if (!existsSync(current)) throw notBuilt()
  const { directory: name } = JSON.parse(readFileSync(current, 'utf8')) as { readonly directory: string }
  const directory = join(builds, name, app)
  // An older version built the others.
  if (!existsSync(directory)) throw notBuilt()
  const entries = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  const files = entries.map(entry => entry.replaceAll('\\', '/'))
  const named = files.filter(file => NAMED.test(file))
  return { directory, files: new Set(files), named: new Set(named) }
}

const notBuilt = () =>
  new ServerError(
    { code: 'HTTP_SCREENS_NOT_BUILT' },
    'The screens of this node are not built. Run `npm run build:web`, then load the page again.',
  )

/** Tries again until it succeeds: after a build the node need not be restarted. */
function openedOnce<T>(open: () => T): () => T {
  let opened: T | undefined
  return () => {
    opened ??= open()
    return opened
  }
}

function sendFile(
  { directory, files }: Screens,
  path: string,
  headers: ReadonlyMap<string, string>,
  request: Request,
  response: Response,
): void {
  response.setHeaders(headers as Map<string, string>)
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
