/**
 * Every durable step of the ledger fails in two ways: it stores nothing, or it stores and then fails (a lost reply).
 * Then the node starts again. No acknowledged record may be missing, and each step can be repeated and has its effect
 * once.
 */
import { expect } from 'chai'
import { Chain } from '../../../../node/ledger/embedded/chain.ts'
import { checkLedgerStore } from '../../../../node/ledger/embedded/check-store.ts'
import { RpcContext } from '../../../../node/ledger/embedded/context.ts'
import { dispatch } from '../../../../node/ledger/embedded/dispatch.ts'
import { FollowerNode } from '../../../../node/ledger/embedded/follower-node.ts'
import type { EmbeddedNode } from '../../../../node/ledger/embedded/node.ts'
import { MetaKey } from '../../../../node/ledger/embedded/schema.ts'
import { parseBody } from '../../../../node/ledger/follower/body.ts'
import { fromHex, type Hex, toHex } from '../../../../node/lib/bytes.ts'
import { CHAIN_ID, put, SENDER, STORE_INIT_CODE, sign } from './fixture.ts'
import { type Fault, MemoryStore, openInMemory, StillClock } from './memory.ts'

type Step = 'genesis' | 'allow' | 'disallow' | 'block' | 'heartbeat' | 'copied genesis' | 'copied block'

interface Expected {
  readonly acknowledged: boolean
  /** True if the step's effect is there after the next start. */
  readonly there: boolean
  /** True if the node stopped, because it no longer knows what is on disk. */
  readonly fatal: boolean
}

const steps: readonly { step: Step; fault: Fault; expected: Expected }[] = [
  // Nobody knows of a ledger yet. The next start creates one, or opens the one that was created.
  { step: 'genesis', fault: 'refused', expected: { acknowledged: false, there: false, fatal: true } },
  { step: 'genesis', fault: 'stored-then-lost', expected: { acknowledged: false, there: true, fatal: true } },
  // The list of senders is a setting. The caller gets the error, and repeats the change.
  { step: 'allow', fault: 'refused', expected: { acknowledged: false, there: false, fatal: false } },
  { step: 'allow', fault: 'stored-then-lost', expected: { acknowledged: false, there: true, fatal: false } },
  { step: 'disallow', fault: 'refused', expected: { acknowledged: false, there: false, fatal: false } },
  { step: 'disallow', fault: 'stored-then-lost', expected: { acknowledged: false, there: true, fatal: false } },
  // The block is the commit point. If its outcome is unknown, the node stops, and the next start reads the outcome.
  { step: 'block', fault: 'refused', expected: { acknowledged: false, there: false, fatal: true } },
  { step: 'block', fault: 'stored-then-lost', expected: { acknowledged: false, there: true, fatal: true } },
  { step: 'heartbeat', fault: 'refused', expected: { acknowledged: false, there: false, fatal: true } },
  { step: 'heartbeat', fault: 'stored-then-lost', expected: { acknowledged: false, there: true, fatal: true } },
  // A follower gets the block again, or has it already.
  { step: 'copied genesis', fault: 'refused', expected: { acknowledged: false, there: false, fatal: true } },
  { step: 'copied genesis', fault: 'stored-then-lost', expected: { acknowledged: false, there: true, fatal: true } },
  { step: 'copied block', fault: 'refused', expected: { acknowledged: false, there: false, fatal: true } },
  { step: 'copied block', fault: 'stored-then-lost', expected: { acknowledged: false, there: true, fatal: true } },
]

const OTHER = `0x${'33'.repeat(20)}` as Hex

class Scene {
  readonly store = new MemoryStore()
  readonly clock = new StillClock()
  /** True if the node or the follower has reported that it stopped. */
  ended = false
  #node: EmbeddedNode | undefined
  #transactions = 0

