/**
 * Follows a ledger run by somebody else: fetches its blocks over JSON-RPC, and believes none before it is checked and
 * executed here (embedded/replica.ts). Stops for good at the first block that is wrong, and keeps what it had.
 */
import { join } from 'node:path'
import { writeDurably } from '../../keys/files.ts'
import { type Hex, toHex } from '../../lib/bytes.ts'
import { blockHash, type Header, parseHeader } from '../../proof/header.ts'
import { verifyVouched } from '../../proof/light-client.ts'
import type { LedgerProfile } from '../../proof/profile.ts'
import { validatorsOf } from '../../proof/seals.ts'
import { RpcContext } from '../embedded/context.ts'
import { dispatch } from '../embedded/dispatch.ts'
import { type BlockBody, ReplicaNode } from '../embedded/replica.ts'
import { LedgerError } from '../errors.ts'
import type { Ledger, LedgerHead } from '../ledger.ts'
import { parseBody } from './body.ts'
import { createForkProof } from './fork.ts'

export interface FollowerOptions {
  /** Directory of its own; made when absent. */
  readonly path: string
  readonly profile: Pick<LedgerProfile, 'chainId' | 'genesis' | 'checkpoint'>
  readonly source: Ledger
  /** Between two looks at the source (default 1 s). */
  readonly pollMs?: number
  /** Milliseconds since 1970 (default: the system's). */
  readonly now?: () => number
  /** While it catches up: the newest block here, and there. */
  readonly onProgress?: (done: number, of: number) => void
  /** The source cannot be reached, and is asked again. */
  readonly onTrouble?: (error: unknown) => void
}

/** Blocks asked for at once while it catches up. */
const WINDOW = 16

/** The copy, as a ledger that can be read. */
export interface Follower extends Ledger {
  readonly head: LedgerHead
  /** A block that was executed here; null above the head. */
  headAt(number: number): LedgerHead | null
  /** Resolves once it has what the source had at the start. */
  readonly caughtUp: Promise<void>
  /** Settles when it ends: null after `close`, else why it follows no more. What it has can still be read. */
  readonly ended: Promise<LedgerError | Error | null>
}

/** @throws {LedgerError} LEDGER_IN_USE, LEDGER_WRONG_CHAIN, LEDGER_UNREACHABLE while there is no block here yet */
export async function openFollower(options: FollowerOptions): Promise<Follower> {
  const { path, profile, source, now = Date.now } = options
  const replica = await ReplicaNode.open(path, { chainId: profile.chainId, genesis: profile.genesis, now })
  try {
    if (replica.isEmpty) await replica.begin(await headerAt(source, 0))
  } catch (error) {
    await replica.close()
    throw error
  }
  return new FollowingLedger(replica, options)
}

class FollowingLedger implements Follower {
  readonly caughtUp: Promise<void>
  readonly ended: Promise<Error | null>
  readonly #context: RpcContext
  readonly #listeners = new Set<(head: LedgerHead) => void>()
  readonly #closed = new AbortController()

