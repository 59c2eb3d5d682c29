/**
 * `npm run dev`: the whole system on Hardhat's in-process chain, for who works on the contracts. The chain lives in
 * memory, so every run begins anew, in a directory of its own that is emptied first.
 */
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { start } from '../node/start.ts'
import { openHardhatLedger } from './dev/hardhat-ledger.ts'

const data = fileURLToPath(new URL('../.dojang/dev', import.meta.url))
rmSync(data, { recursive: true, force: true })
await start({ data, mode: 'demo' }, await openHardhatLedger())
