/** `eth_newFilter` and `eth_newBlockFilter`: what is new since a client last asked, over HTTP and WebSocket. */
import { z } from 'zod'
import { toHex, toQuantity } from '../../lib/bytes.ts'
import type { Random } from '../../lib/random.ts'
import { LedgerError } from '../errors.ts'
import type { Connection, Ledger, LedgerHead } from '../ledger.ts'

const MAX_FILTERS = 1_000
const MAX_PER_CONNECTION = 100
/** Milliseconds without a request after which a filter ends. geth has the same. */
const EXPIRY = 300_000
/** Hashes in one answer. The next answer has the rest. */
const MAX_BLOCKS = 1_000

const INVALID_PARAMS = -32602
const SERVER = -32000
const LIMIT_EXCEEDED = -32005

interface Filter {
  /** The address and topics of logs; null for blocks. */
  readonly logs: Readonly<Record<string, unknown>> | null
  /** The range of blocks that the client named. Null: the newest block. */
  readonly from: number | null
  readonly to: number | null
  readonly owner: Connection | undefined
  /** The first block that was not reported yet. */
  next: number
  /** When it was last used. */
  used: number
}

/** EIP-1474 quantity, or a tag. All tags but `earliest` mean the newest block. */
const height = z
  .union([
    z.enum(['latest', 'pending', 'safe', 'finalized']).transform(() => null),
    z.literal('earliest').transform(() => 0),
    z
      .string()
      .regex(/^0x(?:0|[1-9a-f][0-9a-f]{0,12})$/i)
      .transform(Number),
  ])
  .nullish()
  .transform(given => given ?? null)

const newFilter = z.tuple([
  z.object({
    address: z.unknown().optional(),
    topics: z.unknown().optional(),
    fromBlock: height,
    toBlock: height,
    blockHash: z.undefined().optional(),
  }),
])
const named = z.tuple([z.string().max(100)])
const nothing = z.tuple([])

/** Adds the filters to a ledger. They belong to no connection: an HTTP client may use another one for each request. */
export class Filters implements Ledger {
  readonly #filters = new Map<string, Filter>()

  /** @param now milliseconds that only rise */
  constructor(
    private readonly ledger: Ledger,
    private readonly random: Random,
    private readonly now: () => number = () => performance.now(),
  ) {}

  async request(method: string, params: readonly unknown[] = [], from?: Connection): Promise<unknown> {
    switch (method) {
      case 'eth_newFilter':
        return this.#newLogFilter(parse(method, newFilter, params)[0], from)
      case 'eth_newBlockFilter':
        parse(method, nothing, params)
        return this.#add({ logs: null, from: null, to: null, owner: from })
      case 'eth_getFilterChanges':
        return this.#changes(this.#find(method, params), from)
      case 'eth_getFilterLogs':
        return this.#logs(this.#find(method, params), from)
      case 'eth_uninstallFilter':
        return this.#filters.delete(parse(method, named, params)[0])
      default:
        return this.ledger.request(method, params, from)
    }
  }

  onHead(listener: (head: LedgerHead) => void): () => void {
    return this.ledger.onHead(listener)
  }

  async close(): Promise<void> {
    this.#filters.clear()
  }

  /** Ends the filters that were created on a connection. */
  end(owner: Connection): void {
    for (const [id, filter] of this.#filters) if (filter.owner === owner) this.#filters.delete(id)
  }

  async #newLogFilter(
    { address, topics, fromBlock, toBlock }: z.output<typeof newFilter>[0],
    owner: Connection | undefined,
  ): Promise<string> {
    if (fromBlock !== null && toBlock !== null && fromBlock > toBlock) {
      throw refuse('eth_newFilter', INVALID_PARAMS, 'invalid block range params')
    }
    const logs = { ...(address !== undefined && { address }), ...(topics !== undefined && { topics }) }
    // A filter that the ledger refuses is refused now, and not at the first poll.
    await this.ledger.request('eth_getLogs', [{ ...logs, fromBlock: 'latest', toBlock: 'latest' }], owner)
    return this.#add({ logs, from: fromBlock, to: toBlock, owner })
  }

