/**
 * Follows a ledger run by another organisation. It fetches the blocks over JSON-RPC and checks and executes each block
 * before it stores it (embedded/follower-node.ts). It stops permanently at the first wrong block and keeps the blocks
 * before it.
 * Why: docs/decisions/026.
 */
import { join } from 'node:path'
import { writeDurably } from '../../keys/files.ts'
import { toHex } from '../../lib/bytes.ts'
import { sleep } from '../../lib/time.ts'
import { ProofError } from '../../proof/errors.ts'
import { blockHash, type Header } from '../../proof/header.ts'
import { verifyVouchedHeader } from '../../proof/light-client.ts'
import type { LedgerProfile } from '../../proof/profile.ts'
import { validatorsOf } from '../../proof/seals.ts'
import { isCall } from '../embedded/call-messages.ts'
import { CallThreads } from '../embedded/call-threads.ts'
import { RpcContext } from '../embedded/context.ts'
import { dispatch } from '../embedded/dispatch.ts'
import { type BlockBody, FollowerNode } from '../embedded/follower-node.ts'
import { LedgerError } from '../errors.ts'
import type { Connection, Ledger, LedgerHead } from '../ledger.ts'
import { parseBody } from './body.ts'
import { createForkProof } from './fork.ts'
import { blockAt, headerAt, heightOf, unreachable } from './source.ts'

export interface FollowerOptions {
  /** The follower's own directory. It is created if it does not exist. */
  readonly path: string
  readonly profile: Pick<LedgerProfile, 'chainId' | 'genesis' | 'checkpoint'>
  readonly source: Ledger
  /** Milliseconds between two polls of the source (default: 1 s). */
  readonly pollMs?: number
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Called while it catches up, with the newest block here and the newest of the source. */
  readonly onProgress?: (done: number, of: number) => void
  /** Called if the source cannot be reached, is behind, or sends an invalid answer. The follower tries again. */
  readonly onTrouble?: (error: unknown) => void
}

/** Blocks requested at once while it catches up. */
const WINDOW = 16

/** The copy, as a ledger that can be read. */
export interface Follower extends Ledger {
  readonly head: LedgerHead
  /** The executed block at this height; null above the head. */
  headAt(number: number): LedgerHead | null
  /** Resolves when the follower has all blocks that the source had at the start. */
  readonly caughtUp: Promise<void>
  /** Resolves when the follower ends: null after `close`, otherwise the reason. Its blocks can still be read. */
  readonly ended: Promise<LedgerError | Error | null>
}

/** @throws {LedgerError} LEDGER_IN_USE, LEDGER_WRONG_CHAIN, LEDGER_UNREACHABLE if there is no block here yet */
export async function openFollower(options: FollowerOptions): Promise<Follower> {
  const { path, profile, source, now } = options
  const node = await FollowerNode.open(path, { chainId: profile.chainId, genesis: profile.genesis, now })
  try {
    if (node.isEmpty) await node.begin(await headerAt(source, 0))
  } catch (error) {
    await node.close()
    throw error
  }
  return new FollowingLedger(node, options)
}

class FollowingLedger implements Follower {
  readonly caughtUp: Promise<void>
  readonly ended: Promise<Error | null>
  readonly sharesCalls = true
  readonly #calls: CallThreads
  readonly #context: RpcContext
  readonly #listeners = new Set<(head: LedgerHead) => void>()
  readonly #closed = new AbortController()

