/**
 * Everything the authority writes to a ledger goes through a lane: one account, one order of nonces.
 *
 *   submit ─▶ sign ─▶ commit {cause's records, signed bytes, next nonce} ─▶ send ─▶ receipt ─▶ commit {outcome}
 *                     └── the commit point ──┘
 *
 * Before the commit point nothing has happened. After it the signed bytes will reach the ledger, by this process or
 * by the next one to open the lane, and only those bytes: a transaction is never signed twice for one cause, so it
 * cannot take effect twice. What follows from the outcome is done by the handler of its cause, the same whether the
 * receipt arrives at once or after a restart.
 * Why: docs/decisions/001.
 */
import { Transaction, type Wallet } from 'ethers'
import { LedgerError } from '../../ledger/errors.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { quantityOf } from '../../ledger/remote/seen.ts'
import { concat, fromHex, type Hex, readU64be, toQuantity, u64be } from '../../lib/bytes.ts'
import { Lock } from '../../lib/lock.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import type { Warn } from '../../lib/warn.ts'
import { Bucket } from '../../store/buckets.ts'
import { bytesCodec, type Codec, jsonCodec, type Store, Table, type WriteOp } from '../../store/store.ts'
import { revertReasonIn } from '../contracts.ts'
import { type Refused, sendRaw } from './send-raw.ts'

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
  readonly outcome: Promise<Included>
}

/** What a room sees of a lane: it sends its own kinds of transactions. */
export interface Submitter<C> {
  readonly account: Hex
  submit(request: LaneRequest<CauseOf<C>>): Submitted
  submitAll(requests: readonly LaneRequest<CauseOf<C>>[]): Submitted[]
}

export interface Included {
  readonly transaction: Hex
  readonly block: number
  readonly time: UnixSeconds
  /** Undefined if the transaction took effect; else what the contract said. */
  readonly revert: string | undefined
}

/** Turns an outcome into records, committed together with the fact that the outcome is known. */
export type OutcomeHandler<P> = (cause: P, outcome: Included) => readonly WriteOp[]

/** One handler for each kind. */
export type OutcomeHandlers<C> = { readonly [K in keyof C]: OutcomeHandler<C[K]> }

/** Kept until its outcome is on disk: what is in the bucket is what is under way. */
interface OutboxEntry<C> {
  readonly cause: CauseOf<C>
  readonly transaction: Hex
  /** The signed bytes: the only ones ever sent. */
  readonly raw: Hex
}

const laneKey: Codec<{ address: Uint8Array; nonce: number }> = {
  encode: ({ address, nonce }) => concat(address, u64be(nonce)),
  decode: bytes => ({ address: bytes.subarray(0, 20), nonce: Number(readU64be(bytes, 20)) }),
}

export interface LaneOptions {
  readonly ledger: Ledger
  readonly store: Store
  readonly account: Wallet
  readonly chainId: number
  /** Told of retries and reverts. */
  readonly warn: Warn
}

const RETRY_MS = [50, 200, 500, 1000, 2000, 5000]
const WARN_AT = 4
/** For a node that lags at the start. */
const LAG_MS = [50, 200, 500, 1000, 2000]
/** By then it has had a minute, or as many blocks. */
const STUCK_AT = 16

export class Lane<C> implements Submitter<C> {
  readonly #entries: Table<{ address: Uint8Array; nonce: number }, OutboxEntry<C>>
  readonly #next: Table<Uint8Array, number>
  readonly #address: Uint8Array
  readonly #lock = new Lock()
  readonly #wakers = new Set<() => void>()
  readonly #stopHeads: () => void
  readonly #underWay = new Set<Promise<unknown>>()
  #handlers: OutcomeHandlers<C> | undefined
  #closed = false

  private constructor(private readonly options: LaneOptions) {
    this.#entries = new Table(options.store, Bucket.outbox, laneKey, jsonCodec())
    this.#next = new Table(options.store, Bucket.lane, bytesCodec, jsonCodec())
    this.#address = fromHex(options.account.address)
    this.#stopHeads = options.ledger.onHead(() => this.#wake())
  }

