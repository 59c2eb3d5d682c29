/**
 * `npm run setup:witness`: builds `litewitness`, a witness of transparency logs that nobody here wrote, into test/engines/bin. It
 * needs Go 1.24 or newer and downloads its sources. `test/e2e/transparency.test.ts` runs it.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const bin = join(import.meta.dirname, '..', 'test', 'engines', 'bin')
if (existsSync(join(bin, 'litewitness'))) process.exit(0)
mkdirSync(bin, { recursive: true })
// Where Go's own installer puts it.
const PATH = `${process.env.PATH}${delimiter}/usr/local/go/bin`
const { status, error } = spawnSync('go', ['install', 'filippo.io/torchwood/cmd/litewitness@v0.6.1'], {
  env: { ...process.env, PATH, GOBIN: bin },
  stdio: 'inherit',
})
if (error) console.error('Go is not installed. Get it from https://go.dev/dl/ or from your system, and try again.')
process.exit(status ?? 1)