  async #add(filter: Omit<Filter, 'next' | 'used'>): Promise<string> {
    const next = (await this.#height()) + 1
    this.#expire()
    const own = [...this.#filters.values()].filter(each => each.owner === filter.owner).length
    if (own >= MAX_PER_CONNECTION || this.#filters.size >= MAX_FILTERS) {
      const most = `at most ${MAX_PER_CONNECTION} filters of a connection and ${MAX_FILTERS} of all`
      throw refuse('eth_newFilter', LIMIT_EXCEEDED, `${most}: uninstall those that you do not need`)
    }
    // A quantity has no leading zeros.
    const id = toQuantity(BigInt(toHex(this.random(16))) | (1n << 127n))
    this.#filters.set(id, { ...filter, next, used: this.now() })
    return id
  }

  #find(method: string, params: readonly unknown[]): Filter {
    const [id] = parse(method, named, params)
    this.#expire()
    const filter = this.#filters.get(id)
    if (filter === undefined) throw refuse(method, SERVER, 'filter not found')
    filter.used = this.now()
    return filter
  }

  #expire(): void {
    for (const [id, { used }] of this.#filters) if (this.now() - used > EXPIRY) this.#filters.delete(id)
  }

  async #changes(filter: Filter, from?: Connection): Promise<unknown> {
    const head = await this.#height()
    const first = filter.next
    // Moved on before anything is awaited: two requests at once must not report the same.
    filter.next = head + 1
    try {
      if (filter.logs === null) {
        const last = Math.min(head, first + MAX_BLOCKS - 1)
        filter.next = last + 1
        return await this.#hashes(first, last, from)
      }
      const start = Math.max(first, filter.from ?? first)
      let end = Math.min(head, filter.to ?? head)
      while (start <= end) {
        try {
          const logs = await this.#logsOf(filter, start, end, from)
          if (end < Math.min(head, filter.to ?? head)) filter.next = end + 1
          return logs
        } catch (error) {
          // Too much for one answer: this one has the logs of half the blocks, and the next one has more.
          if (!isLimit(error) || start === end) throw error
          end = Math.floor((start + end) / 2)
        }
      }
      return []
    } catch (error) {
      filter.next = first
      throw error
    }
  }

  async #logs(filter: Filter, from?: Connection): Promise<unknown> {
    if (filter.logs === null) throw refuse('eth_getFilterLogs', SERVER, 'filter not found')
    const head = await this.#height()
    const end = Math.min(head, filter.to ?? head)
    const start = filter.from ?? head
    return start > end ? [] : this.#logsOf(filter, start, end, from)
  }

  #logsOf({ logs }: Filter, start: number, end: number, from?: Connection): Promise<unknown> {
    const range = { fromBlock: toQuantity(start), toBlock: toQuantity(end) }
    return this.ledger.request('eth_getLogs', [{ ...logs, ...range }], from)
  }

  async #hashes(first: number, last: number, from?: Connection): Promise<string[]> {
    const hashes: string[] = []
    for (let number = first; number <= last; number++) {
      const block = await this.ledger.request('eth_getBlockByNumber', [toQuantity(number), false], from)
      hashes.push((block as { hash: string }).hash)
    }
    return hashes
  }

  async #height(): Promise<number> {
    return Number(await this.ledger.request('eth_blockNumber'))
  }
}

const shared = new WeakMap<Ledger, Filters>()

/** The filters of a ledger, which HTTP and WebSocket share. */
export function filtersOf(ledger: Ledger, random: Random): Filters {
  const filters = shared.get(ledger) ?? new Filters(ledger, random)
  shared.set(ledger, filters)
  return filters
}

function parse<T extends z.ZodType>(method: string, schema: T, params: readonly unknown[]): z.output<T> {
  const parsed = schema.safeParse(params)
  if (parsed.success) return parsed.data
  const { path = [] } = parsed.error.issues[0] ?? {}
  throw refuse(method, INVALID_PARAMS, `invalid params: parameter ${path.join('.') || '0'} is missing or wrong`)
}

const isLimit = (error: unknown): boolean =>
  error instanceof LedgerError && error.detail.code === 'LEDGER_RPC' && error.detail.rpcCode === LIMIT_EXCEEDED

function refuse(method: string, rpcCode: number, rpcMessage: string): LedgerError {
  return new LedgerError({ code: 'LEDGER_RPC', method, rpcCode, rpcMessage }, `${method}: ${rpcMessage}`)
}
