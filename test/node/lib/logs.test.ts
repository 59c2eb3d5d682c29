import { expect } from 'chai'
import { logsInRange, logsSince } from '../../../node/lib/logs.ts'
import { ParseError } from '../../../node/lib/parse-error.ts'
import { failureOf } from '../../support/failure.ts'

/** The one log of a block. */
const logAt = (height: number) => ({
  address: '0x',
  topics: ['0x'],
  data: '0x',
  blockNumber: `0x${height.toString(16)}`,
})

/** A ledger with a log in every block. It answers for at most `blocks` blocks and `logs` logs. */
function engine(height: number, limits: { blocks: number; logs: number }, fail?: { code?: unknown }) {
  const asked: [number, number][] = []
  return {
    asked,
    async request(method: string, [filter]: readonly unknown[] = []): Promise<unknown> {
      if (method === 'eth_blockNumber') return `0x${height.toString(16)}`
      const { fromBlock, toBlock } = filter as { fromBlock: string; toBlock: string }
      const [from, to] = [Number(fromBlock), Number(toBlock)]
      asked.push([from, to])
      if (fail) throw Object.assign(new Error('no'), fail)
      if (to - from + 1 > Math.min(limits.blocks, limits.logs))
        throw Object.assign(new Error('too many'), { code: -32005 })
      return Array.from({ length: to - from + 1 }, (_, i) => logAt(from + i))
    },
  }
}

describe('logs over many blocks', () => {
  const all = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => logAt(from + i))

  it('are each read once and in order, whatever an engine’s limits are', async () => {
    for (const limits of [
      { blocks: 5000, logs: 10_000 },
      { blocks: 1000, logs: 10_000 },
      { blocks: 10_000, logs: 7 },
      { blocks: 1, logs: 1 },
    ]) {
      const ledger = engine(12_345, limits)
      expect(await logsSince(ledger, { address: '0x' }, 3)).to.deep.equal(all(3, 12_345))
    }
    expect(await logsInRange(engine(9, { blocks: 9, logs: 9 }), { address: '0x' }, 5, 4)).to.deep.equal([])
  })

  it('are refused in every other form', async () => {
    const { address, ...rest } = logAt(1)
    for (const answer of [
      null,
      {},
      'logs',
      [null],
      [5],
      [rest],
      [{ ...logAt(1), topics: [5] }],
      [{ ...logAt(1), topics: '0x' }],
    ]) {
      const failure = await failureOf(logsInRange({ request: async () => answer }, { address }, 1, 1))
      expect(failure, JSON.stringify(answer)).to.be.instanceOf(ParseError)
    }
  })

  it('are requested once from an unreachable ledger, and a few times if requests are refused for another reason', async () => {
    const away = engine(12_345, { blocks: 5000, logs: 5000 }, { code: 'LEDGER_UNREACHABLE' })
    expect(await failureOf(logsSince(away, { address: '0x' }, 0))).to.have.property('message', 'no')
    expect(away.asked).to.have.length(1)
    const never = engine(12_345, { blocks: 5000, logs: 5000 }, { code: 'LEDGER_RPC' })
    expect(await failureOf(logsSince(never, { address: '0x' }, 0))).to.have.property('message', 'no')
    expect(never.asked).to.have.length.below(20)
  })
})
