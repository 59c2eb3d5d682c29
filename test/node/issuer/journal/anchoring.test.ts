/** Days of the journal on a real ledger, also when the process dies in between. */
import { expect } from 'chai'
import type { Wallet } from 'ethers'
import { koreanDate } from '../../../../node/credential/dates.ts'
import { manifestOf } from '../../../../node/issuer/journal/day.ts'
import { readAnchors, readDays } from '../../../../node/issuer/journal/stored-days.ts'
import { type Hex, utf8 } from '../../../../node/lib/bytes.ts'
import { logsSince } from '../../../../node/lib/logs.ts'
import { DAY } from '../../../../node/lib/time.ts'
import { decodeEvent } from '../../../../node/proof/registries/events.ts'
import { parseLog } from '../../../../node/proof/registries/log.ts'
import { JOURNAL_PURPOSE } from '../../../../node/proof/registries/purpose.ts'
import { trustRegistry } from '../../../../node/registries/contracts.ts'
import { encodeExecute, encodeSchedule } from '../../../../node/registries/governance/council.ts'
import { entryKey, readHead } from '../../../../node/store/journal-chain.ts'
import type { Fault } from '../../../support/fake-ledger.ts'
import { type Core, World } from '../../../support/world.ts'

/** The delay of the council in the profile of a single authority. */
const COUNCIL_DELAY = 300

