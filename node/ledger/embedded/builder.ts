import type { Common } from '@ethereumjs/common'
import type { TypedTransaction } from '@ethereumjs/tx'
import { type RunTxResult, runTx } from '@ethereumjs/vm'
import type { TimeCheck } from './call-time.ts'
import type { Executed } from './chain.ts'
import { type BlockContext, createMachine, evmBlock, type Machine } from './evm.ts'
import type { LedgerWriteOp } from './ledger-store.ts'
import type { Log } from './transaction-receipt.ts'
import type { TrieNodeStore } from './trie-node-store.ts'

/** A signed transaction that was checked. */
export interface SignedTransaction {
  readonly tx: TypedTransaction
  readonly raw: Uint8Array
  readonly hash: Uint8Array
}

/**
 * Executes one block at a time, in memory. `finish` returns the state to store; the block exists only once it is
 * stored. If storing fails, the builder must be abandoned, because its own state already includes the block.
 */
export class BlockBuilder {
  #machine: Machine | undefined
  #context: BlockContext | undefined
  /** Of the transaction that is being executed. */
  #check: TimeCheck | undefined
  #executed: Executed[] = []
  #gasUsed = 0n
  #logs = 0

  constructor(
    private readonly rules: Common,
    private readonly nodes: TrieNodeStore,
    private readonly hashOf: (number: number) => Uint8Array,
    /** Begins the time of one transaction. Absent for blocks of others, which must be executed to their end. */
    private readonly limit?: () => TimeCheck,
  ) {}

  get executed(): readonly Executed[] {
    return this.#executed
  }

  get gasUsed(): bigint {
    return this.#gasUsed
  }

  async begin(parentStateRoot: Uint8Array, context: BlockContext): Promise<void> {
    const { rules, nodes, hashOf, limit } = this
    const check = limit && ((ahead?: number) => this.#check?.(ahead))
    this.#machine ??= await createMachine({ rules, nodes, root: parentStateRoot, hashOf }, check)
    this.#context = context
    this.#executed = []
    this.#gasUsed = 0n
    this.#logs = 0
  }

  /**
   * Executes a transaction as the next of the block. One that reverts is in the block too.
   * @throws {TooCostly} when its time is over; whatever the EVM library throws when it can be in no block. The block is
   * then unchanged
   */
  async add({ tx, raw, hash }: SignedTransaction): Promise<void> {
    const { vm, world } = this.#active()
    const block = evmBlock(this.#context as BlockContext, this.#gasUsed)
    this.#check = this.limit?.()
    let result: RunTxResult
    try {
      result = await runTx(vm, { tx, block, skipHardForkValidation: true, skipBlockGasLimitValidation: true })
    } catch (error) {
      // Ended in the middle, the EVM leaves its checkpoints open.
      world.undoTransaction()
      throw error
    }
    this.#gasUsed += result.totalGasSpent
    const logs = (result.execResult.logs ?? []).map(([address, topics, data]): Log => ({ address, topics, data }))
    const receipt = {
      type: tx.type,
      status: result.execResult.exceptionError === undefined ? 1 : 0,
      gasUsed: Number(result.totalGasSpent),
      cumulativeGasUsed: Number(this.#gasUsed),
      from: tx.getSenderAddress().bytes,
      to: tx.to?.bytes ?? null,
      contractAddress: result.createdAddress?.bytes ?? null,
      logsBefore: this.#logs,
      logs,
    } as const
    this.#logs += logs.length
    this.#executed.push({ raw, hash, receipt })
  }

  finish(): { stateRoot: Uint8Array; ops: LedgerWriteOp[] } {
    const { root, ops } = this.#active().world.seal()
    return { stateRoot: root, ops }
  }

  /** Discards the block and everything cached from earlier blocks. */
  abandon(): void {
    this.#machine = undefined
  }

  #active(): Machine {
    if (this.#machine === undefined) throw new Error('no block is being built')
    return this.#machine
  }
}
