import { network } from 'hardhat'
import { BLOCK_GAS_LIMIT } from '../../node/ledger/block-rules.ts'
import { LedgerError } from '../../node/ledger/errors.ts'
import type { Ledger, LedgerHead } from '../../node/ledger/ledger.ts'
import type { Hex } from '../../node/lib/bytes.ts'

interface SubscriptionMessage {
  readonly type: string
  readonly data: { readonly subscription: string; readonly result: { number: Hex; hash: Hex; timestamp: Hex } }
}

export interface HardhatLedgerOptions {
  /** Mines a block at once for each transaction. Default: true unless `blockEveryMs` is given. */
  readonly automine?: boolean
  /** Mines a block in this interval of milliseconds, even an empty one. Without either option, only `evm_mine` mines. */
  readonly blockEveryMs?: number
}

/**
 * Hardhat's in-process chain as a ledger, for `npm run dev` and tests. Its blocks have no seals and are not stored, so it
 * gives none of the guarantees of a sealed ledger. Like any node, it includes a transaction that reverts, and its receipt
 * shows that.
 */
export async function openHardhatLedger({
  blockEveryMs,
  automine = blockEveryMs === undefined,
}: HardhatLedgerOptions = {}): Promise<Ledger> {
  const connection = await network.create({
    override: {
      throwOnTransactionFailures: false,
      blockGasLimit: BLOCK_GAS_LIMIT,
      allowBlocksWithSameTimestamp: false,
      mining: { auto: automine, ...(blockEveryMs !== undefined && { interval: blockEveryMs }) },
    },
  })
  const { provider } = connection
  const listeners = new Set<(head: LedgerHead) => void>()
  const subscription = await provider.request({ method: 'eth_subscribe', params: ['newHeads'] })
  const onMessage = ({ type, data }: SubscriptionMessage) => {
    if (type !== 'eth_subscription' || data.subscription !== subscription) return
    const { number, hash, timestamp } = data.result
    for (const listener of listeners) listener({ number: Number(number), hash, timestamp: Number(timestamp) })
  }
  provider.on('message', onMessage)
  return {
    async request(method, params = []) {
      try {
        return await provider.request({ method, params: [...params] })
      } catch (error) {
        throw translate(method, error)
      }
    },
    onHead(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close() {
      listeners.clear()
      await connection.close()
    },
  }
}

function translate(method: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { code, data } = error as { code?: unknown; data?: unknown }
  const bytes = typeof data === 'object' && data !== null && 'data' in data ? data.data : data
  return new LedgerError(
    {
      code: 'LEDGER_RPC',
      method,
      rpcCode: typeof code === 'number' ? code : -32603,
      rpcMessage: error.message,
      ...(typeof bytes === 'string' ? { data: bytes } : {}),
    },
    `The ledger refused ${method}: ${error.message}`,
    { cause: error },
  )
}