describe("the journal's anchors", function () {
  this.timeout(60_000)
  let world: World
  let core: Core

  beforeEach(async () => {
    world = await World.make(1)
    core = await world.open()
  })
  afterEach(() => world.dispose())

  const sweep = () => core.journalAnchoring.sweep()
  /** Goes to the next day, and writes an entry. */
  async function nextDay(): Promise<void> {
    await world.ledger.pass(DAY)
    await core.store.commit([core.journal.append({ at: world.clock(), event: 'test.happened' })])
  }
  async function onLedger() {
    const logs = await logsSince<Parameters<typeof parseLog>[0]>(
      world.ledger.inner,
      { address: world.addresses.anchorLog },
      0,
    )
    return logs.flatMap(log => {
      const event = decodeEvent({ registry: 'anchorLog', ...parseLog(log) })
      return event?.type === 'Anchored' && event.purpose === JOURNAL_PURPOSE ? [event] : []
    })
  }
  async function send(account: Wallet, to: Hex, data: Hex): Promise<void> {
    const { inner } = world.ledger
    const nonce = Number(await inner.request('eth_getTransactionCount', [account.address, 'latest']))
    const { chainId } = world.config
    const raw = await account.signTransaction({ type: 0, chainId, nonce, to, data, gasLimit: 10_000_000n, gasPrice: 0 })
    await world.ledger.pass(1)
    await inner.request('eth_sendRawTransaction', [raw])
  }
  /** Every day that is over is on the ledger once, in order, with its range and manifest. */
  async function expectAnchored(): Promise<void> {
    const events = await onLedger()
    const anchors = await readAnchors(core.store)
    const over = (await readDays(core.store)).filter(({ last }) => last !== null)
    expect(events.map(({ root }) => root)).to.deep.equal(over.map(({ day }) => anchors.get(day)?.root))
    let next = 0
    for (const [i, { day }] of over.entries()) {
      const anchor = anchors.get(day)
      if (!anchor) throw new Error(day)
      expect(anchor).to.include({ first: next, state: 'anchored' })
      expect(events[i]).to.deep.include({ count: anchor.last - anchor.first + 1, manifest: manifestOf(anchor) })
      next = anchor.last + 1
    }
  }

  it('leave today open, and anchor each day after its end', async () => {
    await sweep()
    expect(await onLedger()).to.have.lengthOf(0)
    expect(core.journalAnchoring.state).to.deep.equal({ state: 'anchored' })
    for (let i = 1; i <= 3; i++) {
      await nextDay()
      await sweep()
      expect(await onLedger()).to.have.lengthOf(i)
    }
    await expectAnchored()
    const events = (await core.entries()).filter(({ event }) => event === 'journal.anchored')
    expect(events).to.have.lengthOf(3)
  })

  it('are ordered by the node: no alarm, and nothing is left to compare', async () => {
    await nextDay()
    await sweep()
    await core.reconciler.catchUp()
    expect(core.reconciler.stopped).to.equal(undefined)
    expect(core.reconciler.alarms.count).to.equal(0)
  })

  it('begin a day on which nothing else happens', async () => {
    await sweep()
    await world.ledger.pass(DAY)
    await sweep()
    expect(readHead(core.store).day).to.equal(koreanDate(world.clock()))
    expect((await onLedger()).length).to.equal(1)
  })

  it('catch up on days that ended while the node was down, one by one', async () => {
    await nextDay()
    await nextDay()
    await core.close()
    await world.ledger.pass(3 * DAY)
    core = await world.open()
    await sweep()
    expect(await onLedger()).to.have.lengthOf(3)
    await expectAnchored()
  })

  it('survive a process that dies at any commit, and put no day on the ledger twice', async () => {
    for (const fault of ['refused', 'stored-then-lost'] as Fault[]) {
      for (let commit = 0, died = true; died; commit++) {
        await nextDay()
        core.store.dieAt(commit, fault)
        await sweep().catch(() => undefined)
        died = core.store.dead
        core = await world.open()
        await core.recovered
        await sweep()
        await sweep()
        await expectAnchored()
        expect(commit).to.be.lessThan(10)
      }
    }
  })

  it('wait for the grant without stopping the issuing, and go on when the council grants it', async () => {
    const { guardian, council } = world.custody.accounts
    const { trustRegistry: registry, accessManager } = world.addresses
    const withdraw = trustRegistry.encodeFunctionData('withdraw', [1, JOURNAL_PURPOSE]) as Hex
    await send(guardian, registry, withdraw)
    await nextDay()
    await nextDay()
    await sweep()
    await sweep()
    const { state } = core.journalAnchoring
    expect(state).to.deep.equal({ state: 'waiting', reason: state.state === 'waiting' ? state.reason : '' })
    expect(core.journalAnchoring.daysWaiting).to.equal(2)
    const warned = world.warnings.filter(({ message }) => message.startsWith('the journal is not anchored'))
    expect(warned, 'once').to.have.lengthOf(1)
    const lacking = await core.lacking()
    expect(lacking).to.deep.include({
      act: 'grant',
      args: { org: '1', purpose: 'journal', until: 'never' },
      ended: true,
    })
    const [person] = world.people as [Uint8Array]
    expect((await core.pipeline.issue(core.order(person))).credentialId).to.be.a('string')
    expect(await onLedger()).to.have.lengthOf(0)

    const data = trustRegistry.encodeFunctionData('grant', [1, 'journal', 0, 2n ** 40n - 1n]) as Hex
    await send(council, accessManager, encodeSchedule(registry, data))
    await world.ledger.pass(COUNCIL_DELAY + 1)
    await send(council, accessManager, encodeExecute({ target: registry, data }))
    await sweep()
    expect(core.journalAnchoring.state).to.deep.equal({ state: 'anchored' })
    await expectAnchored()
  })

  it('are stopped by an entry that was changed, and say which', async () => {
    await nextDay()
    await nextDay()
    await core.store.commit([{ put: entryKey(1), value: utf8('{"at":1,"event":"forged"}') }])
    await sweep()
    expect(core.journalAnchoring.state).to.deep.equal({ state: 'damaged', entry: 1 })
    expect(await onLedger()).to.have.lengthOf(0)
    expect(world.warnings.map(({ message }) => message)).to.include(
      'the journal is not anchored: an entry was changed. Run `dojang journal check`',
    )
  })
})