  constructor(
    private readonly node: FollowerNode,
    private readonly options: FollowerOptions,
  ) {
    this.#context = new RpcContext(node)
    this.#calls = new CallThreads({ path: options.path, chainId: options.profile.chainId })
    // Until the source's height is known.
    node.catchingUp = { startingBlock: this.head.number, highestBlock: this.head.number }
    const first = Promise.withResolvers<void>()
    this.caughtUp = first.promise
    this.caughtUp.catch(() => {})
    this.ended = this.#run(first.resolve).then(
      () => null,
      error => error as Error,
    )
    // If the follower ends, nobody waits any longer for it to catch up.
    void this.ended.then(error => first.reject(error ?? new Error('closed')))
  }

  get head(): LedgerHead {
    return this.node.head
  }

  headAt(number: number): LedgerHead | null {
    const block = number > this.head.number ? undefined : this.node.chain.block(number)
    return block ? { number, hash: toHex(block.hash), timestamp: block.header.timestamp } : null
  }

  request(method: string, params: readonly unknown[] = [], from?: Connection): Promise<unknown> {
    if (from !== undefined && isCall(method)) {
      return this.#calls.run(from, { method, params, head: this.head.number, now: this.node.options.now() })
    }
    return dispatch(this.#context, method, params)
  }

  onHead(listener: (head: LedgerHead) => void): () => void {
    const own = (head: LedgerHead) => listener(head)
    this.#listeners.add(own)
    return () => this.#listeners.delete(own)
  }

  async close(): Promise<void> {
    this.#closed.abort()
    await this.ended
    await this.#calls.close()
    await this.node.close()
  }

  async #run(caughtUp: () => void): Promise<void> {
    const { pollMs = 1_000, onTrouble } = this.options
    while (!this.#closed.signal.aborted) {
      try {
        if (await this.#catchUp()) caughtUp()
      } catch (error) {
        // A source that cannot be reached proves nothing about the ledger. A wrong block does.
        if (!isTemporary(error)) throw error
        if (this.node.catchingUp?.highestBlock === this.head.number) this.node.catchingUp = null
        onTrouble?.(error)
      }
      await sleep(pollMs, this.#closed.signal)
    }
  }

  /** @returns true if it has all blocks that the source had */
  async #catchUp(): Promise<boolean> {
    const { source, onProgress } = this.options
    const newest = await heightOf(source)
    await this.#compareHead(newest)
    if (newest < this.head.number) {
      const why = `it is at block ${newest}, and this copy is at block ${this.head.number}`
      throw unreachable('eth_blockNumber', `the source is behind: ${why}`)
    }
    const { number } = this.head
    // A follower is normally a block or two behind.
    this.node.catchingUp = newest - number > WINDOW ? { startingBlock: number, highestBlock: newest } : null
    for (let from = number + 1; from <= newest; from += WINDOW) {
      const to = Math.min(newest, from + WINDOW - 1)
      const bodies = Array.from({ length: to - from + 1 }, (_, i) => this.#fetch(from + i))
      // An error of a later block is reported when it is its turn.
      for (const body of bodies) body.catch(() => {})
      for (const body of bodies) {
        if (this.#closed.signal.aborted) return false
        await this.#apply(await body)
      }
      onProgress?.(to, newest)
    }
    this.node.catchingUp = null
    return true
  }

  async #apply(body: BlockBody): Promise<void> {
    const { checkpoint } = this.options.profile
    const { number } = body.header
    if (number === this.head.number + 1 && toHex(body.header.parentHash) !== this.head.hash)
      await this.#compareHead(number)
    if (number === checkpoint.height && toHex(blockHash(body.header)) !== checkpoint.hash) {
      const reason = `the profile's checkpoint has the hash ${checkpoint.hash} for block ${number}`
      throw new LedgerError(
        { code: 'LEDGER_BLOCK_REFUSED', block: number, reason },
        `block ${number} is refused: ${reason}`,
      )
    }
    const head = await this.node.apply(body)
    for (const listener of this.#listeners) listener(head)
  }

  /** Compares the newest block that the source and this copy both have. Two different sealed blocks are a fork. */
  async #compareHead(newest: number): Promise<void> {
    const height = Math.min(newest, this.head.number)
    if (await this.#otherHeaderAt(height)) throw await this.#fork(height)
  }

  /** The source's header at a height of this copy, if it differs from this copy's. */
  async #otherHeaderAt(height: number): Promise<Header | null> {
    const theirs = await headerAt(this.options.source, height)
    return toHex(blockHash(theirs)) === this.headAt(height)?.hash ? null : theirs
  }

  /** @param height a height at which the two differ; the first different block is at or below it */
  async #fork(height: number): Promise<LedgerError> {
    let same = -1
    let first = height
    while (first - same > 1) {
      const middle = Math.floor((first + same) / 2)
      if (await this.#otherHeaderAt(middle)) first = middle
      else same = middle
    }
    const theirs = await this.#otherHeaderAt(first)
    // The source changes between two histories. The next poll compares again.
    if (theirs === null) throw unreachable('eth_getBlockByNumber', `the source alternates between two blocks ${first}`)
    if (first === 0) {
      const actual = `genesis ${toHex(blockHash(theirs))}`
      const detail = {
        code: 'LEDGER_WRONG_CHAIN',
        expected: `genesis ${this.options.profile.genesis}`,
        actual,
      } as const
      return new LedgerError(detail, `The source now serves another ledger, with ${actual}. Correct its URL.`)
    }
    return this.#proveFork(theirs)
  }

  #proveFork(theirs: Header): LedgerError {
    const { number } = theirs
    const { profile, path } = this.options
    const [parent, ours] = [this.node.chain.block(number - 1), this.node.chain.block(number)]
    if (!parent || !ours) throw new Error(`the copy lacks block ${number}`)
    try {
      verifyVouchedHeader(validatorsOf(parent.header), theirs)
    } catch (error) {
      if (!(error instanceof ProofError)) throw error
      const reason = `the source now has another block ${number}, and its seals are not valid`
      return new LedgerError({ code: 'LEDGER_BLOCK_REFUSED', block: number, reason }, reason, { cause: error })
    }
    const proof = join(path, `fork-${number}.json`)
    const { chainId, genesis } = profile
    writeDurably(proof, JSON.stringify(createForkProof(chainId, genesis, ours.header, theirs), null, 2), 0o644)
    return new LedgerError(
      { code: 'LEDGER_FORK', block: number, proof },
      `There are two blocks ${number}, both sealed by the validators: the ledger has two histories. ` +
        `The proof is in ${proof}. Show it to the auditors and to the other members. The follower has stopped.`,
    )
  }

  #fetch(number: number): Promise<BlockBody> {
    return blockAt(this.options.source, number, true, parseBody)
  }
}

const isTemporary = (error: unknown): boolean =>
  error instanceof LedgerError && ['LEDGER_UNREACHABLE', 'LEDGER_RPC'].includes(error.code)
