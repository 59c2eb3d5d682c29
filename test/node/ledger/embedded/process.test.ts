import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { getCreateAddress } from 'ethers'
import { checkLedgerStore } from '../../../../node/ledger/embedded/check-store.ts'
import { openLedgerStore } from '../../../../node/ledger/embedded/ledger-store.ts'
import { LedgerError } from '../../../../node/ledger/errors.ts'
import type { LedgerHead } from '../../../../node/ledger/ledger.ts'
import { deployStore, openLedger, put, refusal, SENDER, send, sign, temporaryDirectory } from './fixture.ts'

const CHILD = fileURLToPath(new URL('./crash-child.ts', import.meta.url))
const STORE = getCreateAddress({ from: SENDER, nonce: 0 })
const ROUNDS = process.env.DOJANG_TEST_LONG ? 40 : 3

function startChild(path: string): { child: ChildProcess; acknowledged: string[]; ready: Promise<void> } {
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, path, STORE], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const acknowledged: string[] = []
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  if (child.stdout === null) throw new Error('no output')
  createInterface({ input: child.stdout }).on('line', line => {
    if (line === 'ready') resolve()
    else acknowledged.push(line)
  })
  child.once('exit', code => reject(new Error(`the child ended by itself with ${code}`)))
  return { child, acknowledged, ready: promise }
}

/** The process must be alive before it is killed. If it ended before, the round has tested nothing. */
async function kill(child: ChildProcess): Promise<void> {
  expect(child.exitCode).to.equal(null)
  const closed = once(child, 'close')
  child.kill('SIGKILL')
  expect((await closed)[1]).to.equal('SIGKILL')
}

describe('embedded ledger: the process', () => {
  let directory: ReturnType<typeof temporaryDirectory>
  beforeEach(() => {
    directory = temporaryDirectory()
  })
  afterEach(() => directory.remove())

  it(`killed ${ROUNDS} times under load, it loses no acknowledged transaction, and every block is complete`, async function () {
    this.timeout(ROUNDS * 15_000)
    const all: string[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const { child, acknowledged, ready } = startChild(directory.path)
      await ready
      // Each round kills it at another moment while it writes blocks.
      await new Promise(resolve => setTimeout(resolve, 50 + Math.random() * 500))
      await kill(child)
      all.push(...acknowledged.filter(line => /^0x[0-9a-f]{64}$/.test(line)))

      const store = await openLedgerStore(directory.path)
      const check = checkLedgerStore(store)
      await store.close()
      expect(check.faults).to.deep.equal([])
      expect(check.transactions).to.be.at.least(all.length)
    }
    expect(all.length).to.be.greaterThan(ROUNDS)
    const ledger = await openLedger(directory.path, { clockOffset: 86_400 })
    const receipts = await Promise.all(all.map(hash => ledger.request('eth_getTransactionReceipt', [hash])))
    expect(receipts.filter(receipt => (receipt as { status: string } | null)?.status !== '0x1')).to.deep.equal([])
    await ledger.close()
  })

  it('refuses a second process, with the id of the first', async () => {
    const { child, ready } = startChild(directory.path)
    await ready
    const reason = await openLedger(directory.path).catch(error => error)
    await kill(child)
    expect(reason).to.be.instanceOf(LedgerError)
    expect(reason.detail).to.deep.equal({ code: 'LEDGER_IN_USE', path: directory.path, pid: child.pid })
    expect(reason.message).to.contain(`already in use by process ${child.pid}`)
    await (await openLedger(directory.path)).close()
  })

  it('cannot be opened twice in one process', async () => {
    const ledger = await openLedger(directory.path)
    expect((await openLedger(directory.path).catch(error => error)).detail).to.include({ pid: process.pid })
    await ledger.close()
  })

  it('continues after a restart, with the accounts that it allowed before', async () => {
    const first = await openLedger(directory.path, { allow: [] })
    expect((await refusal(deployStore(first))).code).to.equal(-32007)
    await first.allow([SENDER])
    const store = await deployStore(first)
    const { head } = first
    await first.close()
    expect((await refusal(first.request('eth_chainId'))).code).to.equal('LEDGER_UNREACHABLE')

    const second = await openLedger(directory.path, { allow: [], clockOffset: 2 })
    expect(second.head).to.deep.equal(head)
    const receipt = await send(second, { nonce: 1, to: store, data: put(1, 1) })
    expect(Number(receipt.blockNumber)).to.equal(head.number + 1)
    await second.disallow([SENDER])
    expect((await refusal(send(second, { nonce: 2, to: store }))).code).to.equal(-32007)
    await second.close()
  })

  it("refuses another chain's directory, and another validator's", async () => {
    await (await openLedger(directory.path)).close()
    const codeOf = (error: unknown) => (error instanceof LedgerError ? error.detail : error)
    const otherChain = await openLedger(directory.path, { chainId: 7 }).catch(codeOf)
    expect(otherChain).to.include({ code: 'LEDGER_WRONG_CHAIN', expected: 'chain 7', actual: 'chain 1337' })
    const validatorKey = new Uint8Array(32).fill(0x55)
    const otherKey = await openLedger(directory.path, { validatorKey }).catch(codeOf)
    expect(otherKey).to.include({ code: 'LEDGER_WRONG_CHAIN' })
    expect(await openLedger(directory.path, { validatorKey: new Uint8Array(32) }).catch(() => 'refused')).to.equal(
      'refused',
    )
  })

  it('seals nothing while the clock is behind, and continues when it is right again', async () => {
    const ledger = await openLedger(directory.path)
    const store = await deployStore(ledger)
    const { head } = ledger
    await ledger.setClockOffset(-3600)
    const attempt = await refusal(send(ledger, { nonce: 1, to: store, data: put(1, 1) }))
    expect(attempt.code).to.equal('LEDGER_CLOCK_BEHIND')
    expect(attempt.message).to.match(/set the clock right/)
    expect(await ledger.request('eth_blockNumber')).to.equal(`0x${head.number.toString(16)}`)

    // When the clock is behind by less than the tolerance, it waits.
    await ledger.setClockOffset(-1)
    const waiting = sign({ nonce: 1, to: store, data: put(1, 1) }).then(raw =>
      ledger.request('eth_sendRawTransaction', [raw]),
    )
    await ledger.setClockOffset(2)
    await waiting
    expect(ledger.head.timestamp).to.be.greaterThan(head.timestamp)
    await ledger.close()
  })

  it('seals an empty block after each heartbeat', async () => {
    const ledger = await openLedger(directory.path, { heartbeat: 30 })
    const heads: LedgerHead[] = []
    let notified = Promise.withResolvers<void>()
    ledger.onHead(head => {
      heads.push(head)
      notified.resolve()
    })
    for (const offset of [40, 80]) {
      notified = Promise.withResolvers<void>()
      await ledger.setClockOffset(offset)
      await notified.promise
    }
    await ledger.setClockOffset(90)
    expect(heads.map(head => head.number)).to.deep.equal([1, 2])
    expect((heads[1]?.timestamp ?? 0) - (heads[0]?.timestamp ?? 0)).to.be.within(39, 42)
    expect(await ledger.request('eth_getBlockByNumber', ['latest', false])).to.deep.include({
      transactions: [],
      number: '0x2',
    })
    await ledger.close()
    await ledger.close()
  })
})