  /**
   * @throws {LedgerError} LEDGER_LANE_TAKEN if the ledger has seen transactions of this account that are not ours,
   * LEDGER_HISTORY_LOST if it no longer has some that it had
   */
  static async open<C>(options: LaneOptions): Promise<Lane<C>> {
    const lane = new Lane<C>(options)
    const account = options.account.address
    const known = lane.#next.get(lane.#address) ?? 0
    const confirmed = known - (await lane.#pending()).length
    const used = await lane.#transactionCount(confirmed)
    if (used > known) {
      throw new LedgerError(
        { code: 'LEDGER_LANE_TAKEN', account, known, used },
        `The ledger has ${used} transactions of account ${account}, and this install sent ${known}. ` +
          'Another process holds its key, or this database is an old copy: stop, and restore the newest backup.',
      )
    }
    if (used < confirmed) {
      throw new LedgerError(
        { code: 'LEDGER_HISTORY_LOST', account, confirmed, used },
        `The ledger has ${used} transactions of account ${account}, and once confirmed ${confirmed}: it is an old ` +
          'copy. Stop, and bring back its newest data; what it confirmed must not be done twice.',
      )
    }
    return lane
  }

  /**
   * Says what follows from each kind of cause, and takes up what an earlier process left under way. Resolves when all
   * of that has its outcome; nothing may be submitted before it is called.
   */
  async start(handlers: OutcomeHandlers<C>): Promise<void> {
    this.#handlers = handlers
    const pending = await this.#pending()
    await Promise.all(pending.map(({ nonce, entry }) => this.#deliver(nonce, entry)))
  }

  get account(): Hex {
    return this.options.account.address as Hex
  }

  /**
   * Commits the request and sends it. `committed` resolves at the commit point; `outcome` when the ledger has
   * included the transaction and its handler's records are on disk. While the ledger is out of reach `outcome` waits.
   */
  submit(request: LaneRequest<CauseOf<C>>): Submitted {
    const [only] = this.submitAll([request])
    return only as Submitted
  }

  /** Several requests under one commit and consecutive nonces: the ledger carries them out in this order. */
  submitAll(requests: readonly LaneRequest<CauseOf<C>>[]): Submitted[] {
    const prepared = this.#lock.run(async () => {
      if (this.#closed) throw closedError()
      const first = this.#next.get(this.#address) ?? 0
      const entries = requests.map((request, i) => this.#sign(request, first + i))
      await this.options.store.commit([
        ...requests.flatMap(({ ops }) => ops),
        ...entries.map((entry, i) => this.#entries.put({ address: this.#address, nonce: first + i }, entry)),
        this.#next.put(this.#address, first + requests.length),
      ])
      return entries.map((entry, i) => this.#deliver(first + i, entry))
    })
    const committed = prepared.then(() => undefined)
    // Whoever waits for either sees its failure; one who does not must not bring the process down.
    committed.catch(() => undefined)
    return requests.map((_, i) => {
      const outcome = prepared.then(delivered => delivered[i] as Promise<Included>)
      outcome.catch(() => undefined)
      return { committed, outcome }
    })
  }

  /** Ends the waiting for outcomes: what is under way fails here, and is taken up at the next start. */
  async close(): Promise<void> {
    this.#closed = true
    this.#stopHeads()
    this.#wake()
    await this.#lock.run(async () => undefined)
    await Promise.allSettled(this.#underWay)
  }

  #sign(request: LaneRequest<CauseOf<C>>, nonce: number): OutboxEntry<C> {
    const { account, chainId } = this.options
    const transaction = Transaction.from({
      type: 0,
      chainId,
      nonce,
      to: request.to,
      data: request.data,
      gasLimit: request.gasLimit,
      gasPrice: 0,
    })
    transaction.signature = account.signingKey.sign(transaction.unsignedHash)
    return { cause: request.cause, transaction: transaction.hash as Hex, raw: transaction.serialized as Hex }
  }

  #deliver(nonce: number, entry: OutboxEntry<C>): Promise<Included> {
    const delivery = this.#sendUntilIncluded(entry).then(async included => {
      if (included.revert !== undefined) {
        this.options.warn({ ...included, cause: entry.cause.kind }, 'a transaction was included and reverted')
      }
      await this.options.store.commit([
        ...this.#outcomeOps(entry.cause.kind, entry.cause, included),
        this.#entries.del({ address: this.#address, nonce }),
      ])
      return included
    })
    const settled: Promise<unknown> = delivery.catch(() => undefined).then(() => this.#underWay.delete(settled))
    this.#underWay.add(settled)
    return delivery
  }

  #outcomeOps<K extends keyof C>(kind: K, cause: CauseOf<C, K>, outcome: Included): readonly WriteOp[] {
    if (!this.#handlers) throw new TypeError('a lane was used before it was started')
    return this.#handlers[kind](cause, outcome)
  }

  async #sendUntilIncluded(entry: OutboxEntry<C>): Promise<Included> {
    // Once a ledger has taken the bytes they are sent again only now and then, in case its pool forgot them.
    let taken = false
    for (let attempt = 0; !this.#closed; attempt++) {
      try {
        const refused: Refused | null =
          taken && attempt % 8 !== 0 ? null : await sendRaw(this.options.ledger, entry.raw)
        taken = refused === null || refused.why === 'known'
        // The receipt decides, not the answer.
        const included = await this.#receipt(entry.transaction)
        if (included) return included
        if (refused && !taken) throw refused.error
      } catch (error) {
        if (!(error instanceof LedgerError)) throw error
        if (attempt === WARN_AT) this.options.warn({ ...error.detail }, 'the ledger does not take a transaction yet')
      }
      if (attempt === STUCK_AT) {
        const facts = { account: this.account, transaction: entry.transaction, cause: entry.cause.kind, taken }
        this.options.warn(facts, 'a transaction that was sent is in no block yet')
      }
      await this.#pause(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] as number)
    }
    throw closedError()
  }

  async #receipt(transaction: Hex): Promise<Included | undefined> {
    const { ledger } = this.options
    const receipt = (await ledger.request('eth_getTransactionReceipt', [transaction])) as Receipt | null
    if (!receipt) return undefined
    const block = (await ledger.request('eth_getBlockByHash', [receipt.blockHash, false])) as { timestamp: Hex } | null
    if (!block) return undefined
    return {
      transaction,
      block: Number(receipt.blockNumber),
      time: Number(block.timestamp),
      revert: receipt.status === '0x1' ? undefined : await this.#revertOf(transaction, receipt),
    }
  }

  /** The receipt does not carry the reason: the call is repeated on the state before its block. */
  async #revertOf(transaction: Hex, receipt: Receipt): Promise<string> {
    try {
      const tx = (await this.options.ledger.request('eth_getTransactionByHash', [transaction])) as { input: Hex }
      await this.options.ledger.request('eth_call', [
        { from: this.options.account.address, to: receipt.to, data: tx.input },
        toQuantity(Number(receipt.blockNumber) - 1),
      ])
    } catch (error) {
      const reason = revertReasonIn(error)
      if (reason !== undefined) return reason
    }
    return 'reverted without a reason that can be read again'
  }

