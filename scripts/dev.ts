/**
 * `npm run dev`: the whole system on Hardhat's in-process chain, for whoever works on the contracts. The chain lives in
 * memory, so every run starts afresh, in a directory of its own that is emptied first.
 */
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { start } from '../node/start.ts'
import { openHardhatLedger } from './dev/hardhat-ledger.ts'

const data = fileURLToPath(new URL('../.dojang/dev', import.meta.url))
rmSync(data, { recursive: true, force: true })
// A block a second, as on a ledger at work: the chain's clock keeps step with ours, and every second proves it alive.
const ledger = await openHardhatLedger({ blockEveryMs: 1000 })
await start({ data, mode: 'demo' }, { ledger, name: 'Hardhat, in this process: nothing is kept' })
