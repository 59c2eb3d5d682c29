import { type Common, createCustomCommon, Hardfork, Mainnet } from '@ethereumjs/common'
import {
  type EVMMockBlockchainInterface,
  type EVMOpts,
  getActivePrecompiles,
  getOpcodesForHF,
  type PrecompileFunc,
  paramsEVM,
} from '@ethereumjs/evm'
import { Address } from '@ethereumjs/util'
import { createVM, type RunTxOpts, type VM } from '@ethereumjs/vm'
import { BLOCK_GAS_LIMIT } from '../block-rules.ts'
import { pacedBlake2f } from './blake2f.ts'
import { nativeCrypto } from './crypto.ts'
import { pacedModexp } from './modexp.ts'
import type { NodeStore } from './nodes.ts'
import type { Pace } from './pace.ts'
import { RpcCode, RpcError } from './rpc-error.ts'
import { World } from './world.ts'

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

/** Of code that is to run only once, in a call: it runs in one stretch if it has no JUMPDEST. EIP-3860's bound. */
const MAX_TRIAL_INIT_CODE = 49_152
/** Pairs in one pairing of a call: each takes some 10 ms, in one stretch. A zero-knowledge proof has four. */
const MAX_TRIAL_PAIRS = 32

/** What a machine stands on: the state at `root`, and the hashes of the blocks before. */
interface Ground {
  readonly rules: Common
  readonly nodes: NodeStore
  readonly root: Uint8Array
  readonly hashOf: (number: number) => Uint8Array
}

/**
 * An EVM for transactions: by London's rules and no others.
 * @param pace what long precompiles wait for
 */
export function createMachine(ground: Ground, pace: Pace): Promise<Machine> {
  return machine(ground, { customPrecompiles: paced(getActivePrecompiles(ground.rules), pace) })
}

/**
 * An EVM for calls, whose code anybody may choose. It refuses the few things that take long and cannot be interrupted.
 * @param pace called at each message, each JUMPDEST and each opcode that may work long, so at least once in every 48 kB
 * of code that runs, and inside long precompiles; the execution waits for what it returns, and ends with what it throws
 */
export async function createTrialMachine(ground: Ground, pace: Pace): Promise<Machine> {
  const { rules } = ground
  // As the EVM does itself, a moment later: opcodes know their prices by it.
  rules.updateParams(paramsEVM)
  const precompiles = getActivePrecompiles(rules)
  const made = await machine(ground, {
    customOpcodes: [pacedJumpDest(pace), ...pacedOpcodes(rules, pace)],
    customPrecompiles: [...paced(precompiles, pace), boundedPairing(precompiles)],
  })
  made.vm.evm.events?.on('beforeMessage', (message, next) => {
    if (message.to === undefined && message.data.length > MAX_TRIAL_INIT_CODE) {
      throw tooLong(`init code of more than ${MAX_TRIAL_INIT_CODE} bytes`)
    }
    const breath = pace()
    if (breath) void breath.then(next)
    else next?.()
  })
  return made
}

async function machine({ rules, nodes, root, hashOf }: Ground, evmOpts: EVMOpts): Promise<Machine> {
  const world = new World(nodes, root)
  const blockchain: EVMMockBlockchainInterface = {
    getBlock: async number => ({ hash: () => hashOf(number) }),
    putBlock: async () => {},
    shallowCopy: () => blockchain,
  }
  return { vm: await createVM({ common: rules, stateManager: world, blockchain, evmOpts }), world }
}

const MODEXP = '0x0000000000000000000000000000000000000005'
const PAIRING = '0x0000000000000000000000000000000000000008'
const BLAKE2F = '0x0000000000000000000000000000000000000009'

type Precompiles = ReturnType<typeof getActivePrecompiles>

/** The precompiles whose callers choose how long they take. */
const paced = (theirs: Precompiles, pace: Pace) => [
  { address: MODEXP, function: pacedModexp(precompile(theirs, MODEXP), pace) } as const,
  { address: BLAKE2F, function: pacedBlake2f(precompile(theirs, BLAKE2F), pace) } as const,
]

function boundedPairing(precompiles: Precompiles) {
  const theirs = precompile(precompiles, PAIRING)
  const bounded: PrecompileFunc = input => {
    if (input.data.length > MAX_TRIAL_PAIRS * 192) throw tooLong(`a pairing of more than ${MAX_TRIAL_PAIRS} pairs`)
    return theirs(input)
  }
  return { address: PAIRING, function: bounded } as const
}

function precompile(theirs: Precompiles, address: string): PrecompileFunc {
  const found = theirs.get(address.slice(2))
  if (found === undefined) throw new Error(`these rules have no precompile ${address}`)
  return found
}

/** KECCAK256, and the four that copy to memory. */
const LONG_OPCODES = [0x20, 0x37, 0x39, 0x3c, 0x3e]

/** The library's opcodes, each after a pause. */
function pacedOpcodes(rules: Common, pace: Pace): NonNullable<EVMOpts['customOpcodes']> {
  const { opcodes, handlers, dynamicGasHandlers } = getOpcodesForHF(rules)
  return LONG_OPCODES.map(opcode => {
    const [info, handler, gasFunction] = [opcodes.get(opcode), handlers.get(opcode), dynamicGasHandlers.get(opcode)]
    if (info === undefined || handler === undefined) throw new Error(`these rules have no opcode ${opcode}`)
    return {
      opcode,
      opcodeName: info.name,
      baseFee: info.fee,
      ...(gasFunction && { gasFunction }),
      logicFunction: async (runState, common) => {
        const breath = pace()
        if (breath) await breath
        handler(runState, common)
      },
    }
  })
}

/** JUMPDEST as it is, of 1 gas and without effect; every loop passes one. */
function pacedJumpDest(pace: Pace): NonNullable<EVMOpts['customOpcodes']>[number] {
  return { opcode: 0x5b, opcodeName: 'JUMPDEST', baseFee: 1, logicFunction: pace }
}

const tooLong = (what: string) => new RpcError(RpcCode.server, `execution aborted: ${what} takes too long to try out`)

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
