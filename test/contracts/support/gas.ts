/** The gas of each operation. It is deterministic, so a change has its cause in the contracts or the compiler. */
import { id } from 'ethers'
import fc from 'fast-check'
import { CAUSE, DELAY, delayed, INVALID, NEVER, ops, PURPOSE, PURPOSE_ID, settled, time } from './world.ts'

export interface GasFigure {
  readonly act: string
  readonly gas: number
  /** Units of gas; docs/gas.md lists them. Not every act has one. */
  readonly budget?: number
}

const CAPACITY = 131_072
const LIST = (1n << 32n) | 1n

/** Values with as few zero bytes as real hashes have: calldata is priced by byte. */
const hashlike = (seed: number) => id(`hash ${seed}`)

/** 512 indexes of a list, spread as a shuffled allocator spreads them; the same in every run. */
const SPREAD = [
  ...(fc.sample(fc.uniqueArray(fc.nat(CAPACITY - 1), { minLength: 512, maxLength: 512 }), { seed: 5, numRuns: 1 })[0] ??
    []),
].sort((a, b) => a - b)

type Sent = Promise<{ wait(): Promise<{ gasUsed: bigint } | null> }>

class Figures {
  readonly all: GasFigure[] = []

  async add(act: string, sent: Sent, budget?: number): Promise<void> {
    const gas = Number((await (await sent).wait())?.gasUsed)
    this.all.push(budget === undefined ? { act, gas } : { act, gas, budget })
  }

  /** For each of several things one call does. */
  async each(act: string, of: number, sent: Sent, budget: number): Promise<void> {
    const gas = Number((await (await sent).wait())?.gasUsed)
    this.all.push({ act, gas: Math.ceil(gas / of), budget })
  }
}

export async function anchoring(): Promise<readonly GasFigure[]> {
  const { log, anchorA, adminA } = await settled()
  const by = log.connect(anchorA)
  const figures = new Figures()
  // Two new slots, which the budget leaves out: it happens once in an organisation's life.
  await figures.add("anchor: an organisation's first batch", by.anchor(PURPOSE_ID, hashlike(1), 16, hashlike(2)))
  for (const [i, count] of [16, 1024, 2 ** 32 - 1].entries()) {
    const sent = by.anchor(PURPOSE_ID, hashlike(10 + i), count, hashlike(20))
    await figures.add(`anchor: a batch of ${count}`, sent, 75_000)
  }
  await figures.add('disown', log.connect(adminA).disown(1, PURPOSE_ID, hashlike(1)))
  return figures.all
}

async function settingStatuses(): Promise<readonly GasFigure[]> {
  const { registry, statusA, council } = await settled()
  const by = registry.connect(statusA)
  const figures = new Figures()
  await figures.add('openList', by.openList(CAPACITY, CAPACITY))
  await by.set(LIST, ops([100_000, 0, INVALID]), CAUSE)
  const set = (index: number, to: number) => by.set(LIST, ops([index, 0, to]), hashlike(3))
  await figures.add('set: suspend one, word never written', set(0, 2), 70_000)
  await figures.add('set: revoke one, word never written', set(1000, INVALID), 70_000)
  await figures.add('set: suspend one, word written', set(1, 2), 53_000)
  await figures.add('set: revoke one, word written', set(1001, INVALID), 53_000)
  await by.openList(CAPACITY, CAPACITY)
  const second = (from: number, to: number) =>
    by.set(LIST + 1n, ops(...SPREAD.map(i => [i, from, to] as const)), hashlike(4))
  await figures.each('set: 512 random, words never written, each', 512, second(0, 2), 20_000)
  await figures.each('set: 512 random, words written, each', 512, second(2, 1), 6_000)
  await figures.add('setDailyLimit', registry.connect(council).setDailyLimit(LIST, 5))
  await figures.add('setCustodian', registry.connect(council).setCustodian(LIST, 2))
  return figures.all
}

export async function trusting(): Promise<readonly GasFigure[]> {
  const { trust, council, guardian, stranger, adminA } = await settled()
  const by = trust.connect(council)
  const stop = trust.connect(guardian)
  const key = hashlike(7)
  const figures = new Figures()
  const register = by.registerOrganisation(stranger, 0, NEVER, 'Ministry', 'https://id.example', '{}')
  await figures.add('registerOrganisation', register)
  await figures.add('describeOrganisation', by.describeOrganisation(1, 'Office', '{}'))
  await figures.add('renewOrganisation', by.renewOrganisation(1, 0, NEVER))
  await figures.add('setAdmin', by.setAdmin(2, stranger))
  await figures.add('grant: a new one', by.grant(3, PURPOSE, 0, NEVER))
  await figures.add('grant: again', by.grant(1, PURPOSE, 0, NEVER))
  await figures.add('registerKey', by.registerKey(1, key, NEVER, 3))
  await figures.add('registerAccount', by.registerAccount(1, stranger, 3))
  await figures.add('withdraw', stop.withdraw(1, PURPOSE_ID))
  await figures.add('retireKey: by its administrator', trust.connect(adminA).retireKey(key, 0))
  await figures.add('distrustKey: by the guardian', stop.distrustKey(key, 1_700_000_000))
  await figures.add('stopAccount', stop.stopAccount(stranger))
  await figures.add('deactivateOrganisation', stop.deactivateOrganisation(1))
  return figures.all
}

export async function governing(): Promise<readonly GasFigure[]> {
  const { trust, governance, council, guardian, adminA } = await delayed()
  const register = (name: string) =>
    trust.interface.encodeFunctionData('registerOrganisation', [adminA.address, 0, NEVER, name, '', '{}'])
  const figures = new Figures()
  const by = governance.connect(council)
  await figures.add('schedule registerOrganisation', by.schedule(trust, register('A'), 0))
  await by.schedule(trust, register('B'), 0)
  await time.increase(DELAY)
  await figures.add('execute registerOrganisation', by.execute(trust, register('A')))
  await figures.add('cancel', governance.connect(guardian).cancel(council, trust, register('B')))
  return figures.all
}

export const SCENARIOS = [anchoring, settingStatuses, trusting, governing] as const
