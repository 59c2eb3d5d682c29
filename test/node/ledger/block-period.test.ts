import { expect } from 'chai'
import { BlockPeriod } from '../../../node/ledger/block-period.ts'
import type { LedgerHead } from '../../../node/ledger/ledger.ts'
import { hashOf } from './fake-node.ts'

/** A ledger that has these blocks, by their times. */
function ledgerOf(times: number[]) {
  let tell: (head: LedgerHead) => void = () => {}
  return {
    /** Adds a block. */
    add: (timestamp: number) => {
      times.push(timestamp)
      tell({ number: times.length - 1, hash: hashOf(times.length - 1), timestamp })
    },
    request: async (method: string, [tag]: readonly unknown[] = []) =>
      method === 'eth_blockNumber' ? times.length - 1 : { number: tag, timestamp: times[Number(tag)] },
    onHead: (listener: (head: LedgerHead) => void) => {
      tell = listener
      return () => {}
    },
    close: async () => {},
  }
}
const every = (seconds: number, count: number) => Array.from({ length: count }, (_, i) => 1_000 + i * seconds)
const fail = (error: unknown) => expect.fail(String(error))

describe('the period of blocks', () => {
  it('is read from the blocks that the ledger has', async () => {
    expect((await BlockPeriod.of(ledgerOf(every(1, 40)), 60, fail)).patience).to.equal(10)
    expect((await BlockPeriod.of(ledgerOf(every(5, 40)), 60, fail)).patience).to.equal(15)
    expect((await BlockPeriod.of(ledgerOf(every(600, 40)), 60, fail)).patience).to.equal(180)
  })

  it('is not known from a few blocks', async () => {
    const ledger = ledgerOf(every(1, 5))
    const period = await BlockPeriod.of(ledger, 60, fail)
    expect(period.patience).to.equal(180)
    for (let time = 1_005; time < 1_010; time++) ledger.add(time)
    expect(period.patience).to.equal(10)
  })

  it('leaves an earlier standstill out, and counts what happens more than once', async () => {
    const ledger = ledgerOf(every(1, 40))
    const period = await BlockPeriod.of(ledger, 60, fail)
    ledger.add(5_000)
    expect(period.patience).to.equal(10)
    // A validator that is down costs a change of round each time that it is its turn.
    ledger.add(5_007)
    expect(period.patience).to.equal(21)
  })

  it('is at most the heartbeat when the ledger cannot be asked', async () => {
    const failures: unknown[] = []
    const ledger = { ...ledgerOf([]), request: () => Promise.reject(new Error('cut off')) }
    expect((await BlockPeriod.of(ledger, 60, error => failures.push(error))).patience).to.equal(180)
    expect(failures).to.have.lengthOf(1)
  })
})
