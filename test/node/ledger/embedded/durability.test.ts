import { expect } from 'chai'
import { parseTransaction } from '../../../../node/ledger/embedded/admission.ts'
import { BlockBuilder, type SignedTransaction } from '../../../../node/ledger/embedded/builder.ts'
import { checkLedgerStore } from '../../../../node/ledger/embedded/check-store.ts'
import { ClockWatch } from '../../../../node/ledger/embedded/clock.ts'
import { RpcContext } from '../../../../node/ledger/embedded/context.ts'
import { createSealer } from '../../../../node/ledger/embedded/crypto.ts'
import { dispatch } from '../../../../node/ledger/embedded/dispatch.ts'
import { DamagedStore } from '../../../../node/ledger/embedded/ledger-store.ts'
import { Pool, pendingOf } from '../../../../node/ledger/embedded/pool.ts'
import { Producer } from '../../../../node/ledger/embedded/producer.ts'
import { KeyPrefix } from '../../../../node/ledger/embedded/schema.ts'
import { LedgerError } from '../../../../node/ledger/errors.ts'
import { fromHex, type Hex } from '../../../../node/lib/bytes.ts'
import { put, refusal, SENDER, STORE_INIT_CODE, sign, VALIDATOR_KEY, word } from './fixture.ts'
import { type Fault, MemoryStore, openInMemory, StillClock } from './memory.ts'

const codeOf = (reason: unknown) => (reason instanceof LedgerError ? reason.code : reason)

async function withStore() {
  const store = new MemoryStore()
  const clock = new StillClock()
  const opened = await openInMemory(store, clock)
  await opened.node.submit(fromHex(await sign({ nonce: 0, data: STORE_INIT_CODE })))
  clock.advance(1)
  const address = (await dispatch(new RpcContext(opened.node), 'eth_getBlockReceipts', ['latest'])) as [
    { contractAddress: Hex },
  ]
  return { store, clock, ...opened, address: address[0].contractAddress }
}

describe('embedded ledger: one commit point', () => {
  it('every block is one batch', async () => {
    const { store, node, address } = await withStore()
    const before = store.commits
    const raws = await Promise.all([1, 2, 3, 4].map(nonce => sign({ nonce, to: address, data: put(nonce, 1) })))
    await Promise.all(raws.map(raw => node.submit(fromHex(raw))))
    expect(store.commits).to.equal(before + 1)
    expect(checkLedgerStore(store)).to.deep.equal({ head: 2, transactions: 5, faults: [] })
    await node.close()
  })

  const cases: { fault: Fault; acknowledged: boolean; stored: boolean }[] = [
    { fault: 'refused', acknowledged: false, stored: false },
    // The node could not know it, but the whole block is there. The same bytes again give its hash.
    { fault: 'stored-then-lost', acknowledged: false, stored: true },
  ]
  for (const { fault, acknowledged, stored } of cases) {
    it(`commit ${fault}: the node stops with an unknown outcome, and the next start reads it`, async () => {
      const { store, clock, node, fatal, address } = await withStore()
      const raw = fromHex(await sign({ nonce: 1, to: address, data: put(1, 1) }))
      store.fault = fault
      const answer = await node.submit(raw).then(
        () => 'acknowledged',
        reason => codeOf(reason),
      )
      expect(answer === 'acknowledged').to.equal(acknowledged)
      expect(answer).to.equal('LEDGER_UNREACHABLE')
      expect(await fatal).to.be.an('error')
      store.fault = null
      expect(node.head.number).to.equal(1)

      const again = await openInMemory(store, clock)
      expect(again.node.head.number).to.equal(stored ? 2 : 1)
      clock.advance(1)
      await again.node.submit(raw)
      expect(again.node.head.number).to.equal(2)
      expect(checkLedgerStore(store)).to.deep.equal({ head: 2, transactions: 2, faults: [] })
      await again.node.close()
    })
  }

  it('after an account loses its permission, its transactions are refused and in no later block', async () => {
    const { store, clock, node } = await withStore()
    clock.advance(-1)
    const raws = await Promise.all([1, 2, 3, 5].map(async nonce => fromHex(await sign({ nonce, to: SENDER }))))
    const fates = raws.map(raw =>
      node.submit(raw).then(
        () => 'included',
        error => error.rpcCode,
      ),
    )
    await Promise.resolve()
    expect(node.pool.size).to.equal(4)
    await node.disallow([SENDER])
    expect(node.pool.size).to.equal(0)
    // The last one waited behind a gap and was answered at once.
    expect(await Promise.all(fates)).to.deep.equal([-32007, -32007, -32007, 'included'])
    clock.advance(2)
    node.clockChanged()
    await node.allow([SENDER])
    clock.advance(1)
    expect(node.nextNonce(SENDER)).to.equal(1)
    await node.submit(raws[0] as Uint8Array)
    expect(checkLedgerStore(store).transactions).to.equal(2)
    await node.close()
  })

  it('a transaction that is being executed then is in a block before `disallow` resolves', async () => {
    const { node, clock } = await withStore()
    const raw = fromHex(await sign({ nonce: 1, to: SENDER }))
    const fate = node.submit(raw)
    await node.disallow([SENDER])
    const { number } = node.head
    await fate.catch(() => {})
    clock.advance(5)
    node.clockChanged()
    await new Promise(resolve => setTimeout(resolve, 50))
    expect(node.head.number).to.equal(number)
    await node.close()
  })

  it('a clock that jumps back while a transaction waits: it is refused, and accepted when sent again', async () => {
    const { store, clock, node, address } = await withStore()
    clock.advance(-1)
    const raw = fromHex(await sign({ nonce: 1, to: address, data: put(1, 1) }))
    const waiting = node.submit(raw).catch(codeOf)
    clock.advance(-3600)
    node.clockChanged()
    expect(await waiting).to.equal('LEDGER_CLOCK_BEHIND')
    expect(await node.submit(raw).catch(codeOf)).to.equal('LEDGER_CLOCK_BEHIND')
    expect(node.head.number).to.equal(1)
    clock.advance(3602)
    await node.submit(raw)
    expect(checkLedgerStore(store)).to.deep.equal({ head: 2, transactions: 2, faults: [] })
    await node.close()
  })

  it('a transaction that can be in no block is dropped alone, and the next nonces wait for another', async () => {
    const { store, clock, node, address } = await withStore()
    await node.close()
    const raws = await Promise.all([1, 2, 3].map(nonce => sign({ nonce, to: address, data: put(nonce, 1) })))
    const [first, doomed, follower] = raws.map(raw => pendingOf(parseTransaction(fromHex(raw), node.rules)))
    if (!first || !doomed || !follower) return expect.fail()

    /** Makes a transaction fail in this way, because no admitted transaction does. */
    class Failing extends BlockBuilder {
      override async add(transaction: SignedTransaction): Promise<void> {
        if (transaction.hash === doomed?.hash) throw new Error('no reason known (vm -> block -> tx)')
        await super.add(transaction)
      }
    }
    const pool = new Pool()
    const heads: number[] = []
    const producer = new Producer({
      ...{ chain: node.chain, store, pool, sealer: createSealer(VALIDATOR_KEY), now: clock.now, heartbeat: 60 },
      builder: new Failing(node.rules, node.nodes, () => new Uint8Array(32)),
      clock: new ClockWatch(Date.now),
      onHead: head => heads.push(head.number),
      onFatal: error => expect.fail(String(error)),
    })
    for (const pending of [first, doomed, follower]) pool.add(pending, 1)
    expect(pool.nextNonce(SENDER, 1)).to.equal(4)
    producer.wake()
    const reason = await doomed.done.catch(error => error)
    expect(reason).to.include({ rpcCode: -32000, message: 'invalid transaction: no reason known' })
    await Promise.all([first.done, follower.done])
    expect(heads).to.deep.equal([2])
    expect(checkLedgerStore(store)).to.deep.equal({ head: 2, transactions: 2, faults: [] })
    expect(pool.nextNonce(SENDER, 2)).to.equal(2)

    clock.advance(1)
    const other = pendingOf(parseTransaction(fromHex(await sign({ nonce: 2, to: address, data: '0x' })), node.rules))
    pool.add(other, 2)
    producer.wake()
    await other.done
    expect(checkLedgerStore(store)).to.deep.equal({ head: 3, transactions: 4, faults: [] })
    expect(pool.size).to.equal(0)
    await producer.stop()
  })
})

