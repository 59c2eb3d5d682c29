/** Finds the transaction of an account with a given nonce. It needs only standard JSON-RPC methods. */
import type { Ledger } from '../../ledger/ledger.ts'
import { type Hex, quantityOf, toQuantity } from '../../lib/bytes.ts'

export interface SentTransaction {
  readonly transaction: Hex
  readonly block: number
}

interface RpcBlock {
  readonly transactions: readonly { readonly from: string; readonly nonce: string; readonly hash: Hex }[]
}

/**
 * The account's number of transactions after each block shows in which block the nonce was used. The search goes back
 * from the newest block in growing steps, because the transaction is usually recent, and because an engine may have only
 * the states of the newest blocks.
 * @returns undefined if no block has it, or if the ledger does not have the states that the search needs
 * @throws {LedgerError} LEDGER_UNREACHABLE
 */
export async function findSent(ledger: Ledger, account: Hex, nonce: number): Promise<SentTransaction | undefined> {
  const head = quantityOf(await ledger.request('eth_blockNumber', []))
  if (head === undefined) return undefined
  const usedAfter = async (block: number): Promise<boolean | undefined> => {
    const count = await ledger.request('eth_getTransactionCount', [account, toQuantity(block)]).catch(refused)
    const number = quantityOf(count)
    return number === undefined ? undefined : number > nonce
  }
  if (!(await usedAfter(head))) return undefined
  // Used after `high`, not used after `low`.
  let [low, high] = [head, head]
  for (let step = 1; ; step *= 2) {
    low = Math.max(head - step, -1)
    const used = low < 0 ? false : await usedAfter(low)
    if (used === undefined) return undefined
    if (!used) break
    high = low
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    const used = await usedAfter(middle)
    if (used === undefined) return undefined
    if (used) high = middle
    else low = middle
  }
  const block = (await ledger.request('eth_getBlockByNumber', [toQuantity(high), true])) as RpcBlock | null
  const found = block?.transactions.find(
    ({ from, nonce: its }) => from.toLowerCase() === account.toLowerCase() && quantityOf(its) === nonce,
  )
  return found && { transaction: found.hash.toLowerCase() as Hex, block: high }
}

/** An engine that no longer has the state of a block refuses the request. */
function refused(error: unknown): undefined {
  if ((error as { code?: unknown }).code !== 'LEDGER_RPC') throw error
}
