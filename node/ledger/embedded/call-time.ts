import { RpcCode, RpcError } from './rpc-error.ts'

/** Milliseconds that one call, or all the trials of one estimate, may take. */
export const LONGEST_CALL = 5_000

/** The call was ended because its time was over. */
export class OutOfTime extends RpcError {
  constructor() {
    super(RpcCode.server, `execution aborted: it takes over ${LONGEST_CALL / 1000} s`)
  }
}

/** @returns what throws `OutOfTime` once `ms` are over, counted from now */
export function timeLimit(ms: number): () => void {
  const until = performance.now() + ms
  return () => {
    if (performance.now() > until) throw new OutOfTime()
  }
}
