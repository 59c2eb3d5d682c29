/**
 * An updater whose answers come late, crossed or slowly: it never goes back, and reports "newest" only for the newest
 * head.
 */
import { expect } from 'chai'
import { systemClock } from '../../../../node/lib/time.ts'
import { ProofError } from '../../../../node/proof/errors.ts'
import { LedgerHeads } from '../../../../node/verifier/replica/ledger-heads.ts'
import { Replica } from '../../../../node/verifier/replica/replica.ts'
import { type HeadSource, TooFarBehind } from '../../../../node/verifier/replica/source.ts'
import { ReplicaUpdater } from '../../../../node/verifier/replica/updater.ts'
import { ReplicaView } from '../../../../node/verifier/replica/view.ts'
import { Verifier } from '../../../../node/verifier/verifier.ts'
import { AUDIENCE, keyOf, NONCE } from '../support.ts'
import { issueOn, openCardWorld, show, type WorldCard } from './card-world.ts'
import type { LedgerWorld } from './ledger-world.ts'

const never = new Promise<never>(() => {})

describe('updater', function () {
  this.timeout(60_000)
  let world: LedgerWorld
  let heads: LedgerHeads
  before(async () => {
    world = await openCardWorld(1024)
    heads = new LedgerHeads(world.ledger, world.profile)
  })
  after(() => world.close())

  const deltaFrom = async (height: number): Promise<Uint8Array> => {
    const delta = await heads.delta(height, await heads.newest())
    if (!delta) throw new Error('nothing newer')
    return delta
  }
  const newest = async (): Promise<Replica> => {
    const replica = Replica.empty(world.profile)
    replica.apply(await deltaFrom(0), systemClock())
    return replica
  }
  const verdictOf = async (updater: ReplicaUpdater, card: WorldCard) => {
    const view = new ReplicaView(() => updater.replica, { refresh: () => updater.refresh() })
    const verifier = new Verifier({ profile: world.profile, clock: systemClock, view })
    return keyOf(await verifier.verify(show(card), { nonce: NONCE, audience: AUDIENCE }))
  }
  const follow = (source: HeadSource, options: Partial<ConstructorParameters<typeof ReplicaUpdater>[0]> = {}) =>
    new ReplicaUpdater({ profile: world.profile, clock: systemClock, sources: [source], ...options })

  it('does not treat null as a lie, which Besu answers for a block or a state that it does not have', async () => {
    for (const method of ['eth_getProof', 'eth_getBlockByNumber']) {
      const request = async (asked: string, params: readonly unknown[]) =>
        asked === method ? null : world.ledger.request(asked, params)
      const lagging = new LedgerHeads({ request }, world.profile)
      const source: HeadSource = {
        snapshot: () => Promise.reject(new Error('there is none')),
        delta: async height => lagging.delta(height, await heads.newest()),
      }
      const refused: unknown[] = []
      const replica = Replica.empty(world.profile)
      const updater = follow(source, { replica, onRefused: error => refused.push(error) })
      expect(await updater.refresh()).to.equal(false)
      expect(refused, method).to.have.length(1)
      expect(refused[0], method).not.to.be.instanceOf(ProofError)
      expect(String(refused[0])).to.match(/does not have (?:the state of )?block \d+/)
    }
  })

  it('is not led back by a snapshot that arrives after newer heads', async () => {
    const begin = await newest()
    const card = await issueOn(world, 6)
    const before = (await newest()).export()
    await world.set([[6, 0, 1]])
    const asked = Promise.withResolvers<void>()
    const held = Promise.withResolvers<Uint8Array>()
    const outcome = Promise.withResolvers<string>()
    let first = true
    const source: HeadSource = {
      snapshot: () => {
        asked.resolve()
        return held.promise
      },
      delta: async (height, wait) => {
        if (wait === 0) return heads.delta(height, await heads.newest())
        if (!first) return never
        first = false
        throw new TooFarBehind('no delta from there')
      },
    }
    let reached = begin.head.height
    const updater = follow(source, {
      replica: begin,
      pause: 1,
      onHead: ({ head }) => (head.height < reached ? outcome.resolve('led back') : undefined),
      onRefused: error => outcome.resolve(error instanceof ProofError ? error.code : String(error)),
    })
    updater.start()
    await asked.promise
    expect(await updater.refresh()).to.equal(true)
    reached = updater.replica?.head.height ?? 0
    held.resolve(before)
    expect(await outcome.promise).to.equal('PROOF_ROLLBACK')
    expect(updater.replica?.head.height).to.equal(reached)
    expect(await verdictOf(updater, card)).to.equal('revoked')
  })

  it('reports the newest head only when it has reached it, even if two answers crossed', async () => {
    const base = await newest()
    const { height } = base.head
    await world.set([[900, 0, 1]])
    const one = await deltaFrom(height)
    const card = await issueOn(world, 5)
    const two = await deltaFrom(height)
    const released = Promise.withResolvers<void>()
    const applied = Promise.withResolvers<void>()
    let first = true
    const source: HeadSource = {
      snapshot: () => never,
      delta: async (from, wait) => {
        if (wait > 0) {
          if (!first) return never
          first = false
          // Answered one block ago, and delayed since.
          await released.promise
          return one
        }
        if (from !== height) return deltaFrom(from)
        released.resolve()
        await applied.promise
        return two
      },
    }
    const updater = follow(source, { replica: base, onHead: () => applied.resolve() })
    updater.start()
    // The view refreshes before it answers that a root was never anchored: a genuine card must not be called forged.
    expect(await verdictOf(updater, card)).to.equal('valid')
    expect(updater.replica?.head.height).to.equal(height + 2)
  })
})
