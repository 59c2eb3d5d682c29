import type { Common } from '@ethereumjs/common'
import type { EVMResult } from '@ethereumjs/evm'
import { type AccessList, createFeeMarket1559Tx } from '@ethereumjs/tx'
import { Address } from '@ethereumjs/util'
import { toHex } from '../../lib/bytes.ts'
import { BLOCK_GAS_LIMIT } from '../block-rules.ts'
import { type BlockContext, type CallCheck, createTrialMachine, evmBlock, type Machine } from './evm.ts'
import { RpcCode, RpcError } from './rpc-error.ts'
import type { TrieNodeStore } from './trie-node-store.ts'

/** What to try out. Absent gas means all a block has. */
export interface CallRequest {
  readonly from?: Uint8Array
  readonly to?: Uint8Array
  readonly data?: Uint8Array
  readonly value?: bigint
  readonly gas?: bigint
  readonly accessList?: AccessList
}

/** The block's state and what a contract sees of the block. */
export interface CallSite extends BlockContext {
  readonly stateRoot: Uint8Array
}

/**
 * Tries transactions out on any block's state. Nothing is ever written. It holds its thread until a call ends, so calls
 * of clients, who may name any code, run in a thread of their own (`calls.ts`).
 * Why: docs/decisions/036.
 */
export class CallRunner {
  constructor(
    private readonly rules: Common,
    private readonly nodes: TrieNodeStore,
    private readonly hashOf: (number: number) => Uint8Array,
  ) {}

  /**
   * What the call returns.
   * @throws {RpcError} 3 with the revert data, or -32000; what `check` throws
   */
  async call(request: CallRequest, site: CallSite, check: CallCheck): Promise<Uint8Array> {
    const result = await run(await this.#machineAt(site, check), request, site, cap(request.gas))
    throwIfFailed(result)
    return result.execResult.returnValue
  }

  /**
   * The least gas limit, within 1.5 %, with which the transaction succeeds. It is searched for, since a transaction
   * needs more than it uses: a caller keeps 1/64 of its gas, and refunds are paid at the end.
   * @throws {RpcError} 3 with the revert data, or -32000; what `check` throws
   */
  async estimate(request: CallRequest, site: CallSite, check: CallCheck): Promise<bigint> {
    const intrinsic = this.#intrinsicGas(request)
    let high = cap(request.gas)
    if (high < intrinsic) throw new RpcError(RpcCode.server, `gas required exceeds allowance (${high})`)
    const machine = await this.#machineAt(site, check)
    const first = await run(machine, request, site, high - intrinsic)
    throwIfFailed(first)
    const used = first.execResult.executionGasUsed + intrinsic
    let low = used > 1n ? used - 1n : 0n
    const succeeds = async (gas: bigint) =>
      gas >= intrinsic && (await run(machine, request, site, gas - intrinsic)).execResult.exceptionError === undefined
    // Nearly always enough, and nearly always close.
    const likely = ((used + 2_300n) * 64n) / 63n
    if (likely < high) {
      if (await succeeds(used)) return used
      if (await succeeds(likely)) high = likely
      else low = likely
    }
    while (high - low > 1n && (high - low) * 1000n > high * 15n) {
      const middle = (high + low) / 2n < low * 2n ? (high + low) / 2n : low * 2n
      if (await succeeds(middle)) high = middle
      else low = middle
    }
    return high
  }

  #intrinsicGas({ to, data, accessList }: CallRequest): bigint {
    const fields = {
      data: data ?? new Uint8Array(0),
      ...(to && { to: new Address(to) }),
      ...(accessList && { accessList }),
    }
    return createFeeMarket1559Tx(fields, { common: this.rules }).getIntrinsicGas()
  }

  /** A new one each time: what a call read is given back with it, and one that was ended in the middle is of no use. */
  #machineAt({ stateRoot: root }: CallSite, check: CallCheck): Promise<Machine> {
    const { rules, nodes, hashOf } = this
    return createTrialMachine({ rules, nodes, root, hashOf }, check)
  }
}

async function run({ vm, world }: Machine, request: CallRequest, site: CallSite, gasLimit: bigint): Promise<EVMResult> {
  const caller = new Address(request.from ?? new Uint8Array(20))
  const to = request.to && new Address(request.to)
  await world.checkpoint()
  try {
    warm(vm, caller, to, request.accessList)
    const { data, value } = request
    return await vm.evm.runCall({
      ...{ block: evmBlock(site), caller, origin: caller, gasLimit, gasPrice: 0n, skipBalance: true },
      ...(to && { to }),
      ...(data && { data }),
      ...(value && { value }),
    })
  } finally {
    vm.evm.journal.cleanJournal()
    await world.revert()
    world.originalStorageCache.clear()
  }
}

const cap = (gas: bigint | undefined): bigint => (gas === undefined || gas > BLOCK_GAS_LIMIT ? BLOCK_GAS_LIMIT : gas)

/** EIP-2929, EIP-2930: what a transaction finds warm, so that an estimate is neither short nor long. */
function warm(vm: Machine['vm'], caller: Address, to: Address | undefined, accessList: AccessList = []): void {
  const { journal, precompiles } = vm.evm
  journal.cleanJournal()
  for (const address of precompiles.keys()) journal.addAlwaysWarmAddress(address)
  journal.addAlwaysWarmAddress(caller.toString())
  if (to !== undefined) journal.addAlwaysWarmAddress(to.toString())
  for (const { address, storageKeys } of accessList) {
    journal.addAlwaysWarmAddress(address)
    for (const key of storageKeys) journal.addAlwaysWarmSlot(address, key)
  }
}

function throwIfFailed({ execResult }: EVMResult): void {
  const failure = execResult.exceptionError
  if (failure === undefined) return
  if (failure.error !== 'revert') throw new RpcError(RpcCode.server, failure.error)
  const data = execResult.returnValue
  throw new RpcError(RpcCode.reverted, `execution reverted${reasonOf(data)}`, toHex(data))
}

/** `Error(string)`, as `require` and `revert` with a message give. */
function reasonOf(data: Uint8Array): string {
  if (data.length < 68 || toHex(data.subarray(0, 4)) !== '0x08c379a0') return ''
  const length = Number(BigInt(toHex(data.subarray(36, 68))))
  if (length > data.length - 68) return ''
  return `: ${new TextDecoder().decode(data.subarray(68, 68 + length))}`
}
