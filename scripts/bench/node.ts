/** A real node as an operator starts it, in a process of its own, and wallets in another: for benchmarks. */
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { koreanDate } from '../../node/credential/dates.ts'
import { systemClock } from '../../node/lib/time.ts'
import { toCsv } from '../../node/residents/csv/write.ts'
import { fictitiousPopulation } from '../../node/residents/population/population.ts'
import type { Offer, Order, Seen } from './issuance-client.ts'

const PROGRAM = fileURLToPath(new URL('../dojang.mjs', import.meta.url))
const WALLETS = fileURLToPath(new URL('./issuance-client.ts', import.meta.url))

type Resident = ReturnType<typeof fictitiousPopulation> extends Iterable<infer One> ? One : never

/** A new card for the same person revokes the last, and of those a day has 2,000: so everybody is somebody else. */
const invented = (): Iterator<Resident> =>
  fictitiousPopulation({ count: 500_000, seed: 'bench', today: koreanDate(systemClock()) })[Symbol.iterator]()

export class BenchNode {
  readonly #data = mkdtempSync(join(tmpdir(), 'dojang-bench-'))
  readonly #process: ChildProcess
  readonly #people = invented()
  #url = ''

  private constructor() {
    // As `npm start` does.
    const args = [
      '--max-semi-space-size=16',
      '--heap-growing-percent=50',
      PROGRAM,
      'start',
      '--data',
      this.#data,
      '--port',
      '0',
      '--rpc-port',
      '0',
    ]
    this.#process = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  }

  static async start(): Promise<BenchNode> {
    const node = new BenchNode()
    for await (const chunk of node.#process.stdout ?? []) if (String(chunk).includes('is ready')) break
    node.#process.stdout?.resume()
    const config = JSON.parse(readFileSync(join(node.#data, 'config.json'), 'utf8')) as { publicUrl: string }
    node.#url = config.publicUrl
    return node
  }

  /** Imports so many more invented residents, nobody twice; resolves to their numbers. */
  async populate(count: number): Promise<string[]> {
    const people: Resident[] = []
    for (let next = this.#people.next(); people.length < count && !next.done; next = this.#people.next()) {
      people.push(next.value)
    }
    const csv = Buffer.concat([...toCsv(people)])
    await (await this.#post('/residents/import', new Uint8Array(csv), 'text/csv')).text()
    return people.map(({ personalNumber }) => personalNumber)
  }

  /** A resident card for each, by so many wallets at once. */
  async issue(numbers: readonly string[], concurrency: number): Promise<Seen> {
    const offers: Offer[] = []
    for (const personalNumber of numbers) {
      const body = JSON.stringify({ card: 'resident', personalNumber })
      const { offerUrl, txCode } = await (await this.#post('/offers', body, 'application/json')).json()
      offers.push({ url: offerUrl, txCode })
    }
    const child = fork(WALLETS, { execArgv: ['--import', 'tsx'] })
    child.send({ issuer: this.#url, offers, concurrency } satisfies Order)
    const [seen] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => Promise.reject(new Error('the bench wallet ended early; its output is above'))),
    ])) as [Seen]
    return seen
  }

  /** Resident memory of the whole node, in bytes. */
  async memory(): Promise<number> {
    const metrics = await (await fetch(`${this.#url}/metrics`)).text()
    return Number(/^process_resident_memory_bytes (\S+)/m.exec(metrics)?.[1])
  }

  async dispose(): Promise<void> {
    this.#process.kill('SIGTERM')
    if (this.#process.exitCode === null) await once(this.#process, 'exit')
    rmSync(this.#data, { recursive: true, force: true })
  }

  async #post(path: string, body: string | Uint8Array<ArrayBuffer>, type: string): Promise<Response> {
    const token = readFileSync(join(this.#data, 'keys', 'operator.token'), 'utf8').trim()
    const headers = { authorization: `Bearer ${token}`, 'content-type': type }
    const response = await fetch(`${this.#url}/operator${path}`, { method: 'POST', headers, body })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return response
  }
}
