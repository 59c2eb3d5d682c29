/** For benchmarks: a real node as an operator starts it, and wallets, in separate processes. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ageOn, koreanDate } from '../../node/credential/dates.ts'
import { systemClock } from '../../node/lib/time.ts'
import { toCsv } from '../../node/residents/csv/write.ts'
import { fictitiousPopulation } from '../../node/residents/population/population.ts'
import { scratchDirectory } from '../../test/support/scratch.ts'
import type { Offer, Seen } from './issuance-client.ts'
import { takeCards } from './wallets.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

type Resident = ReturnType<typeof fictitiousPopulation> extends Iterable<infer One> ? One : never

/**
 * Different people who are old enough for a resident card. A second card for the same person would revoke the first, and
 * only 2,000 revocations a day are allowed.
 */
function* invented(): Generator<Resident> {
  const today = koreanDate(systemClock())
  for (const one of fictitiousPopulation({ count: 1_000_000, seed: 'bench', today })) {
    if (ageOn(one.birthdate, today) >= 17) yield one
  }
}

/** The command line of `npm start`: the flags for Node, the program and its command. */
function startCommand(): string[] {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: { start: string } }
  return scripts.start.replace(/^exec node /, '').split(' ')
}

/** As far as the bench reads them from config.json. */
interface Ports {
  readonly chainId: number
  readonly publicUrl: string
  readonly operator: { readonly port: number }
  readonly rpcPort: number
}

/** A busy ledger seals a block a second; an idle one seals at once. */
const rest = () => new Promise(resolve => setTimeout(resolve, 1500))

/** What wallets saw, and the ids of their applications in the order of the numbers. */
export interface Issued extends Seen {
  readonly applications: readonly string[]
}

const OFFERS_AT_ONCE = 32

export class BenchNode {
  readonly #data = scratchDirectory('bench')
  readonly #people = invented()
  #process: ChildProcess | undefined
  #operatorUrl = ''
  /** Where wallets reach it. */
  url = ''
  /** JSON-RPC of its ledger. */
  rpcUrl = ''
  chainId = 0

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
    const args = [
      ...startCommand(),
      '--data',
      this.#data,
      '--port',
      '0',
      '--rpc-port',
      '0',
      '--operator-port',
      '0',
      '--wallet-port',
      '0',
    ]
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#process = child
    // A line for each refused request would hide the figures.
    const said: string[] = []
    child.stderr.on('data', chunk => said.push(String(chunk)) > 100 && said.shift())
    // Without an iterator, which would close the pipe to which the node still writes.
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', chunk => String(chunk).includes('is ready') && resolve())
      child.once('exit', () => reject(new Error(`the node ended before it was ready:\n${said.join('')}`)))
    })
    const config = readFileSync(join(this.#data, 'config.json'), 'utf8')
    const { chainId, publicUrl, operator, rpcPort } = JSON.parse(config) as Ports
    this.chainId = chainId
    this.url = publicUrl
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
    await (await this.#operator('POST', '/residents/import', new Uint8Array(csv), 'text/csv')).text()
    return people.map(({ personalNumber }) => personalNumber)
  }

  /** A resident card for each, taken by `concurrency` wallets at once. */
  async issue(numbers: readonly string[], concurrency: number): Promise<Issued> {
    const made: { readonly offer: Offer; readonly application: string }[] = []
    // Offers that are made at once share their commits.
    for (let from = 0; from < numbers.length; from += OFFERS_AT_ONCE) {
      const some = numbers.slice(from, from + OFFERS_AT_ONCE).map(number => this.#offer(number))
      made.push(...(await Promise.all(some)))
    }
    const offers = made.map(({ offer }) => offer)
    const applications = made.map(({ application }) => application)
    const endpoints = `${this.url}/oid4vci`
    return { ...(await takeCards({ issuer: this.url, endpoints, offers, concurrency })), applications }
  }

  async #offer(personalNumber: string): Promise<{ readonly offer: Offer; readonly application: string }> {
    const body = JSON.stringify({ card: 'resident', personalNumber })
    const { applicationId, offerUrl, txCode } = await this.#postJson('/offers', body)
    return { offer: { url: String(offerUrl), txCode: String(txCode) }, application: String(applicationId) }
  }

  /** One card after another, with a pause between them. */
  async issueAtRest(numbers: readonly string[]): Promise<Pick<Issued, 'latencies' | 'applications'>> {
    const latencies: number[] = []
    const applications: string[] = []
    for (const number of numbers) {
      await rest()
      const issued = await this.issue([number], 1)
      latencies.push(...issued.latencies)
      applications.push(...issued.applications)
    }
    return { latencies, applications }
  }

  /** Suspends the card of an application, after a pause. @returns milliseconds until the change is in a block */
  async suspend(application: string): Promise<number> {
    const shown = await this.#operator('GET', `/applications/${application}`)
    const { credentialId } = (await shown.json()) as { credentialId: string }
    await rest()
    const began = performance.now()
    await this.#postJson(`/credentials/${credentialId}/suspend`, JSON.stringify({ reason: 'bench' }))
    return performance.now() - began
  }

  /** Requests a card as the preset says. @returns the id of the open presentation */
  async request(preset: string): Promise<string> {
    return String((await this.#postJson('/presentations', JSON.stringify({ preset }))).id)
  }

  /** The private key of an account of the ledger. */
  key(account: string): string {
    return readFileSync(join(this.#data, 'keys', `${account}.key`), 'utf8').trim()
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
    const metrics = await (await askAgain(`${this.#operatorUrl}/metrics`)).text()
    return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(metrics)?.[1])
  }

  async dispose(): Promise<void> {
    await this.#end()
    rmSync(this.#data, { recursive: true, force: true })
  }

  async #postJson(path: string, body: string): Promise<Record<string, unknown>> {
    return (await (await this.#operator('POST', path, body, 'application/json')).json()) as Record<string, unknown>
  }

  async #operator(
    method: 'GET' | 'POST',
    path: string,
    body?: string | Uint8Array<ArrayBuffer>,
    type?: string,
  ): Promise<Response> {
    const token = readFileSync(join(this.#data, 'keys', 'operator.token'), 'utf8').trim()
    const headers = { authorization: `Bearer ${token}`, ...(type !== undefined && { 'content-type': type }) }
    const sent = { method, headers, ...(body !== undefined && { body }) }
    const response = await fetch(`${this.#operatorUrl}/operator${path}`, sent)
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return response
  }
}

/** On a busy machine a request can meet a connection that the node has just closed as idle. It is then sent again. */
const askAgain = (url: string, init?: RequestInit): Promise<Response> => fetch(url, init).catch(() => fetch(url, init))
