/**
 * Measures complete issuances over HTTP with a real node and wallets in separate processes: the number per second, and the
 * duration of one issuance without other load. If Credo is installed, the same wallets take cards from it too, in turns, so
 * that a busy machine slows both.
 */
import { CredoIssuer, credoIsInstalled } from './credo.ts'
import type { Seen } from './issuance-client.ts'
import { BenchNode } from './node.ts'

export interface IssuanceBench {
  readonly name: string
  readonly issued: number
  readonly perSecond: number
  /** CPU milliseconds of the issuer per card; undefined where it is not measured. */
  readonly cpu: number | undefined
  /** Milliseconds from scan to card: the median and the 95th percentile. */
  readonly median: number
  readonly p95: number
}

export interface IssuanceBenches {
  readonly ours: IssuanceBench
  readonly credo: IssuanceBench | undefined
  readonly atRest: IssuanceBench
}

/**
 * Cards that the node issues under load. A round begins with all wallets at the same step and ends with a wait for the last
 * block. Short rounds would measure mostly that; rounds of more than 3,000 outlive what Credo's issuer accepts.
 */
const LOAD = Number(process.env.BENCH_ISSUANCES ?? 6000)
const ROUNDS = 2
const AT_REST = 10
const WARM_UP = 200
/** The ledger seals one block a second, so a wallet waits one to two seconds for its card. Fewer wallets leave the node idle. */
const CONCURRENCY = 1024

interface Issuer {
  issue(count: number): Promise<Seen>
  cpu(): Promise<number>
}

export async function benchIssuance(): Promise<IssuanceBenches> {
  const node = await BenchNode.start()
  let credo: CredoIssuer | undefined
  try {
    const numbers = await node.populate(WARM_UP + LOAD + AT_REST)
    const us: Issuer = { issue: count => node.issue(numbers.splice(0, count), CONCURRENCY), cpu: () => node.cpu() }
    const { card } = await us.issue(WARM_UP)
    const rounds = [new Rounds(us, LOAD / ROUNDS)]
    if (credoIsInstalled()) {
      const peer = await CredoIssuer.start(card)
      credo = peer
      await peer.issue(WARM_UP, CONCURRENCY)
      rounds.push(
        new Rounds({ issue: count => peer.issue(count, CONCURRENCY), cpu: () => peer.cpu() }, LOAD / ROUNDS / 2),
      )
    }
    for (let i = 0; i < ROUNDS; i++) for (const one of rounds) await one.run()
    await credo?.dispose()
    const [ours, theirs] = rounds
    const { latencies: rest } = await node.issueAtRest(numbers)
    return {
      ours: (ours as Rounds).figures(`issuance over HTTP, ${CONCURRENCY} wallets at once`),
      credo: theirs?.figures('the same with Credo, in memory'),
      atRest: figures('scan to card in the wallet, at rest', rest, sum(rest) / 1000),
    }
  } finally {
    await credo?.dispose()
    await node.dispose()
  }
}

/** The sums over the rounds of one issuer. */
class Rounds {
  readonly #latencies: number[] = []
  #seconds = 0
  #cpu = 0
  readonly #issuer: Issuer
  readonly #cards: number

  constructor(issuer: Issuer, cards: number) {
    this.#issuer = issuer
    this.#cards = cards
  }

  async run(): Promise<void> {
    // The offers are created before the wallets start, and are part of the CPU time.
    const before = await this.#issuer.cpu()
    const { seconds, latencies } = await this.#issuer.issue(this.#cards)
    this.#cpu += (await this.#issuer.cpu()) - before
    this.#seconds += seconds
    this.#latencies.push(...latencies)
  }

  figures(name: string): IssuanceBench {
    const cpu = (this.#cpu / this.#latencies.length) * 1000
    return { ...figures(name, this.#latencies, this.#seconds), cpu }
  }
}

function figures(name: string, latencies: readonly number[], seconds: number): IssuanceBench {
  const sorted = [...latencies].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return {
    name,
    issued: sorted.length,
    perSecond: sorted.length / seconds,
    cpu: undefined,
    median: at(0.5),
    p95: at(0.95),
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)
