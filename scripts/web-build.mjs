// node scripts/web-build.mjs DIRECTORY APP…: builds these apps of node/web/ with Vite and compresses their files.
// scripts/web.mjs calls it when the sources have changed.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { build } from 'vite'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const web = join(root, 'node', 'web')
const require = createRequire(import.meta.url)

/** An app with a manifest can be installed, and opens without a network. */
const isInstallable = app => existsSync(join(web, app, 'public', 'manifest.webmanifest'))

async function buildApp(app, outDir) {
  const page = { index: join(web, app, 'index.html') }
  const input = isInstallable(app) ? { ...page, [SERVICE_WORKER]: join(web, 'kit/offline/service-worker.ts') } : page
  await build({
    configFile: false,
    root: join(web, app),
    base: `/${app}/`,
    logLevel: 'warn',
    plugins: [react(), krdsTokens(), twoLanguages()],
    worker: { format: 'es' },
    // Files that keep their names, such as the manifest.
    publicDir: existsSync(join(web, app, 'public')) ? 'public' : false,
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      // A data: URL in a stylesheet would need an exception in the Content-Security-Policy; so would Vite's polyfill.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      rolldownOptions: {
        input,
        // A service worker is found, and updated, by its name.
        output: { entryFileNames: ({ name }) => (name === SERVICE_WORKER ? '[name].js' : 'assets/[name]-[hash].js') },
        checks: { pluginTimings: false },
      },
    },
  })
  if (isInstallable(app)) listFiles(outDir)
}

const SERVICE_WORKER = 'service-worker'

/** Writes into the service worker which files it keeps. Fonts are 100 files, of which a device needs few. */
function listFiles(directory) {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  const names = entries.map(({ parentPath, name }) => relative(directory, join(parentPath, name))).sort()
  const kept = names.filter(name => !/\.woff2$|^index\.html$|^service-worker\.js$/.test(name))
  const hash = createHash('sha256')
  for (const name of [...kept, 'index.html']) hash.update(`\0${name}\0`).update(readFileSync(join(directory, name)))
  const [decoder, files] = [kept.filter(name => DECODER.test(name)), kept.filter(name => !DECODER.test(name))]
  const path = join(directory, `${SERVICE_WORKER}.js`)
  const script = readFileSync(path, 'utf8')
  const list = JSON.stringify({ name: hash.update(script).digest('hex').slice(0, 16), files, decoder })
  const listed = `const BUILD=${list};${script}`
  if (/\b(import|export)\b/.test(script)) throw new Error('the service worker must be one file')
  writeFileSync(path, listed)
}

/**
 * The stylesheet `virtual:krds.css`: of KRDS's design tokens, those that our stylesheets use. A token that KRDS does not
 * have fails the build.
 */
function krdsTokens() {
  const id = 'virtual:krds.css'
  const used = () => {
    const files = readdirSync(web, { recursive: true, encoding: 'utf8' })
    const ours = files.filter(name => name.endsWith('.css') && !/^(dist|fonts)/.test(name))
    return new Set(ours.flatMap(name => namesIn(readFileSync(join(web, name), 'utf8'))))
  }
  const load = name => {
    if (name !== `\0${id}`) return undefined
    const values = tokens()
    const wanted = used()
    // A set grows while it is read, so the tokens that a token refers to follow.
    for (const token of wanted) {
      const value = values.get(token)
      if (value === undefined) throw new Error(`KRDS has no token ${token}`)
      for (const further of namesIn(value)) wanted.add(further)
    }
    return `:root{${[...wanted].map(token => `${token}:${values.get(token)}`).join(';')}}`
  }
  return { name: 'krds-tokens', resolveId: name => (name === id ? `\0${id}` : undefined), load }
}

const namesIn = css => [...css.matchAll(/var\((--krds-[\w-]+)/g)].map(([, name]) => name)

function tokens() {
  const path = join(dirname(require.resolve('krds-uiux/package.json')), 'resources/css/token/krds_tokens.css')
  const lines = readFileSync(path, 'utf8').matchAll(/^\s*(--krds-[\w-]+):\s*([^;]+);/gm)
  return new Map([...lines].map(([, name, value]) => [name, value]))
}

/** React Aria has its own texts in thirty languages. Ours are two. */
function twoLanguages() {
  const text = /\/(react-aria|react-stately|react-aria-components)\/.*\/intl\/.*?([a-z]{2}-[A-Z]{2})\.m?js$/
  const load = id => {
    const language = text.exec(id)?.[2]
    return language && language !== 'ko-KR' && language !== 'en-US' ? 'export default {}' : undefined
  }
  return { name: 'two-languages', enforce: 'pre', load }
}

/** The worker that reads QR codes, and its WebAssembly, which is loaded only where the browser has no reader. */
const DECODER = /(?:^|\/)(?:decode-worker|zxing|reader)[\w.-]*$/

/** Writes each text file in two compressed forms beside it. */
async function compress(directory) {
  const size = { bytes: 0, brotli: 0, fonts: 0, decoder: 0 }
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  await Promise.all(
    files.map(async entry => {
      const path = join(entry.parentPath, entry.name)
      if (entry.name.endsWith('.woff2')) {
        size.fonts += statSync(path).size
        return
      }
      // Icons are loaded when the app is installed.
      if (entry.name.endsWith('.png')) return
      const plain = readFileSync(path)
      const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length }
      const small = await promisify(brotliCompress)(plain, { params })
      writeFileSync(`${path}.br`, small)
      writeFileSync(`${path}.gz`, await promisify(gzip)(plain, { level: 9 }))
      if (DECODER.test(entry.name)) {
        size.decoder += small.length
        return
      }
      size.bytes += plain.length
      size.brotli += small.length
    }),
  )
  return size
}

const [out, ...apps] = process.argv.slice(2)
const sizes = {}
for (const app of apps) {
  await buildApp(app, join(out, app))
  sizes[app] = await compress(join(out, app))
}
writeFileSync(join(out, 'sizes.json'), `${JSON.stringify({ builtAt: Date.now(), apps: sizes })}\n`)
