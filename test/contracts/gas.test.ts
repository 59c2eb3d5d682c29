import { expect } from 'chai'
import { id } from 'ethers'
import fc from 'fast-check'
import { CAUSE, INVALID, networkHelpers, ops, PURPOSE_ID, settled, VALID } from './support/world.ts'

const fixture = networkHelpers.loadFixture
const CAPACITY = 131_072
const LIST = (1n << 32n) | 1n

/** Values with as few zero bytes as real hashes have: calldata is priced by byte. */
const hashlike = (seed: number) => id(`hash ${seed}`)

async function ready() {
  const world = await settled()
  const log = world.log.connect(world.anchorA)
  const registry = world.registry.connect(world.statusA)
  await registry.openList(CAPACITY, CAPACITY)
  return { log, registry }
}

const gasOf = async (sent: Promise<{ wait(): Promise<{ gasUsed: bigint } | null> }>): Promise<number> =>
  Number((await (await sent).wait())?.gasUsed)

/** 512 indexes of a list, spread as a shuffled allocator spreads them; the same in every run. */
const spread = fc.sample(fc.uniqueArray(fc.nat(CAPACITY - 1), { minLength: 512, maxLength: 512 }), {
  seed: 5,
  numRuns: 1,
})[0] as number[]

/** Gas is deterministic: a figure that moves has a cause in the contracts or the compiler. */
describe('gas', () => {
  const report = (what: string, gas: number, budget: number) => {
    console.log(
      `      ${what.padEnd(48)} ${gas.toLocaleString('en').padStart(9)}  (budget ${budget.toLocaleString('en')})`,
    )
    expect(gas, what).to.be.at.most(budget)
  }

  it('anchors a batch of any size within 75,000', async () => {
    const { log } = await fixture(ready)
    const first = await gasOf(log.anchor(PURPOSE_ID, hashlike(1), 16, hashlike(2)))
    report("an organisation's first batch, two new slots", first, 75_000 + 2 * 17_100)
    for (const [i, count] of [16, 1024, 2 ** 32 - 1].entries()) {
      report(
        `anchor ${count} leaves`,
        await gasOf(log.anchor(PURPOSE_ID, hashlike(10 + i), count, hashlike(20))),
        75_000,
      )
    }
  })

  it('sets one status within 70,000 in a new word, 53,000 in a written one', async () => {
    const { registry } = await fixture(ready)
    await registry.set(LIST, ops([100_000, VALID, INVALID]), CAUSE)
    const set = (index: number, to: number) => gasOf(registry.set(LIST, ops([index, VALID, to]), hashlike(3)))
    report('suspend one, word never written', await set(0, 2), 70_000)
    report('revoke one, word never written', await set(1000, INVALID), 70_000)
    report('suspend one, word written', await set(1, 2), 53_000)
    report('revoke one, word written', await set(1001, INVALID), 53_000)
  })

  it('sets 512 random statuses within 20,000 each in new words, 6,000 in written ones', async () => {
    const { registry } = await fixture(ready)
    const sorted = [...spread].sort((a, b) => a - b)
    const suspend = await gasOf(registry.set(LIST, ops(...sorted.map(i => [i, 0, 2] as const)), hashlike(4)))
    report('512 random, words never written: each', Math.ceil(suspend / 512), 20_000)
    const revoke = await gasOf(registry.set(LIST, ops(...sorted.map(i => [i, 2, 1] as const)), hashlike(5)))
    report('512 random, words written: each', Math.ceil(revoke / 512), 6_000)
  })
})
