import { expect } from 'chai'
import type { Wallet } from 'ethers'
import { type Hex, toHex } from '../../../../node/lib/bytes.ts'
import { issuePurpose } from '../../../../node/proof/registries/purpose.ts'
import { CredentialStatus } from '../../../../node/proof/registries/status.ts'
import { encodeStatusOps } from '../../../../node/proof/registries/status-ops.ts'
import { encodeAnchor, encodeSet } from '../../../../node/registries/calls.ts'
import { trustRegistry } from '../../../../node/registries/contracts.ts'
import { OrderedTransactions } from '../../../../node/registries/sending/ordered.ts'
import { resident } from '../../../support/cards.ts'
import { failureOf } from '../../../support/failure.ts'
import { type Core, random, World } from '../../../support/world.ts'

const LIST = (1n << 32n) | 1n
const { VALID, SUSPENDED } = CredentialStatus

describe('the reconciler', function () {
  this.timeout(60_000)
  let world: World
  let core: Core

  beforeEach(async () => {
    world = await World.make(3)
    core = await world.open()
  })
  afterEach(() => world.dispose())

  /** Somebody with the key of an account sends a transaction. @returns its hash */
  async function send(account: Wallet, to: Hex, data: Hex): Promise<Hex> {
    const { inner } = world.ledger
    const nonce = Number(await inner.request('eth_getTransactionCount', [account.address, 'latest']))
    const { chainId } = world.config
    const raw = await account.signTransaction({ type: 0, chainId, nonce, to, data, gasLimit: 10_000_000n, gasPrice: 0 })
    await world.ledger.pass(1)
    return (await inner.request('eth_sendRawTransaction', [raw])) as Hex
  }
  const foreignRoot = () => {
    const call = {
      purpose: issuePurpose(resident.vct),
      root: toHex(random(32)),
      count: 16,
      manifest: toHex(random(32)),
    }
    return { ...call, data: encodeAnchor(call) }
  }
  const suspend = (indexes: readonly number[]) =>
    encodeSet(LIST, encodeStatusOps(indexes.map(idx => ({ idx, from: VALID, to: SUSPENDED }))), toHex(random(32)))
  const errors = () => world.warnings.filter(({ message }) => message.startsWith('issuing is stopped'))

  it('is clean while the node issues, suspends, opens lists and replaces, and forgets what it compared', async () => {
    const [one] = world.people as [Uint8Array]
    const first = await core.pipeline.issue(core.order(one))
    await core.pipeline.issue(core.order(one))
    await core.credentials.change(first.credentialId, 'INVALID', 'test', 'operator')
    await core.reconciler.catchUp()
    expect(core.reconciler.stopped).to.equal(undefined)
    expect(core.reconciler.asOf?.block).to.equal(core.mirror.asOf?.block)
    const ordered = new OrderedTransactions(core.store)
    const left: unknown[] = []
    for await (const one of ordered.compared(Number.MAX_SAFE_INTEGER)) left.push(one)
    expect(left).to.deep.equal([])
    const sent = (await core.entries()).flatMap(({ transaction }) => (transaction ? [transaction as Hex] : []))
    expect(sent.length).to.be.greaterThan(3)
    expect(sent.filter(transaction => ordered.has(transaction))).to.deep.equal([])
  })

  it('stops issuing when statuses change that the node did not change, also after a restart', async () => {
    const { status } = world.custody.accounts
    const transaction = await send(status, world.addresses.statusRegistry, suspend([5, 6, 7]))
    await core.reconciler.catchUp()
    expect(core.reconciler.alarms.first).to.deep.include({
      kind: 'statuses',
      transaction,
      sender: status.address.toLowerCase(),
    })
    expect(core.reconciler.alarms.first?.facts).to.include({ list: '1/1', changes: 3 })
    expect(errors()).to.have.lengthOf(1)
    const refused = { code: 'LEDGER_LANE_TAKEN', account: status.address, nonce: 0, found: transaction }
    expect((await failureOf(core.pipeline.issue(core.order(world.people[0] as Uint8Array)))).detail).to.include(refused)
    core = await world.open()
    expect(core.reconciler.alarms.count).to.equal(1)
    expect((await failureOf(core.pipeline.issue(core.order(world.people[0] as Uint8Array)))).detail).to.include(refused)
  })

  it('stops for a root, and disowns it, if the process has seen the database agree with the ledger', async () => {
    const root = foreignRoot()
    await send(world.custody.accounts.issuing, world.addresses.anchorLog, root.data)
    world.ledger.hurried = true
    await core.reconciler.catchUp()
    expect(core.reconciler.alarms.first?.facts).to.include({ root: root.root, purpose: root.purpose })
    while (!(await core.entries()).some(({ event }) => event === 'reconciler.disowned')) {
      await world.ledger.pass(1)
      await new Promise(resolve => setTimeout(resolve, 20))
    }
    await core.reconciler.catchUp()
    expect(core.reconciler.alarms.count, 'its own disowning is no alarm').to.equal(1)
  })

  it('disowns nothing that came while it was down: the database may be an old copy', async () => {
    await core.close()
    const root = foreignRoot()
    await send(world.custody.accounts.issuing, world.addresses.anchorLog, root.data)
    core = await world.open()
    expect(core.reconciler.alarms.first).to.deep.include({ kind: 'root' })
    for (let i = 0; i < 10; i++) await world.ledger.pass(1)
    await core.reconciler.catchUp()
    expect((await core.entries()).map(({ event }) => event)).to.not.include('reconciler.disowned')
  })

  it('notes what officers decide and the contracts enforce', async () => {
    const { guardian } = world.custody.accounts
    const data = trustRegistry.encodeFunctionData('withdraw', [1, issuePurpose('urn:dojang:kr:veteran:1')]) as Hex
    await send(guardian, world.addresses.trustRegistry, data)
    await core.reconciler.catchUp()
    expect(core.reconciler.stopped).to.equal(undefined)
    expect(world.warnings.map(({ message }) => message)).to.include('officers changed this organisation')
  })

  it('raises an alarm when a confirmed transaction has no event', async () => {
    const { request } = world.ledger
    world.ledger.request = async (method, params) =>
      method === 'eth_getLogs' ? [] : await request.call(world.ledger, method, params)
    await core.credentials
      .change(
        (await core.pipeline.issue(core.order(world.people[0] as Uint8Array))).credentialId,
        'SUSPENDED',
        'x',
        'op',
      )
      .catch(() => undefined)
    await core.reconciler.catchUp()
    world.ledger.request = request
    expect(core.reconciler.alarms.first?.kind).to.equal('receipt')
  })

  it('opens again when people have accepted each alarm, in two steps', async () => {
    // A registered account that this install does not have.
    const { admin, status } = world.custody.accounts
    const data = trustRegistry.encodeFunctionData('stopAccount', [status.address]) as Hex
    const transaction = await send(admin, world.addresses.trustRegistry, data)
    await core.reconciler.catchUp()
    const failure = await failureOf(core.counter.apply('resident', 'x', { by: 'operator', how: 'test' }, 'any-centre'))
    expect(failure.detail).to.include({ code: 'ISSUER_STOPPED', reason: 'account-stopped', transaction, alarms: 1 })
    const { acceptance, reconciler } = core
    const nothing = { transactions: [toHex(random(32))], senders: [] }
    expect(() => acceptance.select(nothing)).to.throw('No alarm is open')
    const selection = { transactions: [transaction], senders: [] }
    const { confirm, selected } = acceptance.select(selection)
    expect(selected).to.have.lengthOf(1)
    const wrong = await failureOf(acceptance.accept(selection, 'deadbeef', 'x', 'operator'))
    expect(wrong.detail).to.deep.equal({ code: 'ISSUER_NOT_CONFIRMED', confirm })
    expect(reconciler.openSince).to.equal(null)
    expect(await acceptance.accept(selection, confirm, 'the key was on a stolen disk of Hong', 'operator')).to.equal(1)
    expect(reconciler.stopped).to.equal(undefined)
    expect(reconciler.openSince).to.be.at.least(world.clock() - 5)
    expect((await core.entries()).at(-1)).to.include({ event: 'reconciler.accepted', transaction, by: 'operator' })
    core = await world.open()
    expect(core.reconciler.stopped).to.equal(undefined)
  })
})
