/** The memory that a delta may cause to be allocated: a small file must not take gigabytes. */
import { expect } from 'chai'
import { keccak256 } from '#crypto'
import { concat, u32be, u64be, utf8 } from '../../../../node/lib/bytes.ts'
import { systemClock } from '../../../../node/lib/time.ts'
import type { RegistryLog } from '../../../../node/proof/registries/log.ts'
import { encodeDelta, parseDelta } from '../../../../node/verifier/replica/delta.ts'
import { LedgerHeads } from '../../../../node/verifier/replica/ledger-heads.ts'
import { Replica } from '../../../../node/verifier/replica/replica.ts'
import { codeOf } from '../../proof/refused.ts'
import { LedgerWorld } from './ledger-world.ts'

const LARGEST = 2 ** 24
const word = (bytes: Uint8Array): Uint8Array => concat(new Uint8Array(32 - bytes.length), bytes)

describe('delta', function () {
  this.timeout(60_000)
  let world: LedgerWorld
  before(async () => {
    world = await LedgerWorld.open()
  })
  after(() => world.close())

  it('opens any number of lists, and needs memory only for the words that are written', async () => {
    const heads = new LedgerHeads(world.ledger, world.profile)
    const deltaFrom = async (height: number) =>
      (await heads.delta(height, await heads.newest())) ?? expect.fail('nothing newer')
    const replica = Replica.empty(world.profile)
    replica.apply(await deltaFrom(0), systemClock())
    const { height } = replica.head
    await world.set([[5, 0, 1]])
    const bytes = await deltaFrom(height)
    const honest = parseDelta(bytes, world.profile.chainId)

    const topic = keccak256(utf8('ListOpened(uint64,uint32,uint32,uint32)'))
    const opened = (n: number): RegistryLog => ({
      registry: 'statusRegistry',
      topics: [topic, word(u64be((1n << 32n) | BigInt(n))), word(u32be(1))],
      data: concat(word(u32be(LARGEST)), word(u32be(1))),
    })
    const opening = (lists: number): Uint8Array => {
      const logs = Array.from({ length: lists }, (_, i) => opened(3 + i))
      return encodeDelta(world.profile.chainId, { ...honest, blocks: [{ height: height + 1, time: 1, logs }] })
    }
    const refusal = (lists: number) => codeOf(() => replica.apply(opening(lists), systemClock()))
    const before = replica.export()
    // Applied, and refused afterwards since the ledger does not have them.
    expect(opening(1000).length).to.be.lessThan(300_000)
    const { rss } = process.memoryUsage()
    for (let i = 0; i < 2; i++) expect(refusal(1000), `${i}`).to.equal('PROOF_INCOMPLETE')
    expect((process.memoryUsage().rss - rss) / 2 ** 20, 'MB').to.be.below(200)
    expect(replica.export()).to.deep.equal(before)
    replica.apply(bytes, systemClock())
    expect(replica.head.height).to.equal(height + 1)
  })
})
