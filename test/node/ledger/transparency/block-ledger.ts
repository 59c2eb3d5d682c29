/** A ledger that has only block hashes, which a test can rewrite. */
import { createHash } from 'node:crypto'
import { LedgerError } from '../../../../node/ledger/errors.ts'
import type { Ledger } from '../../../../node/ledger/ledger.ts'
import { type Hex, toQuantity } from '../../../../node/lib/bytes.ts'

export class BlockLedger implements Ledger {
  readonly hashes: Hex[] = []
  /** What makes the hashes of this history differ from those of another one. */
  story = 'first'
  reachable = true

  constructor(blocks: number) {
    this.grow(blocks)
  }

  grow(blocks: number): void {
    for (let i = 0; i < blocks; i++) {
      const hash = createHash('sha256')
        .update(`${this.story} ${this.hashes.length} ${this.hashes.at(-1)}`)
        .digest('hex')
      this.hashes.push(`0x${hash}`)
    }
  }

  async request(method: string, [tag]: readonly unknown[] = []): Promise<unknown> {
    if (!this.reachable) throw new LedgerError({ code: 'LEDGER_UNREACHABLE', method }, 'no answer')
    if (method !== 'eth_getBlockByNumber') throw new TypeError(method)
    const number = tag === 'latest' ? this.hashes.length - 1 : Number(tag)
    const hash = this.hashes[number]
    const parentHash = this.hashes[number - 1] ?? `0x${'0'.repeat(64)}`
    return hash === undefined ? null : { number: toQuantity(number), hash, parentHash }
  }

  onHead(): () => void {
    return () => undefined
  }

  async close(): Promise<void> {}
}
