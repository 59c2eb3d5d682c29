import type { StartOptions } from '../cli/commands/start.ts'
import type { VerifierStart } from '../cli/commands/verifier.ts'
import { runCli } from '../cli/run.ts'
import { systemClock } from '../lib/time.ts'

let startFailed = false

// Loaded only for a start, so that the other commands begin at once: they only talk to a running node.
const start = async ({ ledgerOnly, ...options }: StartOptions) => {
  try {
    if (ledgerOnly === undefined) await (await import('./start.ts')).start(options)
    else await (await import('./ledger-only.ts')).startLedger(options, ledgerOnly.allow)
  } catch (error) {
    startFailed = true
    throw error
  }
}

const startVerifier = async (options: VerifierStart) => {
  try {
    await (await import('./verifier.ts')).startVerifier(options)
  } catch (error) {
    startFailed = true
    throw error
  }
}

process.exitCode = await runCli(process.argv.slice(2), { start, startVerifier, clock: systemClock })
// A step of the start may still wait, for minutes, for a ledger that has stopped.
if (startFailed) process.exit()
