// node scripts/web-build.mjs DIRECTORY APP…: builds these apps of node/web/ with Vite and compresses their files.
// scripts/web.mjs calls it when the sources have changed.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { build } from 'vite'
import { pageConfig, SERVICE_WORKER } from './web-vite.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const web = join(root, 'node', 'web')

/** An app with a manifest can be installed, and opens without a network. */
const isInstallable = app => existsSync(join(web, app, 'public', 'manifest.webmanifest'))

async function buildApp(app, outDir) {
  const directory = join(web, app)
  const page = { index: join(directory, 'index.html') }
  const input = isInstallable(app) ? { ...page, [SERVICE_WORKER]: join(web, 'kit/offline/service-worker.ts') } : page
  const publicDir = existsSync(join(directory, 'public')) ? 'public' : false
  await build(pageConfig({ directory, base: `/${app}/`, outDir, input, publicDir }))
  if (isInstallable(app)) listFiles(outDir)
}

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
