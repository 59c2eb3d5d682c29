import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Hex } from '../../lib/bytes.ts'
import { LedgerError } from '../errors.ts'
import type { Connection, LedgerHead } from '../ledger.ts'
import type { LedgerMetrics, MeasuredLedger } from '../metrics.ts'
import { isCall } from './call-messages.ts'
import { CallThreads } from './call-threads.ts'
import { type LedgerStore, openLedgerStore } from './ledger-store.ts'
import {
  fromFailure,
  type NumberedCommand,
  type WorkerCommand,
  type WorkerMessage,
  type WorkerOptions,
} from './messages.ts'

export interface EmbeddedLedgerOptions {
  /** The ledger's directory, which nothing else uses; created when absent. */
  readonly path: string
  readonly chainId: number
  /** secp256k1 private key, 32 bytes. It is copied into the ledger's thread, so the caller may erase it. */
  readonly validatorKey: Uint8Array
  /** Accounts that may send transactions, added to those allowed before. */
  readonly allow: readonly Hex[]
  /** Seconds without a transaction after which an empty block is sealed (default 60). */
  readonly heartbeat?: number
  /** Seconds added to the system's clock (default 0). For tests. */
  readonly clockOffset?: number
}

/** The ledger node in this process. */
export interface EmbeddedLedger extends MeasuredLedger {
  /** Address of the validator. */
  readonly validator: Hex
  /** A warning for the operator about this platform, or null. */
  readonly warning: string | null
  /** The newest block. */
  readonly head: LedgerHead
  /** Lets more accounts send transactions, also after a restart; on disk when it resolves. */
  allow(addresses: readonly Hex[]): Promise<void>
  /** Removes that permission, also after a restart; on disk when it resolves. */
  disallow(addresses: readonly Hex[]): Promise<void>
  /** For tests. */
  setClockOffset(seconds: number): Promise<void>
  /** Resolves when the node has stopped: with null after `close`, otherwise with the error. */
  readonly stopped: Promise<Error | null>
}

/**
 * Opens the ledger in its own thread. If the directory is empty, it creates a ledger whose genesis names the validator.
 * @throws {LedgerError} LEDGER_IN_USE, LEDGER_WRONG_CHAIN
 */
export async function openEmbeddedLedger(options: EmbeddedLedgerOptions): Promise<EmbeddedLedger> {
  const validatorKey = Uint8Array.from(options.validatorKey)
  const { path, chainId, allow, heartbeat = 60, clockOffset = 0 } = options
  const workerData: WorkerOptions = { path, chainId, validatorKey, allow, heartbeat, clockOffset }
  const thread = new URL('./worker.ts', import.meta.url)
  // It is opened first and closed last, because the threads share its lock and its cache.
  const store = await openLedgerStore(path)
  const worker = new Worker(thread, {
    workerData,
    transferList: [validatorKey.buffer],
    // In the built program the file is JavaScript.
    execArgv: thread.pathname.endsWith('.ts') ? ['--import', 'tsx'] : [],
    // It needs about 50 MB. Without a limit it grows to ten times as much before garbage is collected.
    resourceLimits: { maxOldGenerationSizeMb: 384, maxYoungGenerationSizeMb: 32 },
  })
  const ended = new Promise(resolve => worker.once('exit', resolve))
  try {
    const [first] = (await once(worker, 'message')) as [WorkerMessage]
    if (first.kind === 'opened') return new WorkerLedger(worker, store, options, first)
    throw first.kind === 'refused' ? fromFailure(first.failure) : new Error('the ledger thread did not open')
  } catch (error) {
    await ended
    await store.close()
    throw error
  }
}

class WorkerLedger implements EmbeddedLedger {
  readonly sharesCalls = true
  readonly validator: Hex
  readonly warning: string | null
  readonly stopped: Promise<Error | null>
  readonly #pending = new Map<number, PromiseWithResolvers<unknown> & { method: string }>()
  readonly #listeners = new Set<(head: LedgerHead) => void>()
  readonly #calls: CallThreads
  #head: LedgerHead
  #clockOffset: number
  #lastId = 0
  #closing: Promise<void> | undefined
  #fatal: Error | null = null
  #ended = false

