/** Measures the time to issue a card without load, and while 40 connections send endless calls to the node's ledger. */
import { Agent, request } from 'node:http'
import { BenchNode } from './node.ts'

/** Milliseconds from scan to card. */
export interface UnderCalls {
  readonly atRest: readonly number[]
  readonly underCalls: readonly number[]
  /** The number of calls that the node ended meanwhile. */
  readonly ended: number
  /** Megabytes of resident memory, before and while the calls run. */
  readonly memory: readonly [before: number, meanwhile: number]
}

const CONNECTIONS = 40
const CARDS = 10
const WARM_UP = 50

/** A loop, a contract creation that never ends, and a precompile that runs for half a minute without interruption. */
const ENDLESS: readonly [method: string, call: object][] = [
  ['eth_call', { data: '0x5b600056' }],
  ['eth_estimateGas', { data: '0x5b600056' }],
  [
    'eth_call',
    { to: `0x${'9'.padStart(40, '0')}`, data: `0x${(90_000_000).toString(16).padStart(8, '0')}${'00'.repeat(208)}01` },
  ],
]

export async function measureUnderCalls(): Promise<UnderCalls> {
  const node = await BenchNode.start()
  const callers = new EndlessCallers()
  try {
    const numbers = await node.populate(WARM_UP + 2 * CARDS)
    await node.issue(numbers.splice(0, WARM_UP), WARM_UP)
    const inMb = async () => Math.round((await node.memory()) / 1e6)
    const before = await inMb()
    const atRest = await node.issueAtRest(numbers.splice(0, CARDS))
    callers.start(node.rpcUrl)
    const underCalls = await node.issueAtRest(numbers)
    return { atRest, underCalls, ended: callers.ended, memory: [before, await inMb()] }
  } finally {
    callers.stop()
    await node.dispose()
  }
}

/** Each connection sends the next call when it has the answer. */
class EndlessCallers {
  ended = 0
  readonly #agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  #stopped = false

  start(url: string): void {
    for (let i = 0; i < CONNECTIONS; i++) void this.#askForEver(url, i)
  }

  stop(): void {
    this.#stopped = true
    this.#agent.destroy()
  }

  async #askForEver(url: string, first: number): Promise<void> {
    for (let i = first; !this.#stopped; i++) {
      const [method, call] = ENDLESS[i % ENDLESS.length] as (typeof ENDLESS)[number]
      await this.#ask(url, JSON.stringify({ jsonrpc: '2.0', id: i, method, params: [call, 'latest'] })).catch(() => {})
      this.ended += 1
    }
  }

  #ask(url: string, body: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const sent = request(url, { method: 'POST', agent: this.#agent, headers: { 'content-type': 'application/json' } })
      sent.on('response', response => response.resume().once('end', resolve)).on('error', reject)
      sent.end(body)
    })
  }
}
