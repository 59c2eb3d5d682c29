import { expect } from 'chai'
import { LEASE_SECONDS, MAX_ATTEMPTS } from '../../../../node/issuer/personalisation/job.ts'
import { SimulatedProducer } from '../../../../node/issuer/personalisation/simulator.ts'
import { fromUtf8 } from '../../../../node/lib/bytes.ts'
import { failureOf } from '../../../support/failure.ts'
import { population } from '../../residents/support.ts'
import { CLERK, type Desk, openDesk } from '../applications/desk.ts'

const PRODUCER = 'machine:producer'
const makeCard = async () => 'K12345678'

describe('personalisation jobs', () => {
  let desk: Desk
  let id: string
  beforeEach(async () => {
    desk = await openDesk()
    id = (await desk.identified({ kind: 'ic-exchange', chip: true })).id
  })

  const state = () => desk.authority.applications.require(id).state
  const open = async () => (await desk.personalisation.open(100)).map(({ application }) => application)

  it('one is queued in the commit of the identity check, and its card is issued when the producer says so', async () => {
    expect(await open()).to.deep.equal([id])
    const { lease, facts, job } = await desk.personalisation.take(id, PRODUCER)
    expect(job).to.include({ kind: 'ic-exchange', chip: true, attempts: 1 })
    expect(facts.personalNumber).to.match(/^\d{6}-\d{7}$/)
    expect(await open()).to.deep.equal([])
    expect(state()).to.equal('identity_checked')
    await desk.personalisation.done(id, lease, PRODUCER)
    expect(state()).to.equal('issued')
    // The producer repeats an answer whose response was lost.
    await desk.personalisation.done(id, lease, PRODUCER)
    const entries = (await desk.authority.journal()).filter(entry => entry.application === id)
    expect(entries.map(({ event }) => event).slice(-2)).to.deep.equal(['personalisation.taken', 'application.issued'])
  })

  const document = async () => (await desk.residents.find(desk.person))?.facts.document

  it('makes the card that its producer names the present document of the person', async () => {
    const { lease } = await desk.personalisation.take(id, PRODUCER)
    expect(await document()).to.equal(undefined)
    await desk.personalisation.done(id, lease, PRODUCER, 'K12345678')
    expect(await document()).to.deep.equal({ number: 'K12345678', chip: true })
  })

  it('leaves no present document if its producer does not name the new card', async () => {
    await desk.residents.setDocument(desk.person, { number: 'K00000001', chip: true }, [])
    const { lease } = await desk.personalisation.take(id, PRODUCER)
    await desk.personalisation.done(id, lease, PRODUCER)
    expect(await document()).to.equal(undefined)
  })

  it('for a lost card: the lost one is no longer the present document from the identity check on', async () => {
    await desk.residents.setDocument(desk.person, { number: 'K00000001', chip: true }, [])
    await desk.identified({ kind: 'ic-exchange', chip: true })
    expect(await document()).to.deep.include({ number: 'K00000001' })
    await desk.identified({ kind: 'ic-replacement', chip: true })
    expect(await document()).to.equal(undefined)
  })

  it('a mobile card has none', async () => {
    const mobile = await desk.identified()
    expect(desk.personalisation.get(mobile.id)).to.equal(undefined)
  })

  it('is free again when its lease ends, and the answer of the earlier producer is refused: no card counts twice', async () => {
    const first = await desk.personalisation.take(id, PRODUCER)
    expect((await failureOf(desk.personalisation.take(id, 'machine:other'))).code).to.equal('ISSUER_JOB_STATE')
    desk.authority.now += LEASE_SECONDS
    const second = await desk.personalisation.take(id, 'machine:other')
    expect((await failureOf(desk.personalisation.done(id, first.lease, PRODUCER))).code).to.equal('ISSUER_JOB_STATE')
    expect(state()).to.equal('identity_checked')
    await desk.personalisation.done(id, second.lease, 'machine:other')
    expect(state()).to.equal('issued')
  })

  it('faulty data refuse the application with a reason code', async () => {
    const { lease } = await desk.personalisation.take(id, PRODUCER)
    await desk.personalisation.failed(id, lease, 'portrait-rejected', PRODUCER)
    expect(desk.authority.applications.require(id)).to.include({
      state: 'refused',
      refusal: 'personalisation_portrait_rejected',
    })
    expect(await open()).to.deep.equal([])
  })

  it('a fault of the machine is tried again, but not for ever', async () => {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      expect(state()).to.equal('identity_checked')
      const { lease } = await desk.personalisation.take(id, PRODUCER)
      await desk.personalisation.failed(id, lease, 'printer-fault', PRODUCER)
    }
    expect(desk.authority.applications.require(id)).to.include({ state: 'refused', refusal: 'personalisation_failed' })
  })

  it('is not made for a cancelled application, and an application is not cancelled while its card is made', async () => {
    const { lease } = await desk.personalisation.take(id, PRODUCER)
    const cancel = () => desk.acts.cancel(id, desk.version(id), 'applicant', CLERK)
    expect((await failureOf(cancel())).code).to.equal('ISSUER_APPLICATION_STATE')
    await desk.personalisation.failed(id, lease, 'chip-fault', PRODUCER)
    await cancel()
    expect(await open()).to.deep.equal([])
    expect((await failureOf(desk.personalisation.take(id, PRODUCER))).code).to.equal('ISSUER_JOB_STATE')
  })

  it('ends with its application when its producer is gone: a late answer makes no card count', async () => {
    const { lease } = await desk.personalisation.take(id, PRODUCER)
    desk.authority.now += LEASE_SECONDS
    await desk.acts.cancel(id, desk.version(id), 'applicant', CLERK)
    expect((await failureOf(desk.personalisation.done(id, lease, PRODUCER))).code).to.equal('ISSUER_JOB_STATE')
    expect((await failureOf(desk.personalisation.failed(id, lease, 'chip-fault', PRODUCER))).code).to.equal(
      'ISSUER_JOB_STATE',
    )
    expect(state()).to.equal('cancelled')
  })

  it('has no personal data in the records and in the journal', async () => {
    const { facts } = await desk.personalisation.take(id, PRODUCER)
    const kept = JSON.stringify([desk.personalisation.get(id), await desk.authority.journal()])
    for (const value of [facts.personalNumber, facts.familyName + facts.givenName, facts.address])
      expect(kept).not.to.include(value)
  })

  it('seals the number of the identity document under the key of the person', () => {
    const { sealedNumber = '' } = desk.authority.applications.require(id).identity ?? {}
    const sealed = new Uint8Array(Buffer.from(sealedNumber, 'base64url'))
    expect(fromUtf8(desk.vault.open(desk.person, `identity document ${id}`, sealed))).to.equal('M12345678')
    expect(Buffer.from(sealed).includes('M12345678')).to.equal(false)
  })

  it('the simulated producer makes the other cards when a person was erased', async () => {
    const [gone, next] = population(80)
      .filter(({ birthdate }) => birthdate < '1990')
      .slice(1)
    if (!gone || !next) throw new Error('too few adults')
    await desk.residents.store([gone, next])
    const ids: string[] = []
    for (const { personalNumber } of [gone, next]) {
      const found = await desk.residents.findByNumber(personalNumber)
      if (!found) throw new Error('not stored')
      ids.push((await desk.identified({ person: found.person, kind: 'ic-exchange', chip: true })).id)
      if (personalNumber === gone.personalNumber) await desk.residents.erase(found.person)
    }
    const producer = new SimulatedProducer(desk.personalisation, 'demo', makeCard)
    await producer.sweep()
    const states = [id, ...ids].map(one => desk.authority.applications.require(one).state)
    expect(states).to.deep.equal(['issued', 'refused', 'issued'])
    expect(desk.authority.applications.require(ids[0] ?? '').refusal).to.equal('personalisation_data_rejected')
    expect(await open()).to.deep.equal([])
  })

  it('the simulated producer answers all of them in demo mode, and does not exist in another mode', async () => {
    await new SimulatedProducer(desk.personalisation, 'demo', makeCard).sweep()
    expect(state()).to.equal('issued')
    expect(await open()).to.deep.equal([])
    for (const mode of ['local', 'production']) {
      expect(() => new SimulatedProducer(desk.personalisation, mode, makeCard)).to.throw(/only in demo mode/)
    }
  })
})
