/** Sends a list of transactions of one account, nonces from 0, without waiting for blocks in between. */
import { keccak256, type Wallet } from 'ethers'
import { LedgerError } from '../../ledger/errors.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import type { Hex } from '../../lib/bytes.ts'
import { revertReasonIn } from '../contracts.ts'
import type { Step } from '../deployment/plan.ts'
import { sendRaw } from './send-raw.ts'

export interface StepReceipt {
  readonly transaction: Hex
  readonly block: number
}

interface RpcReceipt {
  readonly status: Hex
  readonly blockNumber: Hex
}

/** How long the ledger may take before the caller is told to try again. */
const PATIENCE_MS = 120_000
const POLL_MS = 250

/**
 * Skips what is already included: signatures are deterministic, so a step has the same hash in every run. A step that
 * an earlier run, or somebody else with the key, sent with other arguments has no receipt here: what it left behind is
 * for the caller to check.
 * @returns a receipt for each step whose transaction is on the ledger
 */
export async function submitAll(
  ledger: Ledger,
  account: Wallet,
  chainId: number,
  steps: readonly Step[],
  progress: (done: number, of: number, step: string) => void = () => {},
): Promise<readonly (StepReceipt | undefined)[]> {
  const used = Number(await ledger.request('eth_getTransactionCount', [account.address, 'latest']))
  if (used > steps.length) throw usedElsewhere(account, `it sent ${used} transactions, of ${steps.length}`)
  const signed = steps.map(({ to, data, gasLimit }, nonce) =>
    account.signTransaction({
      // Legacy, free, with chain id: what every QBFT engine knows.
      type: 0,
      gasPrice: 0,
      chainId,
      nonce,
      gasLimit,
      to: to ?? null,
      data,
    }),
  )
  const raws = await Promise.all(signed)
  const hashes = raws.map(raw => keccak256(raw) as Hex)
  // A creation takes no argument that could differ between runs. Found out before anything is sent.
  for (const [nonce, { to, name }] of steps.slice(0, used).entries()) {
    if (to === undefined && !(await receiptOf(ledger, hashes[nonce] as Hex))) {
      throw usedElsewhere(account, `its nonce ${nonce} did not ${name}`)
    }
  }
  await Promise.all(raws.slice(used).map(raw => send(ledger, raw)))

  const receipts: (StepReceipt | undefined)[] = []
  const deadline = Date.now() + PATIENCE_MS
  for (const [nonce, step] of steps.entries()) {
    const transaction = hashes[nonce] as Hex
    const receipt = await waitFor(ledger, transaction, nonce < used ? 0 : deadline)
    if (receipt && receipt.status !== '0x1') throw await reverted(ledger, account, step, transaction, receipt)
    receipts.push(receipt ? { transaction, block: Number(receipt.blockNumber) } : undefined)
    progress(nonce + 1, steps.length, step.name)
  }
  return receipts
}

/**
 * An engine that refuses because it has the transaction already has done what we want; the receipt will tell. One that
 * wants those before it first is asked again: they are on their way.
 */
async function send(ledger: Ledger, raw: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const refused = await sendRaw(ledger, raw)
    if (refused === null || refused.why === 'known' || refused.why === 'used') return
    if (refused.why !== 'early' || Date.now() > deadline) throw refused.error
    await nextHead(ledger)
  }
}

async function waitFor(ledger: Ledger, transaction: Hex, deadline: number): Promise<RpcReceipt | null> {
  for (;;) {
    const receipt = await receiptOf(ledger, transaction)
    if (receipt || deadline === 0) return receipt
    if (Date.now() > deadline) {
      throw new LedgerError(
        { code: 'LEDGER_UNREACHABLE', method: 'eth_getTransactionReceipt' },
        'The ledger took the transactions and does not include them. Check that it seals blocks, and run again.',
      )
    }
    await nextHead(ledger)
  }
}

const receiptOf = (ledger: Ledger, transaction: Hex): Promise<RpcReceipt | null> =>
  ledger.request('eth_getTransactionReceipt', [transaction]) as Promise<RpcReceipt | null>

const usedElsewhere = (account: Wallet, reason: string): LedgerError =>
  new LedgerError(
    { code: 'LEDGER_DEPLOYMENT', deployer: account.address, reason },
    `${account.address} was used for something else than this deployment: ${reason}. Deploy with a new account.`,
  )

function nextHead(ledger: Ledger): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      stop()
      clearTimeout(timer)
      resolve()
    }
    const timer = setTimeout(done, POLL_MS)
    const stop = ledger.onHead(done)
  })
}

async function reverted(
  ledger: Ledger,
  account: Wallet,
  step: Step,
  transaction: Hex,
  receipt: RpcReceipt,
): Promise<LedgerError> {
  let why = 'for a reason that can no longer be read'
  try {
    const call = { from: account.address, data: step.data, ...(step.to ? { to: step.to } : {}) }
    await ledger.request('eth_call', [call, receipt.blockNumber])
  } catch (error) {
    why = revertReasonIn(error) ?? why
  }
  return new LedgerError(
    { code: 'LEDGER_REVERTED', transaction, error: `${step.name}: ${why}` },
    `The step "${step.name}" of the deployment reverted: ${why}. Mend the options and deploy with a new account.`,
  )
}
