import { LedgerError } from '../errors.ts'
import type { CallContext, RpcContext } from './context.ts'
import { DamagedStore } from './ledger-store.ts'
import { blockMethods } from './methods/blocks.ts'
import { callMethods } from './methods/calls.ts'
import { logMethods } from './methods/logs.ts'
import type { Method } from './methods/method.ts'
import { networkMethods } from './methods/network.ts'
import { stateMethods } from './methods/state.ts'
import { transactionMethods } from './methods/transactions.ts'
import { RpcCode, RpcError, toLedgerError } from './rpc-error.ts'

const METHODS = new Map<string, Method>(
  [networkMethods, blockMethods, transactionMethods, stateMethods, callMethods, logMethods].flatMap(group =>
    Object.entries(group),
  ),
)
const CALLS = new Map(Object.entries(callMethods))

/**
 * Answers one JSON-RPC request.
 * @throws {LedgerError} LEDGER_RPC with the code that other engines use, LEDGER_CLOCK_BEHIND, LEDGER_CLOCK_AHEAD,
 * LEDGER_UNREACHABLE
 */
export function dispatch(context: RpcContext, name: string, params: readonly unknown[]): Promise<unknown> {
  return answer(METHODS, context, name, params)
}

/**
 * Answers `eth_call` and `eth_estimateGas`.
 * @throws {LedgerError} LEDGER_RPC
 */
export function dispatchCall(context: CallContext, name: string, params: readonly unknown[]): Promise<unknown> {
  return answer(CALLS, context, name, params)
}

async function answer<Context>(
  methods: ReadonlyMap<string, Method<Context>>,
  context: Context,
  name: string,
  params: readonly unknown[],
): Promise<unknown> {
  const method = methods.get(name)
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
    throw toLedgerError(name, new RpcError(RpcCode.internal, message), error)
  }
}
