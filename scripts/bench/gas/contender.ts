/** A system that issues and revokes credentials on a chain, for comparison with others. */
import { id, type TransactionResponse } from 'ethers'

export interface Contender {
  readonly name: string
  /** The data that its transactions leave on the ledger. */
  readonly leaves: string
  /** Issues `count` new credentials on the chain with its cheapest transactions. */
  issue(count: number): Promise<readonly TransactionResponse[]>
  /** Revokes `count` valid credentials. */
  revoke(count: number): Promise<readonly TransactionResponse[]>
}

/** Different values, with as few zero bytes as real hashes. */
let drawn = 0
export const freshHash = (): string => id(`hash ${drawn++}`)

export const freshHashes = (count: number): string[] => Array.from({ length: count }, freshHash)

export function chunked<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))
}

export async function gasOf(sent: readonly TransactionResponse[]): Promise<number> {
  let total = 0
  for (const transaction of sent) {
    const receipt = await transaction.wait()
    if (receipt?.status !== 1) throw new Error(`${transaction.hash} reverted`)
    total += Number(receipt.gasUsed)
  }
  return total
}
