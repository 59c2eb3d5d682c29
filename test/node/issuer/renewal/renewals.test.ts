import { expect } from 'chai'
import type { IssuerError } from '../../../../node/issuer/errors.ts'
import { checkCard } from '../../../support/card.ts'
import { failureOf } from '../../../support/failure.ts'
import { type Core, holderKey, type World } from '../../../support/world.ts'
import { Replacing, TEN_MINUTES } from '../anchoring/replacing.ts'
import { type Holder, holderOf, nearItsEnd, renew, validCards } from './holders.ts'

describe('renewals', function () {
  this.timeout(60_000)
  let replacing: Replacing
  let world: World
  let core: Core

  before(async () => {
    replacing = await Replacing.open(40)
    ;({ world, core } = replacing)
  })
  after(() => world.dispose())

  const holder = async (channel: Parameters<typeof holderOf>[2] = 'chip') => {
    const one = await holderOf(core, replacing.someone(), channel)
    await nearItsEnd(core, one.card)
    return one
  }
  const refusal = async (one: Holder, key = one.wallet.holderKey) => {
    const { code, detail } = await failureOf(renew(core, one, key))
    expect(code).to.equal('ISSUER_NOT_RENEWED')
    return (detail as { reason: string }).reason
  }
  const accept = async (application: string) => {
    await replacing.tell(application, 'credential_accepted')
    await core.pipeline.sweep()
  }

  it('give a new card with a new key, index and term; the old one ends when the new one is accepted', async () => {
    const one = await holder()
    const next = await renew(core, one)
    const { record, ...checked } = {
      record: core.credentials.get(next.credentialId),
      ...(await checkCard(next, world)),
    }
    const old = core.credentials.get(one.card.credentialId)
    expect(checked.idx).to.not.equal(old.idx)
    expect(record.expiresAt).to.be.greaterThan(old.expiresAt)
    expect(replacing.statuses(one.card, next)).to.deep.equal(['SUSPENDED', 'VALID'])
    await accept(next.application)
    expect(replacing.statuses(one.card, next)).to.deep.equal(['INVALID', 'VALID'])
    const entries = (await core.entries()).filter(({ application }) => application === next.application)
    expect(entries.map(({ event }) => event)).to.include.members(['application.renewed', 'application.issued'])
    expect(entries[0]).to.include({ renews: one.application, reason: 'due', channel: 'chip' })
    expect(await refusal(one, holderKey()), 'the new one is not due').to.equal('not_due')
  })

  it('are a chain: the wallet keeps its first refresh token', async () => {
    const one = await holder()
    const second = await renew(core, one)
    await accept(second.application)
    await nearItsEnd(core, second)
    const third = await renew(core, one, holderKey())
    await accept(third.application)
    expect(replacing.statuses(one.card, second, third)).to.deep.equal(['INVALID', 'INVALID', 'VALID'])
    expect(core.applications.require(third.application).renews).to.equal(second.application)
    expect(core.renewals.hasEnded(core.applications.require(one.application))).to.equal(false)
  })

  it('happen after ten minutes without a word of the wallet', async () => {
    const one = await holder()
    const next = await renew(core, one)
    await world.ledger.pass(TEN_MINUTES)
    await core.pipeline.sweep()
    expect(replacing.statuses(one.card, next)).to.deep.equal(['INVALID', 'VALID'])
  })

  it('are undone if the wallet cannot store the card, and can be tried again', async () => {
    const one = await holder()
    const next = await renew(core, one)
    await replacing.tell(next.application, 'credential_failure')
    expect(await refusal(one, holderKey()), 'until it is settled').to.equal('replacing')
    await core.pipeline.sweep()
    expect(replacing.statuses(one.card, next)).to.deep.equal(['VALID', 'INVALID'])
    const again = await renew(core, one, holderKey())
    await accept(again.application)
    expect(replacing.statuses(one.card, next, again)).to.deep.equal(['INVALID', 'INVALID', 'VALID'])
  })

  it('are undone if the ledger refuses the batch, and go on with the same application', async () => {
    const one = await holder()
    const failed = await replacing.refusingAnAnchor(() => failureOf(renew(core, one)))
    expect(failed.code).to.equal('ISSUER_ANCHOR_REFUSED')
    await core.pipeline.sweep()
    expect(await validCards(core, one)).to.deep.equal([one.card.credentialId])
    const next = await renew(core, one)
    await accept(next.application)
    expect(await validCards(core, one)).to.deep.equal([next.credentialId])
  })

  describe('when the answer is lost', () => {
    it('give the same card for the same key for ten minutes', async () => {
      const one = await holder()
      const [lost, again] = [await renew(core, one), await renew(core, one)]
      expect(again.credentialId).to.equal(lost.credentialId)
      expect(await validCards(core, one)).to.deep.equal([lost.credentialId])
    })

    it('give another card afterwards, also for another key, and end the one that nobody has', async () => {
      const one = await holder()
      const lost = await renew(core, one)
      await world.ledger.pass(TEN_MINUTES)
      await core.pipeline.sweep()
      const second = await renew(core, one)
      expect(await validCards(core, one)).to.deep.equal([second.credentialId])
      // The wallet lost its key as well, within the ten minutes.
      const third = await renew(core, one, holderKey())
      expect(await validCards(core, one)).to.deep.equal([third.credentialId])
      await accept(third.application)
      expect(replacing.statuses(one.card, lost, second, third)).to.deep.equal([
        'INVALID',
        'INVALID',
        'INVALID',
        'VALID',
      ])
    })

    it('do not begin again without end', async () => {
      const one = await holder()
      for (let i = 0; i < 5; i++) await renew(core, one, holderKey())
      expect(await refusal(one, holderKey())).to.equal('not_due')
      expect(await validCards(core, one)).to.have.length(1)
    })
  })

  describe('refuse', () => {
    it('a card that is not due', async () => {
      expect(await refusal(await holderOf(core, replacing.someone()))).to.equal('not_due')
    })

    it('a card of an attested wallet that now leaves out the attestation, as that of a stopped provider would', async () => {
      const one = await holderOf(core, replacing.someone(), 'chip', '7')
      await nearItsEnd(core, one.card)
      expect(await refusal({ ...one, wallet: { ...one.wallet, walletProvider: null } })).to.equal('unattested')
      expect(replacing.statuses(one.card)).to.deep.equal(['VALID'])
      await renew(core, one)
    })

    it('a card that was issued at the counter', async () => {
      const one = await holder('counter')
      expect(await refusal(one)).to.equal('counter')
      const state = await core.renewals.state(core.applications.require(one.application))
      expect(state).to.include({ atHome: false, isOutdated: false, suspension: null })
    })

    it('a card on a phone that another phone took the place of, also while it waits for its revocation', async () => {
      const one = await holder()
      const order = core.order(one.person)
      const other = await core.pipeline.issue(order)
      expect(await refusal(one), 'until the other one is accepted').to.equal('replacing')
      await replacing.tell(order.application, 'credential_accepted')
      expect(await refusal(one)).to.equal('ended')
      await core.pipeline.sweep()
      expect(replacing.statuses(one.card, other)).to.deep.equal(['INVALID', 'VALID'])
      expect(await refusal(one)).to.equal('ended')
    })

    it('a card from an IC card that was replaced or reported lost, and renew it after that was a mistake', async () => {
      const one = await holder()
      const number = 'AB123456'
      for (const document of [null, { number: 'CD654321', chip: true }, { number, chip: false }]) {
        await core.residents.setDocument(one.person, document, [])
        expect(await refusal(one)).to.equal('counter')
      }
      await core.residents.setDocument(one.person, { number, chip: true }, [])
      await renew(core, one)
    })

    it('a suspended card, and renew it after it was unlocked', async () => {
      const one = await holder()
      await core.credentials.change(one.card.credentialId, 'SUSPENDED', 'lost', 'telecom 7')
      expect(await refusal(one)).to.equal('suspended')
      const state = await core.renewals.state(core.applications.require(one.application))
      expect(state?.suspension).to.include({ by: 'telecom' })
      await core.credentials.change(one.card.credentialId, 'VALID', 'found', 'operator')
      const next = await renew(core, one)
      await accept(next.application)
      expect(await validCards(core, one)).to.deep.equal([next.credentialId])
    })

    it('a card whose suspension only the served list has yet', async () => {
      const one = await holder()
      const { list, idx } = core.credentials.get(one.card.credentialId)
      await core.store.commit([core.held.hold({ list: BigInt(list), idx }, 'loss-report:1', world.clock())])
      expect(await refusal(one)).to.equal('suspended')
    })

    it('a card whose loss is reported while its renewal is on its way: the renewal is undone', async () => {
      const one = await holder()
      const renewing = refusal(one)
      // Until its batch is on its way to the ledger.
      while ((await core.credentials.ofPerson(one.person)).length < 2) await new Promise(setImmediate)
      const facts = { channel: 'telecom', by: 'telecom 7', reason: 'lost' } as const
      const { lossDesk } = core
      const report = await lossDesk.take({ ...facts, person: one.person, credentials: [one.card.credentialId] })
      expect(await renewing).to.equal('suspended')
      await lossDesk.follow(report.id)
      await core.pipeline.sweep()
      expect(await validCards(core, one), 'the new one is revoked, the old one stays suspended').to.deep.equal([])
      expect(await refusal(one, holderKey())).to.equal('suspended')
      const state = await core.renewals.state(core.applications.require(one.application))
      expect(state?.suspension).to.include({ by: 'telecom' })
    })

    it('a revoked card, an expired one, and one of somebody who was erased', async () => {
      const revoked = await holder()
      await core.credentials.change(revoked.card.credentialId, 'INVALID', 'stolen', 'operator')
      expect(await refusal(revoked)).to.equal('ended')
      const expired = await holder()
      await nearItsEnd(core, expired.card, 0)
      expect(await refusal(expired)).to.equal('ended')
      const erased = await holder()
      await core.credentials.change(erased.card.credentialId, 'INVALID', 'erased', 'operator')
      await core.residents.erase(erased.person)
      for (const { application } of [revoked, expired, erased]) {
        expect(core.renewals.hasEnded(core.applications.require(application))).to.equal(true)
      }
    })

    it('a card that is reported while its renewal is on its way', async () => {
      const outcomes = new Set<string>()
      // A report that is older than the batch, and reports at other moments.
      for (let moment = 0; moment < 4; moment++) {
        const one = await holder()
        const renewing = renew(core, one).then(
          () => 'delivered',
          error => (error as IssuerError).code,
        )
        for (let turns = 0; turns < 3 ** moment; turns++) await new Promise(setImmediate)
        const reporting = core.credentials.change(one.card.credentialId, 'SUSPENDED', 'lost', 'telecom 7')
        const [outcome] = await Promise.all([renewing, reporting.catch(() => undefined)])
        outcomes.add(outcome)
        await core.pipeline.sweep()
        // What was delivered before the report is suspended with the person's other cards, by whoever takes the report.
        if (outcome !== 'delivered') expect(await validCards(core, one), outcome).to.deep.equal([])
      }
      expect([...outcomes]).to.include('ISSUER_NOT_RENEWED')
    })
  })
})
