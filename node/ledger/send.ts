/** One transaction of one account, asked first whether it would succeed. For people's acts: the node's go through the outbox. */
import { keccak256, type Wallet } from 'ethers'
import type { Hex } from '../lib/bytes.ts'
import { decodeRevert, describeRevert } from './contracts.ts'
import { LedgerError } from './errors.ts'
import type { Ledger } from './ledger.ts'

export interface Sent {
  readonly transaction: Hex
  readonly block: number
  readonly logs: readonly { readonly topics: readonly string[]; readonly data: string }[]
}

/** More than any act takes, and free. */
const GAS = 1_000_000
const PATIENCE_MS = 120_000
const POLL_MS = 250

/**
 * @throws {LedgerError} LEDGER_ACT_REFUSED with the contract's own words if it would revert, and then nothing was sent;
 * LEDGER_REVERTED if it did revert; LEDGER_UNREACHABLE
 */
export async function sendAct(ledger: Ledger, account: Wallet, chainId: number, to: Hex, data: Hex): Promise<Sent> {
  await wouldSucceed(ledger, account.address, to, data)
  const nonce = Number(await ledger.request('eth_getTransactionCount', [account.address, 'pending']))
  // Legacy, free, with chain id: what every QBFT engine knows.
  const raw = await account.signTransaction({ type: 0, gasPrice: 0, gasLimit: GAS, chainId, nonce, to, data })
  await ledger.request('eth_sendRawTransaction', [raw])
  return included(ledger, keccak256(raw) as Hex)
}

/** @throws {LedgerError} LEDGER_ACT_REFUSED */
export async function wouldSucceed(ledger: Ledger, from: string, to: Hex, data: Hex): Promise<void> {
  try {
    await ledger.request('eth_call', [{ from, to, data }, 'latest'])
  } catch (error) {
    const refusal = error instanceof LedgerError && error.detail.code === 'LEDGER_RPC' ? error.detail.data : undefined
    if (refusal === undefined) throw error
    const why = describeRevert(refusal as Hex)
    throw new LedgerError(
      { code: 'LEDGER_ACT_REFUSED', account: from, error: decodeRevert(refusal as Hex)?.name ?? refusal },
      `The contract would refuse this from ${from}: ${why}. Nothing was sent.`,
      { cause: error },
    )
  }
}

async function included(ledger: Ledger, transaction: Hex): Promise<Sent> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const receipt = (await ledger.request('eth_getTransactionReceipt', [transaction])) as {
      status: Hex
      blockNumber: Hex
      logs: Sent['logs']
    } | null
    if (receipt?.status === '0x1') return { transaction, block: Number(receipt.blockNumber), logs: receipt.logs }
    if (receipt) {
      throw new LedgerError(
        { code: 'LEDGER_REVERTED', transaction, error: 'something else came first' },
        `The transaction ${transaction} reverted: the state changed after it was checked. Look again, and repeat it.`,
      )
    }
    if (Date.now() > deadline) {
      throw new LedgerError(
        { code: 'LEDGER_UNREACHABLE', method: 'eth_getTransactionReceipt' },
        `The ledger took ${transaction} and does not include it. Look for it before you send anything again.`,
      )
    }
    await new Promise(resolve => setTimeout(resolve, POLL_MS))
  }
}
