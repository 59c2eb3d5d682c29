import { setTimeout as pause, setImmediate as yieldThread } from 'node:timers/promises'
import { toHex } from '../../lib/bytes.ts'
import { BLOCK_GAS_LIMIT } from '../block-rules.ts'
import { LedgerError } from '../errors.ts'
import type { LedgerHead } from '../ledger.ts'
import { firstSentence } from './admission.ts'
import type { BlockBuilder } from './builder.ts'
import { processorMs, TooCostly } from './call-time.ts'
import { blockOps, type Chain } from './chain.ts'
import type { ClockWatch } from './clock.ts'
import type { Sealer } from './crypto.ts'
import { DamagedStore, type LedgerStore } from './ledger-store.ts'
import type { Pending, Pool } from './pool.ts'
import { RpcCode, RpcError } from './rpc-error.ts'
import { sealHeader } from './sealing.ts'

export interface ProducerParts {
  readonly chain: Chain
  readonly store: LedgerStore
  readonly sealer: Sealer
  readonly pool: Pool
  readonly builder: BlockBuilder
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly clock: ClockWatch
  /** Seconds. */
  readonly heartbeat: number
  readonly onHead: (head: LedgerHead) => void
  readonly onFatal: (error: unknown) => void
}

/** Seconds that the clock may be behind the head: NTP may correct it by this much. The node then waits. */
const CLOCK_TOLERANCE = 5
/** The longest time (ms) between two checks of the clock, so that a jump is noticed. */
const LONGEST_SLEEP = 5_000
/**
 * After this much execution (ms) a block takes no more transactions, so that one is sealed every second under load.
 * Senders that occupy the ledger have this time, and the others have it too.
 */
const EXECUTION_TIME = 850
/** After so many blocks of others in a row, senders that occupy the ledger get a block of their own. */
const PASSED_OVER = 3
/** A block only for senders that occupy the ledger begins so late (ms) within its second, to be sealed near its end. */
const LATE = 400
/**
 * The pause (ms) after a transaction that took long: another sender, who had to read something before it sends, can do both.
 */
const ROOM = 20
/** The same after a block: whoever waits for it reads and writes before the next transaction of its own. */
const ROOM_AFTER_BLOCK = 60
/** Bytes of transactions in a block, so that one JSON-RPC answer can hold it: followers read whole blocks. */
const MAX_BLOCK_BYTES = 4 * 1024 * 1024
/** Blocks in which a transaction is tried whose time was over. The machine may have been slow the first time. */
const TRIES = 3
/** Execution (ms) after which other requests get their turn. */
const YIELD_AFTER_MS = 15

/**
 * Decides when to seal, and seals. A transaction is sealed at once, but at most one block a second: timestamps must
 * rise and must not be ahead of the clock, or one second at most while transactions take long. After `heartbeat` seconds
 * without a transaction it seals an empty block.
 * While the clock is behind the head, or has just jumped ahead, it seals nothing. Senders whose transactions take long
 * leave room for the others.
 * Why: docs/decisions/022, 129.
 */
export class Producer {
  #timer: NodeJS.Timeout | undefined
  #sealing: Promise<void> | undefined
  #stopped = false
  /** How often a transaction's time was over. */
  readonly #tries = new WeakMap<Pending, number>()
  /** Blocks in a row in which a sender that occupies the ledger had to wait for others. */
  #passedOver = 0
  /** When the last block was sealed, as `performance.now` counts. */
  #sealedAt = Number.NEGATIVE_INFINITY
  #done = { sealed: 0, sealSecondsTotal: 0, sealSecondsLast: 0, transactions: 0 }

  constructor(private readonly parts: ProducerParts) {}

  /** Counts since the node opened. */
  get done() {
    return this.#done
  }

