import { z } from 'zod'
import { fromHex, type Hex } from '../../lib/bytes.ts'
import type { BlockSelector } from './context.ts'

/** Parses JSON-RPC parameters (EIP-1474, EIP-1898). */

const hexBytes = z.string().regex(/^0x(?:[0-9a-fA-F]{2})*$/, 'expected 0x and an even number of hex digits')
const ofLength = (length: number) =>
  hexBytes.refine(text => text.length === 2 + 2 * length, `expected ${length} bytes`).transform(fromHex)

export const data = hexBytes.transform(fromHex)
export const hash = ofLength(32)
export const address = ofLength(20)
export const addressText = hexBytes
  .refine(text => text.length === 42, 'expected 20 bytes')
  .transform(text => text.toLowerCase() as Hex)

/** Without leading zeros (EIP-1474). */
export const quantity = z
  .string()
  .regex(/^0x(?:0|[1-9a-fA-F][0-9a-fA-F]{0,63})$/, 'expected a quantity: 0x and hex digits without leading zeros')
  .transform(BigInt)

export const safeQuantity = quantity
  .refine(value => value <= BigInt(Number.MAX_SAFE_INTEGER), 'expected less than 2^53')
  .transform(Number)

/** A storage slot, from a quantity or from up to 32 bytes, as 32 bytes. */
export const slot = z
  .string()
  .regex(/^0x[0-9a-fA-F]{1,64}$/, 'expected at most 32 bytes')
  .transform(text => fromHex(`0x${text.slice(2).padStart(64, '0')}`))

const tag = z.enum(['latest', 'pending', 'safe', 'finalized']).transform((): BlockSelector => 'latest')
const earliest = z.literal('earliest').transform((): BlockSelector => ({ number: 0 }))
const byNumber = safeQuantity.transform((number): BlockSelector => ({ number }))

const HEIGHT = 'a block number (0x and hex digits without leading zeros) or latest, earliest, pending, safe, finalized'

export const blockNumber = z.union([tag, earliest, byNumber], `expected ${HEIGHT}`)

export const EXPECTED_BLOCK = `expected ${HEIGHT}, or a block's hash, or {"blockNumber"} or {"blockHash"}`

/** A block number or a hash, also in an object (EIP-1898). */
export const block = z.union(
  [
    blockNumber,
    hash.transform((it): BlockSelector => ({ hash: it })),
    z.strictObject({ blockNumber: safeQuantity }).transform((it): BlockSelector => ({ number: it.blockNumber })),
    z
      .strictObject({ blockHash: hash, requireCanonical: z.boolean().optional() })
      .transform((it): BlockSelector => ({ hash: it.blockHash })),
  ],
  EXPECTED_BLOCK,
)

export const blockOrLatest = block.optional().transform((it): BlockSelector => it ?? 'latest')

const accessList = z.array(
  z.object({ address: addressText, storageKeys: z.array(hexBytes.transform(text => text as Hex)).max(1000) }),
)

/** The transaction of `eth_call` and `eth_estimateGas`. Prices are ignored: gas costs nothing here. */
export const call = z
  .object({
    from: address.nullish(),
    to: address.nullish(),
    gas: quantity.nullish(),
    value: quantity.nullish(),
    input: data.nullish(),
    data: data.nullish(),
    accessList: accessList.nullish(),
  })
  .transform(({ from, to, gas, value, input, data: older, accessList: list }) => ({
    ...(from && { from }),
    ...(to && { to }),
    ...(typeof gas === 'bigint' && { gas }),
    ...(value && { value }),
    ...((input ?? older) && { data: input ?? older ?? new Uint8Array(0) }),
    ...(list && { accessList: list }),
  }))

const oneOrMany = <T extends z.ZodType>(item: T, name: string) =>
  z.union([item.transform(one => [one]), z.array(item).max(1000)], `expected ${name}, or at most 1000 in an array`)

export const logFilter = z
  .object({
    address: oneOrMany(address, 'an address').nullish(),
    topics: z.array(oneOrMany(hash, 'a topic of 32 bytes').nullable()).max(4).nullish(),
    fromBlock: blockNumber.nullish(),
    toBlock: blockNumber.nullish(),
    blockHash: hash.nullish(),
  })
  .refine(it => !it.blockHash || (!it.fromBlock && !it.toBlock), 'blockHash excludes fromBlock and toBlock')

export type LogFilter = z.output<typeof logFilter>
