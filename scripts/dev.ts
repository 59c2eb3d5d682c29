/**
 * `npm run dev`: runs the whole system on Hardhat's in-process chain, for work on the contracts. The chain is in memory, so
 * every run starts with a new chain and an empty data directory. `-- --port` and `--rpc-port` as for `npm start`.
 */
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { StartOptions } from '../node/cli/commands/start.ts'
import { runCli } from '../node/cli/run.ts'
import { DEFAULT_PORT, DEFAULT_RPC_PORT } from '../node/config/config.ts'
import { DEFAULT_OPERATOR_PORT, DEFAULT_WALLET_PORT } from '../node/config/schema.ts'
import { closeServer, listen } from '../node/http/server.ts'
import { systemClock } from '../node/lib/time.ts'
import { start } from '../node/main/start.ts'
import { openHardhatLedger } from './dev/hardhat-ledger.ts'

/** A directory for each port, so that a second run does not empty that of the first. */
const directoryOf = (port: number) => fileURLToPath(new URL(`../.dojang/dev-${port}`, import.meta.url))

async function develop({
  port = DEFAULT_PORT,
  rpcPort = DEFAULT_RPC_PORT,
  operatorPort = DEFAULT_OPERATOR_PORT,
  walletPort = DEFAULT_WALLET_PORT,
}: StartOptions): Promise<void> {
  // Checked before the directory is emptied: a program that uses the ports may use the directory too.
  for (const one of [port, rpcPort, operatorPort, walletPort]) {
    await closeServer(await listen(() => undefined, '127.0.0.1', one))
  }
  const data = directoryOf(port)
  rmSync(data, { recursive: true, force: true })
  // A block each second keeps the chain's clock in step with the system's and shows that the ledger works.
  const ledger = await openHardhatLedger({ blockEveryMs: 1000 })
  await start(
    { data, mode: 'demo', port, rpcPort, operatorPort, walletPort },
    { ledger, name: 'Hardhat, in this process; nothing is stored' },
  )
}

const exit = await runCli(['start', ...process.argv.slice(2)], {
  ...{ start: develop, startVerifier: async () => undefined, clock: systemClock },
})
if (exit !== 0) process.exit(exit)
