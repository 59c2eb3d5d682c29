/**
 * `npm run coverage`: runs the contract tests on instrumented contracts, in a copy because instrumenting rewrites
 * `typechain-types/`. Fails unless every line and every statement of `contracts/` was executed. Invariants and fuzz tests are
 * not run, so that only tests with explicit expectations count.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { inCopy } from './copy.ts'
import { runHardhat } from './hardhat.ts'

/** Not run, because instrumented code is larger and costs more gas. */
const MEASURING = ['gas.test.ts', 'rules.test.ts']

const { status, output } = await inCopy(async folder => {
  const tests = readdirSync(join(folder, 'test/contracts')).filter(name => name.endsWith('.test.ts'))
  const chosen = tests.filter(name => !MEASURING.includes(name)).map(name => `test/contracts/${name}`)
  return runHardhat(folder, ['test', 'mocha', '--coverage', ...chosen], true)
})

// ║ contracts/AnchorLog.sol │ 100.00 │ 100.00 │ - ║
const rows = [...output.matchAll(/║ (contracts\/\S+|Total)\s+│ ([\d.]+)\s+│ ([\d.]+)\s+│/g)]
const total = rows.find(([, name]) => name === 'Total')
const gaps = rows.filter(([, , lines, statements]) => lines !== '100.00' || statements !== '100.00')
if (status !== 0 || !total) {
  console.error('the tests failed, or there is no report')
  process.exitCode = 1
} else if (gaps.length > 0) {
  for (const [, name, lines, statements] of gaps) {
    console.error(`${name}: ${lines}% of lines, ${statements}% of statements`)
  }
  process.exitCode = 1
} else console.log(`every line and every statement of ${rows.length - 1} files with code was executed`)
