/** The chain that the nodes of a Besu stand-in share: an embedded ledger with a block each second, and Besu's pool. */
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { Transaction } from 'ethers'
import { type EmbeddedLedger, openEmbeddedLedger } from '../../node/ledger/embedded/ledger.ts'
import { LedgerError } from '../../node/ledger/errors.ts'
import type { Hex } from '../../node/lib/bytes.ts'
import { scratchDirectory } from './scratch.ts'

/** A JSON-RPC error as Besu words it. */
export class BesuError extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly data?: string,
  ) {
    super(message)
  }
}

export const invalidParams = () => new BesuError(-32602, 'Invalid params')

/** The chain that all nodes of a stand-in share. */
export class BesuChain {
  readonly #pool = new Map<string, { raw: Hex; from: string; nonce: number }>()
  readonly #allowed = new Set<string>()
  #haltedAt: number | undefined

  private constructor(
    readonly ledger: EmbeddedLedger,
    private readonly directory: string,
  ) {}

  static async open(chainId: number): Promise<BesuChain> {
    const directory = scratchDirectory('besu')
    const validatorKey = new Uint8Array(randomBytes(32))
    const ledger = await openEmbeddedLedger({ path: directory, chainId, validatorKey, allow: [], heartbeat: 1 })
    return new BesuChain(ledger, directory)
  }

  /** The newest block that a node may show. */
  get height(): number {
    return Math.min(this.ledger.head.number, this.#haltedAt ?? Number.POSITIVE_INFINITY)
  }

  get poolSize(): number {
    return this.#pool.size
  }

  /** No block is sealed any more: transactions wait in the pool. */
  halt(): void {
    this.#haltedAt = this.ledger.head.number
  }

  resume(): void {
    this.#haltedAt = undefined
    for (const [hash, { raw }] of this.#pool) this.#forward(hash, raw)
  }

  pooledOf(from: string): number {
    return [...this.#pool.values()].filter(each => each.from === from.toLowerCase()).length
  }

  /** @throws {BesuError} as a node's pool does */
  async take(raw: Hex): Promise<Hex> {
    let transaction: Transaction
    try {
      transaction = Transaction.from(raw)
    } catch {
      throw invalidParams()
    }
    const { hash, nonce, type } = transaction
    const from = transaction.from?.toLowerCase()
    if (hash === null || from === undefined) throw invalidParams()
    if (type !== 0) throw new BesuError(-32602, 'Invalid transaction type')
    if (transaction.gasPrice !== 0n) throw new BesuError(-32009, 'Gas price below configured minimum gas price')
    if (this.#pool.has(hash)) throw new BesuError(-32000, 'Known transaction')
    this.#pool.set(hash, { raw, from, nonce })
    if (!this.#allowed.has(from)) {
      this.#allowed.add(from)
      await this.ledger.allow([from as Hex])
    }
    const used = Number(await this.ledger.request('eth_getTransactionCount', [from, 'latest']))
    if (nonce < used) {
      this.#pool.delete(hash)
      throw new BesuError(-32001, 'Nonce too low')
    }
    if (this.#haltedAt === undefined) this.#forward(hash, raw)
    return hash as Hex
  }

  async close(): Promise<void> {
    await this.ledger.close()
    rmSync(this.directory, { recursive: true, force: true })
  }

  /** Its block is sealed in the next second. */
  #forward(hash: string, raw: Hex): void {
    const done = () => void this.#pool.delete(hash)
    this.ledger.request('eth_sendRawTransaction', [raw]).then(done, error => {
      if (error instanceof LedgerError) return done()
      throw error
    })
  }
}
