import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { Wallet } from 'ethers'
import { concat, fromHex, type Hex, u64be, utf8 } from '../../../../node/lib/bytes.ts'
import { systemTimer } from '../../../../node/lib/time.ts'
import {
  type CauseOf,
  Lane,
  type LaneRequest,
  type OutcomeHandlers,
  type Submitter,
} from '../../../../node/registries/sending/lane.ts'
import { signTransaction } from '../../../../node/registries/sending/transaction.ts'
import { Bucket } from '../../../../node/store/buckets.ts'
import type { WriteOp } from '../../../../node/store/store.ts'
import { failureOf } from '../../../support/failure.ts'
import { FakeLedger, type Fault } from '../../../support/fake-ledger.ts'
import { MemoryStore } from '../../../support/memory-store.ts'

/** A store that can refuse a commit, before or after it was written. */
class FaultyStore extends MemoryStore {
  faults: (Fault | null)[] = []

  override async commit(ops: readonly WriteOp[]): Promise<number> {
    const fault = this.faults.shift()
    if (fault === 'refused') throw new Error('disk full')
    const sequence = await super.commit(ops)
    if (fault === 'stored-then-lost') throw new Error('the disk took it and did not say so')
    return sequence
  }
}

const key = (text: string) => utf8(`\xf0${text}`)

interface Causes {
  readonly test: { readonly name: string }
}

