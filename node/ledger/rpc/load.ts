import { FairQueue } from '../fair-queue.ts'
import type { Connection, Ledger } from '../ledger.ts'

/**
 * The requests to one ledger from all connections: a few are executed at a time. Otherwise a hundred connections
 * would turn one large answer into a hundred in memory.
 */

/**
 * Limits for each kind, so that quick requests do not wait for slow ones. The pool limits transactions, which wait for
 * a block.
 */
const AT_ONCE = { call: 4, logs: 2, other: 8 } as const
type Kind = keyof typeof AT_ONCE

const KINDS: Readonly<Record<string, Kind | undefined>> = {
  eth_call: 'call',
  eth_estimateGas: 'call',
  eth_getLogs: 'logs',
  eth_getFilterLogs: 'logs',
  eth_getFilterChanges: 'logs',
}

/** Bytes of answers that clients have not read yet, on all connections. */
const MAX_UNREAD = 128 * 1024 * 1024

export const SENDING = 'eth_sendRawTransaction'

export class Load {
  readonly #queues: Record<Kind, FairQueue> = {
    call: new FairQueue(AT_ONCE.call),
    logs: new FairQueue(AT_ONCE.logs),
    other: new FairQueue(AT_ONCE.other),
  }
  readonly #unread = new Map<symbol, { readonly bytes: number; readonly drop: () => void }>()
  #unreadBytes = 0

  /** @param ledger the ledger that executes the requests */
  constructor(private readonly ledger: Pick<Ledger, 'sharesCalls'>) {}

  /** @throws {OverloadedError} */
  turn<T>(from: Connection, method: string, work: () => Promise<T>): Promise<T> {
    const kind = (Object.hasOwn(KINDS, method) && KINDS[method]) || 'other'
    if (method === SENDING || (kind === 'call' && this.ledger.sharesCalls)) return work()
    return this.#queues[kind].turn(from, work)
  }

  /**
   * Counts an answer that the client has not read yet. If there are too many bytes, the oldest connection is closed.
   * @returns a function to call when the answer was read or never will be
   */
  countUnread(bytes: number, drop: () => void): () => void {
    const id = Symbol()
    this.#unread.set(id, { bytes, drop })
    this.#unreadBytes += bytes
    for (const [each, { drop: dropOther }] of this.#unread) {
      if (this.#unreadBytes <= MAX_UNREAD || each === id) break
      this.#read(each)
      dropOther()
    }
    return () => this.#read(id)
  }

  #read(id: symbol): void {
    this.#unreadBytes -= this.#unread.get(id)?.bytes ?? 0
    this.#unread.delete(id)
  }
}

const loadByLedger = new WeakMap<Ledger, Load>()

/** The load of a ledger, which HTTP and WebSocket share. */
export function loadOf(ledger: Ledger): Load {
  const load = loadByLedger.get(ledger) ?? new Load(ledger)
  loadByLedger.set(ledger, load)
  return load
}
