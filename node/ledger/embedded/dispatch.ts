import { LedgerError } from '../errors.ts'
import type { RpcContext } from './context.ts'
import { blockMethods } from './methods/blocks.ts'
import { logMethods } from './methods/logs.ts'
import type { Method } from './methods/method.ts'
import { networkMethods } from './methods/network.ts'
import { stateMethods } from './methods/state.ts'
import { transactionMethods } from './methods/transactions.ts'
import { RpcCode, RpcError, toLedgerError } from './rpc-error.ts'
import { DamagedStore } from './store.ts'

const METHODS = new Map<string, Method>(
  [networkMethods, blockMethods, transactionMethods, stateMethods, logMethods].flatMap(group => Object.entries(group)),
)

/**
 * Answers one JSON-RPC request.
 * @throws {LedgerError} LEDGER_RPC with the code engines use for it, LEDGER_CLOCK_BEHIND, LEDGER_CLOCK_AHEAD,
 * LEDGER_UNREACHABLE
 */
export async function dispatch(context: RpcContext, name: string, params: readonly unknown[]): Promise<unknown> {
  const method = METHODS.get(name)
  if (method === undefined) {
    throw toLedgerError(
      name,
      new RpcError(RpcCode.methodNotFound, `the method ${name} does not exist/is not available`),
    )
  }
  try {
    return await method(context, params)
  } catch (error) {
    if (error instanceof RpcError) throw toLedgerError(name, error)
    if (error instanceof LedgerError) throw error
    const message = error instanceof DamagedStore ? error.message : 'internal error'
    throw toLedgerError(name, new RpcError(RpcCode.internal, message))
  }
}
