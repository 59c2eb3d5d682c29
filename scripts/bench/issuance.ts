/**
 * Measures complete issuances over HTTP with a real node and wallets in separate processes: the number per second, and the
 * duration of one issuance without other load.
 */
import { BenchNode } from './node.ts'

export interface IssuanceBench {
  readonly name: string
  readonly issued: number
  readonly perSecond: number
  /** Milliseconds from scan to card: the median and the 95th percentile. */
  readonly median: number
  readonly p95: number
}

/** Cards issued for each figure. */
const LOAD = Number(process.env.BENCH_ISSUANCES ?? 2000)
const AT_REST = 10
const WARM_UP = 200
const CONCURRENCY = 512

export async function benchIssuance(): Promise<IssuanceBench[]> {
  const node = await BenchNode.start()
  try {
    const numbers = await node.populate(WARM_UP + LOAD + AT_REST)
    await node.issue(numbers.splice(0, WARM_UP), CONCURRENCY)
    const load = await node.issue(numbers.splice(0, LOAD), CONCURRENCY)
    const rest = await node.issueAtRest(numbers)
    return [
      figures(`issuance over HTTP, ${CONCURRENCY} wallets at once`, load.latencies, load.seconds),
      figures('scan to card in the wallet, at rest', rest, sum(rest) / 1000),
    ]
  } finally {
    await node.dispose()
  }
}

function figures(name: string, latencies: readonly number[], seconds: number): IssuanceBench {
  const sorted = [...latencies].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return { name, issued: sorted.length, perSecond: sorted.length / seconds, median: at(0.5), p95: at(0.95) }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)