  get node(): EmbeddedNode {
    if (this.#node === undefined) throw new Error('not started')
    return this.#node
  }

  async start(): Promise<void> {
    await this.#node?.close()
    const { node, fatal } = await openInMemory(this.store, this.clock)
    this.#node = node
    this.ended = false
    void fatal.then(() => {
      this.ended = true
    })
  }

  async send(): Promise<void> {
    this.clock.advance(1)
    const nonce = this.#transactions
    const fields = nonce === 0 ? { nonce, data: STORE_INIT_CODE } : { nonce, data: put(nonce, 1) }
    await this.node.submit(fromHex(await sign(fields)))
    this.#transactions += 1
  }

  async beat(): Promise<void> {
    const notified = Promise.withResolvers<void>()
    const stop = this.node.onHead(() => notified.resolve())
    this.clock.advance(61)
    this.node.clockChanged()
    await Promise.race([notified.promise, new Promise((_, reject) => setTimeout(reject, 200, new Error('no block')))])
    stop()
  }

  /** On disk. */
  allows(address: Hex): boolean {
    return toHex(this.store.get(MetaKey.allow) ?? new Uint8Array()).includes(address.slice(2))
  }
}

describe('embedded ledger: the crash table', () => {
  for (const { step, fault, expected } of steps) {
    if (step.startsWith('copied')) continue
    it(`${step} ${fault}`, async () => {
      const scene = new Scene()
      if (step !== 'genesis') {
        await scene.start()
        await scene.send()
      }
      scene.store.fault = fault
      const act = {
        genesis: () => scene.start(),
        allow: () => scene.node.allow([OTHER]),
        disallow: () => scene.node.disallow([SENDER]),
        block: () => scene.send(),
        heartbeat: () => scene.beat(),
      }[step as 'genesis']
      const acknowledged = await act().then(
        () => true,
        () => false,
      )
      expect(acknowledged).to.equal(expected.acknowledged)
      await new Promise(setImmediate)
      expect(scene.ended || step === 'genesis').to.equal(expected.fatal)
      const there = {
        genesis: () => scene.store.entries.size > 0,
        allow: () => scene.allows(OTHER),
        disallow: () => !scene.allows(SENDER),
        block: () => checkLedgerStore(scene.store).transactions === 2,
        // Another block may follow while the clock moves.
        heartbeat: () => (Chain.open(scene.store)?.head.header.number ?? 0) >= 2,
      }[step as 'genesis']
      expect(there()).to.equal(expected.there)
      scene.store.fault = null

      // The next start needs no repair, and the repeated step has its effect once.
      scene.clock.advance(120)
      await scene.start()
      await act()
      expect(there()).to.equal(true)
      if (step === 'block') expect(scene.node.nextNonce(SENDER)).to.equal(2)
      expect(checkLedgerStore(scene.store).faults).to.deep.equal([])
      await scene.node.close()
    })
  }

  for (const { step, fault, expected } of steps) {
    if (!step.startsWith('copied')) continue
    it(`${step} ${fault}`, async () => {
      const scene = new Scene()
      await scene.start()
      await scene.send()
      const context = new RpcContext(scene.node)
      const body = async (number: number) =>
        parseBody(await dispatch(context, 'eth_getBlockByNumber', [`0x${number.toString(16)}`, true]))
      const genesis = toHex(scene.node.chain.block(0)?.hash ?? new Uint8Array())
      const store = new MemoryStore()
      const open = () => FollowerNode.openOn(store, { chainId: CHAIN_ID, genesis, now: scene.clock.now })
      const first = await open()
      if (step === 'copied block') await first.begin((await body(0)).header)
      const act = async (copy: FollowerNode) =>
        step === 'copied genesis' ? copy.begin((await body(0)).header) : copy.apply(await body(1))
      store.fault = fault
      const acknowledged = await act(first).then(
        () => true,
        () => false,
      )
      expect(acknowledged).to.equal(expected.acknowledged)
      store.fault = null
      // It does not know what is on disk, and refuses blocks until it is opened again.
      if (step === 'copied block')
        expect(await act(first).catch(error => error.message)).to.include('open the follower again')

      const again = await open()
      expect(again.isEmpty ? -1 : again.head.number).to.equal(
        step === 'copied genesis' ? (expected.there ? 0 : -1) : expected.there ? 1 : 0,
      )
      if (again.isEmpty) await again.begin((await body(0)).header)
      if (again.head.number === 0) await again.apply(await body(1))
      expect(again.head).to.deep.equal(scene.node.head)
      expect(checkLedgerStore(store).faults).to.deep.equal([])
      await scene.node.close()
    })
  }
})
