import { type Common, createCustomCommon, Hardfork, Mainnet } from '@ethereumjs/common'
import type { EVMMockBlockchainInterface } from '@ethereumjs/evm'
import { MerklePatriciaTrie } from '@ethereumjs/mpt'
import { Caches, CacheType, MerkleStateManager } from '@ethereumjs/statemanager'
import { Address, type DB, ValueEncoding } from '@ethereumjs/util'
import { createVM, type RunTxOpts, type VM } from '@ethereumjs/vm'
import { nativeCrypto } from './crypto.ts'

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
  readonly state: MerkleStateManager
}

/** An EVM over the state at `root`. */
export async function createMachine(
  rules: Common,
  db: DB<string, Uint8Array | string>,
  root: Uint8Array,
  hashOf: (number: number) => Uint8Array,
): Promise<Machine> {
  const trie = new MerklePatriciaTrie({
    db,
    root,
    useKeyHashing: true,
    common: rules,
    valueEncoding: ValueEncoding.Bytes,
  })
  // Not the LRU kind: what it evicts before the flush at the block's end is lost, without an error.
  const type = CacheType.ORDERED_MAP
  const caches = new Caches({ account: { type, size: 1 }, storage: { type, size: 1 }, code: { type, size: 1 } })
  const state = new MerkleStateManager({ common: rules, trie, caches })
  const blockchain: EVMMockBlockchainInterface = {
    getBlock: async number => ({ hash: () => hashOf(number) }),
    putBlock: async () => {},
    shallowCopy: () => blockchain,
  }
  return { vm: await createVM({ common: rules, stateManager: state, blockchain }), state }
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
