/** Measures a verifier that runs alone, with a thousand requests under way at once. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { TestNode } from '../../test/e2e/support/node.ts'
import { csvOf, people } from '../../test/e2e/support/people.ts'
import { issue } from '../../test/e2e/support/steps.ts'
import { TestVerifier } from '../../test/e2e/support/verifier-service.ts'
import { Wallet } from '../../test/e2e/wallet/wallet.ts'
import { postAnswer, type QuickCard, quickAnswer } from '../../test/support/quick-wallet.ts'
import { scratchDirectory } from '../../test/support/scratch.ts'

export interface MeasuredVerifier {
  readonly requests: number
  /** Milliseconds to make a request. */
  readonly made: readonly number[]
  /** Milliseconds from a wallet's answer until the waiting caller has the verdict. */
  readonly told: readonly number[]
  /** Requests whose caller did not get `valid`. */
  readonly lost: number
  /** The most megabytes of resident memory of the service. */
  readonly memory: number
  readonly perSecond: number
}

const REQUESTS = 1_000
const WALLETS = 32

export async function measureVerifier(): Promise<MeasuredVerifier> {
  const aside = scratchDirectory('bench-verifier')
  const node = await TestNode.start()
  const verifier = new TestVerifier(() => ({ LOG_LEVEL: 'warn' }))
  try {
    const card = await cardOf(node, aside)
    await verifier.start('--profile', join(node.data, 'ledger.json'))
    const key = await verifier.key(['requests:create', 'requests:read'])
    return await run(verifier, key, card)
  } finally {
    await verifier.dispose()
    await node.dispose()
    rmSync(aside, { recursive: true, force: true })
  }
}

async function cardOf(node: TestNode, aside: string): Promise<QuickCard> {
  const [resident] = people(1)
  await node.import(csvOf([resident as NonNullable<typeof resident>]))
  const wallet = new Wallet(join(aside, 'wallet'))
  const { card } = await issue(node, wallet, 'resident', resident?.personalNumber ?? '')
  return { credential: card.credential, key: card.key, query: 'resident' }
}

async function run(verifier: TestVerifier, key: string, card: QuickCard): Promise<MeasuredVerifier> {
  const made: number[] = []
  const told: number[] = []
  let memory = 0
  let lost = 0
  const watch = setInterval(() => {
    void residentMegabytes(verifier).then(now => {
      memory = Math.max(memory, now)
    })
  }, 200)
  const requests = await inTurns(Array.from({ length: REQUESTS }), WALLETS, async () => {
    const begun = performance.now()
    const { body } = await verifier.call('POST', '/verifier/requests', key, { preset: 'bank' })
    made.push(performance.now() - begun)
    return body as { readonly id: string; readonly requestUrl: string }
  })
  const answeredAt = new Map<string, number>()
  const waiting = requests.map(async ({ id }) => {
    for (;;) {
      const { body } = await verifier.call('GET', `/verifier/requests/${id}?wait=30`, key)
      if (body.state === 'pending') continue
      told.push(performance.now() - (answeredAt.get(id) ?? 0))
      if (body.verdict.outcome !== 'valid' || body.disclosed === null) lost++
      return
    }
  })
  const begun = performance.now()
  await inTurns(requests, WALLETS, async ({ id, requestUrl }) => {
    const { form } = await quickAnswer(requestUrl, card)
    answeredAt.set(id, performance.now())
    const { status } = await postAnswer(requestUrl, { ...form })
    if (status !== 200) throw new Error(`an answer was refused with ${status}`)
  })
  await Promise.all(waiting)
  const seconds = (performance.now() - begun) / 1000
  clearInterval(watch)
  memory = Math.max(memory, await residentMegabytes(verifier))
  return { requests: REQUESTS, made, told, lost, memory: Math.round(memory), perSecond: REQUESTS / seconds }
}

async function residentMegabytes(verifier: TestVerifier): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${verifier.config.metricsPort}/metrics`)).text()
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1] ?? 0) / 1e6
}

/** Runs `work` for each item, for some of them at a time. */
async function inTurns<T, R>(items: readonly T[], atOnce: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  let next = 0
  const turn = async () => {
    while (next < items.length) {
      const at = next++
      results[at] = await work(items[at] as T)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, turn))
  return results
}
