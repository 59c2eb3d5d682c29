import { Transaction } from 'ethers'
import { LedgerError } from '../../node/ledger/errors.ts'
import type { Ledger, LedgerHead } from '../../node/ledger/ledger.ts'
import type { Hex } from '../../node/lib/bytes.ts'

export type Fault = 'refused' | 'stored-then-lost'

/**
 * A ledger of one account. A test can let a request fail in two ways: it was not executed, or it was executed and the
 * answer was lost. A transaction is in a block at once, or when `seal` is called.
 */
export class FakeLedger implements Ledger {
  readonly included: { hash: Hex; nonce: number; data: Hex; block: number }[] = []
  /** Faults for the next calls of a method, in order. */
  readonly faults = new Map<string, Fault[]>()
  /** Every raw transaction that was sent, also those that failed. */
  readonly sent: Hex[] = []
  reverting = new Set<Hex>()
  automine = true
  /** The account whose transactions it has. */
  account = ''
  #pooled: Transaction[] = []
  #listeners = new Set<(head: LedgerHead) => void>()
  #block = 1

  async request(method: string, params: readonly unknown[] = []): Promise<unknown> {
    const fault = this.faults.get(method)?.shift()
    if (fault === 'refused') throw unreachable(method)
    const answer = this.#answer(method, params)
    if (fault === 'stored-then-lost') throw unreachable(method)
    return answer
  }

  /** Somebody else with the account's key sends a transaction: a block has it at once. @returns its hash */
  foreign(): Hex {
    const hash = `0x${'f'.repeat(60)}${this.included.length.toString(16).padStart(4, '0')}` as Hex
    this.#block++
    this.included.push({ hash, nonce: this.included.length, data: '0xff', block: this.#block })
    this.#tell()
    return hash
  }

  seal(): void {
    this.#block++
    for (const { hash, nonce, data, from } of this.#pooled) {
      this.account ||= from ?? ''
      this.included.push({ hash: hash as Hex, nonce, data: data as Hex, block: this.#block })
    }
    this.#pooled = []
    this.#tell()
  }

  /** A block without transactions. */
  tick(): void {
    this.#block++
    this.#tell()
  }

  #tell(): void {
    const head = { number: this.#block, hash: `0x${this.#block}` as Hex, timestamp: 1_000 + this.#block }
    for (const listener of this.#listeners) listener(head)
  }

  onHead(listener: (head: LedgerHead) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async close(): Promise<void> {}

  #answer(method: string, params: readonly unknown[]): unknown {
    switch (method) {
      case 'eth_getTransactionCount': {
        const until = params[1] === 'latest' || params[1] === 'pending' ? this.#block : Number(params[1])
        return `0x${this.included.filter(({ block }) => block <= until).length.toString(16)}`
      }
      case 'eth_blockNumber':
        return `0x${this.#block.toString(16)}`
      case 'eth_getBlockByNumber': {
        const inBlock = this.included.filter(({ block }) => block === Number(params[0]))
        const transactions = inBlock.map(({ hash, nonce }) => ({
          from: this.account,
          nonce: `0x${nonce.toString(16)}`,
          hash,
        }))
        return { transactions }
      }
      case 'eth_sendRawTransaction':
        return this.#take(params[0] as Hex)
      case 'eth_getTransactionReceipt': {
        const found = this.included.find(({ hash }) => hash === params[0])
        if (!found) return null
        const status = this.reverting.has(found.data) ? '0x0' : '0x1'
        return {
          blockHash: `0x${found.block}`,
          blockNumber: `0x${found.block.toString(16)}`,
          status,
          transactionIndex: '0x0',
        }
      }
      case 'eth_getBlockByHash':
        return { timestamp: `0x${(1_000 + this.#block).toString(16)}` }
      case 'eth_getTransactionByHash':
        return { input: this.included.find(({ hash }) => hash === params[0])?.data }
      case 'eth_getLogs':
        return []
      case 'eth_call':
        throw new LedgerError(
          { code: 'LEDGER_RPC', method, rpcCode: 3, rpcMessage: 'execution reverted', data: '0x' },
          'reverted',
        )
      default:
        throw new TypeError(`the fake ledger does not know ${method}`)
    }
  }

  #take(raw: Hex): string {
    this.sent.push(raw)
    const transaction = Transaction.from(raw)
    const next = this.included.length + this.#pooled.length
    if (this.#pooled.some(({ hash }) => hash === transaction.hash)) throw refusal('already known')
    if (transaction.nonce < next) throw refusal('nonce too low')
    if (transaction.nonce > next) return transaction.hash as string
    this.#pooled.push(transaction)
    if (this.automine) this.seal()
    return transaction.hash as string
  }
}

const refusal = (rpcMessage: string) =>
  new LedgerError({ code: 'LEDGER_RPC', method: 'eth_sendRawTransaction', rpcCode: -32000, rpcMessage }, rpcMessage)

const unreachable = (method: string) => new LedgerError({ code: 'LEDGER_UNREACHABLE', method }, 'cut off')