  /** To be called when a transaction came, the clock was set, or a block was sealed. */
  wake(): void {
    if (this.#stopped || this.#sealing !== undefined) return
    clearTimeout(this.#timer)
    const wait = this.#millisecondsLeft()
    if (wait > 0) this.#timer = setTimeout(() => this.wake(), Math.min(wait, LONGEST_SLEEP))
    else this.#sealing = this.#seal().finally(() => this.#afterBlock())
  }

  /** @throws {LedgerError} LEDGER_CLOCK_BEHIND, LEDGER_CLOCK_AHEAD */
  checkClock(): void {
    const error = this.#clockError()
    if (error !== null) throw error
  }

  /** Resolves when the block that is being sealed is on disk; at once when there is none. */
  async idle(): Promise<void> {
    await this.#sealing
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#sealing
  }

  /** Milliseconds until the next block may begin. */
  #millisecondsLeft(): number {
    const { chain, pool, now, heartbeat } = this.parts
    const wrong = this.#clockError()
    if (wrong !== null) {
      if (pool.hasReady) pool.clear(wrong)
      return LONGEST_SLEEP
    }
    const head = chain.head.header.timestamp
    if (!pool.hasReady) return (head + heartbeat) * 1000 - now()
    if (!pool.burdened) return (head + 1) * 1000 - now()
    // The block may have the time of the next second, so that nobody waits for the end of this one.
    if (!pool.onlyOccupying) return head * 1000 - now()
    const late = (this.#passedOver < PASSED_OVER ? head + 1 : head) * 1000 + LATE - now()
    return Math.max(late, this.#sealedAt + ROOM_AFTER_BLOCK - performance.now())
  }

  #clockError(): LedgerError | null {
    const jump = this.parts.clock.check()
    if (jump !== null) {
      const message = `the clock says ${jump.now}, where ${jump.expected} was expected: if it is right, wait a minute`
      return new LedgerError({ code: 'LEDGER_CLOCK_AHEAD', ...jump }, message)
    }
    const head = this.parts.chain.head.header.timestamp
    const now = Math.floor(this.parts.now() / 1000)
    if (head - now <= CLOCK_TOLERANCE) return null
    const message = `the clock says ${now}, but the last block was sealed at ${head}: set the clock right`
    return new LedgerError({ code: 'LEDGER_CLOCK_BEHIND', head, now }, message)
  }

  async #seal(): Promise<void> {
    const { chain, store, pool, builder, sealer, now } = this.parts
    const began = performance.now()
    try {
      const parent = chain.head
      const timestamp = Math.max(Math.floor(now() / 1000), parent.header.timestamp + 1)
      const included = await this.#execute(timestamp)
      const { stateRoot, ops } = builder.finish()
      const header = sealHeader(parent, timestamp, stateRoot, builder.executed, sealer)
      const { block, ops: more } = blockOps(header, builder.executed)
      // Nothing of the block is on disk yet. The batch writes all of it or nothing.
      await store.commit([...ops, ...more])
      chain.advance(block)
      this.#sealedAt = performance.now()
      this.#count(included.length, (performance.now() - began) / 1000)
      for (const pending of included) pool.removeIncluded(pending)
      this.parts.onHead({ number: header.number, hash: toHex(block.hash), timestamp })
      // What came meanwhile is read before it is decided when the next block begins, and with what.
      await yieldThread()
    } catch (error) {
      // The block may or may not be on disk. This node must stop, and the next start reads which of the two is true.
      this.#stopped = true
      builder.abandon()
      const detail = { code: 'LEDGER_UNREACHABLE', method: 'eth_sendRawTransaction' } as const
      pool.clear(
        new LedgerError(detail, 'the ledger stopped: start it again, then ask for the transaction', { cause: error }),
      )
      this.parts.onFatal(error)
    }
  }

  async #execute(timestamp: number): Promise<Pending[]> {
    const { chain, pool, builder, sealer } = this.parts
    const { header } = chain.head
    const miner = Buffer.from(sealer.address.slice(2), 'hex')
    await builder.begin(header.stateRoot, { number: header.number + 1, timestamp, miner })
    pool.beginBlock()
    const included: Pending[] = []
    const times = { occupying: 0, others: 0 }
    let yielded = performance.now()
    let bytes = 0
    let shared = false
    for (let next = pool.peek(); next !== undefined; next = pool.peek()) {
      if (builder.gasUsed + next.tx.gasLimit > BLOCK_GAS_LIMIT) break
      bytes += next.raw.length
      if (bytes > MAX_BLOCK_BYTES) break
      const kind = pool.occupies(next.from) ? 'occupying' : 'others'
      if (times[kind] > EXECUTION_TIME) break
      // Others wait for this block. When they wait in each one, at most one transaction comes after theirs.
      if (kind === 'occupying' && shared && (times.occupying > 0 || this.#passedOver++ < PASSED_OVER)) break
      if (kind === 'occupying') this.#passedOver = 0
      else shared = true
      pool.take(next)
      const [began, spent] = [performance.now(), processorMs()]
      if (await this.#include(next)) included.push(next)
      pool.spend(next.from, processorMs() - spent)
      const time = performance.now()
      times[kind] += time - began
      if (time - yielded > YIELD_AFTER_MS) {
        if (kind === 'occupying') await pause(ROOM)
        else await yieldThread()
        yielded = performance.now()
      }
    }
    return included
  }

  /**
   * Drops a transaction that can be in no block or that takes too long, with an error for its sender; the block continues
   * without it.
   */
  async #include(pending: Pending): Promise<boolean> {
    const { builder, pool } = this.parts
    try {
      await builder.add(pending)
      return true
    } catch (error) {
      if (error instanceof DamagedStore) throw error
      if (!(error instanceof TooCostly)) {
        pool.drop(pending, new RpcError(RpcCode.server, `invalid transaction: ${firstSentence(error)}`))
        return false
      }
      const tries = (this.#tries.get(pending) ?? 0) + 1
      this.#tries.set(pending, tries)
      if (tries < TRIES) pool.postpone(pending)
      else pool.drop(pending, error)
      return false
    }
  }

  #count(transactions: number, seconds: number): void {
    const { sealed, sealSecondsTotal, transactions: before } = this.#done
    this.#done = {
      sealed: sealed + 1,
      sealSecondsTotal: sealSecondsTotal + seconds,
      sealSecondsLast: seconds,
      transactions: before + transactions,
    }
  }

  #afterBlock(): void {
    this.#sealing = undefined
    this.wake()
  }
}
