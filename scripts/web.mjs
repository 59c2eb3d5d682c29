// Builds the screens of node/web/ when a source file has changed. Plain JavaScript, because the set-up runs it first.
// `npm run build:web` builds them in any case, prints their sizes, and fails if an app is larger than its budget.
// Why: docs/decisions/123.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const dist = join(root, 'node', 'web', 'dist')
const current = join(dist, 'current.json')

/**
 * Each app has a directory in node/web/ with an index.html. The budget is in bytes, compressed, without fonts and without
 * the reader of QR codes.
 */
export const APPS = {
  counter: { budget: 250_000 },
  wallet: { budget: 250_000 },
  check: { budget: 300_000 },
  demo: { budget: 300_000 },
  ask: { budget: 150_000 },
  kiosk: { budget: 250_000 },
  lock: { budget: 150_000 },
}
/** Whatever the browser code may import. */
const SOURCES = ['node/web', 'node/chip', 'node/credential', 'node/proof', 'node/lib', 'node/verifier']
const ALSO = ['scripts/web.mjs', 'scripts/web-build.mjs', 'scripts/web-vite.mjs', 'package-lock.json']
/** The number of builds to keep, because a running node still serves the files of its own. */
const KEPT = 3

/**
 * Builds the screens if they do not exist yet for these sources.
 * @param node the Node that runs Vite
 * @returns false if they could not be built
 */
export function screens({ node = process.execPath, anew = false } = {}) {
  const directory = stateOf()
  if (!anew && existsSync(current) && JSON.parse(readFileSync(current, 'utf8')).directory === directory) return true
  mkdirSync(dist, { recursive: true })
  const draft = mkdtempSync(join(dist, '.draft-'))
  const script = join(root, 'scripts', 'web-build.mjs')
  const { status } = spawnSync(node, [script, draft, ...Object.keys(APPS)], { cwd: root, stdio: ['ignore', 2, 2] })
  if (status !== 0) {
    rmSync(draft, { recursive: true, force: true })
    return false
  }
  publish(draft, directory)
  return true
}

/** Another process may have built the same meanwhile; the result is the same. */
function publish(draft, directory) {
  const made = join(dist, directory)
  try {
    renameSync(draft, made)
  } catch {
    rmSync(draft, { recursive: true, force: true })
  }
  const record = join(dist, `.current-${process.pid}`)
  writeFileSync(record, `${JSON.stringify({ directory })}\n`)
  renameSync(record, current)
  forgetOld(directory)
}

function forgetOld(directory) {
  const sizes = name => readFileSync(join(dist, name, 'sizes.json'), 'utf8')
  const others = readdirSync(dist).filter(name => /^[0-9a-f]{16}$/.test(name) && name !== directory)
  const newestFirst = others.sort((a, b) => JSON.parse(sizes(b)).builtAt - JSON.parse(sizes(a)).builtAt)
  for (const old of newestFirst.slice(KEPT - 1)) rmSync(join(dist, old), { recursive: true, force: true })
}

/** A hash of the sources' contents. */
function stateOf() {
  const hash = createHash('sha256')
  const files = SOURCES.flatMap(source =>
    readdirSync(join(root, source), { recursive: true, withFileTypes: true })
      .filter(
        entry =>
          entry.isFile() &&
          !entry.parentPath.startsWith(dist) &&
          /\.(tsx?|css|html|json|webmanifest|png|svg|woff2)$/.test(entry.name),
      )
      .map(entry => join(entry.parentPath, entry.name)),
  )
  for (const file of [...files.sort(), ...ALSO.map(name => join(root, name)).filter(existsSync)]) {
    hash.update(`\0${relative(root, file)}\0`).update(readFileSync(file))
  }
  return hash.digest('hex').slice(0, 16)
}

/** Prints the sizes of the current build. */
function printSizes() {
  const { directory } = JSON.parse(readFileSync(current, 'utf8'))
  const { apps } = JSON.parse(readFileSync(join(dist, directory, 'sizes.json'), 'utf8'))
  let fits = true
  for (const [app, { bytes, brotli, fonts, decoder }] of Object.entries(apps)) {
    const { budget } = APPS[app]
    const kB = size => `${(size / 1000).toFixed(1)} kB`
    const verdict = brotli <= budget ? 'within' : 'MORE than'
    console.log(
      `${app}: ${kB(brotli)} compressed (${kB(bytes)} plain), ${verdict} its ${kB(budget)}; fonts ${kB(fonts)}` +
        (decoder > 0 ? `; reader of QR codes ${kB(decoder)}, loaded where the browser has none` : ''),
    )
    if (brotli > budget) fits = false
  }
  return fits
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const begun = performance.now()
  if (!screens({ anew: true })) process.exit(1)
  const fits = printSizes()
  console.log(`built in ${((performance.now() - begun) / 1000).toFixed(1)} s`)
  process.exit(fits ? 0 : 1)
}
