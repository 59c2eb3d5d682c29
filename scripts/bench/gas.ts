/**
 * `npm run bench:gas`: measures the gas per credential and per status of Dojang and of other projects, on one chain in one
 * run, for 1, 10, 100 and 1,000 at a time. Prints the tables of docs/gas.md; `--write` writes them into the page.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../contracts/copy.ts'
import type { Contender } from './gas/contender.ts'

const SIZES = [1, 10, 100, 1000]
const PEERS = join(ROOT, 'scripts/bench/peers')
const PAGE = join(ROOT, 'docs/gas.md')
const BEGIN = '<!-- measured: npm run bench:gas -- --write -->'
const END = '<!-- measured until here -->'

if (!existsSync(join(PEERS, 'node_modules'))) {
  console.error('installing the peers, once, into scripts/bench/peers…')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const { status } = spawnSync(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: PEERS,
    stdio: 'inherit',
  })
  if (status !== 0)
    throw new Error('the peers cannot be installed: run "npm ci --ignore-scripts" in scripts/bench/peers')
}

// The other projects' contracts need newer rules than Dojang's, so all run with Cancun's. Hardhat reads this when it opens
// the chain.
process.env.HARDHAT_NETWORK = 'cancun'
const { gasOf } = await import('./gas/contender.ts')
const { ours } = await import('./gas/ours.ts')
const { documentStore, easOffChain, easOnChain, ethrDid } = await import('./gas/peers.ts')

const contenders: readonly Contender[] = [
  await ours('fresh'),
  await ours('written'),
  await documentStore(),
  await easOffChain(),
  await easOnChain(),
  await ethrDid(),
]

type Row = readonly [name: string, ...gas: string[]]
const shown = (gas: number): string => Math.round(gas).toLocaleString('en')

async function measure(act: 'issue' | 'revoke'): Promise<Row[]> {
  const rows: Row[] = []
  for (const contender of contenders) {
    const row: string[] = []
    for (const size of SIZES) row.push(shown((await gasOf(await contender[act](size))) / size))
    rows.push([contender.name, ...row])
    console.error(`${act} ${contender.name}: ${row.join('  ')}`)
  }
  return rows
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, i) => Math.max(cell.length, ...rows.map(row => (row[i] ?? '').length)))
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`
  const rule = widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  return [line(head), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n')
}

const sizes = SIZES.map(size => size.toLocaleString('en'))
const issued = await measure('issue')
const revoked = await measure('revoke')
const text = `Gas for each credential, issued this many at a time:

${table(
  ['issue', ...sizes],
  issued.filter(([name]) => name !== 'Dojang, list in use'),
)}

Gas for each credential, revoked this many at a time:

${table(['revoke', ...sizes], revoked)}

What each leaves behind, for that:

${contenders
  .filter(({ leaves }) => leaves !== 'the same')
  .map(({ name, leaves }) => `- **${name}**: ${leaves}.`)
  .join('\n')}
`
console.log(text)
if (process.argv.includes('--write')) {
  const page = readFileSync(PAGE, 'utf8')
  const [before, after] = [page.indexOf(BEGIN) + BEGIN.length, page.indexOf(END)]
  if (before < BEGIN.length || after < before) throw new Error(`docs/gas.md has no place marked ${BEGIN}`)
  writeFileSync(PAGE, `${page.slice(0, before)}\n\n${text}\n${page.slice(after)}`)
}
process.exit(0)
