import { Worker } from 'node:worker_threads'
import type { Call, CallOutcome, CallThreadOptions, TimedCall } from './call-messages.ts'
import { toFailure } from './messages.ts'
import { RpcCode, RpcError, toLedgerError } from './rpc-error.ts'

/** Milliseconds that a call has to end after its time is over. A long precompile does not end in them. */
const GRACE = 500
/** Milliseconds without a call after which the thread ends, to free its memory. */
const IDLE = 60_000

/** The limits of one call. */
export interface CallLimits {
  readonly milliseconds: number
  /** Megabytes of JavaScript objects. The memory of contracts is extra: a block's gas pays for about 100 MB. */
  readonly heap: number
}

/**
 * One thread for calls. The first call starts it. A call that exceeds its limits ends it, and the next starts another.
 */
export class CallThread {
  #worker: Worker | undefined
  #idle: NodeJS.Timeout | undefined

  constructor(
    private readonly options: CallThreadOptions,
    private readonly limits: CallLimits,
    private readonly idleMs = IDLE,
  ) {}

  get isRunning(): boolean {
    return this.#worker !== undefined
  }

  /** Runs a call. The caller must wait for it before the next. */
  async run(call: Call): Promise<CallOutcome> {
    clearTimeout(this.#idle)
    const outcome = await this.#ask(call)
    this.#idle = setTimeout(() => void this.end(), this.idleMs).unref()
    return outcome
  }

  async end(): Promise<void> {
    clearTimeout(this.#idle)
    const worker = this.#worker
    this.#worker = undefined
    await worker?.terminate()
  }

  async #ask(call: Call): Promise<CallOutcome> {
    if (this.#worker === undefined) {
      const started = await outcomeOf(this.#start(), call)
      if (started.kind !== 'ready') return started
    }
    const worker = this.#worker
    if (worker === undefined) return failed(call, 'the thread ended')
    const { milliseconds } = this.limits
    let late = false
    const timer = setTimeout(() => {
      late = true
      void worker.terminate()
    }, milliseconds + GRACE)
    worker.postMessage({ ...call, milliseconds } satisfies TimedCall)
    const outcome = await outcomeOf(worker, call)
    clearTimeout(timer)
    if (!late) return outcome
    await worker.terminate()
    return { kind: 'late' }
  }

  #start(): Worker {
    const thread = new URL('./call-worker.ts', import.meta.url)
    const worker = new Worker(thread, {
      workerData: this.options,
      // In the built program the file is JavaScript.
      execArgv: thread.pathname.endsWith('.ts') ? ['--import', 'tsx'] : [],
      resourceLimits: { maxOldGenerationSizeMb: this.limits.heap, maxYoungGenerationSizeMb: 16 },
    })
    worker.once('exit', () => {
      if (this.#worker === worker) this.#worker = undefined
    })
    // `outcomeOf` reports the error. Without a listener it would stop the process.
    worker.on('error', () => {})
    this.#worker = worker
    return worker
  }
}

/** The next message of the thread, or its failure. */
function outcomeOf(worker: Worker, call: Call): Promise<CallOutcome> {
  const { promise, resolve } = Promise.withResolvers<CallOutcome>()
  const onError = (error: Error & { code?: string }) =>
    resolve(failed(call, error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'it takes too much memory' : error.message))
  const onExit = () => resolve(failed(call, 'the thread ended'))
  worker.once('message', resolve).once('error', onError).once('exit', onExit)
  return promise.finally(() => worker.off('message', resolve).off('error', onError).off('exit', onExit))
}

function failed({ method }: Call, why: string): CallOutcome {
  return {
    kind: 'failure',
    failure: toFailure(toLedgerError(method, new RpcError(RpcCode.server, `execution aborted: ${why}`))),
  }
}
