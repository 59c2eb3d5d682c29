import { createPrivateKey } from 'node:crypto'
import { expect } from 'chai'
import { compactDecrypt } from 'jose'
import { decodeEntries } from '../../../../node/credential/entry.ts'
import type { Hex } from '../../../../node/lib/bytes.ts'
import { trustRegistry } from '../../../../node/registries/contracts.ts'
import {
  anchoredEvents,
  auditBatches,
  type CheckedCard,
  checkCard,
  expectDistinct,
  leafIsOf,
} from '../../../support/card.ts'
import { driver, resident } from '../../../support/cards.ts'
import { failureOf } from '../../../support/failure.ts'
import { type Core, random, World } from '../../../support/world.ts'

const BURST = 300

describe('the anchoring pipeline', function () {
  this.timeout(60_000)
  let world: World
  let core: Core

  before(async () => {
    world = await World.make(BURST)
    core = await world.open()
  })
  after(() => world.dispose())

  const person = (i: number) => world.people[i] as Uint8Array

  it('issues one card: signed, anchored, with a status', async () => {
    const order = core.order(person(0))
    const issued = await core.pipeline.issue(order)
    const { credential, receipt, list, idx } = await checkCard(issued, world)
    expect(credential.holder).to.deep.equal(order.holderKey)
    expect(credential.vct).to.equal(resident.vct)
    expect(credential.status.uri).to.equal(core.lists.uri(list))
    expect(receipt.size).to.equal(16)
    expect(core.credentials.get(issued.credentialId)).to.include({ idx, list: String(list), cardId: resident.id })
    expect(core.status(issued.credentialId)).to.equal('VALID')
    expect(core.batches.get(receipt.root)).to.include({ state: 'anchored', count: 16 })
  })

  it('hashes into the leaf exactly the entry that the auditor finds at its index', async () => {
    const issued = await core.pipeline.issue(core.order(person(1)))
    const { receipt } = await checkCard(issued, world)
    const leaves = core.batches.leaves(receipt.root) as Uint8Array
    const jwe = new TextDecoder().decode(core.batches.entries(receipt.root))
    const { plaintext } = await compactDecrypt(jwe, createPrivateKey(world.custody.auditor.pkcs8))
    const entries = decodeEntries(plaintext)
    const leaf = leaves.subarray(32 * receipt.index, 32 * (receipt.index + 1))
    expect(leafIsOf(leaf, issued, entries[receipt.index] as Uint8Array)).to.equal(true)
    expect(entries.filter(entry => entry === null)).to.have.length(15)
  })

  it('issues the same card again for the same application and key, and none for another key', async () => {
    const order = core.order(person(2))
    const first = await checkCard(await core.pipeline.issue(order), world)
    const events = (await anchoredEvents(world)).length
    const again = await core.pipeline.issue(order)
    const second = await checkCard(again, world)
    expect(second.credential.payload).to.deep.equal(first.credential.payload)
    expect(second.receipt).to.deep.equal(first.receipt)
    expect([second.list, second.idx]).to.deep.equal([first.list, first.idx])
    expect((await anchoredEvents(world)).length).to.equal(events)

    const stolen = await failureOf(core.pipeline.issue({ ...core.order(person(2)), application: order.application }))
    expect(stolen.code).to.equal('ISSUER_ALREADY_ISSUED')
  })

  it('issues one card for two concurrent requests of one application', async () => {
    const order = core.order(person(3))
    const both = await Promise.all([core.pipeline.issue(order), core.pipeline.issue(order)])
    expect(new Set(both.map(({ credentialId }) => credentialId)).size).to.equal(1)
    const [one, other] = await Promise.all(both.map(issued => checkCard(issued, world)))
    expect(one?.credential.payload).to.deep.equal(other?.credential.payload)
  })

  it('issues cards of different kinds to one person', async () => {
    const orders = [core.order(person(4)), core.order(person(4), { card: driver })]
    const issued = await Promise.all(orders.map(order => core.pipeline.issue(order)))
    for (const { credentialId } of issued) expect(core.status(credentialId)).to.equal('VALID')
    for (const { credentialId } of issued) expect(core.credentials.get(credentialId).replaces).to.deep.equal([])
  })

  it(`issues ${BURST} concurrently requested cards in a few batches, without repeating a card or an index`, async () => {
    world.ledger.hurried = false
    const before = (await anchoredEvents(world)).length
    const started = performance.now()
    const orders = world.people.map(one => core.order(one, { card: driver }))
    const issued = await Promise.all(orders.map(order => core.pipeline.issue(order)))
    const ms = Math.round(performance.now() - started)
    world.ledger.hurried = true
    const cards: CheckedCard[] = []
    for (const one of issued) cards.push(await checkCard(one, world))
    expectDistinct(cards)
    const batches = (await anchoredEvents(world)).length - before
    console.log(`      ${BURST} cards, ${batches} batches, ${ms} ms`)
    expect(batches).to.be.at.most(6)
    expect(new Set(cards.map(({ receipt }) => `${receipt.root}/${receipt.index}`)).size).to.equal(BURST)
  })

  it('gives out no index twice after a restart, in any order of the batches before it', async () => {
    const cards: CheckedCard[] = []
    for (let round = 0; round < 4; round++) {
      const orders = [20, 21, 22].flatMap(i => [core.order(person(i)), core.order(person(i), { card: driver })])
      const issued = await Promise.all(orders.map(order => core.pipeline.issue(order)))
      for (const one of issued) cards.push(await checkCard(one, world))
      core = await world.open()
    }
    expectDistinct(cards)
  })

  it('refuses a person who is not in the register, and issues to the others', async () => {
    const orders = [core.order(person(5)), core.order(random(16)), core.order(person(6))]
    const [one, nobody, other] = await Promise.allSettled(orders.map(order => core.pipeline.issue(order)))
    expect([one?.status, nobody?.status, other?.status]).to.deep.equal(['fulfilled', 'rejected', 'fulfilled'])
  })

  it('rejects the order of a failed commit, continues to run, and sends nothing to the ledger', async () => {
    const unhandled: unknown[] = []
    const listener = (error: unknown) => void unhandled.push(error)
    process.on('unhandledRejection', listener)
    const order = core.order(person(8), { card: driver })
    const events = (await anchoredEvents(world)).length
    // The reconciler has nothing left to store, so the failed commit is the one that reserves indexes or the one of the batch.
    await core.reconciler.catchUp()
    core.store.dieAt(0, 'refused')
    const failure = await failureOf(core.pipeline.issue(order))
    await new Promise(setImmediate)
    process.off('unhandledRejection', listener)
    expect(failure.message).to.match(/disk: refused/)
    expect(unhandled).to.deep.equal([])
    expect((await anchoredEvents(world)).length).to.equal(events)
    core = await world.open()
    await checkCard(await core.pipeline.issue(order), world)
  })

  it('rejects a waiting order when the node stops while the ledger is unreachable, and finishes it later', async () => {
    const order = core.order(person(9), { card: driver })
    const sent = new Promise<void>(resolve => {
      const { request } = world.ledger
      world.ledger.request = (method, params) => {
        if (method !== 'eth_sendRawTransaction') return request.call(world.ledger, method, params)
        world.ledger.cut = true
        world.ledger.request = request
        resolve()
        return request.call(world.ledger, method, params)
      }
    })
    const failure = failureOf(core.pipeline.issue(order))
    await sent
    await core.close()
    expect((await failure).code).to.equal('LEDGER_UNREACHABLE')
    world.ledger.cut = false
    core = await world.open()
    await core.recovered
    const issued = await core.pipeline.issue(order)
    await checkCard(issued, world)
    expect(await core.credentials.ofPerson(person(9))).to.have.length(2)
  })

  it('removes a batch that the ledger refuses although the simulation succeeded', async () => {
    // The accreditation ends between the simulation and the block.
    const order = core.order(person(10), { card: driver })
    const known = (await core.credentials.ofPerson(person(10))).map(({ id }) => id)
    await world.ledger.inner.request('eth_blockNumber')
    const { request } = world.ledger
    let revoked = false
    world.ledger.request = async (method, params) => {
      if (method === 'eth_sendRawTransaction' && !revoked) {
        revoked = true
        await stopIssuing(world)
      }
      return request.call(world.ledger, method, params)
    }
    const failure = await failureOf(core.pipeline.issue(order))
    world.ledger.request = request
    expect(failure.code).to.equal('ISSUER_ANCHOR_REFUSED')
    expect(core.pipeline.credentialOf(order.application)).to.equal(undefined)
    expect((await core.credentials.ofPerson(person(10))).map(({ id }) => id)).to.deep.equal(known)
    const refused = (await core.entries()).filter(({ event }) => event === 'batch.refused')
    expect(refused).to.have.length(1)
    // From now on nothing is issued, and nothing is stored.
    await core.reconciler.catchUp()
    const events = await core.entries()
    const next = await failureOf(core.pipeline.issue(core.order(person(11), { card: driver })))
    expect(next.detail).to.include({ code: 'ISSUER_STOPPED', reason: 'account-stopped', alarms: 1 })
    expect(await core.entries()).to.deep.equal(events)
  })

  it('has both parts of the manifest for each anchored root', () => auditBatches(core))
})

/** The organisation's administrator stops the account. */
async function stopIssuing({ custody, ledger, addresses, config }: World): Promise<void> {
  const { admin, issuing } = custody.accounts
  const data = trustRegistry.encodeFunctionData('stopAccount', [issuing.address])
  const nonce = Number(await ledger.inner.request('eth_getTransactionCount', [admin.address, 'latest']))
  const raw = await admin.signTransaction({
    type: 0,
    chainId: config.chainId,
    nonce,
    to: addresses.trustRegistry,
    data,
    gasLimit: 150_000n,
    gasPrice: 0,
  })
  await ledger.pass(1)
  const hash = (await ledger.inner.request('eth_sendRawTransaction', [raw])) as Hex
  const receipt = (await ledger.inner.request('eth_getTransactionReceipt', [hash])) as { status: Hex }
  if (receipt.status !== '0x1') throw new Error('the account was not stopped')
}
