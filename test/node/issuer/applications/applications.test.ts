import { expect } from 'chai'
import { personOf } from '../../../../node/issuer/applications/application.ts'
import { IssuerError } from '../../../../node/issuer/errors.ts'
import { concat, fromUtf8, utf8 } from '../../../../node/lib/bytes.ts'
import { KeyedLock } from '../../../../node/lib/lock.ts'
import { Bucket } from '../../../../node/store/buckets.ts'
import type { WriteOp } from '../../../../node/store/store.ts'
import { random } from '../../credential/support.ts'
import { makeAuthority, type TestAuthority } from '../oid4vci/authority.ts'

const card = 'urn:dojang:kr:resident:1'

async function refusal(act: () => Promise<unknown>): Promise<string> {
  try {
    await act()
  } catch (error) {
    if (error instanceof IssuerError) return error.code
    throw error
  }
  return 'none'
}

describe('applications', () => {
  let authority: TestAuthority

  beforeEach(async () => {
    authority = await makeAuthority()
  })

  it('go from applied to identity_checked to offered, with a journal entry for each step', async () => {
    const { applications, offers } = authority
    const person = random(16)
    const { id, state } = await applications.create({ person, vct: card, channel: 'counter', kind: 'mobile' })
    expect(state).to.equal('applied')
    expect(await refusal(() => offers.create(id))).to.equal('ISSUER_APPLICATION_STATE')
    authority.now += 60
    await applications.checkIdentity(id, { by: 'staff-7', how: 'passport' })
    await offers.create(id)
    const application = applications.require(id)
    expect(application.state).to.equal('offered')
    expect(application.times).to.deep.equal({
      applied: authority.now - 60,
      identity_checked: authority.now,
      offered: authority.now,
    })
    expect(personOf(application)).to.deep.equal(person)
    const [opened, ...journal] = (await authority.journal()).map(({ event, at: _, ...facts }) => ({ event, ...facts }))
    expect(opened?.event).to.equal('journal.day-opened')
    expect(journal).to.deep.equal([
      { event: 'application.applied', application: id, card, channel: 'counter', kind: 'mobile' },
      { event: 'application.identity_checked', application: id, by: 'staff-7', how: 'passport' },
      { event: 'application.offered', application: id },
    ])
  })

  it('are listed for one centre, the newest first, however many other centres took meanwhile', async () => {
    const { applications } = authority
    const take = async (centre: string | null) => {
      authority.now += 1
      const made = await applications.create({ person: random(16), vct: card, channel: 'counter', centre })
      return made.id
    }
    const from = authority.now
    const mine = [await take('a'), await take('a')]
    for (let i = 0; i < 5; i++) await take('b')
    const last = await take(null)
    const list = async (limit: number, centre: string | null) =>
      (await applications.madeIn(from, authority.now + 1, limit, centre)).map(({ id }) => id)
    expect(await list(3, 'a')).to.deep.equal(mine.toReversed())
    expect(await list(1, 'a')).to.deep.equal(mine.slice(1))
    expect(await list(1, null)).to.deep.equal([last])
    expect(await list(9, null)).to.have.length(8)
    expect(await applications.madeIn(from, from, 9, null)).to.deep.equal([])
  })

  it('of a version without indexes are found by person and by time after the first start', async () => {
    const { applications, store } = authority
    const [one, two] = [random(16), random(16)]
    const ids: string[] = []
    for (const person of [one, two, one]) {
      authority.now += 1
      ids.push((await applications.create({ person, vct: card, channel: 'counter' })).id)
    }
    const deletions: WriteOp[] = []
    for (const bucket of [Bucket.applicationByPerson, Bucket.applicationByTime]) {
      for await (const [key] of store.range(new Uint8Array([bucket]), new Uint8Array([bucket + 1])))
        deletions.push({ del: key })
    }
    await store.commit(deletions)
    const found = async () => [
      (await applications.ofPerson(one)).map(({ id }) => id).sort(),
      (await applications.madeIn(0, authority.now + 1, 9, null)).map(({ id }) => id),
    ]
    expect(await found()).to.deep.equal([[], []])
    await applications.indexAll()
    expect(await found()).to.deep.equal([[ids[0], ids[2]].sort(), ids.toReversed()])
  })

  it('are stored with the member names of earlier versions', async () => {
    const { applications, store } = authority
    const { id } = await applications.create({ person: random(16), vct: card, channel: 'counter' })
    const stored = JSON.parse(fromUtf8(store.get(concat(Uint8Array.of(Bucket.application), utf8(id))) as Uint8Array))
    const names = ['id', 'person', 'card', 'channel', 'state', 'times', 'identity', 'wrongTxCodes', 'offer']
    expect(Object.keys(stored)).to.include.members(names)
    expect(stored.card).to.equal(card)
  })

  it('cannot continue after they were cancelled', async () => {
    const { applicationId } = await authority.offer()
    await authority.applications.cancel(applicationId)
    expect(await refusal(() => authority.offers.create(applicationId))).to.equal('ISSUER_APPLICATION_STATE')
    expect(await refusal(() => authority.applications.cancel(applicationId))).to.equal('ISSUER_APPLICATION_STATE')
  })

  it('are refused for unknown cards, channels and numbers', async () => {
    const { applications } = authority
    const person = random(16)
    expect(await refusal(() => applications.create({ person, vct: 'x', channel: 'counter' }))).to.equal(
      'ISSUER_CARD_UNKNOWN',
    )
    const veteran = { person, vct: 'urn:dojang:kr:veteran:1', channel: 'none' as 'chip' }
    expect(await refusal(() => applications.create(veteran))).to.equal('ISSUER_CHANNEL_REFUSED')
    expect(await refusal(() => applications.cancel('x'))).to.equal('ISSUER_APPLICATION_UNKNOWN')
  })

  it('expire if the card is not collected, and can be offered again', async () => {
    const { applications, offers, oid4vci } = authority
    const { applicationId } = await authority.offer()
    authority.now += 300 + 119
    await oid4vci.sweep()
    expect(applications.require(applicationId).state).to.equal('offered')
    authority.now += 60
    await oid4vci.sweep()
    expect(applications.require(applicationId).state).to.equal('expired')
    await offers.create(applicationId)
    await offers.sweep()
    expect(applications.require(applicationId).state, 'the old offer does not end the new one').to.equal('offered')
  })

  it('do not expire while one of their steps is running', async () => {
    const { applications, offers } = authority
    const { applicationId } = await authority.offer()
    authority.now += 10_000
    let done = () => {}
    const busy = applications.locked(applicationId, () => new Promise<void>(resolve => (done = resolve)))
    await offers.sweep()
    expect(applications.require(applicationId).state).to.equal('offered')
    done()
    await busy
    await offers.sweep()
    expect(applications.require(applicationId).state).to.equal('expired')
  })
})

describe('keyed lock', () => {
  it('runs the tasks of one key in order, those of other keys concurrently, and continues after a failure', async () => {
    const lock = new KeyedLock()
    const log: string[] = []
    const task = (key: string, name: string, fail = false) =>
      lock.run(key, async () => {
        log.push(`${name}+`)
        await Promise.resolve()
        log.push(`${name}-`)
        if (fail) throw new Error(name)
      })
    const all = await Promise.allSettled([task('k', 'a', true), task('k', 'b'), task('other', 'c'), task('k', 'd')])
    expect(log.filter(entry => !entry.startsWith('c'))).to.deep.equal(['a+', 'a-', 'b+', 'b-', 'd+', 'd-'])
    expect(log.indexOf('c+')).to.be.lessThan(log.indexOf('b+'))
    expect(all.map(({ status }) => status)).to.deep.equal(['rejected', 'fulfilled', 'fulfilled', 'fulfilled'])
    await Promise.resolve()
    expect([lock.busy('k'), lock.busy('other')]).to.deep.equal([false, false])
  })
})
