/** Bundles the package's public entries for browsers, and says how large they are. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build } from 'esbuild'

export interface Bundle {
  readonly name: string
  readonly code: string
  readonly bytes: number
  readonly gzip: number
  readonly brotli: number
}

const ENTRIES = { 'dojang/verifier': 'node/verifier/public.ts', 'dojang/proof': 'node/proof/public.ts' } as const

/** @throws if anything that only Node has got in */
export async function bundle(name: keyof typeof ENTRIES): Promise<Bundle> {
  const { outputFiles } = await build({
    entryPoints: [ENTRIES[name]],
    ...{ bundle: true, minify: true, write: false, format: 'esm', platform: 'browser', target: 'es2024' },
    conditions: ['browser'],
    logLevel: 'silent',
  })
  const bytes = outputFiles[0]?.contents ?? new Uint8Array()
  return {
    name,
    code: Buffer.from(bytes).toString('utf8'),
    bytes: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes).length,
  }
}

/** The bundle as a module, loaded. */
export async function loadBundle<T>({ code }: Bundle): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'dojang-bundle-'))
  try {
    const path = join(directory, 'bundle.mjs')
    writeFileSync(path, code)
    return (await import(path)) as T
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

if (import.meta.main) {
  for (const name of Object.keys(ENTRIES) as (keyof typeof ENTRIES)[]) {
    const { bytes, gzip, brotli } = await bundle(name)
    const kB = (size: number) => `${(size / 1000).toFixed(1)} kB`
    console.log(`${name.padEnd(16)} ${kB(bytes).padStart(9)} minified, ${kB(gzip)} gzip, ${kB(brotli)} brotli`)
  }
}
