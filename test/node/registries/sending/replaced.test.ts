import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { Wallet } from 'ethers'
import type { Hex } from '../../../../node/lib/bytes.ts'
import { systemTimer } from '../../../../node/lib/time.ts'
import { type CauseOf, Lane, type LaneRequest, type OutcomeHandlers } from '../../../../node/registries/sending/lane.ts'
import { OrderedTransactions } from '../../../../node/registries/sending/ordered.ts'
import { outboxTable } from '../../../../node/registries/sending/outbox.ts'
import { REPLACED, settleReplaced } from '../../../../node/registries/sending/replaced.ts'
import { signTransaction } from '../../../../node/registries/sending/transaction.ts'
import type { TransactionReceipt } from '../../../../node/registries/sending/transaction-receipt.ts'
import { FakeLedger } from '../../../support/fake-ledger.ts'
import { MemoryStore } from '../../../support/memory-store.ts'
import { until } from '../../../support/until.ts'

interface Causes {
  readonly asked: { readonly name: string }
  readonly made: { readonly name: string }
}

describe('what a replaced account left', () => {
  let store: MemoryStore
  let outcomes: string[]
  let before: FakeLedger
  let now: FakeLedger
  let lanes: Lane<Causes>[]
  const [old, fresh] = [1, 2].map(() => new Wallet(`0x${randomBytes(32).toString('hex')}`)) as [Wallet, Wallet]

  beforeEach(() => {
    store = new MemoryStore()
    before = new FakeLedger()
    now = new FakeLedger()
    outcomes = []
    lanes = []
  })
  afterEach(async () => {
    for (const lane of lanes) await lane.close()
  })

  const record = ({ name }: { name: string }, { revert = 'done' }: TransactionReceipt) => {
    outcomes.push(`${name}: ${revert}`)
    return []
  }
  const handlers: OutcomeHandlers<Causes> = {
    asked: (cause, receipt) => record(cause, receipt),
    made: (cause, receipt) => record(cause, receipt),
  }
  const open = async (ledger: FakeLedger, account: Wallet) => {
    ledger.account = account.address
    const warn = () => undefined
    const lane = await Lane.open<Causes>({ ledger, store, account, chainId: 7, timer: systemTimer, warn, alarm: warn })
    lanes.push(lane)
    return lane
  }
  const request = (kind: keyof Causes, name: string, data: Hex): LaneRequest<CauseOf<Causes>> => ({
    to: `0x${'11'.repeat(20)}`,
    data,
    gasLimit: 100_000n,
    cause: { kind, name },
    ops: [],
  })
  const left = async () => {
    let count = 0
    for await (const _ of outboxTable(store).entries()) count++
    return count
  }

  /** Three transactions were committed and signed with the old account, and none of them was sent. */
  async function leave(): Promise<Hex[]> {
    const lane = await open(before, old)
    await lane.start(handlers)
    before.faults.set(
      'eth_sendRawTransaction',
      Array.from({ length: 100 }, () => 'refused' as const),
    )
    const requests = [
      request('made', 'a batch', '0xa1'),
      request('asked', 'a suspension', '0xa2'),
      request('made', 'sent', '0xa3'),
    ]
    const [first] = lane.submitAll(requests)
    await first?.committed
    await lane.close()
    return requests.map((one, nonce) => signTransaction({ account: old, chainId: 7 }, { nonce, ...one }).transaction)
  }
  const settle = async (isStopped = true) => {
    const lane = await open(now, fresh)
    await lane.start(handlers)
    await settleReplaced({
      ...{ store, ledger: now, lanes: [lane], lane, handlers, now: 1000 },
      isStopped: async () => isStopped,
      isResent: ({ kind }) => kind === 'asked',
    })
  }

  it('is given up, sent again, or gets the outcome that a block has; each once', async () => {
    const [batch, suspension, sent] = (await leave()) as [Hex, Hex, Hex]
    const request = now.request.bind(now)
    now.request = async (method, params = []) => {
      if (method !== 'eth_getTransactionReceipt' || params[0] !== sent) return await request(method, params)
      return { blockHash: '0x1', blockNumber: '0x1', transactionIndex: '0x0', status: '0x1' }
    }
    await settle()
    await until('all is settled', async () => (await left()) === 0)
    expect(outcomes.sort()).to.deep.equal([`a batch: ${REPLACED}`, 'a suspension: done', 'sent: done'])
    const ordered = new OrderedTransactions(store)
    expect([batch, suspension].map(transaction => ordered.has(transaction))).to.deep.equal([false, false])
    outcomes = []
    await settle()
    expect(outcomes).to.deep.equal([])
  })

  it('is not touched while the account is not stopped', async () => {
    await leave()
    await settle(false)
    expect(outcomes).to.deep.equal([])
    expect(await left()).to.equal(3)
  })
})
