import { expect } from 'chai'
import { CallThread } from '../../../../node/ledger/embedded/call-thread.ts'
import type { EmbeddedLedger } from '../../../../node/ledger/embedded/ledger.ts'
import type { Connection } from '../../../../node/ledger/ledger.ts'
import { concat, fromHex, type Hex, toHex, u32be } from '../../../../node/lib/bytes.ts'
import { until } from '../../../support/until.ts'
import { CHAIN_ID, deployStore, openLedger, put, refusal, SENDER, send, temporaryDirectory, word } from './fixture.ts'

const connection = (): Connection => ({ destroyed: false })
const precompile = (number: number, data: Uint8Array) => ({
  to: `0x${number.toString(16).padStart(40, '0')}`,
  data: toHex(data),
})
const ENDLESS = { data: '0x5b600056' }
/** The generators of both curves: a pair with the usual cost of the precompile. */
const PAIR = fromHex(
  `0x${word(1)}${word(2)}198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c21800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa`,
)

describe('embedded ledger: calls of clients', () => {
  const directory = temporaryDirectory()
  let ledger: EmbeddedLedger
  let store: Hex

  before(async () => {
    ledger = await openLedger(directory.path)
    store = await deployStore(ledger)
  })
  after(async () => {
    await ledger.close()
    directory.remove()
  })

  const call = (request: unknown, from = connection(), at: unknown = 'latest') =>
    ledger.request('eth_call', [request, at], from)

  async function expectTooLong(answer: Promise<unknown>): Promise<void> {
    const { code, message } = await refusal(answer)
    expect([code, message]).to.deep.equal([-32000, 'execution aborted: it takes over 5 s'])
  }

  /** The longest time (ms) that this program waited meanwhile, for its own call and for another request. */
  async function longestWait(work: () => Promise<unknown>): Promise<number> {
    let longest = 0
    let done = false
    const node = (async () => {
      while (!done) {
        const asked = performance.now()
        await ledger.request('eth_call', [{ to: store, data: `0x${word(5)}` }, 'latest'])
        await ledger.request('eth_blockNumber')
        longest = Math.max(longest, performance.now() - asked)
        await new Promise(resolve => setTimeout(resolve, 5))
      }
    })()
    await work()
    done = true
    await node
    return longest
  }

  it('are answered like those of the program itself', async () => {
    for (const [method, params] of [
      ['eth_call', [{ to: store, data: `0x${word(5)}` }, 'latest']],
      ['eth_call', [{ to: store, data: `0x${word(5)}` }, '0x1']],
      ['eth_call', [{ to: store, data: `0x${word(5)}` }, '0x0']],
      ['eth_call', [{ to: store }, 'latest']],
      ['eth_call', [{ to: store }, '0xffff']],
      ['eth_call', [{ to: 7 }]],
      ['eth_call', []],
      ['eth_estimateGas', [{ from: SENDER, to: store, data: put(7, 1) }]],
      ['eth_estimateGas', [{ from: SENDER, to: store }]],
    ] as const) {
      const [own, others] = await Promise.all(
        [undefined, connection()].map(from =>
          ledger.request(method, params, from).catch((error: { detail: unknown }) => error.detail),
        ),
      )
      // Both read the clock, which may have moved between them.
      const steady = (answer: unknown) => (typeof answer === 'string' ? answer.slice(0, 130) : answer)
      expect(steady(others), JSON.stringify(params)).to.deep.equal(steady(own))
    }
  })

  it('see the last acknowledged block', async () => {
    for (let nonce = 1; nonce < 4; nonce++) {
      const { blockNumber } = await send(ledger, { nonce, to: store, data: put(5, nonce) })
      const answer = (await call({ to: store, data: `0x${word(5)}` })) as Hex
      expect(answer.slice(2, 130)).to.equal(word(nonce) + word(Number(blockNumber) + 1))
    }
  })

  it('are ended when they are endless; this program and short calls do not wait for them', async () => {
    const answers = Array.from({ length: 40 }, () => call(ENDLESS))
    const ended = Promise.allSettled(answers.map(answer => answer.catch(() => {})))
    let waited = 0
    const own = await longestWait(async () => {
      await expectTooLong(answers[0] as Promise<unknown>)
      // When its turn comes, all endless calls have left the first thread.
      await call({ data: '0x' })
      for (let i = 0; i < 10; i++) {
        const asked = performance.now()
        await call({ to: store, data: `0x${word(5)}` })
        waited = Math.max(waited, performance.now() - asked)
      }
      const began = performance.now()
      await send(ledger, { nonce: 4, to: store, data: put(5, 4) })
      expect(performance.now() - began).to.be.below(2_000)
    })
    await ledger.close()
    await ended
    ledger = await openLedger(directory.path, { clockOffset: 60 })
    expect(own).to.be.below(1_500)
    expect(waited).to.be.below(1_500)
    for (const answer of answers.slice(1))
      expect((await refusal(answer)).code).to.be.oneOf(['LEDGER_UNREACHABLE', -32000])
  })

  it('that the thread cannot interrupt are ended with the thread, and the next call is answered', async () => {
    const blake = precompile(9, concat(u32be(90_000_000), new Uint8Array(208), Uint8Array.of(1)))
    const pairing = precompile(8, concat(...Array.from({ length: 2_500 }, () => PAIR)))
    for (const request of [blake, pairing]) {
      expect(await longestWait(() => expectTooLong(call(request)))).to.be.below(1_500)
      expect(await call(precompile(8, new Uint8Array(64 * 192)))).to.equal(`0x${word(1)}`)
    }
    const hashes = `0x6000${'63000f424053'}${'63000f424060002050'.repeat(480)}`
    expect(await longestWait(() => refusal(call({ data: hashes })))).to.be.below(1_500)
  })

  it('may take seconds, and may have long init code', async () => {
    const timed = async (bytes: number) => {
      const numbers = [new Uint8Array(32).fill(3), new Uint8Array(bytes).fill(0xff), new Uint8Array(32).fill(0xfd)]
      const lengths = numbers.map(each => fromHex(`0x${word(each.length)}`))
      const request = precompile(5, concat(...lengths, ...numbers))
      let taken = 0
      const waited = await longestWait(async () => {
        const began = performance.now()
        await call(request)
        taken = performance.now() - began
      })
      return { taken, waited }
    }
    // On any machine longer than a call may take in the first thread, and shorter than in the second.
    const short = 10_000
    const { taken } = await timed(short)
    const long = await timed(Math.min(300_000, Math.round((short * 2_000) / taken)))
    expect(long.waited, 'the node itself waits for no call').to.be.below(Math.max(long.taken, 500))
    expect(await call({ data: `0x${'600050'.repeat(100_000)}` })).to.equal('0x')
  })

  it('that fill the memory are ended with the thread, and the next call is answered', async () => {
    const thread = new CallThread({ path: directory.path, chainId: CHAIN_ID }, { milliseconds: 60_000, heap: 40 })
    const run = (data: string) =>
      thread.run({ method: 'eth_call', params: [{ data }], head: 1, now: { addSeconds: 0 } })
    expect(await run('0x')).to.deep.equal({ kind: 'answer', value: '0x' })
    // It writes one slot again and again. Every write stays in memory, because it may be reverted.
    const filled = await run('0x5b60016000556002600055600056')
    expect(filled).to.have.nested.property('failure.detail.rpcMessage', 'execution aborted: it takes too much memory')
    expect(await run('0x')).to.deep.equal({ kind: 'answer', value: '0x' })
    await thread.end()
  })

  it('leave no thread behind when none came for some time, and the next call starts one', async () => {
    const thread = new CallThread({ path: directory.path, chainId: CHAIN_ID }, { milliseconds: 5_000, heap: 40 }, 50)
    const run = () => thread.run({ method: 'eth_call', params: [{ data: '0x' }], head: 1, now: { addSeconds: 0 } })
    for (let i = 0; i < 2; i++) {
      expect(await run()).to.deep.equal({ kind: 'answer', value: '0x' })
      expect(thread.isRunning).to.equal(true)
      await until('the thread is ended', () => !thread.isRunning)
    }
  })

  it('are refused when a hundred calls of one connection wait', async () => {
    const greedy = connection()
    const answers = Array.from({ length: 102 }, () => call({ data: '0x' }, greedy))
    expect(await refusal(answers.pop() as Promise<unknown>)).to.deep.equal({
      code: -32005,
      message: 'too many requests at once: try again',
    })
    expect(await call({ data: '0x' })).to.equal('0x')
    expect(new Set(await Promise.all(answers))).to.deep.equal(new Set(['0x']))
  })
})
