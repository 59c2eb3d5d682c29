import { Common, Hardfork, Mainnet } from '@ethereumjs/common'
import type { EVMMockBlockchainInterface, EVMOpts } from '@ethereumjs/evm'
import { Address } from '@ethereumjs/util'
import { createVM, type RunTxOpts, type VM } from '@ethereumjs/vm'
import { BLOCK_GAS_LIMIT } from '../block-rules.ts'
import type { TimeCheck } from './call-time.ts'
import { nativeCrypto } from './crypto.ts'
import { ownPrecompiles } from './precompiles.ts'
import type { TrieNodeStore } from './trie-node-store.ts'
import { WorldState } from './world-state.ts'

/** The block as a contract sees it. */
export interface BlockContext {
  readonly number: number
  readonly timestamp: number
  readonly miner: Uint8Array
}

/** The London rules with this chain's id: the latest that every QBFT engine for a consortium supports. */
export function chainRules(chainId: number): Common {
  const chain = { ...Mainnet, chainId, name: 'dojang' }
  return new FixedRules({ chain, hardfork: Hardfork.London, customCrypto: nativeCrypto })
}

/**
 * Rules that never change, so they need no copies. The library copies them for each transaction and merges the same prices
 * into the copy twice, which takes a sixth of the time of a small transaction.
 */
class FixedRules extends Common {
  readonly #merged = new Set<object>()

  override copy(): this {
    return this
  }

  override updateParams(prices: Parameters<Common['updateParams']>[0]): void {
    if (this.#merged.has(prices)) return
    super.updateParams(prices)
    this.#merged.add(prices)
  }
}

export interface Machine {
  readonly vm: VM
  readonly world: WorldState
}

/** The state of a machine, at `root`, and the hashes of earlier blocks. */
interface MachineContext {
  readonly rules: Common
  readonly nodes: TrieNodeStore
  readonly root: Uint8Array
  readonly hashOf: (number: number) => Uint8Array
}

/**
 * Creates an EVM that follows the London rules. With `check`, execution ends with the error that `check` throws. It runs
 * at each message, at each JUMPDEST and before a long precompile. No code can loop or recurse without a message or a
 * JUMPDEST. Code without jumps runs to its end.
 */
export async function createMachine(
  { rules, nodes, root, hashOf }: MachineContext,
  check?: TimeCheck,
): Promise<Machine> {
  const world = new WorldState(nodes, root)
  const blockchain: EVMMockBlockchainInterface = {
    getBlock: async number => ({ hash: () => hashOf(number) }),
    putBlock: async () => {},
    shallowCopy: () => blockchain,
  }
  const evmOpts: EVMOpts = { customPrecompiles: ownPrecompiles(rules, check) }
  const vm = await createVM({ common: rules, stateManager: world, blockchain, evmOpts })
  // Each EVM listens for a change of its rules. These rules never change, and would keep every machine in memory.
  rules.events.removeAllListeners()
  if (check) {
    vm.evm.events?.on('beforeMessage', () => check())
    checkAtJumpDests(vm, check)
  }
  return { vm, world }
}

const JUMPDEST = 0x5b

/**
 * Lets `check` run at each JUMPDEST, which has no other effect. The handler is replaced in the library's own table: it
 * awaits the handlers of `customOpcodes`, which takes longer than the check.
 */
function checkAtJumpDests(vm: VM, check: TimeCheck): void {
  const { _opcodeMap } = vm.evm as unknown as { _opcodeMap: { opHandler: () => void }[] }
  const entry = _opcodeMap[JUMPDEST]
  if (entry === undefined) throw new Error('the EVM library has no table of opcodes as expected')
  entry.opHandler = () => check()
}

type EvmBlock = NonNullable<RunTxOpts['block']>

/**
 * The members of the library's block that execution reads. The library's class would hash and check the header by the
 * rules of another consensus, so it is not used.
 */
export function evmBlock({ number, timestamp, miner }: BlockContext, gasUsed = 0n): EvmBlock {
  const header = {
    number: BigInt(number),
    timestamp: BigInt(timestamp),
    coinbase: new Address(miner),
    difficulty: 1n,
    prevRandao: new Uint8Array(32),
    gasLimit: BLOCK_GAS_LIMIT,
    gasUsed,
    baseFeePerGas: 0n,
    getBlobGasPrice: () => undefined,
  }
  return { header } as unknown as EvmBlock
}
