import { expect } from 'chai'
import { IssuerError } from '../../../node/issuer/errors.ts'
import { type Core, random, World } from '../../support/world.ts'

const RACES = 120

describe('an operator suspends a card while a new one replaces it', function () {
  this.timeout(120_000)
  let world: World
  let core: Core

  before(async () => {
    world = await World.make(RACES)
    core = await world.open()
  })
  after(() => world.dispose())

  it(`and the suspension stays, however the replacement ends: ${RACES} races`, async () => {
    const found = new Map<string, number>()
    const race = async (person: Uint8Array, i: number) => {
      const old = await core.pipeline.issue(core.order(person))
      const order = core.order(person)
      const fresh = core.pipeline.issue(order)
      await new Promise(resolve => setTimeout(resolve, 4 * (random(1)[0] as number)))
      const suspended = await core.credentials.change(old.credentialId, 'SUSPENDED', 'lost', 'operator').then(
        () => 'set',
        error => (error instanceof IssuerError ? error.code : String(error)),
      )
      found.set(suspended, (found.get(suspended) ?? 0) + 1)
      const { credentialId } = await fresh
      expect(core.status(credentialId)).to.equal('VALID')
      expect(core.status(old.credentialId)).to.equal('SUSPENDED')
      expect(core.credentials.suspendedBy(old.credentialId)).to.equal('operator')
      const event = i % 2 ? 'credential_failure' : 'credential_accepted'
      await core.store.commit(core.pipeline.notified(order.application, event))
      return { old: old.credentialId, ends: i % 2 ? 'SUSPENDED' : 'INVALID' }
    }
    const ended: Awaited<ReturnType<typeof race>>[] = []
    // Blocks of a second, and many people at a time, so that the two changes often share a block.
    world.ledger.hurried = false
    for (let from = 0; from < RACES; from += 40) {
      ended.push(...(await Promise.all(world.people.slice(from, from + 40).map((person, i) => race(person, from + i)))))
    }
    world.ledger.hurried = true
    await core.pipeline.sweep()
    for (const { old, ends } of ended) expect(core.status(old)).to.equal(ends)
    expect([...found.keys()].every(result => result === 'set' || result === 'ISSUER_STATUS_UNCHANGED')).to.equal(true)
    await core.reconciler.catchUp()
    expect(core.reconciler.stopped).to.equal(undefined)
  })
})
