import { type Hex, quantityOf } from '../../lib/bytes.ts'

interface BlockId {
  readonly number: number
  readonly hash: Hex
}

/** The newest block that an answer has named. A node that lacks this block is not used. */
export class SeenBlocks {
  #height = -1
  #block: BlockId | undefined

  /** -1 if no block was seen yet. */
  get height(): number {
    return this.#height
  }

  /** The newest block whose hash is known. */
  get block(): BlockId | undefined {
    return this.#block
  }

  update(block: BlockId): void {
    this.#height = Math.max(this.#height, block.number)
    if (block.number > (this.#block?.number ?? -1)) this.#block = block
  }

  /** The block in an answer that differs from the newest block seen. */
  findConflict(answer: unknown): BlockId | undefined {
    const { block } = this
    return blocksIn(answer).find(it => it.number === block?.number && it.hash !== block.hash)
  }

  /** Records the blocks that an answer names: a height, a block, or the block of a receipt, transaction or log. */
  noteAnswer(method: string, answer: unknown): void {
    if (method === 'eth_blockNumber') this.#height = Math.max(this.#height, quantityOf(answer) ?? -1)
    for (const block of blocksIn(answer)) this.update(block)
  }
}

/** The height of the node itself, if the answer contains it. */
export function headIn(method: string, [first]: readonly unknown[], answer: unknown): number | undefined {
  if (method === 'eth_blockNumber') return quantityOf(answer)
  return method === 'eth_getBlockByNumber' && first === 'latest' ? blockIn(answer)?.number : undefined
}

const blocksIn = (answer: unknown): BlockId[] =>
  (Array.isArray(answer) ? answer : [answer]).map(blockIn).filter(it => it !== undefined)

function blockIn(value: unknown): BlockId | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const it = value as Record<string, unknown>
  // A pending block or transaction has no block hash.
  const hash = 'blockNumber' in it ? it.blockHash : it.hash
  const number = quantityOf('blockNumber' in it ? it.blockNumber : it.number)
  if (number === undefined || typeof hash !== 'string' || !/^0x[0-9a-fA-F]{64}$/.test(hash)) return undefined
  return { number, hash: hash.toLowerCase() as Hex }
}
