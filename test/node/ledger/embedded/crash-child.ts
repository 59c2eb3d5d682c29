import { fromHex, type Hex } from '../../../../node/lib/bytes.ts'
import { deployStore, openLedger, put, SENDER, sign } from './fixture.ts'

/** A ledger under load, which a test kills. It prints each acknowledged transaction on its own line. */
const path = process.argv[2] as string
const ledger = await openLedger(path)
/** Moves the clock past the second of the last block, so that blocks follow without a pause. */
const skip = () => ledger.setClockOffset(Math.max(0, ledger.head.timestamp + 1 - Math.floor(Date.now() / 1000)))
await skip()
if (ledger.head.number === 0) await deployStore(ledger)
const store = `0x${Buffer.from(fromHex(process.argv[3] as Hex)).toString('hex')}`
let nonce = Number(await ledger.request('eth_getTransactionCount', [SENDER, 'pending']))
process.stdout.write('ready\n')
for (;;) {
  const raws = await Promise.all(
    Array.from({ length: 10 }, () => sign({ nonce, to: store, data: put(nonce, nonce++ + 1) })),
  )
  const sent = raws.map(async raw => {
    const hash = await ledger.request('eth_sendRawTransaction', [raw])
    process.stdout.write(`${hash}\n`)
  })
  await skip()
  await Promise.all(sent)
}
