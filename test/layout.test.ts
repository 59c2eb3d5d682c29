/** The rooms of the node and the direction between them: each imports only from rooms further down the list. */
import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join, relative, sep } from 'node:path'
import { expect } from 'chai'

const ROOT = join(import.meta.dirname, '..', 'node')

/** Upper rooms first; rooms on one line may not import one another. */
const ROOMS: readonly (readonly string[])[] = [
  ['main'],
  ['authority'],
  ['cli'],
  ['http'],
  ['web'],
  ['config'],
  ['audit'],
  ['verifier'],
  ['issuer'],
  ['status'],
  ['residents', 'chip'],
  ['registries'],
  ['ledger'],
  ['keys', 'store'],
  ['credential'],
  ['proof'],
  ['lib'],
]

/** No I/O: their code runs in a browser too. The two files behind `#crypto` are the doors to the platform. */
const PURE = ['credential', 'proof', 'lib']
const PLATFORM_DOORS = ['lib/crypto.node.ts', 'lib/crypto.standalone.ts']
/**
 * Where a program, a thread or the package begins, and the definition of the system's clock. A thread reads the clock
 * itself, since no function can be passed to it.
 */
const MAY_READ_THE_CLOCK = [
  'main/',
  'ledger/embedded/worker.ts',
  'ledger/embedded/call-worker.ts',
  'verifier/public.ts',
  'web/ask/main.tsx',
  'web/lock/main.tsx',
  'web/check/main.tsx',
  'web/kiosk/main.tsx',
  'web/counter/main.tsx',
  'web/demo/main.tsx',
  'web/wallet/main.tsx',
  'lib/time.ts',
]
const CLOCK = /\bDate\.now\b|\bnew Date\(\)|\bDate\(\)|\bsystemClock\b/

const MAX_LINES = 300

/** Browser code sees nothing of the node but this. */
const WEB_MAY_IMPORT = [
  'web/',
  'chip/document/challenge',
  'chip/document/face',
  'chip/session-code',
  'chip/reader/desk-',
  'credential/',
  'proof/',
  'lib/',
  'verifier/asker/',
  'verifier/check',
  'verifier/dcql/',
  'verifier/errors',
  'verifier/evidence/judge',
  'verifier/fault',
  'verifier/in-person/',
  'verifier/issuer-keys',
  'verifier/oid4vp/wallet-side/',
  'verifier/open',
  'verifier/presets',
  'verifier/replica',
  'verifier/status/',
  'verifier/verdict',
  'verifier/verifier',
  'verifier/view',
]

/** Static imports and re-exports, side-effect imports, `import()` and `import type`. */
const IMPORTS =
  /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g

function importsOf(source: string): string[] {
  return [...source.matchAll(IMPORTS)].map(([, from, sideEffect, dynamic]) => from ?? sideEffect ?? dynamic ?? '')
}

const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .map(name => name.split(sep).join('/'))
  .filter(name => /\.tsx?$/.test(name))

const sourceOf = (file: string) => readFileSync(join(ROOT, file), 'utf8')

const levelOf = (path: string) => ROOMS.findIndex(rooms => rooms.includes(path.split('/')[0] ?? ''))
const roomOf = (path: string) => path.split('/')[0] ?? ''

/** Where a relative import of `file` points, as a path inside node/; undefined if it leaves it. */
function targetOf(file: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined
  const target = relative(ROOT, join(ROOT, file, '..', specifier))
    .split(sep)
    .join('/')
  return target.startsWith('..') ? undefined : target
}

/** The groups of files that import one another in a circle (Tarjan's strongly connected components). */
function cyclesIn(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = []
  const index = new Map<string, number>()
  const lowest = new Map<string, number>()
  const path: string[] = []
  const visit = (file: string): void => {
    index.set(file, index.size)
    lowest.set(file, index.size - 1)
    path.push(file)
    for (const target of graph.get(file) ?? []) {
      if (!index.has(target)) visit(target)
      if (path.includes(target)) lowest.set(file, Math.min(lowest.get(file) as number, lowest.get(target) as number))
    }
    if (lowest.get(file) !== index.get(file)) return
    const group = path.splice(path.indexOf(file))
    if (group.length > 1 || graph.get(file)?.includes(file)) found.push(group.sort())
  }
  for (const file of graph.keys()) if (!index.has(file)) visit(file)
  return found
}

