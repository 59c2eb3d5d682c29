/**
 * `npm run snapshots` writes the gas of each operation, the size of each contract and its storage layout to
 * `test/contracts/snapshots/`. With `--check` it compares them, prints each difference, and fails. The diff of these files
 * shows the effect of a change of a contract.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CompiledContract, compileContracts, type StorageEntry } from './contracts/compile.ts'
import { ROOT } from './contracts/copy.ts'

type Snapshot = Readonly<Record<string, string | number>>

const FOLDER = join(ROOT, 'test/contracts/snapshots')

async function gas(): Promise<Snapshot> {
  // Imported here, because loading the module opens a chain.
  const { SCENARIOS } = await import('../test/contracts/support/gas.ts')
  const found: Record<string, number> = {}
  for (const scenario of SCENARIOS) for (const { act, gas: used } of await scenario()) found[act] = used
  return found
}

/** Bytes. EIP-170 limits deployed code to 24,576 bytes. */
function sizes(contracts: ReadonlyMap<string, CompiledContract>): Snapshot {
  const entries = [...contracts].flatMap(([name, { evm }]) => [
    [`${name} deployed`, evm.deployedBytecode.object.length / 2],
    [`${name} creation`, evm.bytecode.object.length / 2],
  ])
  return Object.fromEntries(entries)
}

function storage(contracts: ReadonlyMap<string, CompiledContract>): Snapshot {
  const found: Record<string, string> = {}
  for (const [name, { storageLayout }] of contracts) {
    const types = storageLayout.types ?? {}
    const labelOf = ({ type }: StorageEntry) => types[type]?.label ?? type
    for (const entry of storageLayout.storage) {
      found[`${name} slot ${entry.slot} byte ${entry.offset}`] = `${entry.label}: ${labelOf(entry)}`
    }
    for (const { label, members } of Object.values(types)) {
      for (const member of members ?? []) {
        found[`${name} ${label} + ${member.slot} byte ${member.offset}`] = `${member.label}: ${labelOf(member)}`
      }
    }
  }
  return found
}

function differences(file: string, before: Snapshot, after: Snapshot): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return keys.flatMap(key => {
    const [was, is] = [before[key], after[key]]
    if (was === is) return []
    const by = typeof was === 'number' && typeof is === 'number' ? ` (${is > was ? '+' : ''}${is - was})` : ''
    return [`  ${file}  ${key}: ${was ?? 'not there'} → ${is ?? 'gone'}${by}`]
  })
}

const contracts = compileContracts()
const snapshots = { gas: await gas(), bytecode: sizes(contracts), storage: storage(contracts) }
const check = process.argv.includes('--check')
const found: string[] = []
for (const [name, snapshot] of Object.entries(snapshots)) {
  const path = join(FOLDER, `${name}.json`)
  const before = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Snapshot) : {}
  found.push(...differences(`${name}.json`, before, snapshot))
  if (!check) writeFileSync(path, `${JSON.stringify(snapshot, null, 2)}\n`)
}
if (found.length === 0) console.log('gas, bytecode and storage are as committed')
else if (check) {
  console.error('Gas, size or storage of the contracts differ from the committed files:\n')
  console.error(
    `${found.join('\n')}\n\nIf this is intended, run \`npm run snapshots\` and commit test/contracts/snapshots/.`,
  )
} else console.log(`written to test/contracts/snapshots/:\n${found.join('\n')}`)
// The chain keeps the process alive.
process.exit(check && found.length > 0 ? 1 : 0)
