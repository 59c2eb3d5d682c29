import { FairQueue } from '../fair-queue.ts'
import type { Connection, Ledger } from '../ledger.ts'

/**
 * The requests to one ledger from all connections: a few are carried out at a time. Otherwise a hundred connections
 * would turn one large answer into a hundred in memory.
 */

/** Of each kind, so that quick questions never wait behind slow ones. Sending waits for a block: the pool bounds it. */
const AT_ONCE = { call: 4, logs: 2, other: 8 } as const
type Kind = keyof typeof AT_ONCE

const KINDS: Readonly<Record<string, Kind | undefined>> = {
  eth_call: 'call',
  eth_estimateGas: 'call',
  eth_getLogs: 'logs',
}

/** Bytes of answers that are not read yet, on all connections. */
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

  /** @param ledger whose requests these are */
  constructor(private readonly ledger: Pick<Ledger, 'sharesCalls'>) {}

  /** @throws {Busy} */
  turn<T>(from: Connection, method: string, work: () => Promise<T>): Promise<T> {
    const kind = (Object.hasOwn(KINDS, method) && KINDS[method]) || 'other'
    if (method === SENDING || (kind === 'call' && this.ledger.sharesCalls)) return work()
    return this.#queues[kind].turn(from, work)
  }

  /**
   * An answer is on its way. When too much is, who has not read for longest is dropped.
   * @returns to be called when it is read, or never will be
   */
  unread(bytes: number, drop: () => void): () => void {
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

const loads = new WeakMap<Ledger, Load>()

/** One for each ledger: HTTP and WebSocket share it. */
export function loadOf(ledger: Ledger): Load {
  const load = loads.get(ledger) ?? new Load(ledger)
  loads.set(ledger, load)
  return load
}
