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

/** A block as it travels: its header, and its transactions' signed bytes. */
export interface BlockBody {
  readonly header: Header
  readonly transactions: readonly Uint8Array[]
}

export interface FollowerNodeOptions {
  readonly chainId: number
  /** Hash of block 0: the ledger it copies. */
  readonly genesis: Hex
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** How far a block may lie ahead of this clock (s). */
const MAX_AHEAD = 10

/**
 * A copy of a ledger that believes nobody: each block must follow the last, be sealed by its validators, and produce
 * the roots in its header when executed here. It takes blocks and no transactions. Its database equals the sealing
 * node's, block for block.
 */
export class FollowerNode implements ServedNode {
  readonly rules: ReturnType<typeof chainRules>
  readonly nodes: TrieNodeStore
  /** Set while whoever feeds it knows that there is more. */
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

  /** As `open`, on a database that is open already; closes it when it does not fit. */
  static async openOn(store: LedgerStore, options: FollowerNodeOptions): Promise<FollowerNode> {
    try {
      const replica = new FollowerNode(store, options)
      replica.#checkIdentity()
      return replica
    } catch (error) {
      await store.close()
      throw error
    }
  }

  get isEmpty(): boolean {
    return this.#chain === null
  }

  get chain(): Chain {
    if (this.#chain === null) throw new Error('the copy has no block yet')
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
    throw new RpcError(RpcCode.server, 'this node follows and takes no transactions: send to the ledger itself')
  }

  /** @throws {LedgerError} LEDGER_WRONG_CHAIN unless the header is the genesis block it was told */
  async begin(genesis: Header): Promise<void> {
    const actual = toHex(blockHash(genesis))
    if (actual !== this.options.genesis) throw wrongChain(`genesis ${this.options.genesis}`, `genesis ${actual}`)
    if (genesis.number !== 0 || !equalBytes(genesis.stateRoot, EMPTY_TRIE_ROOT)) {
      throw refuse(genesis.number, 'a ledger begins with block 0 and nothing in it')
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
   * Checks and executes the next block; it is on disk when this resolves. One at a time.
   * @throws {LedgerError} LEDGER_BLOCK_REFUSED: nothing of it was kept
   */
  async apply(body: BlockBody): Promise<LedgerHead> {
    if (this.#broken) throw new Error('the last block may or may not be on disk: open the copy again')
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
    if (number !== parent.number + 1) throw refuse(number, `a gap: block ${parent.number + 1} comes next`)
    if (!equalBytes(header.parentHash, hash))
      throw refuse(number, `it does not follow block ${parent.number} known here`)
    if (timestamp <= parent.timestamp) throw refuse(number, 'its time does not rise')
    const ahead = timestamp - Math.floor(this.options.now() / 1000)
    if (ahead > MAX_AHEAD) throw refuse(number, `it is ${ahead} s ahead of this clock; is the clock right?`)
    let validators: readonly Hex[]
    try {
      validators = verifyVouchedHeader(validatorsOf(parent), header)
    } catch (error) {
      throw error instanceof ProofError ? refuse(number, error.message, error) : error
    }
    if (!validators.includes(toHex(header.miner))) throw refuse(number, 'its proposer is no validator')
  }

  async #execute({ header, transactions }: BlockBody): Promise<void> {
    const { number, timestamp, miner } = header
    await this.#builder.begin(this.chain.head.header.stateRoot, { number, timestamp, miner })
    for (const [i, raw] of transactions.entries()) {
      try {
        await this.#builder.add(parseTransaction(raw, this.rules))
      } catch (error) {
        // Only what the rules refuse. Anything else is a fault of ours and says nothing about the block.
        if (!(error instanceof RpcError || error instanceof EthereumJSError)) throw error
        throw refuse(number, `transaction ${i} cannot stand in it: ${firstSentence(error)}`, error)
      }
    }
    const { executed } = this.#builder
    const { stateRoot, ops } = this.#builder.finish()
    const difference = findDifference(header, stateRoot, executed)
    if (difference !== null) throw refuse(number, `its ${difference} is not what executing it gives`)
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
