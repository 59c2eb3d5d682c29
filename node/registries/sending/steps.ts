/**
 * Sends the steps of a deployment: transactions of one account with nonces from 0, without waiting for blocks in
 * between.
 */
import type { Wallet } from 'ethers'
import { LedgerError } from '../../ledger/errors.ts'
import type { Hex } from '../../lib/bytes.ts'
import type { Step } from '../deployment/plan.ts'
import { Sender, TWO_MINUTES } from './sender.ts'
import { countTransactions, type SendingAccount, signTransaction } from './transaction.ts'
import { readTransactionReceipt, type TransactionReceipt } from './transaction-receipt.ts'

/**
 * Skips steps that are already included: a step has the same hash in every run. A step that an earlier run, or another
 * holder of the key, sent with other arguments has no receipt here, so the caller has to check its result.
 * @returns a receipt for each step whose transaction is on the ledger
 * @throws {LedgerError} LEDGER_DEPLOYMENT if the account was used for something else; LEDGER_REVERTED; LEDGER_RPC with
 * the engine's refusal; LEDGER_UNREACHABLE (run it again)
 */
export async function sendSteps(
  sending: SendingAccount,
  steps: readonly Step[],
  progress: (done: number, of: number, step: string) => void = () => {},
): Promise<readonly (TransactionReceipt | undefined)[]> {
  const { ledger, account, timer } = sending
  const used = await countTransactions(sending, 'latest')
  if (used > steps.length) throw usedElsewhere(account, `it sent ${used} transactions, of ${steps.length}`)
  const signed = steps.map(({ to, data, gasLimit }, nonce) => signTransaction(sending, { nonce, to, data, gasLimit }))
  const earlier = await Promise.all(signed.slice(0, used).map(one => readTransactionReceipt(ledger, one)))
  // The arguments of a creation do not differ between runs. Checked before anything is sent.
  for (const [nonce, receipt] of earlier.entries()) {
    const { to, name } = steps[nonce] as Step
    if (to === undefined && !receipt) throw usedElsewhere(account, `its nonce ${nonce} did not ${name}`)
  }

  const sender = new Sender({ ledger, timer, patience: TWO_MINUTES })
  try {
    const outcomes = signed.map(async (one, nonce) => (nonce < used ? earlier[nonce] : sender.send(one)))
    // A refused step ends the deployment at once, even while earlier steps wait for their block.
    const all = Promise.all(outcomes)
    const receipts: (TransactionReceipt | undefined)[] = []
    for (const [nonce, { name }] of steps.entries()) {
      await Promise.race([outcomes[nonce], all])
      const receipt = await outcomes[nonce]
      if (receipt?.revert !== undefined) throw reverted(name, receipt.transaction, receipt.revert)
      receipts.push(receipt)
      progress(nonce + 1, steps.length, name)
    }
    return receipts
  } finally {
    sender.close()
  }
}

const usedElsewhere = (account: Wallet, reason: string): LedgerError =>
  new LedgerError(
    { code: 'LEDGER_DEPLOYMENT', deployer: account.address, reason },
    `${account.address} was used for something else than this deployment: ${reason}. Deploy with a new account.`,
  )

const reverted = (step: string, transaction: Hex, why: string): LedgerError =>
  new LedgerError(
    { code: 'LEDGER_REVERTED', transaction, error: `${step}: ${why}` },
    `The step "${step}" of the deployment reverted: ${why}. Correct the options and deploy with a new account.`,
  )
