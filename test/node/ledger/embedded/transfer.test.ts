import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect } from 'chai'
import { checkLedger } from '../../../../node/ledger/embedded/check-directory.ts'
import { openStore } from '../../../../node/ledger/embedded/store.ts'
import { exportLedger, importLedger } from '../../../../node/ledger/embedded/transfer.ts'
import type { LedgerHead } from '../../../../node/ledger/ledger.ts'
import type { Hex } from '../../../../node/lib/bytes.ts'
import { failureOf } from '../../../support/failure.ts'
import { CHAIN_ID, deployStore, openLedger, put, sign, temporaryDirectory } from './fixture.ts'

describe('embedded ledger: export and import', () => {
  const directory = temporaryDirectory()
  const at = (name: string) => join(directory.path, name)
  let head: LedgerHead
  let expected: Parameters<typeof importLedger>[2]
  let whole: Buffer

  before(async function () {
    this.timeout(60_000)
    const ledger = await openLedger(at('ledger'))
    const contract = await deployStore(ledger)
    for (let nonce = 1; nonce < 12; nonce++) {
      await ledger.setClockOffset(ledger.head.timestamp + 1 - Math.floor(Date.now() / 1000))
      const raw = await sign({ nonce, to: contract, data: put(nonce, nonce), type: nonce % 3 })
      await ledger.request('eth_sendRawTransaction', [raw])
    }
    const block = async (number: number) =>
      (await ledger.request('eth_getBlockByNumber', [`0x${number.toString(16)}`, false])) as { hash: Hex }
    const checkpoint = { height: 5, hash: (await block(5)).hash }
    expected = { chainId: CHAIN_ID, genesis: (await block(0)).hash, checkpoint }
    head = ledger.head
    await ledger.close()
    await new Promise(resolve => setTimeout(resolve, 0))
    expect(await exportLedger(at('ledger'), at('history.rlp'))).to.deep.equal(head)
    whole = readFileSync(at('history.rlp'))
  })
  after(() => directory.remove())

  // Blocks are dated ahead of this clock, as the clock was turned to make them.
  const settle = async () => {
    while (Math.floor(Date.now() / 1000) + 10 < head.timestamp) await new Promise(resolve => setTimeout(resolve, 100))
  }

  it('brings the same ledger back, compressed or not, and again on top of itself', async function () {
    this.timeout(60_000)
    await settle()
    await exportLedger(at('ledger'), at('history.rlp.gz'))
    expect(gunzipSync(readFileSync(at('history.rlp.gz'))).equals(whole)).to.equal(true)
    for (const file of ['history.rlp', 'history.rlp.gz', 'history.rlp']) {
      expect(await importLedger(at('copy'), at(file), expected)).to.deep.equal(head)
    }
    expect(await checkLedger(at('copy'))).to.deep.equal(await checkLedger(at('ledger')))
    expect((await checkLedger(at('copy'))).faults).to.deep.equal([])
  })

  it('goes on where an import was cut off', async () => {
    writeFileSync(at('half.rlp'), whole.subarray(0, Math.floor(whole.length * 0.7)))
    const failure = await failureOf(importLedger(at('half'), at('half.rlp'), expected))
    expect(failure.message).to.match(/the file ends in the middle/)
    expect(await importLedger(at('half'), at('history.rlp'), expected)).to.deep.equal(head)
  })

  it('is the node it was, for whoever has the key', async () => {
    const clockOffset = head.timestamp + 1 - Math.floor(Date.now() / 1000)
    const ledger = await openLedger(at('copy'), { clockOffset })
    expect(ledger.head).to.deep.equal(head)
    expect(await ledger.request('eth_sendRawTransaction', [await sign({ nonce: 12, data: '0x' })])).to.be.a('string')
    await ledger.close()
    const failure = await failureOf(importLedger(at('copy'), at('history.rlp'), { ...expected, chainId: 7 }))
    expect(failure.code).to.equal('LEDGER_WRONG_CHAIN')
  })

  it('refuses a changed byte wherever it is, another ledger, and a history that ends too early', async function () {
    this.timeout(60_000)
    let refused = 0
    for (let position = 3; position < whole.length; position += Math.floor(whole.length / 25)) {
      const changed = Buffer.from(whole)
      changed[position] = (changed[position] as number) ^ 1
      writeFileSync(at('changed.rlp'), changed)
      const failure = await failureOf(importLedger(at(`changed-${position}`), at('changed.rlp'), expected))
      expect(failure.code ?? failure.message, `byte ${position}`).to.match(
        /LEDGER_BLOCK_REFUSED|LEDGER_WRONG_CHAIN|PROOF_/,
      )
      refused += 1
    }
    expect(refused).to.be.greaterThan(20)
    const genesis = `0x${'12'.repeat(32)}` as Hex
    const other = await failureOf(importLedger(at('other'), at('history.rlp'), { ...expected, genesis }))
    expect(other.code).to.equal('LEDGER_WRONG_CHAIN')
    const later = { ...expected, checkpoint: { height: 50, hash: head.hash } }
    expect((await failureOf(importLedger(at('short'), at('history.rlp'), later))).message).to.match(/knows block 50/)
    const wrong = { ...expected, checkpoint: { height: 5, hash: head.hash } }
    expect((await failureOf(importLedger(at('wrong'), at('history.rlp'), wrong))).message).to.match(/the profile says/)
    writeFileSync(at('text.rlp'), 'hello')
    expect((await failureOf(importLedger(at('text'), at('text.rlp'), expected))).message).to.match(/no file of blocks/)
  })

  it('does nothing while a node has the directory', async () => {
    const store = await openStore(at('ledger'))
    expect((await failureOf(exportLedger(at('ledger'), at('never.rlp')))).code).to.equal('LEDGER_IN_USE')
    expect((await failureOf(checkLedger(at('ledger')))).code).to.equal('LEDGER_IN_USE')
    await store.close()
    expect((await checkLedger(at('nowhere'))).faults).to.deep.equal(['there is no ledger here'])
  })
})