  constructor(
    private readonly replica: ReplicaNode,
    private readonly options: FollowerOptions,
  ) {
    this.#context = new RpcContext(replica)
    const first = Promise.withResolvers<void>()
    this.caughtUp = first.promise
    this.caughtUp.catch(() => {})
    this.ended = this.#run(first.resolve).then(
      () => null,
      error => error as Error,
    )
    // Waiting for more than will come ends with the following.
    void this.ended.then(error => first.reject(error ?? new Error('closed')))
  }

  get head(): LedgerHead {
    return this.replica.head
  }

  headAt(number: number): LedgerHead | null {
    const block = number > this.head.number ? undefined : this.replica.chain.block(number)
    return block ? { number, hash: toHex(block.hash), timestamp: block.header.timestamp } : null
  }

  request(method: string, params: readonly unknown[] = []): Promise<unknown> {
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
    await this.replica.close()
  }

  async #run(caughtUp: () => void): Promise<void> {
    const { pollMs = 1_000, onTrouble } = this.options
    while (!this.#closed.signal.aborted) {
      try {
        if (await this.#catchUp()) caughtUp()
      } catch (error) {
        // Nobody there is no news about the ledger; a wrong block is.
        if (!isPassing(error)) throw error
        onTrouble?.(error)
      }
      await pause(pollMs, this.#closed.signal)
    }
  }

  /** @returns true when it has all that the source had */
  async #catchUp(): Promise<boolean> {
    const { source, onProgress } = this.options
    const newest = Number(await source.request('eth_blockNumber'))
    await this.#compareHead(newest)
    for (let from = this.head.number + 1; from <= newest; from += WINDOW) {
      const to = Math.min(newest, from + WINDOW - 1)
      const bodies = Array.from({ length: to - from + 1 }, (_, i) => this.#fetch(from + i))
      // What is wrong with a later one is said when its turn comes.
      for (const body of bodies) body.catch(() => {})
      for (const body of bodies) {
        if (this.#closed.signal.aborted) return false
        await this.#take(await body)
      }
      onProgress?.(to, newest)
    }
    return true
  }

  async #take(body: BlockBody): Promise<void> {
    const { checkpoint } = this.options.profile
    const { number } = body.header
    if (number === this.head.number + 1 && toHex(body.header.parentHash) !== this.head.hash)
      await this.#compareHead(number)
    if (number === checkpoint.height && toHex(blockHash(body.header)) !== checkpoint.hash) {
      const reason = `the profile says that block ${number} is ${checkpoint.hash}`
      throw new LedgerError(
        { code: 'LEDGER_BLOCK_REFUSED', block: number, reason },
        `block ${number} is refused: ${reason}`,
      )
    }
    const head = await this.replica.apply(body)
    for (const listener of this.#listeners) listener(head)
  }

  /** That the source's block at our height is ours. Two that differ, both sealed, are a fork. */
  async #compareHead(newest: number): Promise<void> {
    const { number, hash } = this.head
    if (newest < number) return
    const theirs = await headerAt(this.options.source, number)
    if (toHex(blockHash(theirs)) !== hash) throw this.#fork(theirs)
  }

  #fork(theirs: Header): LedgerError {
    const { number } = theirs
    const { profile, path } = this.options
    const ours = this.replica.chain.head.header
    try {
      verifyVouched(validatorsOf(number === 0 ? ours : (this.replica.chain.block(number - 1)?.header ?? ours)), theirs)
    } catch (cause) {
      const reason = `the source shows another block ${number} than it did, and that one is not sealed as it must be`
      return new LedgerError({ code: 'LEDGER_BLOCK_REFUSED', block: number, reason }, reason, { cause })
    }
    const proof = join(path, `fork-${number}.json`)
    const { chainId, genesis } = profile
    writeDurably(proof, JSON.stringify(createForkProof(chainId, genesis, ours, theirs), null, 2), 0o644)
    return new LedgerError(
      { code: 'LEDGER_FORK', block: number, proof },
      `There are two blocks ${number}, both sealed by the validators: the ledger tells two stories. ` +
        `The proof is in ${proof}: show it to the auditors and to the other members. Nothing is followed any more.`,
    )
  }

  async #fetch(number: number): Promise<BlockBody> {
    const block = await this.options.source.request('eth_getBlockByNumber', [quantity(number), true])
    if (block === null) throw gone(number)
    const body = parseBody(block)
    if (body.header.number === number) return body
    const reason = `the source answers with block ${body.header.number}`
    throw new LedgerError({ code: 'LEDGER_BLOCK_REFUSED', block: number, reason }, `block ${number}: ${reason}`)
  }
}

async function headerAt(source: Ledger, number: number): Promise<Header> {
  const block = await source.request('eth_getBlockByNumber', [quantity(number), false])
  if (block === null) throw gone(number)
  return parseHeader(block)
}

/** As when another of its nodes answered than the one that knew the height. */
const gone = (number: number) =>
  new LedgerError(
    { code: 'LEDGER_UNREACHABLE', method: 'eth_getBlockByNumber' },
    `the source has no block ${number} now`,
  )

const quantity = (value: number): Hex => `0x${value.toString(16)}`

const isPassing = (error: unknown): boolean =>
  error instanceof LedgerError && ['LEDGER_UNREACHABLE', 'LEDGER_RPC'].includes(error.code)

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
    if (signal.aborted) done()
  })
}
