import { setImmediate as yieldThread } from 'node:timers/promises'
import { expect } from 'chai'
import { Wallet } from 'ethers'
import type { EmbeddedNode } from '../../../../node/ledger/embedded/node.ts'
import { fromHex, type Hex } from '../../../../node/lib/bytes.ts'
import { ask, type Json } from '../following.ts'
import { SENDER, sender, sign } from './fixture.ts'
import { MemoryStore, openInMemory, StillClock } from './memory.ts'

const other = new Wallet(`0x${'33'.repeat(32)}`)
const OTHER = other.address.toLowerCase() as Hex

/** `SENDER` is the account whose transactions take long. */
describe('embedded ledger: a sender that occupies it', () => {
  let clock: StillClock
  let node: EmbeddedNode

  beforeEach(async () => {
    clock = new StillClock()
    ;({ node } = await openInMemory(new MemoryStore(), clock, { allow: [SENDER, OTHER] }))
    await submit(sender, 0)
    clock.advance(1)
    node.pool.spend(SENDER, 10_000)
  })
  afterEach(() => node.close())

  const submit = async (wallet: Wallet, nonce: number) =>
    node.submit(fromHex(await sign({ nonce, to: SENDER }, wallet)))
  const sendersOf = async (number: number) => {
    const block = (await ask(node, 'eth_getBlockByNumber', [`0x${number.toString(16)}`, true])) as Json
    return block.transactions.map(({ from }) => (from === SENDER ? 'it' : 'other'))
  }

  it('waits for the later part of the second, in which another is sealed at once', async () => {
    const waiting = submit(sender, 1)
    await submit(other, 0)
    expect([node.head.number, await sendersOf(2)]).to.deep.equal([2, ['other']])
    clock.advance(1)
    node.clockChanged()
    expect(node.head.number).to.equal(2)
    clock.advance(0.4)
    node.clockChanged()
    await waiting
    expect([node.head.number, await sendersOf(3)]).to.deep.equal([3, ['it']])
  })

  it('has a block of its own after three of others, while each second begins with theirs', async () => {
    const waiting = submit(sender, 1)
    for (let nonce = 0; nonce < 3; nonce++) {
      await submit(other, nonce)
      clock.advance(nonce < 2 ? 1 : 0.4)
    }
    node.clockChanged()
    await waiting
    expect(await Promise.all([2, 3, 4, 5].map(sendersOf))).to.deep.equal([['other'], ['other'], ['other'], ['it']])
  })

  it('does not let another wait for the end of a second: a block is up to one second ahead of the clock', async () => {
    const now = () => Math.floor(clock.now() / 1000)
    await submit(other, 0)
    expect(node.head.timestamp).to.equal(now())
    await submit(other, 1)
    expect(node.head.timestamp).to.equal(now() + 1)
    const third = submit(other, 2)
    await yieldThread()
    expect(node.head.number).to.equal(3)
    clock.advance(1)
    node.clockChanged()
    await third
    expect([node.head.number, node.head.timestamp]).to.deep.equal([4, now() + 1])
  })

  it('leaves the times of blocks as they were half a minute after its last transaction', async () => {
    for (let nonce = 0; nonce <= 30; nonce++) {
      await submit(other, nonce)
      clock.advance(1)
    }
    await submit(other, 31)
    const second = submit(other, 32)
    await yieldThread()
    expect([node.head.number, node.head.timestamp]).to.deep.equal([33, Math.floor(clock.now() / 1000)])
    clock.advance(1)
    node.clockChanged()
    await second
    expect(node.head.timestamp).to.equal(Math.floor(clock.now() / 1000))
  })
})