  async #pending(): Promise<{ nonce: number; entry: OutboxEntry<C> }[]> {
    const pending = []
    for await (const [{ nonce }, entry] of this.#entries.entries(this.#address)) pending.push({ nonce, entry })
    return pending
  }

  /** A node that was started a moment ago may lack the newest blocks and not know it: it is asked again. */
  async #transactionCount(expected: number): Promise<number> {
    let used = await this.#countNow()
    for (const pause of LAG_MS) {
      if (used >= expected) break
      await new Promise(resolve => setTimeout(resolve, pause))
      used = await this.#countNow()
    }
    return used
  }

  async #countNow(): Promise<number> {
    const method = 'eth_getTransactionCount'
    const count = quantityOf(await this.options.ledger.request(method, [this.options.account.address, 'latest']))
    if (count !== undefined) return count
    // Above all not zero.
    const message = `${method}: the ledger's answer is none. Check that its node is in order, and start again.`
    throw new LedgerError({ code: 'LEDGER_UNREACHABLE', method }, message)
  }

  /** Waits for the next head or `ms`, whichever is first. */
  #pause(ms: number): Promise<void> {
    return new Promise(resolve => {
      const done = () => {
        clearTimeout(timer)
        this.#wakers.delete(done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      this.#wakers.add(done)
    })
  }

  #wake(): void {
    for (const waker of [...this.#wakers]) waker()
  }
}

const closedError = () =>
  new LedgerError(
    { code: 'LEDGER_UNREACHABLE', method: 'eth_sendRawTransaction' },
    'The node is stopping. What was committed is kept and will be sent at the next start; ask again then.',
  )

interface Receipt {
  readonly blockHash: Hex
  readonly blockNumber: Hex
  readonly status: Hex
  readonly to: Hex
}
