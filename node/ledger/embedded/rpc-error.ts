import { LedgerError } from '../errors.ts'

/** A JSON-RPC error of the embedded node. `toLedgerError` adds the method that it answers. */
export class RpcError extends Error {
  override name = 'RpcError'

  constructor(
    readonly rpcCode: number,
    message: string,
    readonly data?: string,
  ) {
    super(message)
  }
}

/** JSON-RPC 2.0 §5.1, EIP-1474, and codes that several engines use. */
export const RpcCode = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  /** geth's code for nearly every refusal. */
  server: -32000,
  notFound: -32001,
  limitExceeded: -32005,
  /** Besu's code: the sender is not on the allow-list. */
  notAllowed: -32007,
  /** geth's code: a call reverted; `data` is the revert data. */
  reverted: 3,
} as const

/** @param cause the fault behind an internal error, which the operator must learn of */
export function toLedgerError(method: string, error: RpcError, cause: unknown = error): LedgerError {
  const { rpcCode, message, data } = error
  const detail = { code: 'LEDGER_RPC', method, rpcCode, rpcMessage: message } as const
  return new LedgerError(data === undefined ? detail : { ...detail, data }, `${method}: ${message}`, { cause })
}