/** Without `import()`, which runs long after both files are loaded. */
const staticImportsOf = (source: string) => importsOf(source.replace(/\bimport\([^)]*\)/g, ''))

describe('layout', () => {
  it('finds the files and reads their imports', () => {
    expect(files.length).to.be.greaterThan(20)
    const source =
      "import a from 'a'\nimport type {\n  B,\n} from './b.ts'\nimport 'c'\nexport { d } from 'd'\nawait import('e')"
    expect(importsOf(source)).to.deep.equal(['a', './b.ts', 'c', 'd', 'e'])
  })

  it('has no file outside the rooms', () => {
    expect(files.filter(file => levelOf(file) < 0)).to.deep.equal([])
  })

  it('imports only downwards', () => {
    const wrong: string[] = []
    for (const file of files) {
      for (const specifier of importsOf(sourceOf(file))) {
        const target = targetOf(file, specifier)
        if (target === undefined || roomOf(target) === roomOf(file)) continue
        if (levelOf(target) <= levelOf(file)) wrong.push(`${file} → ${target}`)
      }
    }
    expect(wrong).to.deep.equal([])
  })

  it('keeps the pure rooms free of the platform', () => {
    const platform = new Set(builtinModules)
    const wrong: string[] = []
    for (const file of files.filter(name => PURE.includes(roomOf(name)) && !PLATFORM_DOORS.includes(name))) {
      for (const specifier of importsOf(sourceOf(file))) {
        if (specifier.startsWith('node:') || platform.has(specifier)) wrong.push(`${file} → ${specifier}`)
      }
    }
    expect(wrong).to.deep.equal([])
  })

  it("keeps the chip's document free of I/O: from the platform it takes only algorithms", () => {
    const platform = new Set(builtinModules)
    const isDocument = (file: string) => file.startsWith('chip/') && !file.startsWith('chip/reader/')
    const taken = files
      .filter(isDocument)
      .flatMap(file => importsOf(sourceOf(file)))
      .filter(specifier => specifier.startsWith('node:') || platform.has(specifier))
    expect([...new Set(taken)].sort()).to.deep.equal(['node:crypto', 'node:util'])
  })

  it('uses no RangeError: bad input is a ParseError, and a wrong argument of ours a TypeError', () => {
    expect(files.filter(file => readFileSync(join(ROOT, file), 'utf8').includes('RangeError'))).to.deep.equal([])
  })

  it('lets browser code see only what a browser may', () => {
    const wrong: string[] = []
    for (const file of files.filter(name => roomOf(name) === 'web')) {
      for (const specifier of importsOf(sourceOf(file))) {
        const target = targetOf(file, specifier)
        if (target !== undefined && !WEB_MAY_IMPORT.some(allowed => target.startsWith(allowed))) {
          wrong.push(`${file} → ${target}`)
        }
      }
    }
    expect(wrong).to.deep.equal([])
  })

  it('has no import cycle', () => {
    const triangle = { a: ['b'], b: ['c', 'd'], c: ['a'], d: ['d'], e: ['a'] }
    expect(cyclesIn(new Map(Object.entries(triangle)))).to.deep.equal([['d'], ['a', 'b', 'c']])
    const graph = new Map(
      files.map(file => [file, staticImportsOf(sourceOf(file)).flatMap(specifier => targetOf(file, specifier) ?? [])]),
    )
    expect(cyclesIn(graph)).to.deep.equal([])
  })

  it('reads the clock only where a program, a thread or the package begins', () => {
    const code = (file: string) => sourceOf(file).replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*/g, '')
    const wrong = files.filter(file => !MAY_READ_THE_CLOCK.some(allowed => file.startsWith(allowed)))
    expect(wrong.filter(file => CLOCK.test(code(file)))).to.deep.equal([])
  })

  it(`has no file of more than ${MAX_LINES} lines`, () => {
    const contracts = join(ROOT, '..', 'contracts')
    const all = [
      ...files.map(file => join(ROOT, file)),
      ...readdirSync(contracts, { recursive: true, encoding: 'utf8' })
        .filter(name => name.endsWith('.sol'))
        .map(name => join(contracts, name)),
    ]
    const tooLong = all.filter(path => readFileSync(path, 'utf8').trimEnd().split('\n').length > MAX_LINES)
    expect(tooLong.map(path => relative(join(ROOT, '..'), path))).to.deep.equal([])
  })
})
