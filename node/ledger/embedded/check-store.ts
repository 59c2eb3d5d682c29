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
  /** What is wrong, in words; empty when the database is whole. */
  readonly faults: readonly string[]
}

/**
 * Reads every block back from disk and recomputes what can be: links, seals by genesis's validators, the roots of
 * transactions and receipts, blooms and indexes, and every node and code that any block's state reaches. It does not
 * execute again: that is a follower's work.
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
    const block = readable(chain, number, faults)
    for (const fault of blockFaults(store, chain, block, parent, validators, states)) {
      faults.push(`block ${number}: ${fault}`)
    }
    transactions += block?.transactions.length ?? 0
    parent = block
    progress(number, head)
  }
  return { head, transactions, faults }
}

function readable(chain: Chain, number: number, faults: string[]): Block | undefined {
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
  if (parent === undefined || !equalBytes(header.parentHash, parent.hash)) yield 'it does not follow the one before'
  if (parent !== undefined && header.timestamp <= parent.header.timestamp) yield 'its time does not rise'
  verifySeals(header, validators)
}

function* bodyFaults(store: LedgerStore, chain: Chain, block: Block): Iterable<string> {
  const { number, transactionsRoot, receiptsRoot, logsBloom: bloom, gasUsed } = block.header
  const places = block.transactions.map((_, index) => ({ number, index }))
  const raws = places.map(place => chain.transaction(place))
  const receipts = places.map(place => chain.receipt(place))
  const logs = receipts.flatMap(receipt => receipt.logs)
  if (!equalBytes(listRoot(raws), transactionsRoot)) yield 'its transactions are not those of its header'
  if (!equalBytes(listRoot(receipts.map(consensusReceipt)), receiptsRoot)) {
    yield 'its receipts are not those of its header'
  }
  if (!equalBytes(logsBloom(logs), bloom)) yield 'its bloom is not that of its logs'
  if (BigInt(receipts.at(-1)?.cumulativeGasUsed ?? 0) !== gasUsed) yield 'its gas is not that of its receipts'
  if (chain.numberOf(block.hash) !== number) yield 'it cannot be found by its hash'
  for (const [index, hash] of block.transactions.entries()) {
    const place = chain.positionOf(hash)
    if (!equalBytes(keccak256(raws[index] as Uint8Array), hash)) yield `transaction ${index} has another hash`
    if (place?.number !== number || place.index !== index) yield `transaction ${index} cannot be found by its hash`
  }
  for (const term of termsOf(logs).values()) {
    if (store.get(LedgerKey.term(term, number)) === undefined) yield 'a log is missing in the index'
  }
}
