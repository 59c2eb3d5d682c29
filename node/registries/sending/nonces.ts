/**
 * Compares the transactions of an account on the ledger with those that this install signed, by the hash at each nonce.
 * A comparison of their numbers is not enough: if somebody else's transaction uses the nonce of one of ours, the numbers
 * are equal.
 * Why: docs/decisions/080.
 */
import { LedgerError } from '../../ledger/errors.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import type { Hex } from '../../lib/bytes.ts'
import type { Timer } from '../../lib/time.ts'
import { findSent } from './sent-at.ts'
import type { SignedTransaction } from './transaction.ts'

export interface NoncesOptions {
  readonly ledger: Ledger
  readonly account: Hex
  readonly timer: Timer
  /** Called once, for the first nonce that somebody else used. */
  readonly onTaken: (error: LedgerError) => void
}

/** A transaction that has no receipt yet. */
export interface AtNonce {
  readonly nonce: number
  readonly entry: Pick<SignedTransaction, 'transaction'>
}

/**
 * If a nonce is used, our transaction has no receipt, and the ledger cannot show which transaction used the nonce, it
 * counts as somebody else's after this many milliseconds.
 */
const DOUBT_MS = 10_000

export class Nonces {
  readonly #lost = new Map<number, LedgerError>()
  readonly #doubts = new Map<number, number>()
  #suspects: ReadonlySet<number> = new Set()
  #taken: LedgerError | undefined

  constructor(private readonly options: NoncesOptions) {}

  /** LEDGER_LANE_TAKEN if somebody else sent a transaction of this account. */
  get taken(): LedgerError | undefined {
    return this.#taken
  }

  /** The error of a transaction that can never be included, because another one has its nonce. */
  lost(nonce: number): LedgerError | undefined {
    return this.#lost.get(nonce)
  }

  /**
   * @param used the number of the account's transactions on the ledger
   * @param next the first nonce that this install has not used. The caller must read it after `used`
   * @param pending transactions without a receipt. Each is compared only at the second check, because its receipt may
   *   arrive meanwhile
   */
  async check(used: number, next: number, pending: readonly AtNonce[]): Promise<void> {
    const suspects = pending.filter(({ nonce }) => nonce < used)
    const again = suspects.filter(({ nonce }) => this.#suspects.has(nonce))
    this.#suspects = new Set(suspects.map(({ nonce }) => nonce))
    await this.compare(again)
    if (used > next && !this.#taken) {
      const found = await findSent(this.options.ledger, this.options.account, next)
      this.#take(next, null, found?.transaction ?? null)
    }
  }

  /** Compares transactions whose nonces are used on the ledger. */
  async compare(suspects: readonly AtNonce[]): Promise<void> {
    const { ledger, account, timer } = this.options
    for (const { nonce, entry } of suspects) {
      if (this.#lost.has(nonce)) continue
      if (await ledger.request('eth_getTransactionReceipt', [entry.transaction])) continue
      const found = await findSent(ledger, account, nonce)
      if (found?.transaction === entry.transaction.toLowerCase()) continue
      const since = this.#doubts.get(nonce) ?? timer.now()
      this.#doubts.set(nonce, since)
      if (!found && timer.now() - since < DOUBT_MS) continue
      this.#lost.set(nonce, this.#take(nonce, entry.transaction, found?.transaction ?? null))
    }
  }

  #take(nonce: number, expected: Hex | null, found: Hex | null): LedgerError {
    const { account, onTaken } = this.options
    const error = new LedgerError(
      { code: 'LEDGER_LANE_TAKEN', account, nonce, expected, found },
      `The ledger has a transaction of account ${account} with nonce ${nonce} that this install did not send` +
        `${found ? `: ${found}` : ''}. Somebody else has its key, or this database is an old copy. Nothing more is sent ` +
        'from this account. Stop the account, find out which it is, and follow "When somebody else has the key of an ' +
        'account" in docs/operator.md.',
    )
    if (this.#taken) return this.#taken
    this.#taken = error
    onTaken(error)
    return error
  }
}
