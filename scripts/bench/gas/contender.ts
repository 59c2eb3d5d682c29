/** Something that issues and revokes credentials on a chain, so that it can be measured beside others. */
import { id, type TransactionResponse } from 'ethers'

export interface Contender {
  readonly name: string
  /** What its transactions leave on the ledger. */
  readonly leaves: string
  /** Brings `count` new credentials onto the chain, in the fewest and cheapest transactions it offers. */
  issue(count: number): Promise<readonly TransactionResponse[]>
  /** Revokes `count` of those, or as many others as it likes, that were valid. */
  revoke(count: number): Promise<readonly TransactionResponse[]>
}

/** Values with as few zero bytes as real hashes have, and never the same one twice. */
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
