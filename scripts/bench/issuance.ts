/**
 * Whole issuances over HTTP against a real node, wallet and node each in a process of its own: as many as go in a
 * second, and how long one takes at rest.
 */
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

export interface IssuanceBench {
  readonly name: string
  readonly issued: number
  readonly perSecond: number
  /** Milliseconds from scan to card: half of them, and nineteen of twenty, took no longer. */
  readonly median: number
  readonly p95: number
}

/** Cards issued for each figure. */
const LOAD = Number(process.env.BENCH_ISSUANCES ?? 2000)
const AT_REST = 10
const WARM_UP = 200
const CONCURRENCY = 512

export async function benchIssuance(): Promise<IssuanceBench[]> {
  const data = mkdtempSync(join(tmpdir(), 'dojang-bench-'))
  const node = startNode(data)
  try {
    const { publicUrl } = await ready(node, data)
    const operator = operatorOf(publicUrl, data)
    const numbers = await operator.populate(WARM_UP + LOAD + AT_REST)
    await run(publicUrl, await operator.offers(numbers.splice(0, WARM_UP)), CONCURRENCY)
    const load = await run(publicUrl, await operator.offers(numbers.splice(0, LOAD)), CONCURRENCY)
    const rest: number[] = []
    for (const number of numbers) {
      // A second and a half of quiet: the ledger seals a block a second, and at rest it seals at once.
      await new Promise(resolve => setTimeout(resolve, 1500))
      rest.push(...(await run(publicUrl, await operator.offers([number]), 1)).latencies)
    }
    return [
      figures(`issuance over HTTP, ${CONCURRENCY} wallets at once`, load.latencies, load.seconds),
      figures('scan to card in the wallet, at rest', rest, sum(rest) / 1000),
    ]
  } finally {
    node.kill('SIGTERM')
    await once(node, 'exit')
    rmSync(data, { recursive: true, force: true })
  }
}

function startNode(data: string): ChildProcess {
  const main = fileURLToPath(new URL('../../node/main.ts', import.meta.url))
  const args = ['--import', 'tsx', main, 'start', '--data', data, '--port', '0', '--rpc-port', '0']
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
}

async function ready(node: ChildProcess, data: string): Promise<{ publicUrl: string }> {
  for await (const chunk of node.stdout ?? []) {
    if (String(chunk).includes('is ready')) break
  }
  node.stdout?.resume()
  return JSON.parse(readFileSync(join(data, 'config.json'), 'utf8')) as { publicUrl: string }
}

function operatorOf(publicUrl: string, data: string) {
  const authorization = `Bearer ${readFileSync(join(data, 'keys', 'operator.token'), 'utf8').trim()}`
  const post = async (path: string, body: string | Uint8Array<ArrayBuffer>, type: string) => {
    const headers = { authorization, 'content-type': type }
    const response = await fetch(`${publicUrl}/operator${path}`, { method: 'POST', headers, body })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return response
  }
  return {
    /** Imports so many invented residents; resolves to their numbers. */
    async populate(count: number): Promise<string[]> {
      const people = [...fictitiousPopulation({ count, seed: 'bench', today: koreanDate(systemClock()) })]
      const csv = Buffer.concat([...toCsv(people)])
      await (await post('/residents/import', new Uint8Array(csv), 'text/csv')).text()
      return people.map(({ personalNumber }) => personalNumber)
    },
    async offers(numbers: readonly string[]): Promise<Offer[]> {
      const offers: Offer[] = []
      for (const personalNumber of numbers) {
        const body = JSON.stringify({ card: 'resident', personalNumber })
        const { offerUrl, txCode } = await (await post('/offers', body, 'application/json')).json()
        offers.push({ url: offerUrl, txCode })
      }
      return offers
    },
  }
}

async function run(issuer: string, offers: readonly Offer[], concurrency: number): Promise<Seen> {
  const child = fork(fileURLToPath(new URL('./issuance-client.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
  })
  child.send({ issuer, offers, concurrency } satisfies Order)
  const [seen] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error('the bench wallet ended early; its output is above'))),
  ])) as [Seen]
  return seen
}

function figures(name: string, latencies: readonly number[], seconds: number): IssuanceBench {
  const sorted = [...latencies].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return { name, issued: sorted.length, perSecond: sorted.length / seconds, median: at(0.5), p95: at(0.95) }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)
