/** One transaction of one account, asked first whether it would succeed. For people's acts: the node's go through the outbox. */
import { keccak256, type Wallet } from 'ethers'
import { LedgerError } from '../../ledger/errors.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import type { Hex } from '../../lib/bytes.ts'
import { decodeRevert, describeRevert } from '../contracts.ts'
import { type Refused, sendRaw } from './send-raw.ts'

export interface Sent {
  readonly transaction: Hex
  readonly block: number
  readonly logs: readonly { readonly topics: readonly string[]; readonly data: string }[]
}

/** More than any act takes, and free. */
const GAS = 1_000_000
const PATIENCE_MS = 120_000
const POLL_MS = 250
/** How much later than a nonce a node may know the receipt. */
const GRACE_MS = 3_000

/**
 * @throws {LedgerError} LEDGER_ACT_REFUSED with the contract's own words if it would revert, and then nothing was sent;
 * LEDGER_REVERTED if it did revert; LEDGER_UNREACHABLE
 */
export async function sendAct(ledger: Ledger, account: Wallet, chainId: number, to: Hex, data: Hex): Promise<Sent> {
  await wouldSucceed(ledger, account.address, to, data)
  const nonce = Number(await ledger.request('eth_getTransactionCount', [account.address, 'pending']))
  // Legacy, free, with chain id: what every QBFT engine knows.
  const raw = await account.signTransaction({ type: 0, gasPrice: 0, gasLimit: GAS, chainId, nonce, to, data })
  return included(ledger, raw)
}

/** @throws {LedgerError} LEDGER_ACT_REFUSED */
async function wouldSucceed(ledger: Ledger, from: string, to: Hex, data: Hex): Promise<void> {
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

/**
 * Sends the bytes until a block has them, and only those: an answer that was lost on its way, or that one node gives
 * because another told it of them, must not make a person do it twice.
 */
async function included(ledger: Ledger, raw: string): Promise<Sent> {
  const transaction = keccak256(raw) as Hex
  const begun = Date.now()
  let taken = false
  for (;;) {
    try {
      const refused: Refused | null = taken ? null : await sendRaw(ledger, raw)
      taken = refused === null || refused.why === 'known'
      const receipt = await receiptOf(ledger, transaction)
      if (receipt) return outcomeOf(transaction, receipt)
      // A nonce that is used may be so by these bytes, and the receipt a moment late.
      const mayBeThese = refused?.why === 'used' && Date.now() - begun < GRACE_MS
      if (refused && !taken && !mayBeThese) throw refused.error
    } catch (error) {
      if (!(error instanceof LedgerError) || error.detail.code !== 'LEDGER_UNREACHABLE') throw error
      if (Date.now() - begun > PATIENCE_MS) throw undecided(transaction, error)
    }
    if (Date.now() - begun > PATIENCE_MS) throw undecided(transaction)
    await new Promise(resolve => setTimeout(resolve, POLL_MS))
  }
}

interface Receipt {
  readonly status: Hex
  readonly blockNumber: Hex
  readonly logs: Sent['logs']
}

const receiptOf = (ledger: Ledger, transaction: Hex): Promise<Receipt | null> =>
  ledger.request('eth_getTransactionReceipt', [transaction]) as Promise<Receipt | null>

function outcomeOf(transaction: Hex, { status, blockNumber, logs }: Receipt): Sent {
  if (status === '0x1') return { transaction, block: Number(blockNumber), logs }
  throw new LedgerError(
    { code: 'LEDGER_REVERTED', transaction, error: 'something else came first' },
    `The transaction ${transaction} reverted: the state changed after it was checked. Look again, and repeat it.`,
  )
}

const undecided = (transaction: Hex, cause?: LedgerError): LedgerError =>
  new LedgerError(
    { code: 'LEDGER_UNREACHABLE', method: 'eth_getTransactionReceipt' },
    `The transaction ${transaction} was sent, and no block has it yet. Look for it before you send anything again.`,
    { cause },
  )
