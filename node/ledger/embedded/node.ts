import { fromHex, type Hex, readU32be, readU64be, toHex, u32be, u64be } from '../../lib/bytes.ts'
import { validatorsOf } from '../../proof/seals.ts'
import { LedgerError } from '../errors.ts'
import type { LedgerHead } from '../ledger.ts'
import type { LedgerMetrics } from '../metrics.ts'
import { type ParsedTransaction, parseTransaction } from './admission.ts'
import { allowedOp, readAllowed } from './allow-list.ts'
import { BlockBuilder } from './builder.ts'
import { processorMs, transactionLimit } from './call-time.ts'
import { blockOps, Chain } from './chain.ts'
import type { ClockWatch } from './clock.ts'
import type { ServedNode } from './context.ts'
import { createSealer, type Sealer } from './crypto.ts'
import { chainRules } from './evm.ts'
import { refuseImporting } from './import-mark.ts'
import type { LedgerStore } from './ledger-store.ts'
import { Pool, type PoolRefusal, pendingOf } from './pool.ts'
import { Producer } from './producer.ts'
import { RpcCode, RpcError } from './rpc-error.ts'
import { MetaKey, SCHEMA_VERSION } from './schema.ts'
import { genesisHeader } from './sealing.ts'
import { StateView } from './state-view.ts'
import { TrieNodeStore } from './trie-node-store.ts'

export interface NodeOptions {
  readonly chainId: number
  /** secp256k1 private key of the validator, 32 bytes. */
  readonly validatorKey: Uint8Array
  /** Accounts that may send transactions, in addition to those allowed before. */
  readonly allow: readonly Hex[]
  /** Seconds after which an empty block proves that the ledger is alive. */
  readonly heartbeat: number
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Watches the clock that `now` reads. */
  readonly clock: ClockWatch
}

/**
 * Largest gas limit of one transaction, as in EIP-7825. 512 changes of status need 10 million. It applies to new
 * transactions only, not to blocks: followers must execute every block that has the seals.
 */
const MAX_TRANSACTION_GAS = 16_777_216n

/**
 * The embedded ledger node: one validator, its blocks in QBFT format, all state in one LevelDB directory.
 *
 * It guarantees that every block that it answered is on disk. It executes a block in memory, seals it, and writes its
 * header, transactions, receipts, state and indexes and the head pointer in one batch with fsync. Before the batch
 * nothing of the block exists, and after it all does. So a start needs no repair: the head pointer names the last
 * block. When the batch fails, the block may or may not be on disk, and the node stops.
 */
export class EmbeddedNode implements ServedNode {
  readonly pool = new Pool()
  readonly validator: Hex
  readonly #producer: Producer
  readonly #listeners = new Set<(head: LedgerHead) => void>()

