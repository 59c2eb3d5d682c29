import { LedgerError } from '../errors.ts'
import { FairQueue, OverloadedError } from '../fair-queue.ts'
import type { Connection } from '../ledger.ts'
import type { Call, CallOutcome, CallThreadOptions } from './call-messages.ts'
import { type CallLimits, CallThread } from './call-thread.ts'
import { LONGEST_CALL, OutOfTime } from './call-time.ts'
import { fromFailure } from './messages.ts'
import { RpcCode, RpcError, toLedgerError } from './rpc-error.ts'

/** Nearly every call ends within this time. */
const QUICK: CallLimits = { milliseconds: 100, heap: 64 }
const LONG: CallLimits = { milliseconds: LONGEST_CALL, heap: 128 }

/**
 * Runs the calls of clients outside the thread that seals. Connections take turns. A call that takes longer than 100 ms
 * is started again in a second thread, where it has 5 s. So long calls delay each other, and short calls hardly at all.
 */
export class CallThreads {
  readonly #quick: CallQueue
  readonly #slow: CallQueue

  constructor(options: CallThreadOptions) {
    this.#quick = new CallQueue(options, QUICK)
    this.#slow = new CallQueue(options, LONG)
  }

  /** @throws {LedgerError} LEDGER_RPC, with -32005 when too many calls wait; LEDGER_UNREACHABLE after `close` */
  async run(from: Connection, call: Call): Promise<unknown> {
    try {
      const first = await this.#quick.run(from, call)
      const outcome = first.kind === 'late' ? await this.#slow.run(from, call) : first
      if (outcome.kind === 'answer') return outcome.value
      throw outcome.kind === 'failure' ? fromFailure(outcome.failure) : new OutOfTime()
    } catch (error) {
      if (error instanceof RpcError) throw toLedgerError(call.method, error)
      if (error instanceof OverloadedError)
        throw toLedgerError(call.method, new RpcError(RpcCode.limitExceeded, error.message))
      throw error
    }
  }

  /** Ends the threads; what still waits is refused. */
  async close(): Promise<void> {
    await Promise.all([this.#quick.close(), this.#slow.close()])
  }
}

/** A thread and the calls that wait for it. */
class CallQueue {
  readonly #queue = new FairQueue(1)
  readonly #thread: CallThread
  #closed = false

  constructor(options: CallThreadOptions, limits: CallLimits) {
    this.#thread = new CallThread(options, limits)
  }

  run(from: Connection, call: Call): Promise<CallOutcome> {
    return this.#queue.turn(from, async () => {
      const outcome = this.#closed ? null : await this.#thread.run(call)
      if (outcome !== null && !this.#closed) return outcome
      const { method } = call
      throw new LedgerError({ code: 'LEDGER_UNREACHABLE', method }, `${method}: the ledger has stopped`)
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#thread.end()
  }
}
