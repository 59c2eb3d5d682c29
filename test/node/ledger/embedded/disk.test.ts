/** The disk is full, or files on it change. */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { checkLedgerStore } from '../../../../node/ledger/embedded/check-store.ts'
import { openLedgerStore } from '../../../../node/ledger/embedded/ledger-store.ts'
import type { Hex } from '../../../../node/lib/bytes.ts'
import { fileFaults } from '../../../../node/store/level-files.ts'
import { failureOf } from '../../../support/failure.ts'
import { mountSmallDisk } from '../../../support/small-disk.ts'
import { deployStore, openLedger, put, refusal, SENDER, sign, temporaryDirectory } from './fixture.ts'

describe('embedded ledger: the disk', () => {
  let directory: ReturnType<typeof temporaryDirectory>
  beforeEach(() => {
    directory = temporaryDirectory()
  })
  afterEach(() => directory.remove())

  it('full: the node stops with an error, loses no acknowledged transaction, and continues when there is space', async function () {
    this.timeout(120_000)
    const disk = join(directory.path, 'disk')
    if (!mountSmallDisk(disk, 4)) return this.skip()
    try {
      const path = join(disk, 'ledger')
      const ballast = join(disk, 'ballast')
      writeFileSync(ballast, Buffer.alloc(2 * 1024 * 1024))
      const ledger = await openLedger(path)
      const advance = () => ledger.setClockOffset(ledger.head.timestamp + 1 - Math.floor(Date.now() / 1000))
      await advance()
      const contract = await deployStore(ledger)
      const acknowledged: Hex[] = []
      let lost: Hex | undefined
      let code: string | number = 'none'
      for (let nonce = 1; nonce < 500 && lost === undefined; nonce++) {
        // Each transaction has much data, so the disk is full within seconds.
        const data = `${put(nonce, nonce)}${'ab'.repeat(60_000)}`
        const raw = await sign({ nonce, to: contract, data, gasLimit: 5_000_000n })
        await advance()
        const sent = ledger.request('eth_sendRawTransaction', [raw])
        const refused = await refusal(sent)
        if (refused.code === 'passed') acknowledged.push((await sent) as Hex)
        else [lost, code] = [raw, refused.code]
      }
      expect(code).to.equal('LEDGER_UNREACHABLE')
      expect(String(await ledger.stopped)).to.match(/No space left on device/i)
      expect(acknowledged.length).to.be.greaterThan(3)

      rmSync(ballast)
      const again = await openLedger(path, { clockOffset: ledger.head.timestamp + 2 - Math.floor(Date.now() / 1000) })
      const receipts = await Promise.all(acknowledged.map(hash => again.request('eth_getTransactionReceipt', [hash])))
      expect(receipts.map(receipt => (receipt as { status?: string } | null)?.status)).to.deep.equal(
        acknowledged.map(() => '0x1'),
      )
      // Transactions without an answer can be sent again, and are in one block.
      await again.request('eth_sendRawTransaction', [lost])
      expect(Number(await again.request('eth_getTransactionCount', [SENDER]))).to.equal(acknowledged.length + 2)
      await again.close()
      const store = await openLedgerStore(path)
      expect(checkLedgerStore(store).faults).to.deep.equal([])
      await store.close()
    } finally {
      spawnSync('umount', ['-l', disk])
    }
  })

  it('changed: the check finds damage at every position of a file', async function () {
    this.timeout(60_000)
    const ledger = await openLedger(directory.path)
    const contract = await deployStore(ledger)
    for (let nonce = 1; nonce < 30; nonce++) {
      const sent = sign({ nonce, to: contract, data: put(nonce, nonce) })
      await ledger.setClockOffset(ledger.head.timestamp + 1 - Math.floor(Date.now() / 1000))
      await ledger.request('eth_sendRawTransaction', [await sent])
    }
    await ledger.close()
    const blocks = join(directory.path, 'blocks')
    const faultsNow = async () => {
      const faults = fileFaults(blocks)
      const store = await openLedgerStore(directory.path)
      faults.push(...checkLedgerStore(store).faults)
      await store.close()
      return faults
    }

    // In the log, a bad record among good ones is damage. A missing end is what a power cut leaves.
    const log = join(blocks, readdirSync(blocks).find(name => name.endsWith('.log')) ?? 'none')
    const written = readFileSync(log)
    expect(fileFaults(blocks)).to.deep.equal([])
    for (const share of [0.001, 0.3, 0.7]) {
      writeFileSync(log, flipped(written, Math.floor(written.length * share)))
      expect(fileFaults(blocks).join()).to.match(/the record at \d+ is damaged/)
      // It must not be opened, because that would drop the blocks after the damage, and the log.
      expect(await failureOf(openLedgerStore(directory.path))).to.have.property('code', 'LEDGER_DAMAGED')
      expect(readFileSync(log)).to.have.length(written.length)
    }
    for (const share of [0.001, 0.3, 0.7, 0.999]) {
      writeFileSync(log, written.subarray(0, Math.floor(written.length * share)))
      expect(fileFaults(blocks)).to.deep.equal([])
    }
    writeFileSync(log, written)

    // Opening the database moves the records of the log to a table.
    expect(await faultsNow()).to.deep.equal([])
    const tables = readdirSync(blocks).filter(name => name.endsWith('.ldb'))
    expect(tables).to.have.length(1)
    const table = join(blocks, tables[0] ?? '')
    const whole = readFileSync(table)
    // All bytes before the padding of the footer.
    for (let at = 7; at < whole.length - 48; at += 331) {
      writeFileSync(table, flipped(whole, at))
      expect(fileFaults(blocks), `a byte at ${at} of ${whole.length}`).to.have.length(1)
    }
    writeFileSync(table, whole.subarray(0, -1))
    expect(fileFaults(blocks).join()).to.match(/its end is missing/)
    writeFileSync(table, whole)
    expect(await faultsNow()).to.deep.equal([])
  })

  it('changed: the check finds records that are missing or damaged in a table', async function () {
    this.timeout(60_000)
    const ledger = await openLedger(directory.path)
    const contract = await deployStore(ledger)
    const raw = await sign({ nonce: 1, to: contract, data: put(1, 1) })
    await ledger.setClockOffset(1)
    await ledger.request('eth_sendRawTransaction', [raw])
    await ledger.close()
    await (await openLedgerStore(directory.path)).close()
    const blocks = join(directory.path, 'blocks')
    const table = join(blocks, readdirSync(blocks).find(name => name.endsWith('.ldb')) ?? 'none')
    const whole = readFileSync(table)
    // The byte is in the transaction's signature, which Snappy does not compress.
    const at = whole.indexOf(Buffer.from(raw.slice(-32), 'hex'))
    expect(at).to.be.greaterThan(0)
    writeFileSync(table, flipped(whole, at))
    const store = await openLedgerStore(directory.path)
    expect(checkLedgerStore(store).faults.join()).to.match(/its transactions do not match its header/)
    await store.close()
  })
})

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] as number) ^ 0x5a
  return copy
}
