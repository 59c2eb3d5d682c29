/**
 * Every transaction of the authority goes through a lane: one account and the order of its nonces.
 *
 *   submit ─▶ sign ─▶ commit {cause's records, signed bytes, next nonce} ─▶ send ─▶ receipt ─▶ commit {outcome}
 *                     └── the commit point ──┘
 *
 * Before the commit point nothing has happened. After it this process, or the next one that opens the lane, sends the
 * signed bytes until the ledger has them. A transaction is never signed twice for one cause, so it cannot take effect
 * twice. The handler of its cause turns the outcome into records, in the same way at once and after a restart.
 * Why: docs/decisions/001.
 */
import { LedgerError } from '../../ledger/errors.ts'
import { fromHex, type Hex } from '../../lib/bytes.ts'
import { Lock } from '../../lib/lock.ts'
import { pause } from '../../lib/time.ts'
import type { Warn } from '../../lib/warn.ts'
import { Bucket } from '../../store/buckets.ts'
import { bytesCodec, jsonCodec, type Store, Table, type WriteOp } from '../../store/store.ts'
import { Nonces } from './nonces.ts'
import { OrderedTransactions } from './ordered.ts'
import { type OutboxEntry, type OutboxTable, outboxTable, type Pending } from './outbox.ts'
import { closedError, Sender, UNTIL_INCLUDED } from './sender.ts'
import { countTransactions, type SendingAccount, signTransaction } from './transaction.ts'
import type { TransactionReceipt } from './transaction-receipt.ts'

/**
 * Why a transaction was sent, as stored with it: JSON, no personal data. `C` maps each kind of cause to what the handler
 * of its outcome needs to know.
 */
export type CauseOf<C, K extends keyof C = keyof C> = { readonly [Kind in K]: { readonly kind: Kind } & C[Kind] }[K]

export interface LaneRequest<Cause> {
  readonly to: Hex
  readonly data: Hex
  readonly gasLimit: bigint
  readonly cause: Cause
  /** Committed together with the signed transaction. */
  readonly ops: readonly WriteOp[]
}

export interface Submitted {
  /** Resolves at the commit point. */
  readonly committed: Promise<void>
  /** Resolves when the ledger has included the transaction and its handler's records are on disk. */
  readonly outcome: Promise<TransactionReceipt>
}

/** A lane as one room uses it, for its own kinds of transactions. */
export interface Submitter<C> {
  readonly account: Hex
  /** LEDGER_LANE_TAKEN if nothing can be submitted, because somebody else sent a transaction of the account. */
  readonly taken: LedgerError | undefined
  submit(request: LaneRequest<CauseOf<C>>): Submitted
  submitAll(requests: readonly LaneRequest<CauseOf<C>>[]): Submitted[]
  outcomeOf<K extends keyof C>(kind: K, matches: (cause: C[K]) => boolean): Promise<TransactionReceipt> | undefined
}

/** Turns an outcome into records. One commit stores them and removes the pending transaction. */
export type OutcomeHandler<P> = (cause: P, outcome: TransactionReceipt) => readonly WriteOp[]

/** One handler for each kind. */
export type OutcomeHandlers<C> = { readonly [K in keyof C]: OutcomeHandler<C[K]> }

interface UnderWay<C> extends Pending<CauseOf<C>> {
  readonly outcome: Promise<TransactionReceipt>
}

export interface LaneOptions extends SendingAccount {
  readonly store: Store
  /** Called for deliveries that take long, and for reverts. */
  readonly warn: Warn
  /** Called when somebody else sent a transaction of this account. */
  readonly alarm: Warn
}

/** Milliseconds between requests to a node that was just started and may lack the newest blocks. */
const RECOUNT_DELAYS_MS = [50, 200, 500, 1000, 2000]

export class Lane<C> implements Submitter<C> {
  readonly #entries: OutboxTable<CauseOf<C>>
  readonly #next: Table<Uint8Array, number>
  readonly #ordered: OrderedTransactions
  readonly #address: Uint8Array
  readonly #lock = new Lock()
  readonly #sender: Sender
  readonly #nonces: Nonces
  readonly #underWay = new Set<UnderWay<C>>()
  /** Rejects the promises of callers that wait for an outcome. */
  readonly #rejects = new Set<(error: LedgerError) => void>()
  /** Pending transactions of an earlier process, until `start` continues them. */
  #left: readonly Pending<CauseOf<C>>[] = []
  #handlers: OutcomeHandlers<C> | undefined
  #closed = false

