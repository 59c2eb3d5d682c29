import { Transaction, type Wallet } from 'ethers'
import { LedgerError } from '../../ledger/errors.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { type Hex, quantityOf } from '../../lib/bytes.ts'
import type { Timer } from '../../lib/time.ts'

/** An account that sends transactions to a ledger. */
export interface SendingAccount {
  readonly ledger: Ledger
  readonly account: Wallet
  readonly chainId: number
  readonly timer: Timer
}

/** Signatures are deterministic: the same call with the same nonce gives the same bytes. */
export interface SignedTransaction {
  /** Its hash. */
  readonly transaction: Hex
  /** The only bytes that are sent for it. */
  readonly raw: Hex
}

export interface TransactionCall {
  readonly nonce: number
  /** Undefined if it creates a contract. */
  readonly to: Hex | undefined
  readonly data: Hex
  readonly gasLimit: bigint
}

/** A legacy transaction with gas price 0 and a chain id: every QBFT engine accepts it. */
export function signTransaction(
  { account, chainId }: Pick<SendingAccount, 'account' | 'chainId'>,
  { nonce, to, data, gasLimit }: TransactionCall,
): SignedTransaction {
  const transaction = Transaction.from({ type: 0, gasPrice: 0, chainId, nonce, to: to ?? null, data, gasLimit })
  transaction.signature = account.signingKey.sign(transaction.unsignedHash)
  return { transaction: transaction.hash as Hex, raw: transaction.serialized as Hex }
}

/**
 * The number of transactions of the account on the ledger.
 * @throws {LedgerError} LEDGER_UNREACHABLE also if the answer is not a number: read as 0, all transactions would be
 * sent again
 */
export async function countTransactions(
  { ledger, account }: Pick<SendingAccount, 'ledger' | 'account'>,
  tag: 'latest' | 'pending',
): Promise<number> {
  const method = 'eth_getTransactionCount'
  const count = quantityOf(await ledger.request(method, [account.address, tag]))
  if (count !== undefined) return count
  throw new LedgerError(
    { code: 'LEDGER_UNREACHABLE', method },
    `The ledger did not answer ${method} with a number. Check its node, and start again.`,
  )
}
