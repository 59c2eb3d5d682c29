/**
 * Asks endpoints until one answers: the next one as soon as the one before failed, and in addition when it has not
 * answered for a while. The first answer is taken and the other requests are aborted.
 * Why: docs/decisions/095.
 */
import type { Endpoint } from './endpoint.ts'
import { EndpointFailure } from './http.ts'

/**
 * May be sent to a second endpoint while the first one may still execute it: reads, and signed bytes, which take effect
 * once however often they are sent.
 */
const REPEATABLE =
  /^(?:eth_(?:get(?!Filter)\w+|call|estimateGas|chainId|blockNumber|syncing|gasPrice|feeHistory|sendRawTransaction)|net_version|web3_clientVersion)$/

export const isRepeatable = (method: string): boolean => REPEATABLE.test(method)

export type Ask<T> = (endpoint: Endpoint, signal: AbortSignal) => Promise<T>

export type Round<T> =
  | { readonly result: T; readonly endpoint: Endpoint }
  /** Not a failure of the endpoint: it refused the request, for example. */
  | { readonly refusal: unknown; readonly endpoint: Endpoint }
  | { readonly cause: unknown; readonly wasInterrupted: boolean }

export interface HedgeOptions {
  /** Milliseconds without an answer after which the next endpoint is asked too; null: only after a failure. */
  readonly afterMs: number | null
  readonly closed: AbortSignal
}

/** Each endpoint is asked at most once. A refusal is an answer too. */
export function askInTurn<T>(endpoints: readonly Endpoint[], ask: Ask<T>, options: HedgeOptions): Promise<Round<T>> {
  const { afterMs, closed } = options
  const { promise, resolve } = Promise.withResolvers<Round<T>>()
  const running = new Map<Endpoint, AbortController>()
  const left = [...endpoints]
  let timer: NodeJS.Timeout | undefined
  let cause: unknown
  let wasInterrupted = false

  const next = (): void => {
    clearTimeout(timer)
    const endpoint = closed.aborted ? undefined : left.shift()
    if (endpoint === undefined) {
      if (running.size === 0) resolve({ cause, wasInterrupted })
      return
    }
    if (!endpoint.isUsable) {
      wasInterrupted ||= endpoint.wasInterrupted
      next()
      return
    }
    const abort = new AbortController()
    running.set(endpoint, abort)
    if (afterMs !== null && left.length > 0) timer = setTimeout(next, afterMs)
    ask(endpoint, abort.signal).then(
      result => answered(endpoint, { result, endpoint }),
      error =>
        error instanceof EndpointFailure ? failed(endpoint, error) : answered(endpoint, { refusal: error, endpoint }),
    )
  }

  const answered = (endpoint: Endpoint, round: Round<T>): void => {
    clearTimeout(timer)
    if (!running.has(endpoint)) return
    // Those that were asked before this one, and have not answered yet.
    for (const [other, abort] of [...running].slice(0, [...running.keys()].indexOf(endpoint))) {
      other.overtaken()
      abort.abort()
    }
    for (const abort of running.values()) abort.abort()
    running.clear()
    resolve(round)
  }

  const failed = (endpoint: Endpoint, error: EndpointFailure): void => {
    // It was aborted, because another one answered.
    if (!running.delete(endpoint)) return
    endpoint.failed(error)
    cause = error
    wasInterrupted ||= endpoint.wasInterrupted
    next()
  }

  next()
  return promise
}
