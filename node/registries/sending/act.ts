/** One act of a person, such as an officer of the council: checked first, then sent. */
import type { Wallet } from 'ethers'
import { LedgerError } from '../../ledger/errors.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import type { Hex } from '../../lib/bytes.ts'
import { decodeRevert, describeRevert } from '../contracts.ts'
import { Sender, TWO_MINUTES } from './sender.ts'
import { countTransactions, type SendingAccount, signTransaction } from './transaction.ts'
import type { TransactionReceipt } from './transaction-receipt.ts'

/** More gas than any act needs. Gas is free on this ledger. */
const GAS = 1_000_000n

/**
 * Resolves when the act has taken effect.
 * @throws {LedgerError} LEDGER_ACT_REFUSED with the contract's error if it would revert, and nothing was sent;
 * LEDGER_REVERTED if it reverted; LEDGER_RPC with the engine's refusal; LEDGER_UNREACHABLE
 */
export async function sendAct(sending: SendingAccount, to: Hex, data: Hex): Promise<TransactionReceipt> {
  const { ledger, account, timer } = sending
  await requireSuccess(ledger, account, to, data)
  const nonce = await countTransactions(sending, 'pending')
  const sender = new Sender({ ledger, timer, patience: TWO_MINUTES })
  try {
    const receipt = await sender.send(signTransaction(sending, { nonce, to, data, gasLimit: GAS }))
    if (receipt.revert !== undefined) throw reverted(receipt.transaction, receipt.revert)
    return receipt
  } finally {
    sender.close()
  }
}

/** @throws {LedgerError} LEDGER_ACT_REFUSED */
async function requireSuccess(ledger: Ledger, { address: from }: Wallet, to: Hex, data: Hex): Promise<void> {
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

const reverted = (transaction: Hex, error: string): LedgerError =>
  new LedgerError(
    { code: 'LEDGER_REVERTED', transaction, error },
    `The transaction ${transaction} reverted: ${error}. The state changed after it was checked. Look again, and repeat it.`,
  )
