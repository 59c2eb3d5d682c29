/**
 * `npm run test:mutations`: puts each fault of mutants.ts into a copy of the contracts and expects the named invariant to
 * fail. Each invariant needs a fault that breaks it, because otherwise it might detect nothing. Words after the command
 * select faults that contain them. `--one-each` runs the first fault of each contract, for CI.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inCopy, ROOT } from './copy.ts'
import { runHardhat } from './hardhat.ts'
import { MUTANTS, type Mutant } from './mutants.ts'

const source = readFileSync(join(ROOT, 'test/contracts/invariants/Invariants.t.sol'), 'utf8')
const invariants = [...source.matchAll(/function invariant_(\w+)\(/g)].map(([, name]) => name as string)
// `together` checks all invariants.
const unbroken = invariants.filter(name => name !== 'together' && !MUTANTS.some(({ breaks }) => breaks === name))
if (unbroken.length > 0) throw new Error(`no mutant breaks ${unbroken.join(', ')}: write one in mutants.ts`)

const words = process.argv.slice(2).filter(word => word !== '--one-each')
const fitting = MUTANTS.filter(({ fault, breaks }) => words.every(word => `${fault} ${breaks}`.includes(word)))
const firstOfContract = ({ file }: Mutant, i: number): boolean =>
  !file.includes('/') && fitting.findIndex(other => other.file === file) === i
const chosen = process.argv.includes('--one-each') ? fitting.filter(firstOfContract) : fitting
if (chosen.length === 0) throw new Error(`no fault contains ${words.join(' ')}`)

const survivors = await inCopy(async folder => {
  const survived: Mutant[] = []
  for (const mutant of chosen) {
    const why = await tryOut(folder, mutant)
    console.log(`${why === null ? '✔' : '✘'} ${mutant.fault}: invariant_${mutant.breaks} ${why ?? 'fails'}`)
    if (why !== null) survived.push(mutant)
  }
  return survived
})
console.log(`\n${chosen.length - survivors.length} of ${chosen.length} faults are detected`)
process.exitCode = survivors.length === 0 ? 0 : 1

/** @returns null if the invariant detected the fault, otherwise what happened */
async function tryOut(folder: string, { file, find, replace, breaks }: Mutant): Promise<string | null> {
  const path = join(folder, 'contracts', file)
  const original = readFileSync(path, 'utf8')
  if (original.split(find).length !== 2) return `cannot be tried: "${find}" does not occur in ${file} exactly once`
  writeFileSync(
    path,
    original.replace(find, () => replace),
  )
  try {
    const pattern = `^invariant_${breaks}\\(`
    const args = ['test', 'solidity', '--test-profile', 'mutations', '--grep', pattern]
    const { status, output } = await runHardhat(folder, args)
    if (status === 0) return 'does not detect it'
    return output.includes(`) invariant_${breaks}()`) ? null : `did not run:\n${output.slice(-2000)}`
  } finally {
    writeFileSync(path, original)
  }
}
