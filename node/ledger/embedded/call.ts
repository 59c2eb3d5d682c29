import type { Common } from '@ethereumjs/common'
import type { EVMResult } from '@ethereumjs/evm'
import { type AccessList, createFeeMarket1559Tx } from '@ethereumjs/tx'
import { Address } from '@ethereumjs/util'
import { equalBytes, toHex } from '../../lib/bytes.ts'
import { BLOCK_GAS_LIMIT } from '../block-rules.ts'
import { type BlockContext, createTrialMachine, evmBlock, type Machine } from './evm.ts'
import type { NodeStore } from './nodes.ts'
import { breathing } from './pace.ts'
import { RpcCode, RpcError } from './rpc-error.ts'

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

/** A call, or all the calls of one estimate, that take longer (ms) are ended. */
const LONGEST = 5_000
/** A call lets other requests, and sealing, in after this long (ms). */
const SLICE = 10
/** Calls that run beside one another; more wait. */
const AT_ONCE = 4

/** A machine, and the time its present call has. */
interface Stand {
  root: Uint8Array
  machine: Machine
  until: number
}

/**
 * Tries transactions out on any block's state; nothing is ever written. Anybody may ask for code that runs as long as a
 * block's gas lasts, which is ten seconds: it gets a share of the time, and an end.
 * Why: docs/decisions/036.
 */
export class Caller {
  readonly #idle: Stand[] = []
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(
    private readonly rules: Common,
    private readonly nodes: NodeStore,
    private readonly hashOf: (number: number) => Uint8Array,
  ) {}

  /**
   * What the call returns.
   * @throws {RpcError} 3 with the revert data, or -32000, also after five seconds
   */
  async call(request: CallRequest, site: CallSite): Promise<Uint8Array> {
    const result = await this.#run(request, site, cap(request.gas), performance.now() + LONGEST)
    throwIfFailed(result)
    return result.execResult.returnValue
  }

  /**
   * The least gas limit, within 1.5 %, with which the transaction succeeds: searched for, since what it needs (63/64
   * of a caller's gas, refunds paid at the end) is more than what it uses.
   * @throws {RpcError} 3 with the revert data, or -32000, also after five seconds
   */
  async estimate(request: CallRequest, site: CallSite): Promise<bigint> {
    const until = performance.now() + LONGEST
    const intrinsic = this.#intrinsicGas(request)
    let high = cap(request.gas)
    if (high < intrinsic) throw new RpcError(RpcCode.server, `gas required exceeds allowance (${high})`)
    const first = await this.#run(request, site, high - intrinsic, until)
    throwIfFailed(first)
    const used = first.execResult.executionGasUsed + intrinsic
    let low = used > 1n ? used - 1n : 0n
    const succeeds = async (gas: bigint) =>
      gas >= intrinsic &&
      (await this.#run(request, site, gas - intrinsic, until)).execResult.exceptionError === undefined
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

  async #run(request: CallRequest, site: CallSite, gas: bigint, until: number): Promise<EVMResult> {
    while (this.#running >= AT_ONCE) await new Promise<void>(resolve => this.#waiting.push(resolve))
    this.#running += 1
    try {
      const stand = await this.#standAt(site.stateRoot, until)
      const result = await run(stand.machine, request, site, gas)
      // A machine whose call was broken off is dropped: its journal is somewhere in the middle.
      this.#idle.push(stand)
      return result
    } finally {
      this.#running -= 1
      this.#waiting.shift()?.()
    }
  }

  async #standAt(root: Uint8Array, until: number): Promise<Stand> {
    const found = this.#idle.findIndex(stand => equalBytes(stand.root, root))
    const [stand] = found >= 0 ? this.#idle.splice(found, 1) : []
    if (stand) return Object.assign(stand, { until })
    // What is kept is of older blocks, and nobody knows whether those are asked for again.
    if (this.#idle.length >= AT_ONCE) this.#idle.shift()
    const breath = breathing(SLICE)
    const pace = () => {
      if (performance.now() > made.until) {
        throw new RpcError(RpcCode.server, `execution aborted: it takes over ${LONGEST / 1000} s`)
      }
      return breath()
    }
    const { rules, nodes, hashOf } = this
    const made = { root, until, machine: await createTrialMachine({ rules, nodes, root, hashOf }, pace) }
    return made
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
