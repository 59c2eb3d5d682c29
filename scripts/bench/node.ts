/** For benchmarks: a real node as an operator starts it, and wallets, in separate processes. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { koreanDate } from '../../node/credential/dates.ts'
import { systemClock } from '../../node/lib/time.ts'
import { toCsv } from '../../node/residents/csv/write.ts'
import { fictitiousPopulation } from '../../node/residents/population/population.ts'
import { scratchDirectory } from '../../test/support/scratch.ts'
import type { Offer, Seen } from './issuance-client.ts'
import { takeCards } from './wallets.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

type Resident = ReturnType<typeof fictitiousPopulation> extends Iterable<infer One> ? One : never

/**
 * An unlimited number of different people. A second card for the same person would revoke the first, and only 2,000
 * revocations a day are allowed.
 */
const invented = (): Iterator<Resident> =>
  fictitiousPopulation({ count: 500_000, seed: 'bench', today: koreanDate(systemClock()) })[Symbol.iterator]()

/** The command line of `npm start`: the flags for Node, the program and its command. */
function startCommand(): string[] {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: { start: string } }
  return scripts.start.split(' ').slice(1)
}

/** As far as the bench reads them from config.json. */
interface Ports {
  readonly publicUrl: string
  readonly operator: { readonly port: number }
  readonly rpcPort: number
}

export class BenchNode {
  readonly #data = scratchDirectory('bench')
  readonly #people = invented()
  #process: ChildProcess | undefined
  #url = ''
  #operatorUrl = ''
  /** JSON-RPC of its ledger. */
  rpcUrl = ''

  private constructor() {}

  static async start(): Promise<BenchNode> {
    const node = new BenchNode()
    await node.#begin()
    return node
  }

  /** Starts it again on the data it has stored. @returns milliseconds from the command to "ready" */
  async restart(): Promise<number> {
    await this.#end()
    const began = performance.now()
    await this.#begin()
    return performance.now() - began
  }

  async #begin(): Promise<void> {
    const args = [...startCommand(), '--data', this.#data, '--port', '0', '--rpc-port', '0', '--operator-port', '0']
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] })
    this.#process = child
    // Without an iterator, which would close the pipe to which the node still writes.
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', chunk => String(chunk).includes('is ready') && resolve())
      child.once('exit', () => reject(new Error('the node ended before it was ready; its output is above')))
    })
    const config = readFileSync(join(this.#data, 'config.json'), 'utf8')
    const { publicUrl, operator, rpcPort } = JSON.parse(config) as Ports
    this.#url = publicUrl
    this.#operatorUrl = `http://127.0.0.1:${operator.port}`
    this.rpcUrl = `http://127.0.0.1:${rpcPort}`
  }

  async #end(): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (!child || child.exitCode !== null) return
    child.kill('SIGTERM')
    await once(child, 'exit')
  }

  /** Imports `count` more invented residents, all different. Resolves to their personal numbers. */
  async populate(count: number): Promise<string[]> {
    const people: Resident[] = []
    while (people.length < count) {
      const next = this.#people.next()
      if (next.done) break
      people.push(next.value)
    }
    const csv = Buffer.concat([...toCsv(people)])
    await (await this.#post('/residents/import', new Uint8Array(csv), 'text/csv')).text()
    return people.map(({ personalNumber }) => personalNumber)
  }

  /** A resident card for each, taken by `concurrency` wallets at once. */
  async issue(numbers: readonly string[], concurrency: number): Promise<Seen> {
    const offers: Offer[] = []
    for (const personalNumber of numbers) {
      const body = JSON.stringify({ card: 'resident', personalNumber })
      const { offerUrl, txCode } = await (await this.#post('/offers', body, 'application/json')).json()
      offers.push({ url: offerUrl, txCode })
    }
    return takeCards({ issuer: this.#url, endpoints: `${this.#url}/oid4vci`, offers, concurrency })
  }

  /** One card after another, with a pause between them. @returns milliseconds from scan to card */
  async issueAtRest(numbers: readonly string[]): Promise<number[]> {
    const latencies: number[] = []
    for (const number of numbers) {
      // A busy ledger seals a block a second; an idle one seals at once.
      await new Promise(resolve => setTimeout(resolve, 1500))
      latencies.push(...(await this.issue([number], 1)).latencies)
    }
    return latencies
  }

  /** Resident memory of the whole node, in bytes. */
  memory(): Promise<number> {
    return this.#metric('process_resident_memory_bytes')
  }

  /** CPU seconds that the whole node has used. */
  cpu(): Promise<number> {
    return this.#metric('process_cpu_seconds_total')
  }

  async #metric(name: string): Promise<number> {
    const metrics = await (await fetch(`${this.#operatorUrl}/metrics`)).text()
    return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(metrics)?.[1])
  }

  async dispose(): Promise<void> {
    await this.#end()
    rmSync(this.#data, { recursive: true, force: true })
  }

  async #post(path: string, body: string | Uint8Array<ArrayBuffer>, type: string): Promise<Response> {
    const token = readFileSync(join(this.#data, 'keys', 'operator.token'), 'utf8').trim()
    const headers = { authorization: `Bearer ${token}`, 'content-type': type }
    const response = await fetch(`${this.#operatorUrl}/operator${path}`, { method: 'POST', headers, body })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return response
  }
}
