import { expect } from 'chai'
import { MAX_FAILURES } from '../../../../node/issuer/machines/webhooks.ts'
import { failureOf } from '../../../support/failure.ts'
import { FaultyStore } from '../../../support/faulty-store.ts'
import { MemoryStore } from '../../../support/memory-store.ts'
import { Bench } from './support.ts'

const ONE = 'https://one.example/hook'
const TWO = 'https://two.example/hook'

describe('webhooks', () => {
  it('tell a client what happens after its registration, in order, with the number of the entry as id', async () => {
    const bench = new Bench(() => 200)
    await bench.refused('before')
    await bench.register(ONE)
    await bench.happens({ event: 'application.issued', application: 'a', person: 'secret' })
    await bench.happens({ event: 'operator.signed-in', by: 'operator:x' })
    await bench.happens({ event: 'notification.received', application: 'a', notified: 'credential_accepted' })
    await bench.happens({ event: 'notification.received', application: 'b', notified: 'credential_failure' })
    await bench.happens({ event: 'notification.received', application: 'a', notified: 'credential_deleted' })
    await bench.refused('c')
    const status = { credential: 'd', to: 'SUSPENDED', transaction: '0x1', block: 5, time: 6 }
    await bench.happens({ event: 'credential.status-set', ...status, by: 'operator:x', revert: null })
    await bench.happens({ event: 'credential.status-refused', ...status, by: 'operator:x', revert: '0x2' })
    await bench.sweep()
    const told = bench.received.map(({ event, facts, id, at }) => ({ event, facts, id, at }))
    const at = bench.now
    expect(told).to.deep.equal([
      { id: 3, at, event: 'issued', facts: { application: 'a' } },
      { id: 5, at, event: 'accepted', facts: { application: 'a' } },
      { id: 6, at, event: 'not-accepted', facts: { application: 'b' } },
      { id: 8, at, event: 'refused', facts: { application: 'c', reason: 'other' } },
      { id: 9, at, event: 'status-changed', facts: status },
    ])
    for (const { id, facts } of told) expect(bench.journal.get(id)).to.include(facts)
    await bench.sweep()
    expect(bench.received, 'nothing twice').to.have.length(5)
  })

  it('are sent again after a failure, later each time, and in order', async () => {
    const answers = [500, 'dead', 302, 200, 204]
    const bench = new Bench(() => {
      const answer = answers.shift()
      if (typeof answer === 'number') return answer
      throw new Error('no answer')
    })
    const id = await bench.register(ONE)
    await bench.refused('a')
    await bench.refused('b')
    for (const pause of [5, 10, 20]) {
      await bench.sweep()
      const tried = bench.received.length
      bench.now += pause - 1
      await bench.sweep()
      expect(bench.received, `before ${pause} s`).to.have.length(tried)
      await bench.webhooks.sweep()
      expect([bench.webhooks.failing, bench.webhooks.parked]).to.deep.equal([1, 0])
      bench.now += 1
    }
    await bench.sweep()
    expect(bench.applications()).to.deep.equal(['a', 'a', 'a', 'a', 'b'])
    expect(new Set(bench.received.slice(0, 4).map(one => one.id)).size).to.equal(1)
    expect(await bench.cursor(id)).to.include({ failures: 0, parkedAt: null })
    await bench.sweep()
    expect(bench.webhooks.failing).to.equal(0)
  })

  it('to one client wait for no other one, and closing ends what waits', async () => {
    const bench = new Bench(({ url }, signal) =>
      url === TWO
        ? 200
        : new Promise((_, failed) => signal.addEventListener('abort', () => failed(new Error('aborted')))),
    )
    const slow = await bench.register(ONE)
    await bench.register(TWO)
    await bench.refused('a')
    await bench.webhooks.sweep()
    await bench.refused('b')
    while (bench.applications(TWO).length < 2) {
      await bench.webhooks.sweep()
      await new Promise(setImmediate)
    }
    expect(bench.applications(TWO)).to.deep.equal(['a', 'b'])
    expect(bench.applications(ONE), 'one at a time').to.deep.equal(['a'])
    await bench.webhooks.close()
    expect(await bench.cursor(slow), 'closing is no failure of the receiver').to.include({ failures: 0 })
    await bench.sweep()
    expect(bench.received, 'nothing is sent after closing').to.have.length(3)
  })

  for (const fault of ['refused', 'stored-then-lost'] as const) {
    it(`survive a crash between the delivery and the commit of the cursor (${fault})`, async () => {
      const inner = new MemoryStore()
      const faulty = new FaultyStore(inner)
      const first = new Bench(() => 200, faulty)
      await first.register(ONE)
      await first.refused('a')
      await first.refused('b')
      faulty.dieAt(0, fault)
      await first.sweep()
      expect(first.applications()).to.deep.equal(['a'])
      const second = new Bench(() => 200, inner)
      await second.sweep()
      const [again] = second.received
      if (fault === 'stored-then-lost') return expect(second.applications()).to.deep.equal(['b'])
      expect(second.applications(), 'nothing is lost').to.deep.equal(['a', 'b'])
      expect(again?.id, 'the receiver knows it by its id').to.equal(first.received[0]?.id)
      expect(again?.message.body).to.deep.equal(first.received[0]?.message.body)
    })
  }

  it('keep the pause and the count of failures across a restart', async () => {
    const store = new MemoryStore()
    const first = new Bench(() => 503, store)
    const id = await first.register(ONE)
    await first.refused('a')
    await first.sweep()
    const second = new Bench(() => 503, store)
    await second.sweep()
    expect(second.received).to.have.length(0)
    second.now += 5
    await second.sweep()
    expect(await second.cursor(id)).to.include({ failures: 2 })
  })

  it('are parked after the last try, and are resumed from the event that failed', async () => {
    let status = 500
    const bench = new Bench(() => status)
    const id = await bench.register(ONE)
    await bench.refused('a')
    await bench.refused('b')
    const began = bench.now
    while ((await bench.cursor(id))?.parkedAt === null) {
      await bench.sweep()
      bench.now += 5
    }
    expect(bench.received).to.have.length(MAX_FAILURES)
    expect((bench.now - began) / 3600).to.be.within(18, 26)
    bench.now += 1e6
    status = 200
    await bench.sweep()
    expect(bench.received, 'nothing is sent').to.have.length(MAX_FAILURES)
    expect([bench.webhooks.failing, bench.webhooks.parked]).to.deep.equal([0, 1])
    expect(bench.warned.at(-1)).to.include({ machine: id, reason: 'it answered 500' })

    await bench.webhooks.resume(id, 'local')
    await bench.sweep()
    expect(bench.applications().slice(MAX_FAILURES)).to.deep.equal(['a', 'b'])
    const events = []
    for await (const [, entry] of bench.journal.entries()) events.push(entry.event)
    const ofMachine = events.filter(event => event.startsWith('machine.webhook'))
    expect(ofMachine).to.deep.equal(['machine.webhook-parked', 'machine.webhook-resumed'])
    const { next } = (await bench.cursor(id)) ?? {}
    await bench.webhooks.resume(id, 'local')
    expect(await bench.cursor(id), 'one that is not parked stays as it is').to.include({ next })
    expect((await failureOf(bench.webhooks.resume('x', 'local'))).detail).to.deep.equal({
      code: 'MACHINE_UNKNOWN',
      machine: 'x',
    })
  })

  it('are not sent to a client that was stopped', async () => {
    const bench = new Bench(() => 200)
    const id = await bench.register(ONE)
    await bench.refused('a')
    await bench.clients.stop(id, 'local')
    await bench.sweep()
    expect(bench.received).to.have.length(0)
    expect((await failureOf(bench.webhooks.resume(id, 'local'))).detail).to.include({ code: 'MACHINE_UNKNOWN' })
  })

  it('remember entries that they do not tell, without a commit for each', async () => {
    const faulty = new FaultyStore(new MemoryStore())
    const bench = new Bench(() => 200, faulty)
    const id = await bench.register(ONE)
    for (let i = 0; i < 300; i++) await bench.happens({ event: 'operator.signed-in', by: 'operator:x' })
    const before = faulty.commits
    await bench.sweep()
    await bench.sweep()
    expect(faulty.commits - before).to.equal(1)
    expect((await bench.cursor(id))?.next).to.be.greaterThan(250)
    await bench.refused('a')
    await bench.sweep()
    expect(bench.applications()).to.deep.equal(['a'])
  })
})
