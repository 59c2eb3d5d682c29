import type { Common } from '@ethereumjs/common'
import { Capability, createTxFromRLP, type TypedTransaction } from '@ethereumjs/tx'
import { keccak256 } from '#crypto'
import { equalBytes, type Hex, toHex } from '../../lib/bytes.ts'
import { decodeRlp, rlpList, rlpNumber } from '../../proof/rlp.ts'
import { BLOCK_GAS_LIMIT } from '../block-rules.ts'
import type { SignedTransaction } from './builder.ts'
import { RpcCode, RpcError } from './rpc-error.ts'

export interface ParsedTransaction extends SignedTransaction {
  readonly id: Hex
  readonly from: Hex
  readonly nonce: number
}

/** The same limit as geth's. */
const MAX_BYTES = 128 * 1024

const PRICE_NOT_ZERO =
  'Gas price not 0: nothing is paid here (cast: --gas-price 0 --priority-gas-price 0; Hardhat: gasPrice: 0)'

const refuse = (message: string): RpcError => new RpcError(RpcCode.server, message)

/**
 * Parses a signed transaction of type 0, 1 or 2 with price 0 for this chain. It does not check the nonce, the sender's
 * permission or the funds.
 * @throws {RpcError} -32000
 */
export function parseTransaction(raw: Uint8Array, rules: Common): ParsedTransaction {
  if (raw.length > MAX_BYTES) throw refuse('oversized data')
  const first = raw[0]
  if (first === undefined) throw refuse('empty typed transaction bytes')
  if (first < 0xc0 && first !== 1 && first !== 2) throw refuse('transaction type not supported')
  checkChainId(raw, Number(rules.chainId()))
  const tx = decode(raw, rules)
  checkSignature(tx)
  const price = tx.supports(Capability.EIP1559FeeMarket) && 'maxFeePerGas' in tx ? tx.maxFeePerGas : priceOf(tx)
  // Some programs add a tip of 1 wei (cast), so the message says how to avoid it.
  if (price !== 0n) throw refuse(PRICE_NOT_ZERO)
  if (tx.gasLimit > BLOCK_GAS_LIMIT) throw refuse('exceeds block gas limit')
  const needed = tx.getIntrinsicGas()
  if (tx.gasLimit < needed) throw refuse(`intrinsic gas too low: gas ${tx.gasLimit}, minimum needed ${needed}`)
  if (tx.nonce > BigInt(Number.MAX_SAFE_INTEGER)) throw refuse('nonce too high')
  const hash = keccak256(raw)
  return { tx, raw, hash, id: toHex(hash), from: toHex(tx.getSenderAddress().bytes), nonce: Number(tx.nonce) }
}

/** Decodes a transaction without the other checks of `parseTransaction`. */
export function decode(raw: Uint8Array, rules: Common): TypedTransaction {
  let tx: TypedTransaction
  try {
    tx = createTxFromRLP(raw, { common: rules })
  } catch (error) {
    throw refuse(`invalid transaction: ${firstSentence(error)}`)
  }
  // The library accepts other encodings too. They would give one transaction several hashes.
  if (!equalBytes(tx.serialize(), raw)) throw refuse('invalid transaction: not canonically encoded')
  return tx
}

/** Undefined for a transaction without one, and where the bytes are not a transaction. */
function chainIdOf(raw: Uint8Array): number | undefined {
  const typed = (raw[0] as number) < 0xc0
  try {
    const fields = rlpList(decodeRlp(typed ? raw.subarray(1) : raw, 'transaction'), 'transaction')
    if (typed) return rlpNumber(fields[0], 'chain id')
    const v = rlpNumber(fields[6], 'v')
    // EIP-155.
    return v < 35 ? undefined : Math.floor((v - 35) / 2)
  } catch {
    return undefined
  }
}

/** Checked here, since the library's message is about its own settings. */
function checkChainId(raw: Uint8Array, expected: number): void {
  const given = chainIdOf(raw)
  if (given === undefined || given === expected) return
  throw refuse(`invalid chain id for signer: have ${given} want ${expected}: read it with eth_chainId`)
}

function checkSignature(tx: TypedTransaction): void {
  if (!tx.isSigned()) throw refuse('invalid transaction: not signed')
  if (tx.type === 0 && !tx.supports(Capability.EIP155ReplayProtection)) {
    throw refuse('only replay-protected (EIP-155) transactions allowed over RPC')
  }
  try {
    tx.getSenderAddress()
  } catch {
    throw refuse('invalid sender')
  }
}

const priceOf = (tx: TypedTransaction): bigint => ('gasPrice' in tx ? tx.gasPrice : 0n)

/** The library's messages end with a dump of the transaction. */
export function firstSentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.split(' (')[0] as string
}
