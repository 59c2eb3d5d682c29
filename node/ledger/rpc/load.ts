import type { Ledger } from '../ledger.ts'

/**
 * The requests to one ledger, whatever connections they come by: a few are carried out at a time, and the rest in the
 * order in which they came. Otherwise a hundred connections would turn one large answer into a hundred in memory.
 */

/** Of each kind, so that quick questions never wait behind slow ones. Sending waits for a block: the pool bounds it. */
const AT_ONCE = { call: 4, logs: 2, other: 8 } as const
type Kind = keyof typeof AT_ONCE

const KINDS: Readonly<Record<string, Kind | undefined>> = {
  eth_call: 'call',
  eth_estimateGas: 'call',
  eth_getLogs: 'logs',
}

/** Of each kind; more are refused. */
const MAX_WAITING = 1_000
/** Bytes of answers that are not read yet, on all connections. */
const MAX_UNREAD = 128 * 1024 * 1024

export const SENDING = 'eth_sendRawTransaction'

/** More is asked for than is carried out or kept. */
export class Busy extends Error {
  override name = 'Busy'
}

export class Load {
  readonly #running: Record<Kind, number> = { call: 0, logs: 0, other: 0 }
  readonly #waiting: Record<Kind, (() => void)[]> = { call: [], logs: [], other: [] }
  readonly #unread = new Map<symbol, { readonly bytes: number; readonly drop: () => void }>()
  #unreadBytes = 0

  /** @throws {Busy} */
  async turn<T>(method: string, work: () => Promise<T>): Promise<T> {
    if (method === SENDING) return work()
    const kind = (Object.hasOwn(KINDS, method) && KINDS[method]) || 'other'
    const waiting = this.#waiting[kind]
    if (this.#running[kind] < AT_ONCE[kind]) this.#running[kind] += 1
    else if (waiting.length >= MAX_WAITING) throw new Busy()
    else await new Promise<void>(resolve => waiting.push(resolve))
    try {
      return await work()
    } finally {
      // The turn is handed on, or given up.
      const next = waiting.shift()
      if (next) next()
      else this.#running[kind] -= 1
    }
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
  const load = loads.get(ledger) ?? new Load()
  loads.set(ledger, load)
  return load
}
