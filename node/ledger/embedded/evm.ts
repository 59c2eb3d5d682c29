import { type Common, createCustomCommon, Hardfork, Mainnet } from '@ethereumjs/common'
import type { EVMMockBlockchainInterface, EVMOpts } from '@ethereumjs/evm'
import { Address } from '@ethereumjs/util'
import { createVM, type RunTxOpts, type VM } from '@ethereumjs/vm'
import { nativeCrypto } from './crypto.ts'
import type { NodeStore } from './nodes.ts'
import { World } from './world.ts'

export const BLOCK_GAS_LIMIT = 100_000_000n

/** What a contract sees of the block it runs in. */
export interface BlockContext {
  readonly number: number
  readonly timestamp: number
  readonly miner: Uint8Array
}

/** London rules, and this chain's id: the highest that every QBFT engine a consortium may choose can follow. */
export function chainRules(chainId: number): Common {
  const options = { hardfork: Hardfork.London, customCrypto: nativeCrypto }
  return createCustomCommon({ chainId, name: 'dojang' }, Mainnet, options)
}

export interface Machine {
  readonly vm: VM
  readonly world: World
}

/**
 * An EVM over the state at `root`.
 * @param pace called at each message and each JUMPDEST, so at least once in every 24 kB of code that runs; the execution
 * waits for what it returns, and ends with what it throws
 */
export async function createMachine(
  rules: Common,
  nodes: NodeStore,
  root: Uint8Array,
  hashOf: (number: number) => Uint8Array,
  pace?: Pace,
): Promise<Machine> {
  const world = new World(nodes, root)
  const blockchain: EVMMockBlockchainInterface = {
    getBlock: async number => ({ hash: () => hashOf(number) }),
    putBlock: async () => {},
    shallowCopy: () => blockchain,
  }
  const evmOpts = pace && { customOpcodes: [pacedJumpDest(pace)] }
  const vm = await createVM({ common: rules, stateManager: world, blockchain, ...(evmOpts && { evmOpts }) })
  if (pace) {
    vm.evm.events?.on('beforeMessage', (_message, next) => {
      const breath = pace()
      if (breath) void breath.then(next)
      else next?.()
    })
  }
  return { vm, world }
}

/** When a long execution lets others in: undefined to go on at once. Its promise never rejects. */
export type Pace = () => Promise<void> | undefined

/** JUMPDEST as it is, of 1 gas and without effect; every loop passes one. */
function pacedJumpDest(pace: Pace): NonNullable<EVMOpts['customOpcodes']>[number] {
  return { opcode: 0x5b, opcodeName: 'JUMPDEST', baseFee: 1, logicFunction: pace }
}

type EvmBlock = NonNullable<RunTxOpts['block']>

/**
 * The members of the library's block that execution reads. Its own class cannot be used: it would hash and check the
 * header by the rules of another consensus.
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
