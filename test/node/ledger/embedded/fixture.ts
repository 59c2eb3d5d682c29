import { rmSync } from 'node:fs'
import { Wallet } from 'ethers'
import {
  type EmbeddedLedger,
  type EmbeddedLedgerOptions,
  openEmbeddedLedger,
} from '../../../../node/ledger/embedded/ledger.ts'
import { LedgerError } from '../../../../node/ledger/errors.ts'
import type { Ledger } from '../../../../node/ledger/ledger.ts'
import { fromHex, type Hex } from '../../../../node/lib/bytes.ts'
import { scratchDirectory } from '../../../support/scratch.ts'

export const CHAIN_ID = 1337
export const VALIDATOR_KEY = fromHex(`0x${'11'.repeat(32)}`)
export const sender = new Wallet(`0x${'22'.repeat(32)}`)
export const SENDER = sender.address.toLowerCase() as Hex

/**
 * Hand-written bytecode. With (key, value) it stores the value at the key and logs data = key, topic = value. With one
 * word it returns (the value at this key, block number, timestamp, parent's hash). With no data it reverts with 42.
 */
const RUNTIME =
  '3615603f57602036146022576020356000355560003560005260203560206000a1005b' +
  '600035546000524360205242604052600143034060605260806000f35b602a60005260206000fd'
export const STORE_INIT_CODE: Hex = `0x604a600c600039604a6000f3${RUNTIME}`

export const word = (value: number | bigint): string => value.toString(16).padStart(64, '0')
export const put = (key: number | bigint, value: number | bigint): Hex => `0x${word(key)}${word(value)}`

export function temporaryDirectory(): { readonly path: string; remove(): void } {
  const path = scratchDirectory('ledger')
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

export function openLedger(path: string, options: Partial<EmbeddedLedgerOptions> = {}): Promise<EmbeddedLedger> {
  return openEmbeddedLedger({ path, chainId: CHAIN_ID, validatorKey: VALIDATOR_KEY, allow: [SENDER], ...options })
}

export interface Sent {
  readonly nonce: number
  readonly to?: string | null
  readonly data?: string
  readonly type?: number
  readonly gasLimit?: bigint
  readonly value?: bigint
  readonly chainId?: number
  readonly gasPrice?: bigint
}

export async function sign({ nonce, to = null, data = '0x', type = 0, ...rest }: Sent, wallet = sender): Promise<Hex> {
  const fees = type === 2 ? { maxFeePerGas: rest.gasPrice ?? 0n, maxPriorityFeePerGas: 0n } : { gasPrice: 0n }
  const base = { type, nonce, to, data, chainId: CHAIN_ID, gasLimit: 300_000n }
  const { gasPrice, ...other } = rest
  const price = type !== 2 && gasPrice !== undefined ? { gasPrice } : {}
  return (await wallet.signTransaction({ ...base, ...fees, ...other, ...price })) as Hex
}

export interface JsonReceipt {
  readonly status: Hex
  readonly blockNumber: Hex
  readonly blockHash: Hex
  readonly transactionHash: Hex
  readonly contractAddress: Hex | null
  readonly gasUsed: Hex
  readonly logs: readonly { readonly data: Hex; readonly topics: readonly Hex[]; readonly logIndex: Hex }[]
}

export async function send(ledger: Ledger, transaction: Sent): Promise<JsonReceipt> {
  const hash = await ledger.request('eth_sendRawTransaction', [await sign(transaction)])
  return (await ledger.request('eth_getTransactionReceipt', [hash])) as JsonReceipt
}

/** Deploys the contract with the sender's first transaction. @returns its address */
export async function deployStore(ledger: Ledger): Promise<Hex> {
  const receipt = await send(ledger, { nonce: 0, data: STORE_INIT_CODE })
  return receipt.contractAddress as Hex
}

/** The error of a request: its JSON-RPC code, or else the code of the `LedgerError`, and the message. */
export async function refusal(answer: Promise<unknown>): Promise<{ code: string | number; message: string }> {
  try {
    await answer
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    const { detail, message } = error
    return detail.code === 'LEDGER_RPC'
      ? { code: detail.rpcCode, message: detail.rpcMessage }
      : { code: detail.code, message }
  }
  return { code: 'passed', message: '' }
}
