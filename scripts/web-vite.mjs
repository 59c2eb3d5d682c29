// How Vite builds a page of node/web/. Also for pages of tests.
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, isAbsolute, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'

const web = join(dirname(fileURLToPath(import.meta.url)), '..', 'node', 'web')
const require = createRequire(import.meta.url)

/** The name of the entry that becomes `service-worker.js`. */
export const SERVICE_WORKER = 'service-worker'

/**
 * @param input the entries by name: the page, and perhaps the service worker
 * @param publicDir of files that keep their names, such as the manifest; false if there are none
 */
export function pageConfig({ directory, base, outDir, input, publicDir = false }) {
  return {
    configFile: false,
    root: directory,
    base,
    logLevel: 'warn',
    plugins: [react(), krdsTokens(), twoLanguages(), browserRoomsOnly()],
    worker: { format: 'es' },
    publicDir,
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      // A data: URL in a stylesheet would need an exception in the Content-Security-Policy; so would Vite's polyfill.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      chunkSizeWarningLimit: 1000,
      rolldownOptions: {
        input,
        // A service worker is found, and updated, by its name.
        output: { entryFileNames: ({ name }) => (name === SERVICE_WORKER ? '[name].js' : 'assets/[name]-[hash].js') },
        checks: { pluginTimings: false },
      },
    },
  }
}

/** The rooms of node/ whose code a browser may get. */
const ROOMS = ['web', 'verifier', 'credential', 'proof', 'lib']
/** Of the room chip, what the kiosk needs: the calls of the reader program, the challenge, and the portrait. */
const OF_CHIP =
  /^chip\/(?:document\/(?:challenge|der|face|portrait)|errors|image|reader\/desk-(?:api|client)|session-code|tlv)\.ts$/

/**
 * Fails the build if the bundle contains code of another room, such as the issuer's, or of Node: also by way of a room that
 * is allowed, which test/layout.test.ts cannot see.
 */
function browserRoomsOnly() {
  const node = join(web, '..')
  const isForeign = id => {
    if (/^node:|__vite-browser-external/.test(id)) return true
    const path = relative(node, id).split(sep)
    if (path[0] === '..' || isAbsolute(relative(node, id))) return false
    return !ROOMS.includes(path[0]) && !OF_CHIP.test(path.join('/'))
  }
  const generateBundle = (_options, bundle) => {
    const chunks = Object.values(bundle).filter(({ type }) => type === 'chunk')
    const foreign = chunks.flatMap(({ moduleIds }) => moduleIds.map(id => id.split('?')[0])).filter(isForeign)
    if (foreign.length > 0) throw new Error(`no browser may get this code: ${foreign.join(', ')}`)
  }
  return { name: 'browser-rooms-only', generateBundle }
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
