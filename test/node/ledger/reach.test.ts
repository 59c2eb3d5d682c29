import { expect } from 'chai'
import { LedgerError } from '../../../node/ledger/errors.ts'
import type { Ledger, LedgerHead } from '../../../node/ledger/ledger.ts'
import { LedgerReach, STANDSTILL_MS } from '../../../node/ledger/reach.ts'
import { ManualTimer } from '../../support/timer.ts'

const HEAD: LedgerHead = { number: 1, hash: '0x01', timestamp: 1 }
const never = new Promise<never>(() => undefined)

describe('the reach of the ledger', () => {
  let timer: ManualTimer
  let reach: LedgerReach
  /** What the next requests get. */
  let answer: () => Promise<unknown>
  let head: (head: LedgerHead) => void
  let asked: number

  beforeEach(() => {
    timer = new ManualTimer()
    asked = 0
    answer = async () => '0x1'
    const ledger = {
      request: () => {
        asked++
        return answer()
      },
      onHead: (listener: typeof head) => {
        head = listener
        return () => undefined
      },
    }
    reach = new LedgerReach({ ledger: ledger as unknown as Ledger, timer })
  })

  /** Half a second at a time, as long as the requests are apart. */
  const pass = async (ms: number) => {
    for (let at = 0; at < ms; at += 500) {
      timer.pass(500)
      await new Promise(setImmediate)
    }
  }
  const unreachable = async () => {
    throw new LedgerError({ code: 'LEDGER_UNREACHABLE', method: 'eth_blockNumber' }, 'cut off')
  }
  const state = async (watched: Promise<unknown>) => Promise.race([watched, Promise.resolve('waits')])

  for (const [how, silence] of [
    ['refuses connections', unreachable],
    ['never answers', () => never],
  ] as const) {
    it(`is lost after more than two seconds if the ledger ${how}`, async () => {
      answer = silence
      const watched = reach.watch(never)
      await pass(2000)
      expect(await state(watched)).to.equal('waits')
      await pass(500)
      expect(await watched).to.deep.equal({ lost: 'unreachable' })
      expect(reach.lost).to.equal('unreachable')
      expect(await reach.watch(never), 'the next one does not wait').to.deep.equal({ lost: 'unreachable' })
    })
  }

  it('is there as long as any answer comes, also a late one, and also a refusal', async () => {
    const late: (() => void)[] = []
    answer = () => new Promise(resolve => void late.push(() => resolve('0x1')))
    const watched = reach.watch(never)
    for (let i = 0; i < 10; i++) {
      await pass(1500)
      late.shift()?.()
      await new Promise(setImmediate)
    }
    expect(await state(watched)).to.equal('waits')
    answer = async () => {
      throw new LedgerError({ code: 'LEDGER_RPC', method: 'eth_blockNumber', rpcCode: 1, rpcMessage: 'no' }, 'no')
    }
    await pass(10_000)
    expect(reach.lost).to.equal(null)
  })

  it('takes no pause of its own process for an outage', async () => {
    const watched = reach.watch(never)
    timer.pass(60_000)
    await new Promise(setImmediate)
    expect(await state(watched)).to.equal('waits')
  })

  it('comes back with an answer or a block, and asks until then', async () => {
    answer = unreachable
    void reach.watch(never)
    await pass(3000)
    expect(reach.lost).to.equal('unreachable')
    answer = async () => '0x1'
    const back = reach.answer()
    await pass(1000)
    await back
    expect(reach.lost).to.equal(null)
  })

  it('is lost if a transaction waits and no block comes; blocks without it are waited for', async () => {
    const watched = reach.watch(never, true)
    const other = reach.watch(never)
    for (let at = 0; at < 4; at++) {
      await pass(STANDSTILL_MS - 500)
      head(HEAD)
    }
    expect(await state(watched)).to.equal('waits')
    await pass(STANDSTILL_MS)
    expect(await watched).to.deep.equal({ lost: 'standing still' })
    expect(await other).to.deep.equal({ lost: 'standing still' })
    head(HEAD)
    expect(reach.lost).to.equal(null)
  })

  it('passes on what the work does, and asks nothing while nobody waits', async () => {
    expect(await reach.watch(Promise.resolve(7))).to.deep.equal({ done: 7 })
    const failure = new Error('refused')
    expect(await reach.watch(Promise.reject(failure)).catch(error => error)).to.equal(failure)
    await pass(10_000)
    expect(asked).to.equal(0)
    reach.probe()
    await new Promise(setImmediate)
    await pass(5000)
    expect(asked).to.equal(1)
  })

  it('asks no more when it is closed', async () => {
    answer = unreachable
    void reach.watch(never)
    reach.close()
    await pass(5000)
    reach.probe()
    expect([asked, timer.waiting]).to.deep.equal([0, 0])
  })
})
