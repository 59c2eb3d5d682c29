import { EthereumJSError } from '@ethereumjs/util'
import { equalBytes, fromHex, type Hex, readU32be, readU64be, toHex, u32be, u64be } from '../../lib/bytes.ts'
import { ProofError } from '../../proof/errors.ts'
import { blockHash, type Header } from '../../proof/header.ts'
import { verifyVouchedHeader } from '../../proof/light-client.ts'
import { validatorsOf } from '../../proof/seals.ts'
import { EMPTY_TRIE_ROOT } from '../../proof/trie.ts'
import { LedgerError } from '../errors.ts'
import type { LedgerHead } from '../ledger.ts'
import { firstSentence, parseTransaction } from './admission.ts'
import { BlockBuilder } from './builder.ts'
import { blockOps, Chain } from './chain.ts'
import type { ServedNode, SyncProgress } from './context.ts'
import { chainRules } from './evm.ts'
import { type LedgerStore, openLedgerStore } from './ledger-store.ts'
import { RpcCode, RpcError } from './rpc-error.ts'
import { MetaKey, SCHEMA_VERSION } from './schema.ts'
import { findDifference } from './sealing.ts'
import { StateView } from './state-view.ts'
import { TrieNodeStore } from './trie-node-store.ts'

/** A block as it is sent between nodes: its header, and the signed bytes of its transactions. */
export interface BlockBody {
  readonly header: Header
  readonly transactions: readonly Uint8Array[]
}

export interface FollowerNodeOptions {
  readonly chainId: number
  /** Hash of block 0. It identifies the ledger. */
  readonly genesis: Hex
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** How far (s) the time of a block may be ahead of this clock. */
const MAX_AHEAD = 10

/**
 * A node that copies a ledger without trust in its source. Each block must follow the last one, must have the seals of
 * its validators, and its execution here must give the roots in its header. The node accepts blocks, but no
 * transactions. For each block it stores the same records as the node that sealed it.
 */
export class FollowerNode implements ServedNode {
  readonly rules: ReturnType<typeof chainRules>
  readonly nodes: TrieNodeStore
  /** Set by the source of the blocks while it has later blocks; otherwise null. */
  catchingUp: Omit<SyncProgress, 'currentBlock'> | null = null
  readonly #builder: BlockBuilder
  #chain: Chain | null
  #broken = false

  private constructor(
    private readonly store: LedgerStore,
    readonly options: FollowerNodeOptions,
  ) {
    this.rules = chainRules(options.chainId)
    this.nodes = new TrieNodeStore(store)
    this.#chain = Chain.open(store)
    const hashOf = (number: number) => this.chain.block(number)?.hash ?? new Uint8Array(32)
    this.#builder = new BlockBuilder(this.rules, this.nodes, hashOf)
  }

  /** @throws {LedgerError} LEDGER_IN_USE, LEDGER_WRONG_CHAIN */
  static async open(path: string, options: FollowerNodeOptions): Promise<FollowerNode> {
    return FollowerNode.openOn(await openLedgerStore(path), options)
  }

  /** Like `open`, on an open database, which it closes on an error. */
  static async openOn(store: LedgerStore, options: FollowerNodeOptions): Promise<FollowerNode> {
    try {
      const follower = new FollowerNode(store, options)
      follower.#checkIdentity()
      return follower
    } catch (error) {
      await store.close()
      throw error
    }
  }

  get isEmpty(): boolean {
    return this.#chain === null
  }