describe('a lane', () => {
  let store: FaultyStore
  let ledger: FakeLedger
  let account: Wallet
  let warnings: string[]
  const lanes: Lane<Causes>[] = []

  beforeEach(() => {
    store = new FaultyStore()
    ledger = new FakeLedger()
    account = new Wallet(`0x${randomBytes(32).toString('hex')}`)
    warnings = []
  })
  afterEach(async () => {
    for (const lane of lanes.splice(0)) await lane.close()
  })

  const open = async () => {
    const warn = (_: unknown, message: string) => void warnings.push(message)
    const lane = await Lane.open<Causes>({ ledger, store, account, chainId: 7, timer: systemTimer, warn, alarm: warn })
    lanes.push(lane)
    const recovered = lane.start({
      test: ({ name }, { revert }) => [{ put: key(`outcome ${name}`), value: utf8(revert ?? 'done') }],
    })
    return { lane, recovered }
  }
  const request = (name: string, data: Hex = '0xaa'): LaneRequest<CauseOf<Causes>> => ({
    to: `0x${'11'.repeat(20)}`,
    data,
    gasLimit: 100_000n,
    cause: { kind: 'test', name },
    ops: [{ put: key(`cause ${name}`), value: utf8('committed') }],
  })
  const has = (name: string) => store.get(key(name)) !== undefined
  const nonces = () => ledger.included.map(({ nonce }) => nonce)

  it('commits the cause with the transaction, and the outcome with its records', async () => {
    const { lane } = await open()
    const { committed, outcome } = lane.submit(request('a'))
    await committed
    expect(has('cause a')).to.equal(true)
    expect(await outcome).to.include({ block: 2, revert: undefined })
    expect(has('outcome a')).to.equal(true)
    expect(nonces()).to.deep.equal([0])
  })

  it('keeps the order of concurrent requests', async () => {
    const { lane } = await open()
    const all = Array.from({ length: 20 }, (_, i) => lane.submit(request(`r${i}`, `0x${(i + 16).toString(16)}` as Hex)))
    await Promise.all(all.map(({ outcome }) => outcome))
    expect(nonces()).to.deep.equal(Array.from({ length: 20 }, (_, i) => i))
    expect(ledger.included.map(({ data }) => Number(data) - 16)).to.deep.equal(nonces())
  })

  it('reports a revert, and continues', async () => {
    const { lane } = await open()
    ledger.reverting.add('0xbb')
    const outcome = await lane.submit(request('refused', '0xbb')).outcome
    expect(outcome.revert).to.equal('reverted without a reason')
    expect(warnings).to.include('a transaction was included and reverted')
    expect((await lane.submit(request('next')).outcome).revert).to.equal(undefined)
  })

  // Every step that can fail, in both ways: refused, and refused after it was in fact done.
  const steps: { method: string; fault: Fault }[] = [
    { method: 'eth_sendRawTransaction', fault: 'refused' },
    { method: 'eth_sendRawTransaction', fault: 'stored-then-lost' },
    { method: 'eth_getTransactionReceipt', fault: 'refused' },
    { method: 'eth_getBlockByHash', fault: 'refused' },
  ]
  for (const { method, fault } of steps) {
    it(`survives ${method} ${fault}, three times`, async () => {
      const { lane } = await open()
      ledger.faults.set(method, [fault, fault, fault])
      const outcome = await lane.submit(request('a')).outcome
      expect(outcome.revert).to.equal(undefined)
      expect(nonces()).to.deep.equal([0])
      expect(new Set(ledger.sent).size, 'signed once').to.equal(1)
    })
  }

  it('sends nothing and changes nothing when the commit is refused', async () => {
    const { lane } = await open()
    store.faults = ['refused']
    const { committed, outcome } = lane.submit(request('lost'))
    const failures = await Promise.allSettled([committed, outcome])
    expect(failures.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected'])
    expect(ledger.sent).to.have.length(0)
    await lane.submit(request('next')).outcome
    expect(nonces()).to.deep.equal([0])
  })

  it('commits nothing after it is closed, and a failure that nobody awaits does not end the process', async () => {
    const { lane } = await open()
    await lane.close()
    lane.submit(request('late'))
    await new Promise(setImmediate)
    expect(has('cause late')).to.equal(false)
    expect(ledger.sent).to.have.length(0)
  })

  it('sends a committed transaction once after a restart', async () => {
    const first = await open()
    ledger.faults.set('eth_sendRawTransaction', Array<Fault>(50).fill('refused'))
    const { committed, outcome } = first.lane.submit(request('a'))
    await committed
    await first.lane.close()
    expect((await Promise.allSettled([outcome]))[0]?.status).to.equal('rejected')
    expect(ledger.included).to.have.length(0)

    ledger.faults.clear()
    const second = await open()
    await second.recovered
    expect(has('outcome a')).to.equal(true)
    expect(nonces()).to.deep.equal([0])
    expect(new Set(ledger.sent).size).to.be.lessThan(2)
  })

  it('gets the outcome of a transaction after a restart if its commit was lost', async () => {
    const first = await open()
    // The first commit is the request's, the second the outcome's.
    store.faults = [null, 'refused']
    const { outcome } = first.lane.submit(request('a'))
    expect((await Promise.allSettled([outcome]))[0]?.status).to.equal('rejected')
    expect(ledger.included).to.have.length(1)
    expect(has('outcome a')).to.equal(false)
    await first.lane.close()

    const second = await open()
    await second.recovered
    expect(has('outcome a')).to.equal(true)
    expect(ledger.included).to.have.length(1)
    await second.lane.submit(request('b')).outcome
    expect(nonces()).to.deep.equal([0, 1])
  })

  it('continues the transactions that an earlier version stored', async () => {
    const { transaction, raw } = signTransaction({ account, chainId: 7 }, { nonce: 0, ...request('a') })
    const entry = { cause: { kind: 'test', name: 'a' }, transaction, raw }
    const address = fromHex(account.address)
    await store.commit([
      { put: concat(new Uint8Array([0x40]), address, u64be(0)), value: utf8(JSON.stringify(entry)) },
      { put: concat(new Uint8Array([0x41]), address), value: utf8('1') },
    ])
    const { recovered } = await open()
    await recovered
    expect(has('outcome a')).to.equal(true)
    expect(ledger.sent).to.deep.equal([raw])
  })

  it('does not compile without a handler for each kind of cause, nor with a cause of another kind', async () => {
    const { lane } = await open()
    // @ts-expect-error: the handler is missing
    const incomplete: OutcomeHandlers<Causes> = {}
    // @ts-expect-error: the lane has no such kind
    const foreign: CauseOf<Causes> = { kind: 'other', name: 'a' }
    // @ts-expect-error: the handler needs a name
    const nameless: CauseOf<Causes> = { kind: 'test' }
    // @ts-expect-error: a room that sends another kind of transaction cannot use this lane
    const other: Submitter<{ other: { id: number } }> = lane
    expect([incomplete, foreign, nameless, other]).to.have.length(4)
  })

  it('finds the outcome of a pending transaction by its cause', async () => {
    ledger.automine = false
    const first = await open()
    await first.lane.submit(request('a')).committed
    await first.lane.close()
    const { lane } = await open()
    const outcome = lane.outcomeOf('test', ({ name }) => name === 'a')
    expect(lane.outcomeOf('test', ({ name }) => name === 'b')).to.equal(undefined)
    while (ledger.sent.length < 2) await new Promise(setImmediate)
    ledger.seal()
    expect((await outcome)?.block).to.equal(2)
    expect(has('outcome a')).to.equal(true)
    await new Promise(setImmediate)
    expect(lane.outcomeOf('test', () => true)).to.equal(undefined)
  })

  it('stores nothing about a transaction with an outcome', async () => {
    const { lane } = await open()
    await lane.submit(request('a')).outcome
    const kept: unknown[] = []
    for await (const entry of store.range(new Uint8Array([Bucket.outbox]), new Uint8Array([Bucket.outbox + 1]))) {
      kept.push(entry)
    }
    expect(kept).to.deep.equal([])
  })

  it('refuses to open on a ledger that lost confirmed transactions', async () => {
    const { lane } = await open()
    await lane.submit(request('a')).outcome
    await lane.submit(request('b')).outcome
    await lane.close()
    ledger.included.pop()
    const error = await open().then(
      () => undefined,
      failure => failure,
    )
    expect(error?.detail).to.include({ code: 'LEDGER_HISTORY_LOST', confirmed: 2, used: 1 })
  })

  it('waits at the start for a node that lags, and refuses an answer that is not a number', async () => {
    const first = await open()
    await first.lane.submit(request('a')).outcome
    await first.lane.close()
    const [late] = ledger.included.splice(0)
    setTimeout(() => ledger.included.push(late as (typeof ledger.included)[0]), 100)
    const second = await open()
    await second.lane.submit(request('b')).outcome
    expect(nonces()).to.deep.equal([0, 1])

    const mute = { request: async () => null, onHead: () => () => {}, close: async () => {} }
    const failure = await failureOf(
      Lane.open({ ledger: mute, store, account, chainId: 7, timer: systemTimer, warn: () => {}, alarm: () => {} }),
    )
    expect(failure.detail).to.deep.equal({ code: 'LEDGER_UNREACHABLE', method: 'eth_getTransactionCount' })
  })

  it('warns once if no block contains a transaction, and continues to wait', async () => {
    const { lane } = await open()
    ledger.automine = false
    const { outcome } = lane.submit(request('a'))
    while (warnings.length === 0) {
      ledger.tick()
      await new Promise(resolve => setTimeout(resolve, 1))
    }
    for (let i = 0; i < 20; i++) {
      ledger.tick()
      await new Promise(resolve => setTimeout(resolve, 1))
    }
    expect(warnings).to.deep.equal(['no block contains the transaction yet'])
    ledger.seal()
    expect((await outcome).revert).to.equal(undefined)
    expect(nonces()).to.deep.equal([0])
  })

  describe('when somebody else sends with the key of its account', () => {
    beforeEach(() => {
      ledger.account = account.address
    })
    const taken = { code: 'LEDGER_LANE_TAKEN' } as const

    it('opens, says so once, and submits nothing, if the ledger has more transactions than it sent', async () => {
      const { lane } = await open()
      await lane.submit(request('a')).outcome
      store = new FaultyStore()
      const { lane: old } = await open()
      const found = ledger.included[0]?.hash
      expect(old.taken?.detail).to.deep.equal({ ...taken, account: account.address, nonce: 0, expected: null, found })
      expect(warnings).to.have.lengthOf(1)
      const { committed, outcome } = old.submit(request('b'))
      expect((await failureOf(committed)).detail).to.include(taken)
      expect((await failureOf(outcome)).detail).to.include(taken)
      expect(has('cause b')).to.equal(false)
    })

    it('finds at its start that a transaction of somebody else has the nonce of its own, though the counts are equal', async () => {
      const { lane } = await open()
      ledger.faults.set(
        'eth_sendRawTransaction',
        Array.from({ length: 50 }, () => 'refused' as const),
      )
      const { committed, outcome } = lane.submit(request('a'))
      outcome.catch(() => undefined)
      await committed
      await lane.close()
      ledger.faults.clear()
      const expected = signTransaction({ account, chainId: 7 }, { ...request('a'), nonce: 0 }).transaction
      const found = ledger.foreign()
      const { lane: second, recovered } = await open()
      const detail = { ...taken, account: account.address, nonce: 0, expected, found }
      expect(second.taken?.detail).to.deep.equal(detail)
      expect((await failureOf(recovered)).detail).to.deep.equal(detail)
      expect((await failureOf(second.submit(request('b')).outcome)).detail).to.include(taken)
      // What was committed is still there for the account that replaces this one.
      expect(
        store.get(concat(new Uint8Array([Bucket.outbox]), fromHex(account.address as Hex), u64be(0))),
      ).to.not.equal(undefined)
    })

    it('notices at the next block that its next nonce was used', async () => {
      const { lane } = await open()
      await lane.submit(request('a')).outcome
      await lane.check()
      expect(lane.taken).to.equal(undefined)
      const found = ledger.foreign()
      await lane.check()
      expect(lane.taken?.detail).to.deep.equal({ ...taken, account: account.address, nonce: 1, expected: null, found })
      expect((await failureOf(lane.submit(request('b')).outcome)).detail).to.include(taken)
    })

    it('ends what waits when the engine says that the nonce is too low', async () => {
      const { lane } = await open()
      ledger.faults.set('eth_sendRawTransaction', ['refused'])
      const { committed, outcome } = lane.submit(request('a'))
      await committed
      const found = ledger.foreign()
      const failure = await failureOf(outcome)
      expect(failure.detail).to.include({ ...taken, nonce: 0, found })
      expect(warnings.filter(warning => warning.includes('did not send'))).to.have.lengthOf(1)
    })

    it('ends what waits also if the engine had taken the bytes before', async () => {
      const { lane } = await open()
      ledger.automine = false
      const first = lane.submit(request('a'))
      await first.committed
      while (ledger.sent.length === 0) await new Promise(resolve => setTimeout(resolve, 1))
      const found = ledger.foreign()
      // The engine had the nonce free for both; ours comes after, as a later nonce would.
      const second = lane.submit(request('b'))
      await lane.check()
      await lane.check()
      expect((await failureOf(first.outcome)).detail).to.include({ ...taken, found })
      expect((await failureOf(second.outcome)).detail).to.include(taken)
    })
  })
})
