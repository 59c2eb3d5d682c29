import { keccak256 } from '#crypto'
import { equalBytes, type Hex } from '../../lib/bytes.ts'
import { validatorsOf, verifySeals } from '../../proof/seals.ts'
import { listRoot } from '../../proof/trie-root.ts'
import { type Block, Chain } from './chain.ts'
import { StateWalk } from './check-state.ts'
import type { LedgerStore } from './ledger-store.ts'
import { LedgerKey } from './schema.ts'
import { consensusReceipt, logsBloom, termsOf } from './transaction-receipt.ts'

export interface LedgerCheckReport {
  /** Height of the last block; -1: there is no ledger. */
  readonly head: number
  readonly transactions: number
  /** Sentences that say what is wrong; empty when the database is whole. */
  readonly faults: readonly string[]
}

/**
 * Reads every block from disk and checks it: the link to its parent, the seals by the validators of genesis, the roots
 * of transactions and receipts, the bloom, the indexes, and the hash of every trie node and code that its state
 * reaches. It does not execute transactions: followers do that.
 */
export function checkLedgerStore(
  store: LedgerStore,
  progress: (done: number, of: number) => void = () => {},
): LedgerCheckReport {
  let chain: Chain | null
  try {
    chain = Chain.open(store)
  } catch (error) {
    return { head: -1, transactions: 0, faults: [error instanceof Error ? error.message : String(error)] }
  }
  const genesis = chain?.block(0)
  if (chain === null || genesis === undefined) return { head: -1, transactions: 0, faults: ['there is no ledger here'] }
  const validators = validatorsOf(genesis.header)
  const states = new StateWalk(store)
  const faults: string[] = []
  const head = chain.head.header.number
  let transactions = 0
  let parent: Block | undefined
  for (let number = 0; number <= head; number++) {
    const block = readBlock(chain, number, faults)
    for (const fault of blockFaults(store, chain, block, parent, validators, states)) {
      faults.push(`block ${number}: ${fault}`)
    }
    transactions += block?.transactions.length ?? 0
    parent = block
    progress(number, head)
  }
  return { head, transactions, faults }
}

function readBlock(chain: Chain, number: number, faults: string[]): Block | undefined {
  try {
    return chain.block(number)
  } catch (error) {
    faults.push(`block ${number}: ${error instanceof Error ? error.message : String(error)}`)
    return undefined
  }
}

function* blockFaults(
  store: LedgerStore,
  chain: Chain,
  block: Block | undefined,
  parent: Block | undefined,
  validators: readonly Hex[],
  states: StateWalk,
): Iterable<string> {
  if (block === undefined) return yield 'it is missing'
  try {
    yield* headerFaults(block, parent, validators)
    yield* bodyFaults(store, chain, block)
    yield* states.faults(block.header.stateRoot)
  } catch (error) {
    yield error instanceof Error ? error.message : String(error)
  }
}

function* headerFaults({ header }: Block, parent: Block | undefined, validators: readonly Hex[]): Iterable<string> {
  if (header.number === 0) return
  if (parent === undefined || !equalBytes(header.parentHash, parent.hash))
    yield 'its parent hash is not the hash of the block before'
  if (parent !== undefined && header.timestamp <= parent.header.timestamp)
    yield 'its timestamp is not later than that of the block before'
  verifySeals(header, validators)
}

function* bodyFaults(store: LedgerStore, chain: Chain, block: Block): Iterable<string> {
  const { number, transactionsRoot, receiptsRoot, logsBloom: bloom, gasUsed } = block.header
  const positions = block.transactions.map((_, index) => ({ number, index }))
  const raws = positions.map(position => chain.transaction(position))
  const receipts = positions.map(position => chain.receipt(position))
  const logs = receipts.flatMap(receipt => receipt.logs)
  if (!equalBytes(listRoot(raws), transactionsRoot)) yield 'its transactions do not match its header'
  if (!equalBytes(listRoot(receipts.map(consensusReceipt)), receiptsRoot)) {
    yield 'its receipts do not match its header'
  }
  if (!equalBytes(logsBloom(logs), bloom)) yield 'its bloom does not match its logs'
  if (BigInt(receipts.at(-1)?.cumulativeGasUsed ?? 0) !== gasUsed) yield 'its gas does not match its receipts'
  if (chain.numberOf(block.hash) !== number) yield 'it cannot be found by its hash'
  for (const [index, hash] of block.transactions.entries()) {
    const position = chain.positionOf(hash)
    if (!equalBytes(keccak256(raws[index] as Uint8Array), hash)) yield `transaction ${index} has another hash`
    if (position?.number !== number || position.index !== index)
      yield `transaction ${index} cannot be found by its hash`
  }
  for (const term of termsOf(logs).values()) {
    if (store.get(LedgerKey.term(term, number)) === undefined) yield 'a log is missing from the index'
  }
}