  get chain(): Chain {
    if (this.#chain === null) throw new Error('the follower has no block yet')
    return this.#chain
  }

  get validator(): Hex {
    return validatorsOf(this.chain.head.header)[0] as Hex
  }

  get head(): LedgerHead {
    const { header, hash } = this.chain.head
    return { number: header.number, hash: toHex(hash), timestamp: header.timestamp }
  }

  syncing(): SyncProgress | null {
    return this.catchingUp && { ...this.catchingUp, currentBlock: this.head.number }
  }

  state(root: Uint8Array = this.chain.head.header.stateRoot): StateView {
    return new StateView(this.nodes, root)
  }

  pending(): undefined {}

  nextNonce(address: Hex): number {
    return Number(this.state().account(fromHex(address)).nonce)
  }

  async submit(): Promise<never> {
    throw new RpcError(
      RpcCode.server,
      'this node is a follower and takes no transactions: send them to a node that seals',
    )
  }

  /**
   * Stores the genesis block.
   * @throws {LedgerError} LEDGER_WRONG_CHAIN unless its hash is `options.genesis`
   */
  async begin(genesis: Header): Promise<void> {
    const actual = toHex(blockHash(genesis))
    if (actual !== this.options.genesis) throw wrongChain(`genesis ${this.options.genesis}`, `genesis ${actual}`)
    if (genesis.number !== 0 || !equalBytes(genesis.stateRoot, EMPTY_TRIE_ROOT)) {
      throw refuse(genesis.number, 'the first block must have number 0 and an empty state')
    }
    const { block, ops } = blockOps(genesis, [])
    await this.store.commit([
      { key: MetaKey.version, value: u32be(SCHEMA_VERSION) },
      { key: MetaKey.chainId, value: u64be(this.options.chainId) },
      ...ops,
    ])
    this.#chain = Chain.start(this.store, block)
  }

  /**
   * Checks and executes the next block. It is on disk when this resolves. The caller must wait before the next block.
   * @throws {LedgerError} LEDGER_BLOCK_REFUSED, and nothing of the block is stored
   */
  async apply(body: BlockBody): Promise<LedgerHead> {
    if (this.#broken) throw new Error('the last block may or may not be on disk: open the follower again')
    this.#checkHeader(body.header)
    try {
      await this.#execute(body)
    } catch (error) {
      this.#builder.abandon()
      throw error
    }
    return this.head
  }

  close(): Promise<void> {
    return this.store.close()
  }

  #checkIdentity(): void {
    if (this.#chain === null) return
    const version = readU32be(this.store.get(MetaKey.version) ?? new Uint8Array(4))
    if (version !== SCHEMA_VERSION) {
      throw new Error(`the ledger's directory has layout ${version}, this program layout ${SCHEMA_VERSION}`)
    }
    const { chainId, genesis } = this.options
    const stored = Number(readU64be(this.store.get(MetaKey.chainId) ?? new Uint8Array(8)))
    if (stored !== chainId) throw wrongChain(`chain ${chainId}`, `chain ${stored}`)
    const actual = toHex(this.#chain.block(0)?.hash ?? new Uint8Array())
    if (actual !== genesis) throw wrongChain(`genesis ${genesis}`, `genesis ${actual}`)
  }

  #checkHeader(header: Header): void {
    const { header: parent, hash } = this.chain.head
    const { number, timestamp } = header
    if (number !== parent.number + 1) throw refuse(number, `block ${parent.number + 1} must come next`)
    if (!equalBytes(header.parentHash, hash))
      throw refuse(number, `its parent hash is not the hash of block ${parent.number} here`)
    if (timestamp <= parent.timestamp) throw refuse(number, 'its timestamp is not later than that of the block before')
    const ahead = timestamp - Math.floor(this.options.now() / 1000)
    if (ahead > MAX_AHEAD) throw refuse(number, `it is ${ahead} s ahead of this clock; is the clock right?`)
    let validators: readonly Hex[]
    try {
      validators = verifyVouchedHeader(validatorsOf(parent), header)
    } catch (error) {
      throw error instanceof ProofError ? refuse(number, error.message, error) : error
    }
    if (!validators.includes(toHex(header.miner))) throw refuse(number, 'its proposer is not a validator')
  }

  async #execute({ header, transactions }: BlockBody): Promise<void> {
    const { number, timestamp, miner } = header
    await this.#builder.begin(this.chain.head.header.stateRoot, { number, timestamp, miner })
    for (const [i, raw] of transactions.entries()) {
      try {
        await this.#builder.add(parseTransaction(raw, this.rules))
      } catch (error) {
        // These errors are refusals by the rules. Any other is a fault of this program, and the block may be correct.
        if (!(error instanceof RpcError || error instanceof EthereumJSError)) throw error
        throw refuse(number, `its transaction ${i} is invalid: ${firstSentence(error)}`, error)
      }
    }
    const { executed } = this.#builder
    const { stateRoot, ops } = this.#builder.finish()
    const difference = findDifference(header, stateRoot, executed)
    if (difference !== null) throw refuse(number, `its ${difference} differs from the result of its execution`)
    const { block, ops: more } = blockOps(header, executed)
    this.#broken = true
    await this.store.commit([...ops, ...more])
    this.#broken = false
    this.chain.advance(block)
  }
}

const refuse = (block: number, reason: string, cause?: unknown): LedgerError =>
  new LedgerError({ code: 'LEDGER_BLOCK_REFUSED', block, reason }, `block ${block} is refused: ${reason}`, { cause })

function wrongChain(expected: string, actual: string): LedgerError {
  const message = `this is ${actual}, not ${expected}: correct the profile, the path or the source`
  return new LedgerError({ code: 'LEDGER_WRONG_CHAIN', expected, actual }, message)
}
