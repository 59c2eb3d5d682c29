import { type Common, createCustomCommon, Hardfork, Mainnet } from '@ethereumjs/common'
import type { EVMMockBlockchainInterface } from '@ethereumjs/evm'
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

/** An EVM over the state at `root`. */
export async function createMachine(
  rules: Common,
  nodes: NodeStore,
  root: Uint8Array,
  hashOf: (number: number) => Uint8Array,
): Promise<Machine> {
  const world = new World(nodes, root)
  const blockchain: EVMMockBlockchainInterface = {
    getBlock: async number => ({ hash: () => hashOf(number) }),
    putBlock: async () => {},
    shallowCopy: () => blockchain,
  }
  return { vm: await createVM({ common: rules, stateManager: world, blockchain }), world }
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
