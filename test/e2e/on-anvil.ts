/** `npm run test:e2e:anvil`: the walk-through, the issuances and the verdicts with every node on anvil, by URL. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { startAnvil } from '../support/anvil.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const TESTS = ['walk', 'issuance', 'verdicts'].map(name => join('test', 'e2e', `${name}.test.ts`))

const anvil = await startAnvil(31_337_001, '--hardfork', 'berlin')
if (anvil === null) throw new Error('anvil is not installed: npm run setup:engines')
try {
  const mocha = join(ROOT, 'node_modules', 'mocha', 'bin', 'mocha.js')
  const args = ['--no-config', '--node-option', 'import=tsx', '--timeout', '120000', ...TESTS, ...process.argv.slice(2)]
  const env = { ...process.env, DOJANG_TEST_LEDGER: anvil.url }
  const run = spawn(process.execPath, [mocha, ...args], { cwd: ROOT, env, stdio: 'inherit' })
  process.exitCode = (await once(run, 'exit'))[0] ?? 1
} finally {
  await anvil.stop()
}
