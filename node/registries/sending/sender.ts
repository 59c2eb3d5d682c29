/**
 * The one loop that delivers signed transactions. It sends the same bytes until a block contains them. Only a receipt
 * ends a delivery, not an engine's answer: an answer can be lost after the engine accepted the bytes, and a node can
 * refuse bytes that it got from another node.
 */
import { LedgerError } from '../../ledger/errors.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import type { Hex } from '../../lib/bytes.ts'
import type { Timer } from '../../lib/time.ts'
import type { Warn } from '../../lib/warn.ts'
import { type SendRefusal, sendRaw } from './send-raw.ts'
import type { SignedTransaction } from './transaction.ts'
import { readTransactionReceipt, type TransactionReceipt } from './transaction-receipt.ts'

/** All times in milliseconds. */
export interface Patience {
  /** The pause before each further attempt; the last one repeats. A new head ends a pause. */
  readonly pauses: readonly number[]
  /** Null: no error of an engine or the network ends a delivery. */
  readonly limits: {
    /** For the whole delivery. */
    readonly total: number
    /** From the first "nonce too low" on: a node may know the nonce before it has the receipt of these bytes. */
    readonly used: number
  } | null
}

/** For committed transactions, which must reach the ledger, however long that takes. */
export const UNTIL_INCLUDED: Patience = { pauses: [50, 200, 500, 1000, 2000, 5000], limits: null }

/** For a person who waits: ends with the engine's refusal, or after two minutes. */
export const TWO_MINUTES: Patience = { pauses: [250], limits: { total: 120_000, used: 3_000 } }

export interface SenderOptions {
  readonly ledger: Ledger
  readonly timer: Timer
  readonly patience: Patience
  /** Called for a delivery that takes long. */
  readonly warn?: Warn
}

/** Questions about the nonce of a transaction, which the caller of a delivery answers. */
export interface NonceWatch {
  /** Called when an engine says that a block has a transaction of this nonce, and these bytes have no receipt. */
  readonly used: () => Promise<void>
  /** Why the bytes can never be included. The delivery ends with this error. */
  readonly lost: () => LedgerError | undefined
}

/** Bytes that an engine accepted are sent again at every eighth attempt, in case its pool lost them. */
const RESEND_EVERY = 8
/** Bytes that an engine took get their receipt with a new head. Without one, the receipt is asked for after this time. */
const UNLESS_HEAD_MS = 1_000
/** The attempts at which a warning is logged: while no engine accepts the bytes, and while no block contains them. */
const WARN_REFUSED_AT = 4
/** After about a minute, or after as many blocks. */
const WARN_WAITING_AT = 16

/** Why an attempt did not end in a receipt. */
interface Trouble {
  readonly why: SendRefusal | 'failed'
  readonly error: LedgerError
}

/** How far a delivery has come. Times are the timer's. */
interface Progress {
  readonly began: number
  /** The last engine that got the bytes accepted them. */
  taken: boolean
  /** Some engine accepted them. */
  everTaken: boolean
  usedSince: number | undefined
}

export class Sender {
  readonly #wakers = new Set<() => void>()
  readonly #stopHeads: () => void
  #heads = 0
  #closed = false

