import { keccak256 } from '#crypto'
import { concat, equalBytes, readU32be, readU64be, u32be, u64be } from '../../lib/bytes.ts'
import { blockHash, decodeHeader, encodeHeader, type Header } from '../../proof/header.ts'
import { decodeRlp, encodeRlp, rlpBytes, rlpList, rlpNumber, rlpScalar } from '../../proof/rlp.ts'
import { DamagedStore, type LedgerStore, type LedgerWriteOp } from './ledger-store.ts'
import { LedgerKey, MetaKey } from './schema.ts'
import {
  decodeTransactionReceipt,
  encodeTransactionReceipt,
  logsBloom,
  type TransactionReceipt,
  termsOf,
} from './transaction-receipt.ts'

export interface Block {
  readonly header: Header
  readonly hash: Uint8Array
  /** Bytes of its RLP. */
  readonly size: number
  readonly transactions: readonly Uint8Array[]
}

/** Block number of a transaction, and its index in the block. */
export interface TransactionPosition {
  readonly number: number
  readonly index: number
}

/** An executed transaction, ready to be stored. */
export interface Executed {
  readonly raw: Uint8Array
  readonly hash: Uint8Array
  readonly receipt: TransactionReceipt
}

/**
 * The stored blocks. Reads are synchronous; only the node writes, one batch for each block. A read can find records of
 * a batch that is not on disk yet. `Chain` hides them: they are above its head.
 * Why: docs/decisions/020.
 */
export class Chain {
  #head: Block

  private constructor(
    private readonly store: LedgerStore,
    head: Block,
  ) {
    this.#head = head
  }

  /** The chain on disk, or null when there is none yet. */
  static open(store: LedgerStore): Chain | null {
    const head = store.get(MetaKey.head)
    if (head === undefined) return null
    const number = Number(readU64be(head))
    const block = readBlock(store, number)
    if (block === undefined || !equalBytes(block.hash, head.subarray(8))) throw new DamagedStore(`block ${number}`)
    return new Chain(store, block)
  }

  static start(store: LedgerStore, genesis: Block): Chain {
    return new Chain(store, genesis)
  }

  /** The chain up to a block that is on disk. */
  static upTo(store: LedgerStore, number: number): Chain {
    const block = readBlock(store, number)
    if (block === undefined) throw new DamagedStore(`block ${number}`)
    return new Chain(store, block)
  }

  get head(): Block {
    return this.#head
  }

  block(number: number): Block | undefined {
    if (number === this.#head.header.number) return this.#head
    return number > this.#head.header.number ? undefined : readBlock(this.store, number)
  }

  numberOf(hash: Uint8Array): number | undefined {
    const found = this.store.get(LedgerKey.numberOf(hash))
    return found && this.#upToHead(Number(readU64be(found)))
  }

  positionOf(transaction: Uint8Array): TransactionPosition | undefined {
    const found = this.store.get(LedgerKey.positionOf(transaction))
    const number = found && this.#upToHead(Number(readU64be(found)))
    return found && number !== undefined ? { number, index: readU32be(found, 8) } : undefined
  }

  transaction({ number, index }: TransactionPosition): Uint8Array {
    return present(this.store.get(LedgerKey.transaction(number, index)), `transaction ${index} of block ${number}`)
  }

  receipt({ number, index }: TransactionPosition): TransactionReceipt {
    return decodeTransactionReceipt(
      present(this.store.get(LedgerKey.receipt(number, index)), `receipt ${index} of block ${number}`),
    )
  }

  /** The blocks in [from, to] that may have a log with this term (address or topic), ascending. */
  async *blocksWith(term: Uint8Array, from: number, to: number): AsyncIterable<number> {
    for await (const key of this.store.keys(LedgerKey.term(term, from), LedgerKey.term(term, to)))
      yield Number(readU64be(key, 33))
  }

  mayHave(term: Uint8Array, number: number): boolean {
    return this.store.get(LedgerKey.term(term, number)) !== undefined
  }

  /** Makes the block the head. To be called once its batch is on disk. */
  advance(block: Block): void {
    this.#head = block
  }

  #upToHead(number: number): number | undefined {
    return number > this.#head.header.number ? undefined : number
  }
}

/** The records that a sealed block adds to the store, without its state. The last one is the commit point. */
export function blockOps(header: Header, executed: readonly Executed[]): { block: Block; ops: LedgerWriteOp[] } {
  const { number } = header
  const hash = blockHash(header)
  const headerBytes = encodeHeader(header)
  const hashes = executed.map(each => each.hash)
  const size = blockSize(headerBytes, executed)
  const ops: LedgerWriteOp[] = [
    { key: LedgerKey.block(number), value: encodeRlp([headerBytes, rlpScalar(size), hashes]) },
    { key: LedgerKey.numberOf(hash), value: u64be(number) },
  ]
  for (const [index, each] of executed.entries()) {
    ops.push(
      { key: LedgerKey.transaction(number, index), value: each.raw },
      { key: LedgerKey.receipt(number, index), value: encodeTransactionReceipt(each.receipt) },
      { key: LedgerKey.positionOf(each.hash), value: concat(u64be(number), u32be(index)) },
    )
  }
  for (const term of termsOf(executed.flatMap(each => each.receipt.logs)).values()) {
    ops.push({ key: LedgerKey.term(term, number), value: new Uint8Array(0) })
  }
  ops.push({ key: MetaKey.head, value: concat(u64be(number), hash) })
  return { block: { header, hash, size, transactions: hashes }, ops }
}

export const bloomOf = (executed: readonly Executed[]): Uint8Array =>
  logsBloom(executed.flatMap(each => each.receipt.logs))

export const transactionHash = (raw: Uint8Array): Uint8Array => keccak256(raw)

function readBlock(store: LedgerStore, number: number): Block | undefined {
  const bytes = store.get(LedgerKey.block(number))
  if (bytes === undefined) return undefined
  const [headerBytes, size, hashes] = rlpList(decodeRlp(bytes, 'block'), 'block', 3)
  const header = decodeHeader(rlpBytes(headerBytes, 'block'))
  return {
    header,
    hash: blockHash(header),
    size: rlpNumber(size, 'block'),
    transactions: rlpList(hashes, 'block').map(hash => rlpBytes(hash, 'block', 32)),
  }
}

/** RLP [header, transactions, uncles]: a typed transaction is a byte string there, a legacy one a list. */
function blockSize(header: Uint8Array, executed: readonly Executed[]): number {
  let body = 0
  for (const { raw } of executed)
    body += (raw[0] as number) >= 0xc0 ? raw.length : raw.length + lengthOfLength(raw.length)
  const content = header.length + body + lengthOfLength(body) + 1
  return content + lengthOfLength(content)
}

function lengthOfLength(length: number): number {
  return length < 56 ? 1 : 1 + rlpScalar(length).length
}

function present(value: Uint8Array | undefined, what: string): Uint8Array {
  if (value === undefined) throw new DamagedStore(what)
  return value
}