describe('embedded ledger: a damaged database', () => {
  const first = (store: MemoryStore, bucket: number, skip = 0) =>
    [...store.entries.keys()].filter(key => key.startsWith(bucket.toString(16).padStart(2, '0')))[skip] as string

  for (const [name, bucket] of [
    ['block', KeyPrefix.block],
    ['transaction', KeyPrefix.transaction],
    ['receipt', KeyPrefix.receipt],
    ['numberOf', KeyPrefix.numberOf],
    ['positionOf', KeyPrefix.positionOf],
    ['node', KeyPrefix.node],
    ['code', KeyPrefix.code],
    ['term', KeyPrefix.term],
  ] as const) {
    it(`a lost or changed record of ${name} is found`, async () => {
      const { store, node, address } = await withStore()
      await node.submit(fromHex(await sign({ nonce: 1, to: address, data: put(1, 1) })))
      await node.close()
      expect(checkLedgerStore(store).faults).to.deep.equal([])
      const key = first(store, bucket, bucket === KeyPrefix.block ? 1 : 0)
      const value = store.entries.get(key) as Uint8Array
      store.entries.delete(key)
      expect(checkLedgerStore(store).faults, 'lost').to.not.deep.equal([])
      if (value.length === 0) return
      store.entries.set(
        key,
        value.map((byte, i) => (i === value.length - 1 ? byte ^ 1 : byte)),
      )
      expect(checkLedgerStore(store).faults, 'changed').to.not.deep.equal([])
    })
  }

  it('a missing trie node is an error, never an empty value', async () => {
    const { store, clock, node, address } = await withStore()
    await node.close()
    for (const key of [...store.entries.keys()]) if (key.startsWith('06')) store.entries.delete(key)
    const again = await openInMemory(store, clock)
    const context = new RpcContext(again.node)
    for (const [method, params] of [
      ['eth_call', [{ to: address, data: `0x${word(1)}` }, 'latest']],
      ['eth_getCode', [address, 'latest']],
      ['eth_getProof', [address, [], 'latest']],
    ] as const) {
      const { code, message } = await refusal(dispatch(context, method, params))
      expect(code, method).to.equal(-32603)
      expect(message).to.match(/damaged/)
    }
    expect(() => again.node.state().account(fromHex(address))).to.throw(DamagedStore)
    await again.node.close()
  })

  it('a head pointer to another block is refused at the start', async () => {
    const { store, clock, node } = await withStore()
    await node.close()
    const head = [...store.entries.keys()].find(key => key === `00${Buffer.from('head').toString('hex')}`) as string
    const value = Uint8Array.from(store.entries.get(head) as Uint8Array)
    value[39] = (value[39] as number) ^ 1
    store.entries.set(head, value)
    const reason = await openInMemory(store, clock).catch(error => error)
    expect(reason).to.be.instanceOf(DamagedStore)
  })
})