  constructor(
    private readonly worker: Worker,
    store: LedgerStore,
    { path, chainId, clockOffset = 0 }: EmbeddedLedgerOptions,
    opened: Extract<WorkerMessage, { kind: 'opened' }>,
  ) {
    this.validator = opened.validator
    this.warning = opened.warning
    this.#head = opened.head
    this.#clockOffset = clockOffset
    this.#calls = new CallThreads({ path, chainId })
    this.stopped = new Promise(resolve => {
      worker.on('exit', async () => {
        this.#end()
        await this.#calls.close()
        await store.close()
        resolve(this.#closing === undefined ? (this.#fatal ?? new Error('the ledger thread ended')) : null)
      })
    })
    worker.on('error', error => {
      this.#fatal = error instanceof Error ? error : new Error(String(error))
    })
    worker.on('message', (message: WorkerMessage) => this.#receive(message))
  }

  get head(): LedgerHead {
    return this.#head
  }

  /** Calls of this program (without `from`) run in the ledger's thread, where calls of clients cannot delay them. */
  request(method: string, params: readonly unknown[] = [], from?: Connection): Promise<unknown> {
    if (from !== undefined && isCall(method)) {
      const now = { addSeconds: this.#clockOffset }
      return this.#calls.run(from, { method, params, head: this.#head.number, now })
    }
    return this.#ask({ kind: 'request', method, params }, method)
  }

  onHead(listener: (head: LedgerHead) => void): () => void {
    const own = (head: LedgerHead) => listener(head)
    this.#listeners.add(own)
    return () => this.#listeners.delete(own)
  }

  async allow(addresses: readonly Hex[]): Promise<void> {
    await this.#ask({ kind: 'allow', addresses }, 'allow')
  }

  async disallow(addresses: readonly Hex[]): Promise<void> {
    await this.#ask({ kind: 'disallow', addresses }, 'disallow')
  }

  async metrics(): Promise<LedgerMetrics> {
    return (await this.#ask({ kind: 'metrics' }, 'metrics')) as LedgerMetrics
  }

  async setClockOffset(offset: number): Promise<void> {
    await this.#ask({ kind: 'clock', offset }, 'setClockOffset')
    this.#clockOffset = offset
  }

  /** Finishes the block that is being sealed, then closes the directory. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    if (this.#ended) return
    // The request fails when the node stops meanwhile, and then it is closed too.
    await this.#ask({ kind: 'close' }, 'close').catch(() => {})
    await this.stopped
  }

  #ask(command: WorkerCommand, method: string): Promise<unknown> {
    if (this.#ended) return Promise.reject(this.#unreachable(method))
    const id = ++this.#lastId
    const waiting = { ...Promise.withResolvers<unknown>(), method }
    this.#pending.set(id, waiting)
    this.worker.postMessage({ ...command, id } satisfies NumberedCommand)
    return waiting.promise
  }

  #receive(message: WorkerMessage): void {
    switch (message.kind) {
      case 'answer':
        this.#settle(message.id)?.resolve(message.value)
        break
      case 'failure':
        this.#settle(message.id)?.reject(fromFailure(message.failure))
        break
      case 'head':
        this.#head = message.head
        for (const listener of this.#listeners) listener(message.head)
        break
      case 'fatal':
        this.#fatal = fromFailure(message.failure)
        break
      case 'opened':
      case 'refused':
        break
    }
  }

  #settle(id: number): PromiseWithResolvers<unknown> | undefined {
    const waiting = this.#pending.get(id)
    this.#pending.delete(id)
    return waiting
  }

  #end(): void {
    this.#ended = true
    for (const { reject, method } of this.#pending.values()) reject(this.#unreachable(method))
    this.#pending.clear()
  }

  #unreachable(method: string): LedgerError {
    const message = `${method}: the ledger has stopped; what it did not answer may or may not be in a block`
    return new LedgerError({ code: 'LEDGER_UNREACHABLE', method }, message, { cause: this.#fatal ?? undefined })
  }
}
