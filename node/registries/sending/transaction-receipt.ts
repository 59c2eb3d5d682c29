/** The receipt of a transaction: its block, and whether it took effect. */
import type { Ledger } from '../../ledger/ledger.ts'
import type { Hex } from '../../lib/bytes.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { revertReason } from './revert-reason.ts'
import type { SignedTransaction } from './transaction.ts'

export interface TransactionReceipt {
  readonly transaction: Hex
  readonly block: number
  /** The time of the block. */
  readonly time: UnixSeconds
  /** Undefined if the transaction took effect; otherwise the reason of the contract. */
  readonly revert: string | undefined
}

/**
 * @returns undefined while no block contains the transaction
 * @throws {LedgerError}
 */
export async function readTransactionReceipt(
  ledger: Ledger,
  { transaction, raw }: SignedTransaction,
): Promise<TransactionReceipt | undefined> {
  const receipt = (await ledger.request('eth_getTransactionReceipt', [transaction])) as RpcReceipt | null
  if (!receipt) return undefined
  const block = (await ledger.request('eth_getBlockByHash', [receipt.blockHash, false])) as { timestamp: Hex } | null
  if (!block) return undefined
  const number = Number(receipt.blockNumber)
  const revert =
    receipt.status === '0x1'
      ? undefined
      : await revertReason(ledger, { raw, block: number, index: Number(receipt.transactionIndex) })
  return { transaction, block: number, time: Number(block.timestamp), revert }
}

interface RpcReceipt {
  readonly blockHash: Hex
  readonly blockNumber: Hex
  readonly transactionIndex: Hex
  readonly status: Hex
}