  private constructor(private readonly options: LaneOptions) {
    this.#entries = outboxTable(options.store)
    this.#next = new Table(options.store, Bucket.lane, bytesCodec, jsonCodec())
    this.#ordered = new OrderedTransactions(options.store)
    this.#address = fromHex(options.account.address)
    this.#sender = new Sender({ ...options, patience: UNTIL_INCLUDED })
    this.#nonces = new Nonces({ ...options, account: this.account, onTaken: error => this.#stopFor(error) })
  }

  /**
   * A lane opens also if somebody else sent transactions of its account: `taken` says so, and nothing can be submitted.
   * @throws {LedgerError} LEDGER_HISTORY_LOST if the ledger no longer has transactions that it had confirmed
   */
  static async open<C>(options: LaneOptions): Promise<Lane<C>> {
    const lane = new Lane<C>(options)
    const account = options.account.address
    lane.#left = await lane.#pending()
    const confirmed = lane.#nextNonce - lane.#left.length
    const used = await lane.#countTransactions(confirmed)
    if (used < confirmed) {
      throw new LedgerError(
        { code: 'LEDGER_HISTORY_LOST', account, confirmed, used },
        `The ledger has ${used} transactions of account ${account}, and had confirmed ${confirmed}: it is an old ` +
          'copy. Stop, and restore its newest data; confirmed transactions must not be repeated.',
      )
    }
    // An earlier version stored no orders.
    const unordered = lane.#left.filter(({ entry }) => !lane.#ordered.has(entry.transaction))
    await options.store.commit(
      unordered.map(({ entry }) => lane.#ordered.order(entry.transaction, String(entry.cause.kind))),
    )
    await lane.#nonces.compare(lane.#left.filter(({ nonce }) => nonce < used))
    await lane.#nonces.check(used, lane.#nextNonce, [])
    return lane
  }

  /** LEDGER_LANE_TAKEN if somebody else sent a transaction of this account; undefined while nobody has. */
  get taken(): LedgerError | undefined {
    return this.#nonces.taken
  }

  /**
   * Compares the ledger's transactions of this account with those of the lane. To be called at each block.
   * @throws {LedgerError} LEDGER_UNREACHABLE
   */
  async check(): Promise<void> {
    const used = await countTransactions(this.options, 'latest')
    await this.#nonces.check(used, this.#nextNonce, [...this.#underWay])
    if (this.taken) this.#sender.wake()
  }

  /**
   * Sets the handlers, and continues the pending transactions of an earlier process. Resolves when all of them have an
   * outcome. Nothing may be submitted before this is called.
   */
  async start(handlers: OutcomeHandlers<C>): Promise<void> {
    this.#handlers = handlers
    const left = this.#left
    this.#left = []
    await Promise.all(left.map(({ nonce, entry }) => this.#deliver(nonce, entry)))
  }

  get account(): Hex {
    return this.options.account.address as Hex
  }

  /** Commits the request and sends it. While the ledger is unreachable, `outcome` waits. */
  submit(request: LaneRequest<CauseOf<C>>): Submitted {
    const [only] = this.submitAll([request])
    return only as Submitted
  }

  /** Several requests in one commit, with consecutive nonces: the ledger executes them in this order. */
  submitAll(requests: readonly LaneRequest<CauseOf<C>>[]): Submitted[] {
    const prepared = this.#lock.run(async () => {
      if (this.#closed) throw closedError()
      if (this.taken) throw this.taken
      const first = this.#nextNonce
      const entries = requests.map((request, i) => this.#sign(request, first + i))
      await this.options.store.commit([
        ...requests.flatMap(({ ops }) => ops),
        ...entries.map((entry, i) => this.#entries.put({ address: this.#address, nonce: first + i }, entry)),
        ...entries.map(({ transaction, cause }) => this.#ordered.order(transaction, String(cause.kind))),
        this.#next.put(this.#address, first + requests.length),
      ])
      return entries.map((entry, i) => this.#deliver(first + i, entry))
    })
    const committed = prepared.then(() => undefined)
    // A caller who awaits either promise sees its failure. One that nobody awaits must not end the process.
    committed.catch(() => undefined)
    return requests.map((_, i) => {
      const outcome = this.#untilTaken(prepared.then(delivered => delivered[i] as Promise<TransactionReceipt>))
      outcome.catch(() => undefined)
      return { committed, outcome }
    })
  }

  /** Rejects as soon as the lane is taken: the transaction may still be included, but nobody knows when. */
  #untilTaken(given: Promise<TransactionReceipt>): Promise<TransactionReceipt> {
    const { promise, resolve, reject } = Promise.withResolvers<TransactionReceipt>()
    this.#rejects.add(reject)
    given.then(resolve, reject).finally(() => this.#rejects.delete(reject))
    return promise
  }

  #stopFor(error: LedgerError): void {
    this.options.alarm({ ...error.detail }, error.message)
    for (const reject of this.#rejects) reject(error)
  }

  /** The outcome of a pending transaction with a matching cause; undefined if there is none. */
  outcomeOf<K extends keyof C>(kind: K, matches: (cause: C[K]) => boolean): Promise<TransactionReceipt> | undefined {
    const isOfKind = (cause: CauseOf<C>): cause is CauseOf<C, K> => cause.kind === kind
    return [...this.#underWay].find(({ entry: { cause } }) => isOfKind(cause) && matches(cause))?.outcome
  }

  /** Ends the waiting for outcomes: pending transactions are rejected here and continued at the next start. */
  async close(): Promise<void> {
    this.#closed = true
    this.#sender.close()
    await this.#lock.run(async () => undefined)
    await Promise.allSettled([...this.#underWay].map(({ outcome }) => outcome))
  }

  get #nextNonce(): number {
    return this.#next.get(this.#address) ?? 0
  }

  #sign({ cause, ...call }: LaneRequest<CauseOf<C>>, nonce: number): OutboxEntry<CauseOf<C>> {
    return { cause, ...signTransaction(this.options, { nonce, ...call }) }
  }

  #deliver(nonce: number, entry: OutboxEntry<CauseOf<C>>): Promise<TransactionReceipt> {
    const underWay: UnderWay<C> = { nonce, entry, outcome: this.#settle(nonce, entry) }
    const { outcome } = underWay
    this.#underWay.add(underWay)
    outcome.catch(() => undefined).then(() => this.#underWay.delete(underWay))
    return outcome
  }

  async #settle(nonce: number, entry: OutboxEntry<CauseOf<C>>): Promise<TransactionReceipt> {
    const { kind } = entry.cause
    const watch = {
      used: () => this.#nonces.compare([{ nonce, entry }]),
      lost: () => this.#nonces.lost(nonce),
    }
    const receipt = await this.#sender.send(entry, { account: this.account, cause: kind }, watch)
    if (receipt.revert !== undefined) {
      this.options.warn({ ...receipt, cause: kind }, 'a transaction was included and reverted')
    }
    await this.options.store.commit([
      ...this.#outcomeOps(kind, entry.cause, receipt),
      this.#ordered.confirm(receipt),
      this.#entries.del({ address: this.#address, nonce }),
    ])
    return receipt
  }

  #outcomeOps<K extends keyof C>(kind: K, cause: CauseOf<C, K>, receipt: TransactionReceipt): readonly WriteOp[] {
    if (!this.#handlers) throw new TypeError('a lane was used before it was started')
    return this.#handlers[kind](cause, receipt)
  }

  async #pending(): Promise<Pending<CauseOf<C>>[]> {
    const pending = []
    for await (const [{ nonce }, entry] of this.#entries.entries(this.#address)) pending.push({ nonce, entry })
    return pending
  }

  /** Returns as soon as the ledger has `expected` transactions, or after some seconds. */
  async #countTransactions(expected: number): Promise<number> {
    let used = await countTransactions(this.options, 'latest')
    for (const ms of RECOUNT_DELAYS_MS) {
      if (used >= expected) break
      await pause(this.options.timer, ms)
      used = await countTransactions(this.options, 'latest')
    }
    return used
  }
}
