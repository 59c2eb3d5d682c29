// Bundles node/ into JavaScript when a source file has changed. The bundle starts in a third of the time that it takes
// to read two hundred TypeScript files one by one, and needs less memory. Plain JavaScript, because it runs first.
// Why: docs/decisions/027.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const sources = join(root, 'node')
const require = createRequire(import.meta.url)

/** The number of programs to keep, because a running program still loads modules from its directory. */
const KEPT = 3
/** The module of a worker thread, which is an entry point like main/main.ts. */
const THREAD = /new URL\('(\.{1,2}\/[^']+\.ts)', import\.meta\.url\)/g

/**
 * Builds the program for these sources if it does not exist yet.
 * @returns the path of its first module, or undefined if it cannot be written (a read-only installation)
 */
export async function program(directory = join(root, '.dojang', 'program')) {
  const files = readdirSync(sources, { recursive: true, withFileTypes: true })
    .filter(
      entry => entry.isFile() && /\.(ts|json)$/.test(entry.name) && !entry.parentPath.startsWith(join(sources, 'web')),
    )
    .map(entry => join(entry.parentPath, entry.name))
    .sort()
  const made = join(directory, stateOf(files))
  const main = join(made, 'main.mjs')
  if (existsSync(main)) return main
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    const draft = mkdtempSync(join(directory, '.draft-'))
    await build(files, draft)
    forgetOld(directory)
    // Another process may have built it meanwhile; the result is the same.
    if (existsSync(made)) rmSync(draft, { recursive: true })
    else renameSync(draft, made)
    return existsSync(main) ? main : undefined
  } catch (error) {
    if (process.env.DEBUG) console.error(error)
    return undefined
  }
}

/** A hash that changes with the sources, the installed packages and the directory. */
function stateOf(files) {
  const hash = createHash('sha256').update(root)
  const packages = ['package.json', 'package-lock.json', 'scripts/program.mjs'].map(name => join(root, name))
  for (const file of [...files, ...packages.filter(existsSync)]) {
    const { mtimeMs, size } = statSync(file)
    hash.update(`\0${file}\0${mtimeMs}\0${size}`)
  }
  return hash.digest('hex').slice(0, 24)
}

async function build(files, outdir) {
  const names = new Map([[join(sources, 'main', 'main.ts'), 'main']])
  for (const file of files) {
    for (const [, path] of readFileSync(file, 'utf8').matchAll(THREAD)) {
      const entry = join(dirname(file), path)
      names.set(entry, relative(sources, entry).replace(/\.ts$/, '').split(sep).join('.'))
    }
  }
  await require('esbuild').build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries([...names].map(([file, name]) => [name, file])),
    outdir,
    outExtension: { '.js': '.mjs' },
    ...{ bundle: true, splitting: true, platform: 'node', format: 'esm', target: 'node22', packages: 'external' },
    plugins: [places(names)],
    logLevel: 'silent',
  })
}

/** Rewrites `import.meta.url` to the URL of the source, and URLs of worker threads to the built modules. */
function places(names) {
  const load = ({ path }) => {
    const source = readFileSync(path, 'utf8')
    if (!source.includes('import.meta.')) return undefined
    const contents = source
      .replace(THREAD, (_, thread) => `new URL('./${names.get(join(dirname(path), thread))}.mjs', import.meta.URL)`)
      .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
      .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
      .replaceAll('import.meta.URL', 'import.meta.url')
    return { contents, loader: 'ts' }
  }
  return { name: 'places', setup: build => build.onLoad({ filter: /\.ts$/ }, load) }
}

function forgetOld(directory) {
  const made = readdirSync(directory)
    .map(name => join(directory, name))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)
  for (const old of made.slice(KEPT)) rmSync(old, { recursive: true, force: true })
}
