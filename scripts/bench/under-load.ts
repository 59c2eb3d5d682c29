/** Measures cards, suspensions and memory at rest, and while strangers and a stolen account do what takes long. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { LoadCounts, LoadOrder } from './loads.ts'
import { BenchNode } from './node.ts'

export interface Measured {
  /** Milliseconds from scan to card, of each card. */
  readonly cards: readonly number[]
  /** Milliseconds until the ledger has the change, of each suspension. */
  readonly suspensions: readonly number[]
  /** The most megabytes of resident memory. */
  readonly memory: number
}

export interface UnderLoad {
  readonly atRest: Measured
  readonly underLoad: Measured
  readonly counts: LoadCounts
}

const EACH = 10
const WARM_UP = 50
const LOADS = fileURLToPath(new URL('./loads.ts', import.meta.url))

export async function measureUnderLoad(): Promise<UnderLoad> {
  const node = await BenchNode.start()
  let loads: ChildProcess | undefined
  try {
    const numbers = await node.populate(WARM_UP + 2 * EACH)
    await node.issue(numbers.splice(0, WARM_UP), WARM_UP)
    const atRest = await measure(node, numbers.splice(0, EACH))
    loads = fork(LOADS, { execArgv: ['--import', 'tsx'] })
    const { url, rpcUrl, chainId } = node
    const order: LoadOrder = {
      url,
      rpcUrl,
      chainId,
      key: node.key('guardian'),
      presentation: await node.request('bank'),
    }
    loads.send(order)
    await once(loads, 'message')
    const underLoad = await measure(node, numbers)
    loads.send('stop')
    const [counts] = (await once(loads, 'message')) as [LoadCounts]
    return { atRest, underLoad, counts }
  } finally {
    loads?.kill()
    await node.dispose()
  }
}

async function measure(node: BenchNode, numbers: readonly string[]): Promise<Measured> {
  let memory = 0
  const look = async () => {
    memory = Math.max(memory, Math.round((await node.memory()) / 1e6))
  }
  const watching = setInterval(() => void look().catch(() => undefined), 500)
  try {
    const { latencies, applications } = await node.issueAtRest(numbers)
    const suspensions: number[] = []
    for (const application of applications) suspensions.push(await node.suspend(application))
    await look()
    return { cards: latencies, suspensions, memory }
  } finally {
    clearInterval(watching)
  }
}
