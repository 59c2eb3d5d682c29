/**
 * The packages `dojang-verifier` and `dojang-proof`: what a shop installs to check cards. Each has no dependency, and one
 * module that runs in Node, in browsers and in workers. The module has no comments and no indentation, but keeps its names,
 * so that stack traces can be read. Why: docs/decisions/160.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { build } from 'esbuild'

const ROOT = join(import.meta.dirname, '..', '..')

export const STANDALONE = {
  'dojang-verifier': {
    entry: 'verifier/public',
    description:
      'Checks mobile ID cards of Dojang against their ledger: from a presentation to a verdict with its reason',
  },
  'dojang-proof': {
    entry: 'proof/public',
    description: 'The light client of a Dojang ledger: checks seals, headers, state proofs and ledger profiles',
  },
} as const
export type StandaloneName = keyof typeof STANDALONE

/** The first Node 20 that can `require` a module. */
const ENGINES = { node: '>=20.19' }

export interface Packed {
  /** The path of the `.tgz`. */
  readonly file: string
  /** Its bytes, as they are downloaded. */
  readonly bytes: number
}

/**
 * Builds one package as a folder and packs it. The same sources give the same bytes.
 * @param types where `tsc` wrote the declarations of `node/`
 * @param packages the folder of the packages; replaced only in part
 */
export async function makeStandalone(name: StandaloneName, types: string, packages: string): Promise<Packed> {
  const { entry, description } = STANDALONE[name]
  const folder = join(packages, name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const { version, license } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<string, string>
  const { code, libraries } = await bundle(entry)
  writeFileSync(join(folder, 'index.js'), code)
  copyTypes(`${entry}.d.ts`, types, join(folder, 'types'))
  copyFileSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'))
  writeFileSync(join(folder, 'THIRD-PARTY-LICENSES'), licensesOf(libraries))
  copyFileSync(join(import.meta.dirname, `${name}.md`), join(folder, 'README.md'))
  const manifest = {
    ...{ name, version, description, license, type: 'module', sideEffects: false, engines: ENGINES },
    exports: { '.': { types: `./types/${entry}.d.ts`, default: './index.js' }, './package.json': './package.json' },
    files: ['index.js', 'types', 'THIRD-PARTY-LICENSES'],
  }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  return pack(folder, packages)
}

async function bundle(entry: string): Promise<{ code: string; libraries: ReadonlySet<string> }> {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(ROOT, 'node', `${entry}.ts`)],
    ...{ bundle: true, write: false, metafile: true, format: 'esm', target: 'es2023', charset: 'utf8' },
    ...{ minifyWhitespace: true, minifySyntax: true, lineLimit: 400 },
    // Neither Node nor a browser: an import that only one of them has fails the build.
    ...{ platform: 'neutral', mainFields: ['module', 'main'], conditions: ['standalone'] },
    ...{ absWorkingDir: ROOT, legalComments: 'none', logLevel: 'silent' },
  })
  const libraries = new Set<string>()
  for (const path of Object.keys(metafile.inputs)) {
    const library = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]
    if (library !== undefined) libraries.add(library)
  }
  return { code: outputFiles[0]?.text ?? '', libraries }
}

/** The licences of the bundled libraries require that their text goes with every copy. */
function licensesOf(libraries: ReadonlySet<string>): string {
  const texts = [...libraries].sort().map(library => {
    const folder = join(ROOT, 'node_modules', library)
    const file = readdirSync(folder).find(name => /^licen[cs]e/i.test(name))
    if (file === undefined) throw new Error(`${library} has no file with its licence. Bundle another library.`)
    return `${library}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`
  })
  return texts.join(`\n${'-'.repeat(80)}\n\n`)
}

const IMPORT = /(\bfrom |\bimport\()(['"])([^'"]+)\2/g

/**
 * Copies a declaration and all that it names.
 * @throws if a declaration names another package, which whoever installs this one does not have
 */
function copyTypes(entry: string, from: string, to: string): void {
  const copied = new Set<string>()
  const copy = (path: string): void => {
    if (copied.has(path)) return
    copied.add(path)
    const text = readFileSync(join(from, path), 'utf8').replace(IMPORT, (_, word, quote, specifier: string) => {
      if (!specifier.startsWith('.')) throw new Error(`The types of ${path} need the package ${specifier}.`)
      const target = relative(from, join(from, dirname(path), specifier)).replace(/\.ts$/, '.d.ts')
      if (!existsSync(join(from, target))) throw new Error(`The types of ${path} need ${target}, which is not there.`)
      copy(target)
      return `${word}${quote}${specifier.replace(/\.ts$/, '.js')}${quote}`
    })
    mkdirSync(dirname(join(to, path)), { recursive: true })
    writeFileSync(join(to, path), text)
  }
  copy(entry)
}

function pack(folder: string, destination: string): Packed {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', destination]
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${folder} could not be packed:\n${stderr}`)
  const [{ filename, size }] = JSON.parse(stdout) as [{ filename: string; size: number }]
  return { file: join(destination, filename), bytes: size }
}
