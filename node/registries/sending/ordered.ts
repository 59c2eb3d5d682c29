/**
 * The transactions that this install ordered, until they are compared with the ledger. A lane stores each in the commit
 * that stores its signed bytes, and stores its receipt in the commit that stores its outcome. The reconciler stores
 * whether the registries have its event. When receipt and event agree, the transaction is removed.
 */
import { fromHex, type Hex, toHex } from '../../lib/bytes.ts'
import { Bucket } from '../../store/buckets.ts'
import { type Codec, jsonCodec, type Store, Table, type WriteOp } from '../../store/store.ts'
import type { TransactionReceipt } from './transaction-receipt.ts'

/** Why it was sent, as in its cause, and the block in which the reconciler saw its event. */
interface OrderedTransaction {
  readonly kind: string
  readonly seen?: number
}

interface ConfirmedTransaction {
  readonly block: number
  /** False: it reverted. */
  readonly effective: boolean
}

const hash: Codec<Hex> = { encode: fromHex, decode: toHex }

export class OrderedTransactions {
  readonly #ordered: Table<Hex, OrderedTransaction>
  readonly #confirmed: Table<Hex, ConfirmedTransaction>

  constructor(store: Store) {
    this.#ordered = new Table(store, Bucket.ordered, hash, jsonCodec())
    this.#confirmed = new Table(store, Bucket.confirmed, hash, jsonCodec())
  }

  has(transaction: Hex): boolean {
    return this.#ordered.has(transaction)
  }

  order(transaction: Hex, kind: string): WriteOp {
    return this.#ordered.put(transaction, { kind })
  }

  confirm({ transaction, block, revert }: TransactionReceipt): WriteOp {
    return this.#confirmed.put(transaction, { block, effective: revert === undefined })
  }

  /** The registries have its event, in that block. */
  see(transaction: Hex, block: number): WriteOp {
    return this.#ordered.put(transaction, { ...(this.#ordered.get(transaction) as OrderedTransaction), seen: block })
  }

  forget(transaction: Hex): WriteOp[] {
    return [this.#ordered.del(transaction), this.#confirmed.del(transaction)]
  }

  /**
   * Those with a receipt in a block up to `until`, and whether their events agree with it. Both the receipt and the
   * events of these blocks are stored.
   */
  async *compared(until: number): AsyncIterable<{ transaction: Hex; block: number; agrees: boolean }> {
    for await (const [transaction, { block, effective }] of this.#confirmed.entries()) {
      if (block > until) continue
      const seen = this.#ordered.get(transaction)?.seen !== undefined
      yield { transaction, block, agrees: seen === effective }
    }
  }
}
