// node scripts/web-build.mjs DIRECTORY APP…: builds these apps of node/web/ with Vite and compresses their files.
// scripts/web.mjs calls it when the sources have changed.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { build } from 'vite'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const web = join(root, 'node', 'web')
const require = createRequire(import.meta.url)

function buildApp(app, outDir) {
  return build({
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
      rolldownOptions: { checks: { pluginTimings: false } },
    },
  })
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
