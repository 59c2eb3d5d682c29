import type { Common } from '@ethereumjs/common'
import type { EVMResult } from '@ethereumjs/evm'
import { type AccessList, createFeeMarket1559Tx } from '@ethereumjs/tx'
import { Address } from '@ethereumjs/util'
import { toHex } from '../../lib/bytes.ts'
import { BLOCK_GAS_LIMIT } from '../block-rules.ts'
import type { TimeCheck } from './call-time.ts'
import { type BlockContext, createMachine, evmBlock, type Machine } from './evm.ts'
import { RpcCode, RpcError } from './rpc-error.ts'
import type { TrieNodeStore } from './trie-node-store.ts'

/** The transaction to simulate. Without `gas` it has the gas limit of a block. */
export interface CallRequest {
  readonly from?: Uint8Array
  readonly to?: Uint8Array
  readonly data?: Uint8Array
  readonly value?: bigint
  readonly gas?: bigint
  readonly accessList?: AccessList
}

/** The state on which a call runs, and the block that it sees. */
export interface CallSite extends BlockContext {
  readonly stateRoot: Uint8Array
}

/**
 * Simulates transactions on the state of any block, and writes nothing. A call occupies its thread until it ends, and
 * clients may run any code, so their calls run in other threads (`call-threads.ts`).
 * Why: docs/decisions/036.
 */
export class CallRunner {
  constructor(
    private readonly rules: Common,
    private readonly nodes: TrieNodeStore,
    private readonly hashOf: (number: number) => Uint8Array,
  ) {}

  /**
   * @returns the return data of the call
   * @throws {RpcError} 3 with the revert data, or -32000; what `check` throws
   */
  async call(request: CallRequest, site: CallSite, check: TimeCheck): Promise<Uint8Array> {
    const result = await run(await this.#machineAt(site, check), request, site, cap(request.gas))
    throwIfFailed(result)
    return result.execResult.returnValue
  }

  /**
   * Searches for the least gas limit, within 1.5 %, with which the transaction succeeds. The gas used is not enough:
   * each call inside keeps back 1/64 of the gas, and refunds are paid at the end.
   * @throws {RpcError} 3 with the revert data, or -32000; what `check` throws
   */
  async estimate(request: CallRequest, site: CallSite, check: TimeCheck): Promise<bigint> {
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
    // This is nearly always enough, and close to the result.
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

  /** Each call gets a new machine: it frees what the call read, and an aborted call leaves its machine unusable. */
  #machineAt({ stateRoot: root }: CallSite, check: TimeCheck): Promise<Machine> {
    const { rules, nodes, hashOf } = this
    return createMachine({ rules, nodes, root, hashOf }, check)
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

/** Sets the addresses and slots that are warm when a transaction starts (EIP-2929, EIP-2930), so that gas is exact. */
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

/** The message of a revert with `Error(string)`, which Solidity's `require` and `revert` use. */
function reasonOf(data: Uint8Array): string {
  if (data.length < 68 || toHex(data.subarray(0, 4)) !== '0x08c379a0') return ''
  const length = Number(BigInt(toHex(data.subarray(36, 68))))
  if (length > data.length - 68) return ''
  return `: ${new TextDecoder().decode(data.subarray(68, 68 + length))}`
}
