import { z } from 'zod'
import { toHex, toQuantity } from '../../lib/bytes.ts'
import type { Random } from '../../lib/random.ts'
import { LedgerError } from '../errors.ts'
import type { Connection, Ledger, LedgerHead } from '../ledger.ts'

/** `eth_subscribe` of one connection: new heads and logs. */

/** The limit for one connection. */
const MAX_SUBSCRIPTIONS = 100

const INVALID_PARAMS = -32602
const LIMIT_EXCEEDED = -32005

const subscribeParams = z.tuple([z.enum(['newHeads', 'logs']), z.looseObject({}).nullish()])
const unsubscribeParams = z.tuple([z.string()])

/** Members of a block that do not belong to its header. */
const BODY = ['transactions', 'uncles', 'size', 'withdrawals', 'totalDifficulty']

export class Subscriptions implements Ledger {
  /** In the order of subscription. A log filter, or null for heads. */
  readonly #active = new Map<string, Record<string, unknown> | null>()
  readonly #stop: () => void
  #notified: Promise<void> = Promise.resolve()

  /** @param notify sends one `eth_subscription` */
  constructor(
    private readonly ledger: Ledger,
    private readonly random: Random,
    private readonly notify: (params: { subscription: string; result: unknown }) => void,
  ) {
    this.#stop = ledger.onHead(head => {
      if (this.#active.size === 0) return
      // Blocks are processed in order, however long the requests take.
      this.#notified = this.#notified.then(() => this.#notifyAll(head)).catch(() => {})
    })
  }

  async request(method: string, params: readonly unknown[] = [], from?: Connection): Promise<unknown> {
    if (method === 'eth_subscribe') return this.#subscribe(params)
    if (method === 'eth_unsubscribe') return this.#unsubscribe(params)
    return this.ledger.request(method, params, from)
  }

  onHead(listener: (head: LedgerHead) => void): () => void {
    return this.ledger.onHead(listener)
  }

  /** Ends the subscriptions. The ledger stays open. */
  async close(): Promise<void> {
    this.#stop()
    this.#active.clear()
  }

  async #subscribe(params: readonly unknown[]): Promise<string> {
    const parsed = subscribeParams.safeParse(params)
    if (!parsed.success) throw refuse(INVALID_PARAMS, 'invalid params: subscribe to "newHeads" or to "logs"')
    if (this.#active.size >= MAX_SUBSCRIPTIONS) {
      throw refuse(LIMIT_EXCEEDED, `at most ${MAX_SUBSCRIPTIONS} subscriptions on a connection`)
    }
    const [kind, given] = parsed.data
    if (kind === 'logs') {
      const filter = given ?? {}
      const { address, topics } = filter
      // If the ledger refuses the filter, the subscription is refused now and not at the first head.
      await this.ledger.request('eth_getLogs', [{ ...criteria(filter), fromBlock: 'latest', toBlock: 'latest' }])
      return this.#add({ address, topics })
    }
    return this.#add(null)
  }

  #unsubscribe(params: readonly unknown[]): boolean {
    const parsed = unsubscribeParams.safeParse(params)
    if (!parsed.success) throw refuse(INVALID_PARAMS, 'invalid params: name the subscription')
    return this.#active.delete(parsed.data[0])
  }

  #add(filter: Record<string, unknown> | null): string {
    // A quantity has no leading zeros.
    const id = toQuantity(BigInt(toHex(this.random(16))) | (1n << 127n))
    this.#active.set(id, filter)
    return id
  }

  async #notifyAll({ number, hash }: LedgerHead): Promise<void> {
    let header: Record<string, unknown> | undefined
    for (const [id, filter] of [...this.#active]) {
      if (filter === null) {
        header ??= await this.#header(number)
        this.#send(id, header)
        continue
      }
      const logs = await this.ledger.request('eth_getLogs', [{ ...criteria(filter), blockHash: hash }])
      for (const log of logs as unknown[]) this.#send(id, log)
    }
  }

  async #header(number: number): Promise<Record<string, unknown>> {
    const block = await this.ledger.request('eth_getBlockByNumber', [toQuantity(number), false])
    return Object.fromEntries(Object.entries(block as object).filter(([name]) => !BODY.includes(name)))
  }

  /** The subscription may have ended meanwhile. */
  #send(subscription: string, result: unknown): void {
    if (this.#active.has(subscription)) this.notify({ subscription, result })
  }
}

function criteria({ address, topics }: Record<string, unknown>): Record<string, unknown> {
  return { ...(address !== undefined && { address }), ...(topics !== undefined && { topics }) }
}

function refuse(rpcCode: number, rpcMessage: string): LedgerError {
  return new LedgerError({ code: 'LEDGER_RPC', method: 'eth_subscribe', rpcCode, rpcMessage }, rpcMessage)
}
