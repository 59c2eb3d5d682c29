import { isError, Signature, Transaction } from 'ethers'
import { z } from 'zod'
import { fromHex, type Hex } from '../../lib/bytes.ts'
import { malformed } from '../../proof/errors.ts'
import { parseHeader } from '../../proof/header.ts'
import type { BlockBody } from '../embedded/follower-node.ts'
import { LedgerError } from '../errors.ts'

const hex = z.string().regex(/^0x[0-9a-fA-F]*$/)
const quantity = z.string().regex(/^0x[0-9a-fA-F]+$/)

const transaction = z.object({
  hash: hex,
  type: quantity.default('0x0'),
  chainId: quantity.nullish(),
  nonce: quantity,
  gas: quantity,
  gasPrice: quantity.nullish(),
  maxFeePerGas: quantity.nullish(),
  maxPriorityFeePerGas: quantity.nullish(),
  /** Null or omitted for a contract creation. */
  to: hex.nullish(),
  value: quantity,
  input: hex,
  accessList: z.array(z.object({ address: hex, storageKeys: z.array(hex) })).nullish(),
  v: quantity,
  r: quantity,
  s: quantity,
})

const body = z.object({ transactions: z.array(transaction) })

/**
 * Rebuilds a block's signed bytes from the JSON of `eth_getBlockByNumber(n, true)`. It checks the hashes of the block
 * and of its transactions, so that unknown fields cannot be lost unnoticed.
 * @throws {ProofError} PROOF_MALFORMED, PROOF_HASH_MISMATCH
 * @throws {LedgerError} LEDGER_BLOCK_REFUSED
 */
export function parseBody(json: unknown): BlockBody {
  const header = parseHeader(json)
  const parsed = body.safeParse(json)
  if (!parsed.success) throw malformed(`block ${header.number}`, z.prettifyError(parsed.error))
  const transactions = parsed.data.transactions.map((each, i) => {
    const raw = rawOf(each)
    if (raw === undefined) throw refuse(header.number, `the hash of transaction ${i} does not match its content`)
    return raw
  })
  return { header, transactions }
}

/** Undefined unless the hash of the bytes is the claimed one. */
function rawOf(json: z.output<typeof transaction>): Uint8Array | undefined {
  const type = Number(json.type)
  const fees =
    type === 2
      ? { maxFeePerGas: BigInt(json.maxFeePerGas ?? 0), maxPriorityFeePerGas: BigInt(json.maxPriorityFeePerGas ?? 0) }
      : { gasPrice: BigInt(json.gasPrice ?? 0) }
  try {
    const rebuilt = Transaction.from({
      type,
      nonce: Number(json.nonce),
      gasLimit: BigInt(json.gas),
      to: json.to ?? null,
      value: BigInt(json.value),
      data: json.input,
      ...(type === 0 ? {} : { chainId: BigInt(json.chainId ?? 0), accessList: json.accessList ?? [] }),
      ...fees,
      signature: Signature.from({ r: pad32(json.r), s: pad32(json.s), v: BigInt(json.v) }),
    })
    return rebuilt.hash === json.hash ? fromHex(rebuilt.serialized as Hex) : undefined
  } catch (error) {
    if (REFUSALS.some(code => isError(error, code))) return undefined
    throw error
  }
}

/** What ethers says of values that no transaction can have. */
const REFUSALS = ['INVALID_ARGUMENT', 'NUMERIC_FAULT', 'UNSUPPORTED_OPERATION', 'BUFFER_OVERRUN'] as const

/** Restores the leading zeros that JSON-RPC omits. */
const pad32 = (quantity: string): string => `0x${quantity.slice(2).padStart(64, '0')}`

const refuse = (block: number, reason: string) =>
  new LedgerError({ code: 'LEDGER_BLOCK_REFUSED', block, reason }, `block ${block} is refused: ${reason}`)
