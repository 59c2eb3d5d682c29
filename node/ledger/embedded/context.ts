import type { Common } from '@ethereumjs/common'
import type { Hex } from '../../lib/bytes.ts'
import type { Header } from '../../proof/header.ts'
import type { LedgerHead } from '../ledger.ts'
import { CallRunner, type CallSite } from './call.ts'
import { LONGEST_CALL, type TimeCheck, timeLimit } from './call-time.ts'
import type { Block, Chain } from './chain.ts'
import { RpcCode, RpcError } from './rpc-error.ts'
import type { StateView } from './state-view.ts'
import type { TrieNodeStore } from './trie-node-store.ts'

/** The block that a request is about. `latest` includes pending, safe and finalized, because every block is final. */
export type BlockSelector = 'latest' | { readonly number: number } | { readonly hash: Uint8Array }

/** The progress of a follower that does not have all blocks yet. */
export interface SyncProgress {
  /** Its newest block when it began to catch up. */
  readonly startingBlock: number
  readonly currentBlock: number
  /** The newest block of the ledger, as far as it knows. */
  readonly highestBlock: number
}

/** The parts of a node that calls use. */
export interface CallNode {
  readonly options: {
    readonly chainId: number
    /** Milliseconds since 1970. */
    readonly now: () => number
  }
  readonly rules: Common
  readonly chain: Chain
  readonly nodes: TrieNodeStore
  /** Address of the validator that seals the next block. */
  readonly validator: Hex
}

/** A node whose chain is served over JSON-RPC: the node that seals it, or a follower. */
export interface ServedNode extends CallNode {
  readonly head: LedgerHead
  /** Null when it has all blocks that it knows of. */
  syncing(): SyncProgress | null
  state(root?: Uint8Array): StateView
  /** A transaction that was accepted and is in no block yet. */
  pending(id: Hex): { readonly raw: Uint8Array } | undefined
  /** The first nonce of `address` that no accepted transaction has used. */
  nextNonce(address: Hex): number
  /** Accepts a signed transaction; resolves with its hash once its block is on disk. */
  submit(raw: Uint8Array): Promise<Hex>
}

/** The context of `eth_call` and `eth_estimateGas`. */
export class CallContext<Node extends CallNode = CallNode> {
  readonly caller: CallRunner

  /** @param limit starts the time of one call, and returns its check */
  constructor(
    readonly node: Node,
    readonly limit: () => TimeCheck = () => timeLimit(LONGEST_CALL),
  ) {
    const hashOf = (number: number) => node.chain.block(number)?.hash ?? new Uint8Array(32)
    this.caller = new CallRunner(node.rules, node.nodes, hashOf)
  }

  find(selector: BlockSelector): Block | undefined {
    const { chain } = this.node
    if (selector === 'latest') return chain.head
    if ('number' in selector) return chain.block(selector.number)
    const number = chain.numberOf(selector.hash)
    return number === undefined ? undefined : chain.block(number)
  }

  /** @throws {RpcError} -32000 when there is no such block */
  require(selector: BlockSelector): Block {
    const block = this.find(selector)
    if (block === undefined) throw new RpcError(RpcCode.server, 'header not found')
    return block
  }

  /** A call on the latest state sees the next block. A call on another block sees that block. */
  site(selector: BlockSelector): CallSite {
    const { header } = this.require(selector)
    const { stateRoot, number, timestamp } = header
    if (selector !== 'latest') return { stateRoot, number, timestamp, miner: header.miner }
    const now = Math.floor(this.node.options.now() / 1000)
    return { stateRoot, number: number + 1, timestamp: Math.max(now, timestamp + 1), miner: minerOf(header, this.node) }
  }
}

/** The context of all JSON-RPC methods. */
export class RpcContext extends CallContext<ServedNode> {}

function minerOf(header: Header, node: CallNode): Uint8Array {
  return header.number > 0 ? header.miner : Buffer.from(node.validator.slice(2), 'hex')
}