  constructor(private readonly options: SenderOptions) {
    this.#stopHeads = options.ledger.onHead(() => {
      this.#heads++
      this.#wake()
    })
  }

  /**
   * Resolves when a block contains the transaction, whether it took effect or reverted. May be called again for the
   * same bytes at any time.
   * @param facts added to warnings
   * @throws {LedgerError} LEDGER_UNREACHABLE if the sender is closed; with limits also if the time is over, and
   * LEDGER_RPC with the engine's refusal; also the error that `watch.lost` returns
   */
  async send(
    signed: SignedTransaction,
    facts: Record<string, unknown> = {},
    watch?: NonceWatch,
  ): Promise<TransactionReceipt> {
    const { ledger, timer, patience } = this.options
    const progress: Progress = { began: timer.now(), taken: false, everTaken: false, usedSince: undefined }
    for (let attempt = 0; !this.#closed; attempt++) {
      const lost = watch?.lost()
      if (lost) throw lost
      const heads = this.#heads
      let trouble: Trouble | undefined
      try {
        const skip = progress.taken && attempt % RESEND_EVERY !== 0
        const refused = skip ? null : await sendRaw(ledger, signed.raw)
        progress.taken = refused === null || refused.why === 'known'
        progress.everTaken ||= progress.taken
        const receipt = await readTransactionReceipt(ledger, signed)
        if (receipt) return receipt
        if (refused && !progress.taken) trouble = refused
        if (trouble?.why === 'used') await watch?.used()
      } catch (error) {
        if (!(error instanceof LedgerError)) throw error
        trouble = { why: 'failed', error }
      }
      const end = this.#endOf(signed.transaction, progress, trouble)
      if (end) throw end
      this.#warn(attempt, trouble, { ...facts, transaction: signed.transaction, taken: progress.taken })
      const ms = patience.pauses[Math.min(attempt, patience.pauses.length - 1)] as number
      await this.#pause(progress.taken ? Math.max(ms, UNLESS_HEAD_MS) : ms, heads)
    }
    throw closedError()
  }

  /** Ends the pauses of all deliveries, because there may be news about them. */
  wake(): void {
    this.#heads++
    this.#wake()
  }

  /** Ends the waiting: pending deliveries are rejected. */
  close(): void {
    this.#closed = true
    this.#stopHeads()
    this.#wake()
  }

  #endOf(transaction: Hex, progress: Progress, trouble: Trouble | undefined): LedgerError | undefined {
    const { limits } = this.options.patience
    if (!limits) return undefined
    const now = this.options.timer.now()
    const over = now - progress.began > limits.total
    if (trouble?.why === 'failed' && trouble.error.code !== 'LEDGER_UNREACHABLE') return trouble.error
    // A block may still include bytes that an engine accepted, whatever another engine answers.
    const why = progress.everTaken ? undefined : trouble?.why
    switch (why) {
      case 'other':
        return trouble?.error
      case 'used':
        progress.usedSince ??= now
        return now - progress.usedSince >= limits.used ? trouble?.error : undefined
      case 'early':
        return over ? trouble?.error : undefined
      case 'failed':
      case 'known':
      case undefined:
        return over ? outcomeUnknown(transaction, trouble?.error) : undefined
    }
  }

  #warn(attempt: number, trouble: Trouble | undefined, facts: Record<string, unknown>): void {
    const { warn } = this.options
    if (attempt === WARN_REFUSED_AT && trouble) {
      warn?.({ ...facts, ...trouble.error.detail }, 'the ledger does not accept a transaction yet')
    }
    if (attempt === WARN_WAITING_AT) warn?.(facts, 'no block contains the transaction yet')
  }

  /** Waits for a head after the first `heads`, or for `ms`, whichever is first. */
  #pause(ms: number, heads: number): Promise<void> {
    if (this.#closed || this.#heads !== heads) return Promise.resolve()
    return new Promise(resolve => {
      const done = () => {
        cancel()
        this.#wakers.delete(done)
        resolve()
      }
      const cancel = this.options.timer.after(ms, done)
      this.#wakers.add(done)
    })
  }

  #wake(): void {
    for (const waker of [...this.#wakers]) waker()
  }
}

export const closedError = (): LedgerError =>
  new LedgerError(
    { code: 'LEDGER_UNREACHABLE', method: 'eth_sendRawTransaction' },
    'The node is stopping. Committed transactions will be sent at the next start; ask again then.',
  )

const outcomeUnknown = (transaction: Hex, cause?: LedgerError): LedgerError =>
  new LedgerError(
    { code: 'LEDGER_UNREACHABLE', method: 'eth_getTransactionReceipt' },
    `The transaction ${transaction} was sent, and no block has it yet. Check that the ledger makes blocks, and look for ` +
      'this transaction before you send anything else.',
    { cause },
  )
