/** The parsed ABIs of the registries, and the decoding of their reverts. The types are in `typechain-types/`. */
import { Interface, type ParamType, type Result } from 'ethers'
import { AnchorLog__factory } from '../../typechain-types/factories/AnchorLog__factory.js'
import { Governance__factory } from '../../typechain-types/factories/Governance__factory.js'
import { StatusRegistry__factory } from '../../typechain-types/factories/StatusRegistry__factory.js'
import { TrustRegistry__factory } from '../../typechain-types/factories/TrustRegistry__factory.js'
import { LedgerError } from '../ledger/errors.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Hex } from '../lib/bytes.ts'
import type { ContractName, LedgerProfile } from '../proof/profile.ts'

export const accessManager = Governance__factory.createInterface()
export const trustRegistry = TrustRegistry__factory.createInterface()
export const anchorLog = AnchorLog__factory.createInterface()
export const statusRegistry = StatusRegistry__factory.createInterface()

export const factories = {
  accessManager: Governance__factory,
  trustRegistry: TrustRegistry__factory,
  anchorLog: AnchorLog__factory,
  statusRegistry: StatusRegistry__factory,
} as const

export type ContractAddresses = Readonly<Record<ContractName, Hex>>

/** The addresses of the registries of a profile. */
export const addressesOf = ({ contracts }: Pick<LedgerProfile, 'contracts'>): ContractAddresses => ({
  accessManager: contracts.accessManager.address,
  trustRegistry: contracts.trustRegistry.address,
  anchorLog: contracts.anchorLog.address,
  statusRegistry: contracts.statusRegistry.address,
})

/** A ledger, and the addresses of the registries on it. */
export interface Registries {
  readonly ledger: Ledger
  readonly addresses: ContractAddresses
}

/** An argument of an error or a call. Integers of up to 48 bits are numbers, longer ones are bigints. */
export type AbiValue = string | number | bigint | boolean | readonly AbiValue[]

export interface Revert {
  readonly name: string
  readonly args: Readonly<Record<string, AbiValue>>
}

// Every contract can revert with these two.
const solidity = new Interface(['error Error(string reason)', 'error Panic(uint256 code)'])

const errors = new Map(
  [solidity, accessManager, trustRegistry, anchorLog, statusRegistry].flatMap(contract => {
    const found: [string, { contract: Interface; name: string }][] = []
    contract.forEachError(error => found.push([error.selector, { contract: contract as Interface, name: error.name }]))
    return found
  }),
)

/** Decodes the error of a revert; null if it is not an error of these contracts. */
export function decodeRevert(data: Hex): Revert | null {
  const error = errors.get(data.slice(0, 10))
  const fragment = error?.contract.getError(error.name)
  if (!error || !fragment) return null
  try {
    const args = error.contract.decodeErrorResult(fragment, data)
    return { name: fragment.name, args: namedValues(fragment.inputs, args) }
  } catch {
    return null
  }
}

/**
 * The text of a revert for logs and operators, such as `StatusDiffers(list 4294967297, index 5, actual 2, expected 0)`.
 */
export function describeRevert(data: Hex): string {
  const revert = decodeRevert(data)
  if (!revert) return data === '0x' ? 'reverted without a reason' : `reverted with ${data.slice(0, 74)}`
  const args = Object.entries(revert.args).map(([name, value]) => `${name} ${String(value)}`)
  return `${revert.name}(${args.join(', ')})`
}

/** The name of the contract's error, without its arguments, for a sentence to a person. */
export const nameOfRevert = (reason: string): string => reason.split('(', 1)[0] as string

/** The text of the revert in an error of the ledger; undefined if the call failed in another way. */
export function revertReasonIn(error: unknown): string | undefined {
  const data = error instanceof LedgerError && error.detail.code === 'LEDGER_RPC' ? error.detail.data : undefined
  return data ? describeRevert(data as Hex) : undefined
}

export function namedValues(inputs: readonly ParamType[], values: Result): Record<string, AbiValue> {
  return Object.fromEntries(inputs.map((input, i) => [input.name || String(i), abiValue(input, values[i])]))
}

function abiValue(type: ParamType, value: unknown): AbiValue {
  if (typeof value !== 'bigint') return value as AbiValue
  const bits = Number(/^u?int(\d+)$/.exec(type.type)?.[1] ?? 256)
  // The number of a batch has 64 bits, but stays far below 2^53.
  return bits <= 48 || type.name === 'batch' ? Number(value) : value
}
