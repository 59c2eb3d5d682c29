import type { Hex } from '../../lib/bytes.ts'

interface Named {
  readonly number: number
  readonly hash: Hex
}

/** The newest block that answers have named: a node that lacks it shows an older ledger, and is not asked. */
export class Seen {
  #height = -1
  #block: Named | undefined

  /** -1: none yet. */
  get height(): number {
    return this.#height
  }

  /** The newest whose hash was named as well. */
  get block(): Named | undefined {
    return this.#block
  }

  raise(block: Named): void {
    this.#height = Math.max(this.#height, block.number)
    if (block.number > (this.#block?.number ?? -1)) this.#block = block
  }

  /** What an answer has instead of the newest block seen. */
  contradictedBy(answer: unknown): Named | undefined {
    const { block } = this
    return allNamedIn(answer).find(it => it.number === block?.number && it.hash !== block.hash)
  }

  /** What an answer names: the height, a block, or the block of a receipt, a transaction or a log. */
  note(method: string, answer: unknown): void {
    if (method === 'eth_blockNumber') this.#height = Math.max(this.#height, quantityOf(answer) ?? -1)
    for (const block of allNamedIn(answer)) this.raise(block)
  }
}

/** The height that an answer gives as the node's own. */
export function headIn(method: string, [first]: readonly unknown[], answer: unknown): number | undefined {
  if (method === 'eth_blockNumber') return quantityOf(answer)
  return method === 'eth_getBlockByNumber' && first === 'latest' ? namedIn(answer)?.number : undefined
}

/** Undefined where it is none that could be a height. */
export function quantityOf(value: unknown): number | undefined {
  if (typeof value !== 'string' || !/^0x[0-9a-fA-F]{1,14}$/.test(value)) return undefined
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : undefined
}

const allNamedIn = (answer: unknown): Named[] =>
  (Array.isArray(answer) ? answer : [answer]).map(namedIn).filter(it => it !== undefined)

function namedIn(value: unknown): Named | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const it = value as Record<string, unknown>
  // A pending block or transaction has no hash of a block.
  const hash = 'blockNumber' in it ? it.blockHash : it.hash
  const number = quantityOf('blockNumber' in it ? it.blockNumber : it.number)
  if (number === undefined || typeof hash !== 'string' || !/^0x[0-9a-fA-F]{64}$/.test(hash)) return undefined
  return { number, hash: hash.toLowerCase() as Hex }
}
