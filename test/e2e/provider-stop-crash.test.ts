/** A node that is killed while it suspends the cards of a stopped wallet provider. */
import { expect } from 'chai'
import { pino } from 'pino'
import { openAuthority } from '../../node/authority/authority.ts'
import { openConfig } from '../../node/config/config.ts'
import { systemClock, systemEvery, systemTimer } from '../../node/lib/time.ts'
import { seedCards } from '../support/seeded-cards.ts'
import { until } from '../support/until.ts'
import { random } from '../support/world.ts'
import { TestNode } from './support/node.ts'

/** Several portions. */
const CARDS = 5_000
const OTHERS = 300
const OWN = 1

describe('e2e: a node that is killed while it ends the cards of a stopped wallet provider', function () {
  this.timeout(240_000)
  let node: TestNode
  let ours: readonly string[]
  let theirs: readonly string[]

  /** The authority on the data of the node, in this process. */
  async function open(data: string, every = systemEvery) {
    const config = await openConfig({ data }, random)
    const log = pino({ level: 'silent' })
    const system = { clock: systemClock, random, timer: systemTimer, every }
    return openAuthority(config, { ...system, log, progress: () => undefined })
  }

  before(async () => {
    node = new TestNode()
    await node.start()
    await node.stop()
    // Nothing is swept here, so that the node itself carries out what is ordered.
    const authority = await open(node.data, () => () => undefined)
    const { store } = authority.journal
    theirs = [
      ...(await seedCards(authority, store, OTHERS, String(OWN + 1))),
      ...(await seedCards(authority, store, OTHERS, null)),
    ]
    ours = await seedCards(authority, store, CARDS, String(OWN))
    const order = { provider: OWN, existing: 'at-once', cards: CARDS, reason: 'broken', by: 'operator:x' } as const
    await authority.walletStops.locked(OWN, async () => {
      await store.commit(authority.walletStops.order(order))
    })
    await authority.close()
  })
  after(() => node?.dispose())

  const stop = async () => {
    const { body } = await node.get('/operator/wallet-providers')
    return body.providers.find(({ id }: { id: number }) => id === OWN).stop as Record<string, number | string>
  }

  it('suspends all of them after the next start, and nobody else’s', async () => {
    await node.start()
    await until('some are suspended', async () => Number((await stop()).suspended) > 0, { withinMs: 60_000 })
    await node.kill()
    await node.start()
    await until('all are suspended', async () => (await stop()).state === 'revoking', { withinMs: 120_000 })
    expect(await stop()).to.include({ cards: CARDS, notYet: 0, suspended: CARDS, revoked: 0 })
    const shown = await node.cli(['wallet-provider', 'list', '--lang', 'en'])
    expect(shown.exit, shown.err).to.equal(0)
    expect(shown.out).to.match(/^1 {2}.+ {2}revoking from .+: 0 revoked, 5000 suspended, expected end /)
    await node.stop()
    const authority = await open(node.data, () => () => undefined)
    try {
      await authority.mirror.catchUp()
      const status = (id: string) => authority.credentials.statusOf(authority.credentials.get(id))
      expect(ours.filter(id => status(id) !== 'SUSPENDED')).to.deep.equal([])
      expect(theirs.filter(id => status(id) !== 'VALID')).to.deep.equal([])
      const by = new Set(ours.map(id => authority.credentials.suspendedBy(id)))
      expect([...by]).to.deep.equal([`wallet-stop:${authority.walletStops.get(String(OWN))?.id}`])
    } finally {
      await authority.close()
    }
  })
})
