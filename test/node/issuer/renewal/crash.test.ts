/**
 * The process dies at each commit of a renewal, in two ways: the commit was not written, or it was written and not
 * acknowledged. The answer is lost with it. After the restart the wallet asks again, and has exactly one card that is valid.
 */
import { expect } from 'chai'
import type { Renewed } from '../../../../node/issuer/renewal/renewals.ts'
import type { Fault } from '../../../support/fake-ledger.ts'
import { type Core, holderKey, World } from '../../../support/world.ts'
import { TEN_MINUTES } from '../anchoring/replacing.ts'
import { holderOf, nearItsEnd, renew, validCards } from './holders.ts'

/** More commits than a renewal needs, so that the last round has no failure and every commit was tested. */
const ENOUGH = 40

describe('a process that dies at a commit of a renewal', function () {
  this.timeout(120_000)
  let world: World
  let core: Core
  let next = 0

  before(async () => {
    world = await World.make(2 * ENOUGH)
    core = await world.open()
  })
  after(() => world.dispose())

  const accept = async (application: string) => {
    await core.store.commit(core.pipeline.notified(application, 'credential_accepted'))
    await core.pipeline.sweep()
  }

  async function dieAndRecover(commit: number, fault: Fault, sameKey: boolean): Promise<'died' | 'lived'> {
    const one = await holderOf(core, world.people[next++] as Uint8Array)
    await nearItsEnd(core, one.card)
    core.store.dieAt(commit, fault)
    // What the wallet has stored when the process dies.
    let stored: Renewed | undefined
    const died = await (async () => {
      stored = await renew(core, one)
      await accept(stored.application)
      return core.store.dead
    })().catch(() => true)
    core = await world.open()
    await core.recovered
    // Without an answer it asks again, with the key that it has, or with another one if it lost that too.
    const has = stored ?? (await renew(core, one, sameKey ? one.wallet.holderKey : holderKey()))
    expect(await validCards(core, one), 'while it is on its way').to.deep.equal([has.credentialId])
    await accept(has.application)
    expect(await validCards(core, one)).to.deep.equal([has.credentialId])
    await world.ledger.pass(TEN_MINUTES)
    await core.pipeline.sweep()
    expect(await validCards(core, one), 'after everything was settled').to.deep.equal([has.credentialId])
    return died ? 'died' : 'lived'
  }

  for (const [fault, sameKey] of [
    ['refused', true],
    ['stored-then-lost', true],
    ['stored-then-lost', false],
  ] as const) {
    it(`${fault}, ${sameKey ? 'the same key' : 'another key'}: leaves one usable card`, async () => {
      let commits = 0
      while ((await dieAndRecover(commits, fault, sameKey)) === 'died') {
        commits++
        expect(commits).to.be.lessThan(ENOUGH)
      }
      console.log(`      died at each of ${commits} commits`)
      expect(commits).to.be.at.least(4)
    })
  }
})
