/** Runs a ledger under load, to be killed. Prints each block and each transaction as soon as it is acknowledged. */
import type { Hex } from '../../node/lib/bytes.ts'
import { deployStore, openLedger, put, SENDER, sign } from '../../test/node/ledger/embedded/fixture.ts'

const [path, contract] = process.argv.slice(2) as [string, Hex]
const ledger = await openLedger(path)
ledger.onHead(({ number, hash }) => process.stdout.write(`block ${number} ${hash}\n`))
/** Moves the clock past the second of the last block, so that blocks follow without a pause. */
const skip = () => ledger.setClockOffset(Math.max(0, ledger.head.timestamp + 1 - Math.floor(Date.now() / 1000)))
await skip()
const used = Number(await ledger.request('eth_getTransactionCount', [SENDER, 'latest']))
if (used === 0) await deployStore(ledger)
process.stdout.write('ready\n')
for (let nonce = Math.max(1, used); ; ) {
  // Large and small blocks: more or less than one page of the log.
  const count = 1 + Math.floor(Math.random() * 40)
  const raws = await Promise.all(
    Array.from({ length: count }, () => sign({ nonce, to: contract, data: put(nonce, ++nonce) })),
  )
  const sent = raws.map(async raw => {
    process.stdout.write(`transaction ${await ledger.request('eth_sendRawTransaction', [raw])}\n`)
  })
  await skip()
  await Promise.all(sent)
}
