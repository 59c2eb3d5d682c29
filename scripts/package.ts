/**
 * `npm run bundle`: builds `dist/`, which `import … from 'dojang/verifier'` and `'dojang/proof'` load, and prints its size.
 * For Node it contains modules that use Node's cryptography, and for browsers one file each that uses no Node API.
 * `dist/packages/` has the same two as packages of their own, without a dependency (packages/standalone.ts).
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { makeStandalone, type Packed, STANDALONE, type StandaloneName } from './packages/standalone.ts'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')

const ENTRIES = { 'dojang/verifier': 'node/verifier/public.ts', 'dojang/proof': 'node/proof/public.ts' } as const
export type Entry = keyof typeof ENTRIES

export interface Bundle {
  readonly code: string
  readonly bytes: number
  readonly gzip: number
  readonly brotli: number
}

/**
 * @param globalName builds a classic script that sets this global, for environments without modules
 * @throws if the bundle uses a Node API
 */
export async function bundleForBrowser(entry: Entry, globalName?: string): Promise<Bundle> {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, ENTRIES[entry])],
    ...{ bundle: true, minify: true, write: false, platform: 'browser', target: 'es2024' },
    ...(globalName === undefined ? { format: 'esm' } : { format: 'iife', globalName }),
    conditions: ['browser'],
    logLevel: 'silent',
  })
  const bytes = outputFiles[0]?.contents ?? new Uint8Array()
  return {
    code: Buffer.from(bytes).toString('utf8'),
    bytes: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes).length,
  }
}

/** Builds JavaScript modules. The package's dependencies are not bundled. */
async function bundleForNode(entry: Entry): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, ENTRIES[entry])],
    ...{ bundle: true, write: false, format: 'esm', platform: 'node', target: 'node22', packages: 'external' },
    logLevel: 'silent',
  })
  return outputFiles[0]?.text ?? ''
}

/** Rebuilds all of `dist/`. */
export async function makePackage(dist: string): Promise<Record<Entry, Bundle>> {
  rmSync(dist, { recursive: true, force: true })
  mkdirSync(dist, { recursive: true })
  const sizes: Partial<Record<Entry, Bundle>> = {}
  for (const entry of Object.keys(ENTRIES) as Entry[]) {
    const name = entry.replace('dojang/', '')
    const browser = await bundleForBrowser(entry)
    sizes[entry] = browser
    writeFileSync(join(dist, `${name}.js`), await bundleForNode(entry))
    writeFileSync(join(dist, `${name}.browser.js`), browser.code)
  }
  makeTypes(dist)
  return sizes as Record<Entry, Bundle>
}

function makeTypes(dist: string): void {
  const config = join(dist, 'tsconfig.json')
  const compilerOptions = {
    ...{ noEmit: false, declaration: true, emitDeclarationOnly: true },
    ...{ outDir: join(dist, 'types'), rootDir: join(ROOT, 'node') },
    ...{ types: ['node'], typeRoots: [join(ROOT, 'node_modules', '@types')] },
  }
  const files = Object.values(ENTRIES).map(path => join(ROOT, path))
  const settings = { extends: join(ROOT, 'tsconfig.json'), compilerOptions, include: [], files }
  writeFileSync(config, JSON.stringify(settings))
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', config], { encoding: 'utf8' })
  rmSync(config)
  if (status !== 0) throw new Error(`The types could not be built:\n${stdout}`)
}

/** The packages without dependencies, in a folder. `makePackage` wrote the types of `dist` before. */
export async function makeStandalonePackages(dist: string): Promise<Record<StandaloneName, Packed>> {
  const packed: Partial<Record<StandaloneName, Packed>> = {}
  for (const name of Object.keys(STANDALONE) as StandaloneName[]) {
    packed[name] = await makeStandalone(name, join(dist, 'types'), join(dist, 'packages'))
  }
  return packed as Record<StandaloneName, Packed>
}

if (import.meta.main) {
  const kB = (size: number) => `${(size / 1000).toFixed(1)} kB`
  const dist = join(ROOT, 'dist')
  for (const [entry, { bytes, gzip, brotli }] of Object.entries(await makePackage(dist))) {
    console.log(`${entry.padEnd(16)} ${kB(bytes).padStart(9)} minified, ${kB(gzip)} gzip, ${kB(brotli)} brotli`)
  }
  for (const [name, { file, bytes }] of Object.entries(await makeStandalonePackages(dist))) {
    console.log(`${name.padEnd(16)} ${kB(bytes).padStart(9)} packed, ${relative(ROOT, file)}`)
  }
}
