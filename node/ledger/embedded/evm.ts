import { type Common, createCustomCommon, Hardfork, Mainnet } from '@ethereumjs/common'
import {
  type EVMMockBlockchainInterface,
  type EVMOpts,
  getActivePrecompiles,
  type PrecompileFunc,
} from '@ethereumjs/evm'
import { Address } from '@ethereumjs/util'
import { createVM, type RunTxOpts, type VM } from '@ethereumjs/vm'
import { BLOCK_GAS_LIMIT } from '../block-rules.ts'
import { quickBlake2f } from './blake2f.ts'
import { nativeCrypto } from './crypto.ts'
import { quickModexp } from './modexp.ts'
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
  const options = { hardfork: Hardfork.London, customCrypto: nativeCrypto }
  return createCustomCommon({ chainId, name: 'dojang' }, Mainnet, options)
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

/** Creates an EVM for transactions, which follows the London rules exactly. */
export function createMachine(context: MachineContext): Promise<Machine> {
  return machine(context)
}

/** Runs at each message and each JUMPDEST of a call. To end the call, it throws. */
export type CallCheck = () => void

/**
 * Creates an EVM for calls. A call ends with the error that `check` throws. No code can loop or recurse without a
 * message or a JUMPDEST. A precompile, and code without jumps, run to their end.
 */
export async function createTrialMachine(context: MachineContext, check: CallCheck): Promise<Machine> {
  const made = await machine(context, { customOpcodes: [checkedJumpDest(check)] })
  made.vm.evm.events?.on('beforeMessage', (_, next) => {
    check()
    next?.()
  })
  return made
}

async function machine({ rules, nodes, root, hashOf }: MachineContext, options?: EVMOpts): Promise<Machine> {
  const world = new WorldState(nodes, root)
  const blockchain: EVMMockBlockchainInterface = {
    getBlock: async number => ({ hash: () => hashOf(number) }),
    putBlock: async () => {},
    shallowCopy: () => blockchain,
  }
  const evmOpts = { ...options, customPrecompiles: quickPrecompiles(rules) }
  return { vm: await createVM({ common: rules, stateManager: world, blockchain, evmOpts }), world }
}

const MODEXP = '0x0000000000000000000000000000000000000005'
const BLAKE2F = '0x0000000000000000000000000000000000000009'

/** The two precompiles for which the library takes far longer than their gas price allows. */
function quickPrecompiles(rules: Common) {
  const fromLibrary = getActivePrecompiles(rules)
  return [
    { address: MODEXP, function: quickModexp(precompile(fromLibrary, MODEXP)) } as const,
    { address: BLAKE2F, function: quickBlake2f(precompile(fromLibrary, BLAKE2F)) } as const,
  ]
}

function precompile(fromLibrary: ReturnType<typeof getActivePrecompiles>, address: string): PrecompileFunc {
  const found = fromLibrary.get(address.slice(2))
  if (found === undefined) throw new Error(`these rules have no precompile ${address}`)
  return found
}

/** JUMPDEST with its standard price, 1 gas, and no effect but `check`. */
function checkedJumpDest(check: CallCheck): NonNullable<EVMOpts['customOpcodes']>[number] {
  return { opcode: 0x5b, opcodeName: 'JUMPDEST', baseFee: 1, logicFunction: check }
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
