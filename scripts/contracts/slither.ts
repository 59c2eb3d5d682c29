/**
 * `npm run slither`: static analysis of the contracts. docs/slither.md must list every finding with a reason, and every
 * listed finding must still occur. Findings marked "sometimes" may be missing, because Slither analyses data in a different
 * order in each run. Slither is installed once, with the versions of slither-requirements.txt, in the user's cache directory.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { inCopy, ROOT } from './copy.ts'
import { runHardhat } from './hardhat.ts'

const PAGE = join(ROOT, 'docs/slither.md')
const REQUIREMENTS = join(ROOT, 'scripts/contracts/slither-requirements.txt')

interface Finding {
  readonly check: string
  readonly impact: string
  readonly description: string
  readonly elements: readonly {
    readonly type: string
    readonly name: string
    readonly type_specific_fields?: {
      readonly signature?: string
      readonly parent?: { readonly name: string }
    }
  }[]
}

function run(command: string, args: readonly string[], cwd = ROOT, path = process.env.PATH): string {
  const env = { ...process.env, PATH: path }
  const { status, error, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8', maxBuffer: 1 << 28 })
  if (error || status === null)
    throw new Error(`${command} cannot be run: install Python 3.9 or newer`, { cause: error })
  // Slither's exit status is the number of findings.
  if (status !== 0 && !command.includes('slither')) throw new Error(`${command} ${args.join(' ')}:\n${stderr}`)
  return stdout
}

/** @returns the directory of Slither's commands */
function install(): string {
  const version = /slither-analyzer==(\S+)/.exec(readFileSync(REQUIREMENTS, 'utf8'))?.[1]
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'dojang')
  const folder = join(cache, `slither-${version}`)
  const bin = (at: string) => join(at, process.platform === 'win32' ? 'Scripts' : 'bin')
  if (!existsSync(folder)) {
    console.log(`installing Slither ${version} into ${folder}…`)
    mkdirSync(cache, { recursive: true })
    const beside = `${folder}.new`
    rmSync(beside, { recursive: true, force: true })
    run('python3', ['-m', 'venv', beside])
    run(join(bin(beside), 'python'), ['-m', 'pip', 'install', '--quiet', '-r', REQUIREMENTS])
    renameSync(beside, folder)
  }
  return bin(folder)
}

/** `Contract.function(types)`, as in the rows of the page. */
function placeOf({ elements }: Finding): string {
  const found = elements.find(({ type }) => type === 'function') ?? elements[0]
  const fields = found?.type_specific_fields
  return `${fields?.parent?.name ?? ''}.${fields?.signature ?? found?.name ?? ''}`
}

const bin = install()
const findings = await inCopy(async folder => {
  const built = await runHardhat(folder, ['build', '--no-tests'])
  if (built.status !== 0) throw new Error(built.output)
  // As a module, because the commands of a moved environment contain its old path.
  const text = run(
    join(bin, 'python'),
    [
      '-c',
      'import sys; from slither.__main__ import main; main()',
      ...['.', '--compile-force-framework', 'hardhat', '--hardhat-ignore-compile'],
      ...['--hardhat-artifacts-directory', 'artifacts', '--filter-paths', 'node_modules', '--fail-none', '--json', '-'],
    ],
    folder,
    `${join(ROOT, 'node_modules', '.bin')}${delimiter}${process.env.PATH}`,
  )
  const { success, error, results } = JSON.parse(text) as {
    success: boolean
    error: string | null
    results: { detectors?: readonly Finding[] }
  }
  if (!success) throw new Error(`Slither failed: ${error}`)
  return results.detectors ?? []
})

const rows = [...readFileSync(PAGE, 'utf8').matchAll(/^\| `([\w-]+)`(, sometimes)? \| `([^`]+)` \| \S.* \|$/gm)]
const explained = new Map(rows.map(([, check, sometimes, place]) => [`${check} ${place}`, sometimes !== undefined]))
const found = new Map(findings.map(finding => [`${finding.check} ${placeOf(finding)}`, finding]))
const unexplained = [...found].filter(([key]) => !explained.has(key))
const outdated = [...explained].flatMap(([key, sometimes]) => (sometimes || found.has(key) ? [] : [key]))

for (const [key, { impact, description }] of unexplained) console.error(`✘ ${key} (${impact})\n${description}`)
for (const key of outdated) console.error(`✘ ${key} is listed in docs/slither.md but was not found`)
if (unexplained.length + outdated.length > 0) {
  console.error('Fix the contract, or explain in docs/slither.md why the code is correct.')
  process.exitCode = 1
} else console.log(`Slither has ${findings.length} findings, all explained in docs/slither.md`)
