import { RpcCode, RpcError } from './rpc-error.ts'

/** Milliseconds for one call, or for all simulations of one estimate. */
export const LONGEST_CALL = 5_000
/** Milliseconds of processor time that one transaction may take. 512 changes of status take about 100. */
export const LONGEST_TRANSACTION = 500

/** Asked again and again while code is executed; ends it by throwing. `ahead`: milliseconds that the next step takes. */
export type TimeCheck = (ahead?: number) => void

/** What a step costs: the gas, and about how many milliseconds on one core of a small server. */
export interface Cost {
  readonly gas: bigint
  readonly ms: number
}

/** The call was ended because its time was over. */
export class OutOfTime extends RpcError {
  constructor() {
    super(RpcCode.server, `execution aborted: it takes over ${LONGEST_CALL / 1000} s`)
  }
}

/** The transaction was ended because its time was over. */
export class TooCostly extends RpcError {
  constructor() {
    super(
      RpcCode.server,
      `execution aborted: a transaction may take ${LONGEST_TRANSACTION / 1000} s of processor time here`,
    )
  }
}

/** @returns throws `OutOfTime` once `ms` are over, counted from now */
export function timeLimit(ms: number): TimeCheck {
  const until = performance.now() + ms
  return (ahead = 0) => {
    if (performance.now() + ahead > until) throw new OutOfTime()
  }
}

/**
 * Counts the thread's processor time, so that a transaction is not ended because the machine is busy with something else.
 * @returns throws `TooCostly` once `LONGEST_TRANSACTION` is over, counted from now
 */
export function transactionLimit(): TimeCheck {
  const until = performance.now() + LONGEST_TRANSACTION
  const started = processorMs()
  return (ahead = 0) => {
    // The wall clock is the quicker one to read, and never behind the other.
    if (performance.now() + ahead <= until) return
    if (processorMs() - started + ahead > LONGEST_TRANSACTION) throw new TooCostly()
  }
}

/** Of this thread; before Node 23.9, of the process. */
export function processorMs(): number {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage()
  return (user + system) / 1e3
}