  private constructor(
    readonly options: NodeOptions,
    private readonly store: LedgerStore,
    readonly chain: Chain,
    readonly nodes: TrieNodeStore,
    readonly rules: ReturnType<typeof chainRules>,
    sealer: Sealer,
    private readonly allowed: Set<Hex>,
    onFatal: (error: unknown) => void,
  ) {
    this.validator = sealer.address
    const hashOf = (number: number) => chain.block(number)?.hash ?? new Uint8Array(32)
    this.#producer = new Producer({
      ...{ chain, store, sealer, pool: this.pool, now: options.now, heartbeat: options.heartbeat, onFatal },
      ...{ builder: new BlockBuilder(rules, nodes, hashOf, transactionLimit), clock: options.clock },
      onHead: head => {
        for (const listener of this.#listeners) listener(head)
      },
    })
  }

  /**
   * Opens the node on a database, and closes the database on an error.
   * @param onFatal called once, when a write failed and the node has stopped
   * @throws {LedgerError} LEDGER_WRONG_CHAIN, LEDGER_IMPORT_UNFINISHED
   */
  static async openOn(
    store: LedgerStore,
    options: NodeOptions,
    onFatal: (error: unknown) => void,
  ): Promise<EmbeddedNode> {
    try {
      refuseImporting(store)
      const sealer = createSealer(options.validatorKey)
      const chain = Chain.open(store) ?? (await startChain(store, options, sealer))
      checkIdentity(store, chain, options, sealer)
      const allowed = new Set(readAllowed(store))
      const rules = chainRules(options.chainId)
      const node = new EmbeddedNode(options, store, chain, new TrieNodeStore(store), rules, sealer, allowed, onFatal)
      await node.allow(options.allow)
      node.#producer.wake()
      return node
    } catch (error) {
      await store.close()
      throw error
    }
  }

  get head(): LedgerHead {
    const { header, hash } = this.chain.head
    return { number: header.number, hash: toHex(hash), timestamp: header.timestamp }
  }

  /** It seals the blocks, so it has all of them. */
  syncing(): null {
    return null
  }

  onHead(listener: (head: LedgerHead) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  state(root: Uint8Array = this.chain.head.header.stateRoot): StateView {
    return new StateView(this.nodes, root)
  }

  /**
   * Accepts a signed transaction. Resolves with its hash once its block is on disk; at once when it waits for an
   * earlier nonce, or when the same transaction is in a block already.
   * @throws {RpcError} if it is refused: it is then in no block, and this call does not put it in one
   * @throws {LedgerError} LEDGER_CLOCK_BEHIND, LEDGER_CLOCK_AHEAD
   */
  async submit(raw: Uint8Array): Promise<Hex> {
    const parsed = parseTransaction(raw, this.rules)
    if (this.pool.find(parsed.id) === undefined) {
      if (this.chain.positionOf(parsed.hash) !== undefined) return parsed.id
      this.#producer.checkClock()
      this.#admit(parsed)
    }
    await this.pool.find(parsed.id)?.done
    return parsed.id
  }

  pending(id: Hex): ParsedTransaction | undefined {
    return this.pool.find(id)
  }

  /** The first nonce of `address` that no accepted transaction has used. */
  nextNonce(address: Hex): number {
    return this.pool.nextNonce(address, this.#usedNonces(address))
  }

  /** Lets more accounts send transactions; on disk when it resolves. */
  async allow(addresses: readonly Hex[]): Promise<void> {
    await this.#setAllowed(new Set([...this.allowed, ...addresses.map(lowerCase)]))
  }

  /**
   * Removes that permission. When it resolves, this is on disk, and no later block has transactions of the accounts.
   */
  async disallow(addresses: readonly Hex[]): Promise<void> {
    const removed = new Set(addresses.map(lowerCase))
    await this.#setAllowed(new Set([...this.allowed].filter(each => !removed.has(each))))
    const drop = () => {
      for (const address of removed) this.pool.dropAll(address, notAllowed())
    }
    drop()
    await this.#producer.idle()
    // The block may have given a transaction back.
    drop()
  }

  async metrics(): Promise<LedgerMetrics> {
    const { number, timestamp } = this.head
    const { sealed, sealSecondsTotal, sealSecondsLast, transactions } = this.#producer.done
    const blocks = { height: number, headTime: timestamp, sealed, sealSecondsTotal, sealSecondsLast, transactions }
    return { ...blocks, pool: this.pool.size, cpuSeconds: processorMs() / 1000, databaseBytes: this.store.size() }
  }

  /** To be called when a test has set the clock. */
  clockChanged(): void {
    this.#producer.wake()
  }

  /** Finishes the block that is being sealed, and refuses the transactions in the pool. */
  async close(): Promise<void> {
    await this.#producer.stop()
    this.pool.clear(new LedgerError({ code: 'LEDGER_UNREACHABLE', method: 'eth_sendRawTransaction' }, 'ledger closed'))
    await this.store.close()
  }

  #admit(parsed: ParsedTransaction): void {
    const { from, nonce, tx } = parsed
    if (!this.allowed.has(from)) throw notAllowed()
    if (tx.gasLimit > MAX_TRANSACTION_GAS) {
      throw refuse(`gas limit too high: a transaction has at most ${MAX_TRANSACTION_GAS} here`)
    }
    const account = this.state().account(fromHex(from))
    const used = Number(account.nonce)
    if (nonce < used) throw refuse(`nonce too low: next nonce ${used}, tx nonce ${nonce}`)
    if (tx.value > account.balance) throw refuse('insufficient funds for gas * price + value')
    const refusal = this.pool.refusal(from, nonce, used)
    if (refusal !== null) throw refuse(REFUSALS[refusal])
    this.pool.add(pendingOf(parsed), used)
    this.#producer.wake()
  }

  #usedNonces(address: Hex): number {
    return Number(this.state().account(fromHex(address)).nonce)
  }

  async #setAllowed(next: Set<Hex>): Promise<void> {
    if (next.size === this.allowed.size && [...next].every(each => this.allowed.has(each))) return
    await this.store.commit([allowedOp(next)])
    this.allowed.clear()
    for (const address of next) this.allowed.add(address)
  }
}

const REFUSALS: Record<PoolRefusal, string> = {
  full: 'txpool is full',
  'too far ahead': 'nonce too high',
  replacement: 'replacement transaction underpriced',
}

const notAllowed = () => new RpcError(RpcCode.notAllowed, 'Sender account not authorized to send transactions')
const refuse = (message: string) => new RpcError(RpcCode.server, message)
const lowerCase = (address: Hex) => address.toLowerCase() as Hex

/** The time of genesis is one second ago, so that the first block need not wait. */
async function startChain(store: LedgerStore, { chainId, now }: NodeOptions, sealer: Sealer): Promise<Chain> {
  const header = genesisHeader(sealer.address, Math.floor(now() / 1000) - 1)
  const { block, ops } = blockOps(header, [])
  await store.commit([
    { key: MetaKey.version, value: u32be(SCHEMA_VERSION) },
    { key: MetaKey.chainId, value: u64be(chainId) },
    ...ops,
  ])
  return Chain.start(store, block)
}

/** Checks that the directory has this chain, and that the key belongs to its validator. */
function checkIdentity(
  store: LedgerStore,
  chain: Chain,
  { chainId }: Pick<NodeOptions, 'chainId'>,
  sealer: Sealer,
): void {
  const version = readU32be(store.get(MetaKey.version) ?? new Uint8Array(4))
  if (version !== SCHEMA_VERSION) {
    throw new Error(`the ledger's directory has layout ${version}, this program layout ${SCHEMA_VERSION}`)
  }
  const stored = Number(readU64be(store.get(MetaKey.chainId) ?? new Uint8Array(8)))
  if (stored !== chainId) throw wrongChain(`chain ${chainId}`, `chain ${stored}`)
  const validators = validatorsOf(chain.head.header)
  if (!validators.includes(sealer.address)) throw wrongChain(`validator ${sealer.address}`, `validator ${validators}`)
}

function wrongChain(expected: string, actual: string): LedgerError {
  const message = `the ledger's directory holds ${actual}, not ${expected}: correct the configuration or the path`
  return new LedgerError({ code: 'LEDGER_WRONG_CHAIN', expected, actual }, message)
}
