import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Wallet } from 'ethers'
import { NextAccounts } from '../../../node/keys/next-accounts.ts'
import { LedgerError } from '../../../node/ledger/errors.ts'
import { type Hex, toHex } from '../../../node/lib/bytes.ts'
import { Capability } from '../../../node/proof/registries/records.ts'
import { CredentialStatus } from '../../../node/proof/registries/status.ts'
import { encodeStatusOps } from '../../../node/proof/registries/status-ops.ts'
import { encodeSet } from '../../../node/registries/calls.ts'
import { trustRegistry } from '../../../node/registries/contracts.ts'
import { encodeExecute, encodeSchedule } from '../../../node/registries/governance/council.ts'
import { failureOf } from '../../support/failure.ts'
import { until } from '../../support/until.ts'
import { type Core, random, World } from '../../support/world.ts'

const LIST = (1n << 32n) | 1n
const COUNCIL_DELAY = 300

describe('replacing an account that somebody else used', function () {
  this.timeout(120_000)
  let world: World
  let core: Core
  let next: Wallet

  before(async () => {
    world = await World.make(3, directory => {
      next = new NextAccounts(join(directory, 'keys'), randomBytes).make('issuing')
    })
    core = await world.open()
  })
  after(() => world.dispose())

  async function send(account: Wallet, to: Hex, data: Hex): Promise<Hex> {
    const { inner } = world.ledger
    const nonce = Number(await inner.request('eth_getTransactionCount', [account.address, 'latest']))
    const { chainId } = world.config
    const raw = await account.signTransaction({ type: 0, chainId, nonce, to, data, gasLimit: 1_000_000n, gasPrice: 0 })
    await world.ledger.pass(1)
    const hash = (await inner.request('eth_sendRawTransaction', [raw])) as Hex
    const receipt = (await inner.request('eth_getTransactionReceipt', [hash])) as { status: Hex }
    expect(receipt.status).to.equal('0x1')
    return hash
  }
  const suspend = (idx: number): Hex => {
    const op = { idx, from: CredentialStatus.VALID, to: CredentialStatus.SUSPENDED }
    return encodeSet(LIST, encodeStatusOps([op]), toHex(random(32)))
  }
  /** Nothing that the node sends reaches the ledger. */
  async function withoutSending(body: () => Promise<unknown>): Promise<void> {
    const { request } = world.ledger
    world.ledger.request = async (method, params) => {
      if (method !== 'eth_sendRawTransaction') return await request.call(world.ledger, method, params)
      throw new LedgerError({ code: 'LEDGER_UNREACHABLE', method }, 'cut off')
    }
    await body()
    world.ledger.request = request
  }

  it('settles what was caught in between: no card is lost, and none exists twice', async () => {
    const [one, two] = world.people as [Uint8Array, Uint8Array]
    const { issuing, admin, council } = world.custody.accounts
    const old = await core.pipeline.issue(core.order(one))
    const order = core.order(one)
    let caught: unknown
    await withoutSending(async () => {
      // Committed are the suspension of the old card and the anchor of the new one.
      const result = core.pipeline.issue(order).catch(error => {
        caught = error
      })
      await until('the batch is committed', () => core.pipeline.credentialOf(order.application) !== undefined)
      // Somebody else uses both nonces.
      const { statusRegistry } = world.addresses
      await send(issuing, statusRegistry, suspend(1))
      await send(issuing, statusRegistry, suspend(2))
      await core.reconciler.catchUp()
      await core.reconciler.catchUp()
      await result
    })
    expect(caught).to.have.property('detail').that.includes({ code: 'LEDGER_LANE_TAKEN', account: issuing.address })
    expect(core.status(old.credentialId)).to.equal('VALID')
    const refused = await failureOf(core.pipeline.issue(core.order(two)))
    expect(refused.code).to.equal('LEDGER_LANE_TAKEN')
    // An operator's change goes by the other account.
    await core.credentials.change(old.credentialId, 'SUSPENDED', 'test', 'operator')

    core = await world.open()
    expect(core.custody.accounts.issuing.address, 'not yet').to.equal(issuing.address)
    const missing = world.warnings.findLast(({ message }) => message.startsWith('an account is not replaced yet'))
    expect(missing?.facts.missing).to.have.lengthOf(2)
    const { trustRegistry: registry, accessManager } = world.addresses
    await send(admin, registry, trustRegistry.encodeFunctionData('stopAccount', [issuing.address]) as Hex)
    const capabilities = Capability.ANCHOR | Capability.STATUS
    const data = trustRegistry.encodeFunctionData('registerAccount', [1, next.address, capabilities]) as Hex
    await send(council, accessManager, encodeSchedule(registry, data))
    await world.ledger.pass(COUNCIL_DELAY)
    await send(council, accessManager, encodeExecute({ target: registry, data }))

    core = await world.open()
    await core.recovered
    expect(core.custody.accounts.issuing.address).to.equal(next.address)
    expect(core.pipeline.credentialOf(order.application), 'given up').to.equal(undefined)
    await core.credentials.change(old.credentialId, 'VALID', 'test', 'operator')
    const { acceptance, reconciler } = core
    const selection = { transactions: [], senders: [issuing.address as Hex] }
    const { confirm, selected } = acceptance.select(selection)
    expect(selected).to.have.lengthOf(2)
    await acceptance.accept(selection, confirm, 'stolen', 'operator')
    expect(reconciler.stopped).to.equal(undefined)

    const fresh = await core.pipeline.issue(order)
    expect(core.status(old.credentialId)).to.equal('SUSPENDED')
    expect(core.status(fresh.credentialId)).to.equal('VALID')
    expect((await core.credentials.ofPerson(one)).map(({ id }) => id).sort()).to.deep.equal(
      [old.credentialId, fresh.credentialId].sort(),
    )
    await reconciler.catchUp()
    expect(reconciler.stopped).to.equal(undefined)
    core = await world.open()
    expect(core.reconciler.stopped).to.equal(undefined)
    expect(core.issuingLane.account).to.equal(next.address)
  })
})
