import type { StartOptions } from '../cli/commands/start.ts'
import { runCli } from '../cli/run.ts'
import { systemClock } from '../lib/time.ts'

// Loaded only when needed: the other commands just talk to a running node, and should answer at once.
const start = async ({ ledgerOnly, ...options }: StartOptions) =>
  ledgerOnly === undefined
    ? (await import('./start.ts')).start(options)
    : (await import('./ledger-only.ts')).startLedger(options, ledgerOnly.allow)

process.exitCode = await runCli(process.argv.slice(2), { start, clock: systemClock })
