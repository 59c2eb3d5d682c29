/** How long the ledger's blocks usually take: from the times of its newest blocks, since no engine says its period. */
import type { Hex } from '../lib/bytes.ts'
import { toQuantity } from '../lib/bytes.ts'
import type { Ledger, LedgerHead } from './ledger.ts'

/** Gaps between blocks that are remembered, and how many must be known before they count. */
const GAPS = { most: 64, least: 8 } as const
/** Seconds. A change of round after a proposer that is down takes several seconds, also where blocks come each second. */
const LEAST_PATIENCE = 10

export class BlockPeriod {
  readonly #gaps: number[] = []
  #last: Pick<LedgerHead, 'number' | 'timestamp'> | undefined

  private constructor(
    /** The longest time (seconds) between two blocks that the ledger is known to allow. */
    private readonly heartbeat: number,
  ) {}

  /**
   * Begins with the newest blocks that the ledger has, and follows it. A ledger that cannot be asked is only followed.
   * @param warn called when it cannot be asked
   */
  static async of(ledger: Ledger, heartbeat: number, warn: (error: unknown) => void): Promise<BlockPeriod> {
    const period = new BlockPeriod(heartbeat)
    try {
      const newest = Number(await ledger.request('eth_blockNumber', []))
      const numbers = Array.from({ length: Math.min(2 * GAPS.least, newest) }, (_, i) => newest - i).reverse()
      const blocks = await Promise.all(
        numbers.map(number => ledger.request('eth_getBlockByNumber', [toQuantity(number), false])),
      )
      for (const block of blocks as { number: Hex; timestamp: Hex }[]) {
        period.note({ number: Number(block.number), timestamp: Number(block.timestamp) })
      }
    } catch (error) {
      warn(error)
    }
    ledger.onHead(head => period.note(head))
    return period
  }

  note({ number, timestamp }: Pick<LedgerHead, 'number' | 'timestamp'>): void {
    const last = this.#last
    if (last && number <= last.number) return
    this.#last = { number, timestamp }
    if (!last) return
    this.#gaps.push((timestamp - last.timestamp) / (number - last.number))
    if (this.#gaps.length > GAPS.most) this.#gaps.shift()
  }

  /**
   * Seconds without a block after which the ledger stands still. The longest gap is left out, because it may be an
   * earlier standstill.
   */
  get patience(): number {
    const most = 3 * this.heartbeat
    if (this.#gaps.length < GAPS.least) return most
    const usual = this.#gaps.toSorted((a, b) => b - a)[1] as number
    return Math.min(most, Math.max(LEAST_PATIENCE, 3 * usual))
  }
}
