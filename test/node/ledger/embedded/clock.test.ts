import { expect } from 'chai'
import { ClockWatch } from '../../../../node/ledger/embedded/clock.ts'
import { LedgerError } from '../../../../node/ledger/errors.ts'
import { fromHex } from '../../../../node/lib/bytes.ts'
import { SENDER, sign } from './fixture.ts'
import { MemoryStore, openInMemory, StillClock } from './memory.ts'

const YEARS = 50 * 365 * 86_400
const codeOf = (reason: unknown) => (reason instanceof LedgerError ? reason.code : reason)

/** A wall clock and a monotonic clock. */
function clocks() {
  const wall = new StillClock()
  let passed = 5_000
  const watch = new ClockWatch(wall.now, () => passed)
  return {
    wall,
    watch,
    pass(seconds: number) {
      passed += seconds * 1000
      wall.advance(seconds)
    },
  }
}

describe('embedded ledger: a clock that jumps ahead', () => {
  it('is accepted after a minute, and at once when it is right again', () => {
    const { wall, watch, pass } = clocks()
    expect(watch.check()).to.equal(null)
    pass(86_400)
    expect(watch.check()).to.equal(null)
    const before = wall.ms / 1000
    wall.advance(3_600)
    expect(watch.check()).to.deep.equal({ expected: before, now: before + 3_600 })
    pass(59)
    expect(watch.check()).to.deep.equal({ expected: before + 59, now: before + 3_659 })
    wall.advance(-3_600)
    expect(watch.check()).to.equal(null)
    wall.advance(3_600)
    expect(watch.check()).to.not.equal(null)
    pass(40)
    // After another jump the minute starts again.
    wall.advance(3_600)
    expect(watch.check()).to.not.equal(null)
    pass(40)
    expect(watch.check()).to.not.equal(null)
    pass(20)
    expect(watch.check()).to.equal(null)
    expect(watch.check()).to.equal(null)
  })

  it('may be corrected by minutes, and back by any time', () => {
    const { wall, watch, pass } = clocks()
    for (const seconds of [599, -7_200, 500, 500]) {
      wall.advance(seconds)
      pass(5)
      expect(watch.check(), String(seconds)).to.equal(null)
    }
    wall.advance(601)
    expect(watch.check()).to.not.equal(null)
  })

  it('causes no block meanwhile, so a wrong time is in no block', async () => {
    const { wall, watch, pass } = clocks()
    const { node } = await openInMemory(new MemoryStore(), wall, { clock: watch })
    await node.submit(fromHex(await sign({ nonce: 0, to: SENDER })))
    expect(node.head.number).to.equal(1)
    wall.advance(YEARS)
    node.clockChanged()
    const raw = fromHex(await sign({ nonce: 1, to: SENDER }))
    expect(await node.submit(raw).catch(codeOf)).to.equal('LEDGER_CLOCK_AHEAD')
    expect(node.head.number).to.equal(1)
    wall.advance(-YEARS)
    pass(2)
    await node.submit(raw)
    expect(node.head.number).to.equal(2)

    // A waiting transaction is refused, and accepted once the new time is accepted.
    const next = fromHex(await sign({ nonce: 2, to: SENDER }))
    const waiting = node.submit(next).catch(codeOf)
    wall.advance(7_200)
    node.clockChanged()
    expect(await waiting).to.equal('LEDGER_CLOCK_AHEAD')
    pass(61)
    await node.submit(next)
    expect(node.head).to.deep.include({ number: 3, timestamp: wall.ms / 1000 })
    await node.close()
  })
})
