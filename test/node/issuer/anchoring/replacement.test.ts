import { expect } from 'chai'
import type { Issued } from '../../../../node/issuer/order.ts'
import type { Hex } from '../../../../node/lib/bytes.ts'
import { checkCard } from '../../../support/card.ts'
import { failureOf } from '../../../support/failure.ts'
import type { Core } from '../../../support/world.ts'
import { Replacing, TEN_MINUTES } from './replacing.ts'

describe('a new card of the same kind', function () {
  this.timeout(60_000)
  let replacing: Replacing
  let core: Core

  before(async () => {
    replacing = await Replacing.open()
    core = replacing.core
  })
  after(() => replacing.world.dispose())

  const someone = () => replacing.someone()

  /** Issues two cards, one after the other. */
  async function pair(person = someone()) {
    const first = core.order(person)
    const old = await core.pipeline.issue(first)
    const order = core.order(person)
    return { person, old, order, fresh: await core.pipeline.issue(order) }
  }
  const statuses = (...cards: Issued[]) => replacing.statuses(...cards)
  const tell = (...told: Parameters<Replacing['tell']>) => replacing.tell(...told)

  it('suspends the old one before it is delivered, and revokes it when the new one is accepted', async () => {
    const { old, order, fresh } = await pair()
    expect(statuses(old, fresh)).to.deep.equal(['SUSPENDED', 'VALID'])
    await core.pipeline.sweep()
    expect(statuses(old, fresh), 'nobody said anything').to.deep.equal(['SUSPENDED', 'VALID'])
    await tell(order.application, 'credential_accepted')
    await core.pipeline.sweep()
    expect(statuses(old, fresh)).to.deep.equal(['INVALID', 'VALID'])
  })

  it('can be fetched again after it was accepted, until its ten minutes are over', async () => {
    const { old, order, fresh } = await pair()
    await tell(order.application, 'credential_accepted')
    await core.pipeline.sweep()
    const again = await core.pipeline.issue(order)
    expect(again.credentialId).to.equal(fresh.credentialId)
    expect(statuses(old, fresh)).to.deep.equal(['INVALID', 'VALID'])
    await replacing.world.ledger.pass(TEN_MINUTES)
    await core.pipeline.sweep()
    expect((await failureOf(core.pipeline.issue(order))).code).to.equal('ISSUER_ALREADY_ISSUED')
    expect(statuses(old, fresh)).to.deep.equal(['INVALID', 'VALID'])
  })

  it('cannot be fetched again if it is accepted in the second in which its ten minutes end', async () => {
    const { order } = await pair()
    await replacing.world.ledger.pass(TEN_MINUTES)
    await tell(order.application, 'credential_accepted')
    await core.pipeline.sweep()
    expect((await failureOf(core.pipeline.issue(order))).code).to.equal('ISSUER_ALREADY_ISSUED')
  })

  it('suspends the old one in the block of the anchor or before it', async () => {
    const { old, fresh } = await pair()
    const { root } = core.credentials.get(fresh.credentialId)
    const suspended = (await core.entries()).find(({ credential }) => credential === old.credentialId)
    expect(suspended).to.include({ event: 'credential.status-set', to: 'SUSPENDED', by: 'replacement' })
    expect(suspended?.block).to.be.at.most(core.batches.get(root as Hex)?.block as number)
  })

  it('revokes the old one after ten minutes without a notification, and cannot be fetched afterwards', async () => {
    const { old, order, fresh } = await pair()
    await replacing.world.ledger.pass(TEN_MINUTES - 10)
    await core.pipeline.sweep()
    expect(statuses(old, fresh)).to.deep.equal(['SUSPENDED', 'VALID'])
    const again = await core.pipeline.issue(order)
    expect(again.credentialId).to.equal(fresh.credentialId)
    await replacing.world.ledger.pass(20)
    await core.pipeline.sweep()
    expect(statuses(old, fresh)).to.deep.equal(['INVALID', 'VALID'])
    expect((await failureOf(core.pipeline.issue(order))).code).to.equal('ISSUER_ALREADY_ISSUED')
  })

  it('reinstates the old one if the wallet could not store the new one', async () => {
    const { old, order, fresh } = await pair()
    await tell(order.application, 'credential_failure')
    expect((await failureOf(core.pipeline.issue(order))).code, 'a card given up').to.equal('ISSUER_ALREADY_ISSUED')
    await core.pipeline.sweep()
    expect(statuses(old, fresh)).to.deep.equal(['VALID', 'INVALID'])
    await replacing.world.ledger.pass(2 * TEN_MINUTES)
    await core.pipeline.sweep()
    expect(statuses(old, fresh)).to.deep.equal(['VALID', 'INVALID'])
  })

  it('does not reinstate a card that was suspended for another reason', async () => {
    const person = someone()
    const old = await core.pipeline.issue(core.order(person))
    await core.credentials.change(old.credentialId, 'SUSPENDED', 'lost', 'operator')
    const order = core.order(person)
    const fresh = await core.pipeline.issue(order)
    await tell(order.application, 'credential_failure')
    await core.pipeline.sweep()
    expect(statuses(old, fresh)).to.deep.equal(['SUSPENDED', 'INVALID'])
  })

  it('does not reinstate a card that was reported lost while the new one was being issued', async () => {
    const { old, order, fresh } = await pair()
    const change = core.credentials.change(old.credentialId, 'SUSPENDED', 'lost', 'operator')
    expect((await failureOf(change)).code).to.equal('ISSUER_STATUS_UNCHANGED')
    await tell(order.application, 'credential_failure')
    await core.pipeline.sweep()
    expect(statuses(old, fresh)).to.deep.equal(['SUSPENDED', 'INVALID'])
  })

  it('can replace a replacement: at most one card is VALID, whichever of the two fails', async () => {
    const { person, old, order, fresh } = await pair()
    const third = core.order(person)
    const newest = await core.pipeline.issue(third)
    expect(statuses(old, fresh, newest)).to.deep.equal(['SUSPENDED', 'SUSPENDED', 'VALID'])
    await tell(order.application, 'credential_failure')
    await core.pipeline.sweep()
    expect(statuses(old, fresh, newest)).to.deep.equal(['SUSPENDED', 'INVALID', 'VALID'])
    await tell(third.application, 'credential_failure')
    await core.pipeline.sweep()
    expect(statuses(old, fresh, newest)).to.deep.equal(['VALID', 'INVALID', 'INVALID'])
  })

  it('reinstates only the previous one if it fails', async () => {
    const { person, old, fresh } = await pair()
    const third = core.order(person)
    const newest = await core.pipeline.issue(third)
    await tell(third.application, 'credential_failure')
    await core.pipeline.sweep()
    expect(statuses(old, fresh, newest)).to.deep.equal(['SUSPENDED', 'VALID', 'INVALID'])
  })

  it('for two concurrent applications: the second card replaces the first', async () => {
    const person = someone()
    const both = await Promise.all([core.order(person), core.order(person)].map(order => core.pipeline.issue(order)))
    expect(statuses(...both)).to.deep.equal(['SUSPENDED', 'VALID'])
    const [first, second] = both as [Issued, Issued]
    expect(core.credentials.get(second.credentialId).replaces).to.deep.equal([first.credentialId])
    for (const one of both) await checkCard(one, replacing.world)
  })

  it('reinstates the old one if the ledger refuses the anchor', async () => {
    const person = someone()
    const old = await core.pipeline.issue(core.order(person))
    const order = core.order(person)
    const failure = await replacing.refusingAnAnchor(() => failureOf(core.pipeline.issue(order)))
    expect(failure.code).to.equal('ISSUER_ANCHOR_REFUSED')
    expect(statuses(old)).to.deep.equal(['SUSPENDED'])
    await core.pipeline.sweep()
    expect(statuses(old)).to.deep.equal(['VALID'])
    // The application can still get its card.
    const fresh = await core.pipeline.issue(order)
    await core.pipeline.sweep()
    expect(statuses(old, fresh)).to.deep.equal(['SUSPENDED', 'VALID'])
  })

  it('is settled even if the settlement of another one fails', async () => {
    const stuck = await pair()
    const { old, order, fresh } = await pair()
    await tell(stuck.order.application, 'credential_accepted')
    await tell(order.application, 'credential_accepted')
    const { change } = core.credentials
    core.credentials.change = (id, ...rest) =>
      id === stuck.old.credentialId
        ? Promise.reject(new Error('daily limit'))
        : change.call(core.credentials, id, ...rest)
    await core.pipeline.sweep()
    core.credentials.change = change
    expect(statuses(old, fresh)).to.deep.equal(['INVALID', 'VALID'])
    expect(statuses(stuck.old)).to.deep.equal(['SUSPENDED'])
    await core.pipeline.sweep()
    expect(statuses(stuck.old)).to.deep.equal(['INVALID'])
  })

  it('of an erased person can still be settled', async () => {
    const { person, old, order, fresh } = await pair()
    await core.residents.erase(person)
    await tell(order.application, 'credential_accepted')
    await core.pipeline.sweep()
    expect(statuses(old, fresh)).to.deep.equal(['INVALID', 'VALID'])
  })

  it('does not count the time when the node was down as time without a notification', async () => {
    const { old, order, fresh } = await pair()
    core = await replacing.restart(() => replacing.world.ledger.pass(3 * TEN_MINUTES))
    await core.pipeline.sweep()
    expect(statuses(old, fresh)).to.deep.equal(['SUSPENDED', 'VALID'])
    const again = await core.pipeline.issue(order)
    expect(again.credentialId).to.equal(fresh.credentialId)
    await replacing.world.ledger.pass(TEN_MINUTES)
    await core.pipeline.sweep()
    expect(statuses(old, fresh)).to.deep.equal(['INVALID', 'VALID'])
  })

  it('has a journal entry for each step', async () => {
    const { old, order } = await pair()
    await tell(order.application, 'credential_accepted')
    await core.pipeline.sweep()
    const steps = (await core.entries()).filter(({ credential }) => credential === old.credentialId)
    expect(steps.map(({ event, to, by }) => [event, to, by])).to.deep.equal([
      ['credential.status-set', 'SUSPENDED', 'replacement'],
      ['credential.status-set', 'INVALID', 'replacement'],
    ])
    const roots = (await core.entries()).filter(({ event }) => event === 'batch.anchored').map(({ root }) => root)
    for await (const [root, { state }] of core.batches.all()) if (state === 'anchored') expect(roots).to.include(root)
  })

  it('gave no other warnings than those that the tests caused', () => {
    const messages = replacing.world.warnings.map(({ message }) => message)
    expect(new Set(messages)).to.deep.equal(
      new Set(['an issuance could not be settled; it is tried again', 'a transaction was included and reverted']),
    )
  })
})
