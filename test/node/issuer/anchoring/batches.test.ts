import { expect } from 'chai'
import { Wallet } from 'ethers'
import { buildTree } from '../../../../node/credential/tree.ts'
import type { Batch } from '../../../../node/issuer/anchoring/batch.ts'
import { type AnchorCauses, Batches } from '../../../../node/issuer/anchoring/batches.ts'
import { Journal } from '../../../../node/issuer/journal.ts'
import type { Hex } from '../../../../node/lib/bytes.ts'
import { Lane } from '../../../../node/registries/sending/lane.ts'
import { resident } from '../../../support/cards.ts'
import { failureOf } from '../../../support/failure.ts'
import { FakeLedger } from '../../../support/fake-ledger.ts'
import { MemoryStore } from '../../../support/memory-store.ts'
import { ManualTimer } from '../../../support/timer.ts'
import { random } from '../../../support/world.ts'

const turn = () => new Promise(resolve => setImmediate(resolve))
const batch: Batch = {
  root: `0x${'ab'.repeat(32)}`,
  tree: buildTree([new Uint8Array(32)], random),
  purpose: `0x${'cd'.repeat(32)}`,
  leaves: new Uint8Array(1),
  entries: new Uint8Array(1),
  manifest: `0x${'ef'.repeat(32)}`,
  call: '0xaa',
}
const request = (batches: Batches) => batches.request(resident, batch, ['card'], ['application'], [])

describe('a pending batch', () => {
  const account = new Wallet(`0x${'11'.repeat(32)}`)
  let store: MemoryStore
  let ledger: FakeLedger
  let timer: ManualTimer
  let lane: Lane<AnchorCauses>
  let batches: Batches

  beforeEach(async () => {
    store = new MemoryStore()
    ledger = new FakeLedger()
    ledger.automine = false
    timer = new ManualTimer()
    await open()
  })
  afterEach(() => lane.close())

  /** The batches as the next process opens them. */
  async function open(): Promise<void> {
    lane = await Lane.open<AnchorCauses>({ ledger, store, account, chainId: 7, timer, warn: () => {}, alarm: () => {} })
    const anchorLog: Hex = `0x${'22'.repeat(20)}`
    const journal = new Journal(store)
    batches = new Batches({ store, ledger, anchorLog, lane, journal, clock: () => 1000, timer })
    lane.start({ anchor: (cause, outcome) => batches.onAnchored(cause, outcome, () => []) }).catch(() => undefined)
  }
  async function restart(): Promise<void> {
    await lane.close()
    await open()
    await turn()
  }

  it('of an earlier process is anchored as soon as it is on the ledger', async () => {
    await lane.submit(request(batches)).committed
    await restart()
    const settled = batches.whenAnchored(batch.root)
    ledger.seal()
    await settled
    expect(batches.get(batch.root)?.state).to.equal('anchored')
    expect(timer.waiting, 'nothing goes on waiting').to.equal(0)
    await batches.whenAnchored(batch.root)
  })

  it('is refused if the ledger refuses it', async () => {
    ledger.reverting.add(batch.call)
    await lane.submit(request(batches)).committed
    await restart()
    const settled = failureOf(batches.whenAnchored(batch.root))
    ledger.seal()
    expect((await settled).code).to.equal('ISSUER_ANCHOR_REFUSED')
    expect((await failureOf(batches.whenAnchored(batch.root))).code).to.equal('ISSUER_ANCHOR_REFUSED')
  })

  it('is awaited for twenty seconds, and can be awaited again later', async () => {
    await lane.submit(request(batches)).committed
    await restart()
    const settled = failureOf(batches.whenAnchored(batch.root))
    await turn()
    timer.pass(19_999)
    await turn()
    expect(await Promise.race([settled, turn().then(() => 'waits')])).to.equal('waits')
    timer.pass(1)
    expect((await settled).code).to.equal('LEDGER_UNREACHABLE')
    ledger.seal()
    await batches.whenAnchored(batch.root)
  })

  it('is not awaited any longer when the node stops', async () => {
    await lane.submit(request(batches)).committed
    const settled = failureOf(batches.whenAnchored(batch.root))
    await turn()
    await lane.close()
    expect((await settled).code).to.equal('LEDGER_UNREACHABLE')
  })

  it('with an unknown root is refused', async () => {
    expect((await failureOf(batches.whenAnchored(`0x${'00'.repeat(32)}`))).code).to.equal('ISSUER_ANCHOR_REFUSED')
  })
})
