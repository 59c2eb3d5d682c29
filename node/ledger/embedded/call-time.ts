import { RpcCode, RpcError } from './rpc-error.ts'

/** Milliseconds for one call, or for all simulations of one estimate. */
export const LONGEST_CALL = 5_000

/** The call was ended because its time was over. */
export class OutOfTime extends RpcError {
  constructor() {
    super(RpcCode.server, `execution aborted: it takes over ${LONGEST_CALL / 1000} s`)
  }
}

/** @returns a function that throws `OutOfTime` once `ms` milliseconds from now are over */
export function timeLimit(ms: number): () => void {
  const until = performance.now() + ms
  return () => {
    if (performance.now() > until) throw new OutOfTime()
  }
}
