/** The receipt of a transaction: its block, and whether it took effect. */
import { Transaction } from 'ethers'
import type { Ledger } from '../../ledger/ledger.ts'
import { type Hex, toQuantity } from '../../lib/bytes.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { revertReasonIn } from '../contracts.ts'
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
  const revert = receipt.status === '0x1' ? undefined : await revertReason(ledger, raw, number)
  return { transaction, block: number, time: Number(block.timestamp), revert }
}

/**
 * A receipt does not contain the reason, so the call is repeated: on the state after its block, since an earlier
 * transaction of the same block may have caused the revert; if it succeeds there, on the state before its block.
 */
async function revertReason(ledger: Ledger, raw: Hex, block: number): Promise<string> {
  const { from, to, data } = Transaction.from(raw)
  for (const state of [block, block - 1]) {
    try {
      await ledger.request('eth_call', [{ from, ...(to !== null && { to }), data }, toQuantity(state)])
    } catch (error) {
      const reason = revertReasonIn(error)
      if (reason !== undefined) return reason
    }
  }
  return 'reverted without a reason that can be read again'
}

interface RpcReceipt {
  readonly blockHash: Hex
  readonly blockNumber: Hex
  readonly status: Hex
}
