/**
 * For benchmarks: a wallet provider is stopped whose wallets have 100,000 cards. Real status lists, real transactions, a
 * real database; the cards' records are made without people and anchors.
 */
import { rmSync } from 'node:fs'
import { pino } from 'pino'
import { type Authority, openAuthority } from '../../node/authority/authority.ts'
import { openConfig } from '../../node/config/config.ts'
import { systemClock, systemEvery, systemTimer } from '../../node/lib/time.ts'
import { LevelStore } from '../../node/store/level.ts'
import type { Store } from '../../node/store/store.ts'
import { scratchDirectory } from '../../test/support/scratch.ts'
import { seedCards } from '../../test/support/seeded-cards.ts'
import { random } from '../../test/support/world.ts'

export interface ProviderStopMeasured {
  readonly cards: number
  /** Cards of other wallets. */
  readonly others: number
  readonly seconds: number
  readonly blocks: number
  /** Milliseconds of each suspension that a person requested meanwhile, for a card of another wallet. */
  readonly meanwhile: readonly number[]
  /** Cards of the provider that are not suspended afterwards, and cards of others that are not valid. */
  readonly wrong: number
  readonly megabytes: number
}

const PROVIDER = 2
const PAUSE_MS = 3_000

export async function measureProviderStop(cards = 100_000, others = 10_000): Promise<ProviderStopMeasured> {
  const data = scratchDirectory('provider-stop')
  const config = await openConfig({ data, port: 0, rpcPort: 0, operatorPort: 0, walletPort: 0 }, random)
  let store: Store | undefined
  const authority = await openAuthority(config, {
    ...{ clock: systemClock, random, timer: systemTimer, every: systemEvery },
    ...{ log: pino({ level: 'silent' }), progress: () => undefined },
    openStore: async path => {
      store = await LevelStore.open(path)
      return store
    },
  })
  try {
    if (!store) throw new Error('the store was not opened')
    const theirs = await seedCards(authority, store, others, String(PROVIDER + 1))
    const ids = await seedCards(authority, store, cards, String(PROVIDER))
    return await measure(authority, store, ids, theirs)
  } finally {
    await authority.close()
    rmSync(data, { recursive: true, force: true })
  }
}

async function measure(
  { walletStops, credentials, mirror, ledger }: Authority,
  store: Store,
  ids: readonly string[],
  theirs: readonly string[],
): Promise<ProviderStopMeasured> {
  const block = async () => Number(await ledger.request('eth_blockNumber', []))
  const before = await block()
  const began = performance.now()
  const order = { provider: PROVIDER, existing: 'at-once', cards: ids.length, reason: 'a bench', by: 'bench' } as const
  await walletStops.locked(PROVIDER, async () => {
    await store.commit(walletStops.order(order))
  })
  const lost = [...theirs]
  const meanwhile: number[] = []
  while (walletStops.get(String(PROVIDER))?.state === 'suspending') {
    await new Promise(resolve => setTimeout(resolve, PAUSE_MS))
    const pressed = performance.now()
    await credentials.change(lost.pop() as string, 'SUSPENDED', 'lost', 'operator')
    meanwhile.push(performance.now() - pressed)
  }
  const seconds = (performance.now() - began) / 1000
  await mirror.catchUp()
  const status = (id: string) => credentials.statusOf(credentials.get(id))
  const wrong = [ids.filter(id => status(id) !== 'SUSPENDED'), lost.filter(id => status(id) !== 'VALID')]
  return {
    ...{ cards: ids.length, others: theirs.length, seconds, meanwhile },
    blocks: (await block()) - before,
    wrong: wrong.flat().length,
    megabytes: process.memoryUsage().rss / 1e6,
  }
}
