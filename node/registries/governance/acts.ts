/** Acts of the officers: encoding and decoding of calls of restricted functions, as Governance stores them. */
import type { FunctionFragment, Interface } from 'ethers'
import type { Hex } from '../../lib/bytes.ts'
import type { ContractName } from '../../proof/profile.ts'
import { type AbiValue, type ContractAddresses, factories, namedValues } from '../contracts.ts'
import { RESTRICTED, type RestrictedName, type RoleName } from './governance.ts'

export interface Act {
  readonly contract: ContractName
  readonly name: string
  readonly args: Readonly<Record<string, AbiValue>>
}

export interface ActKind {
  readonly contract: ContractName
  /** The role that may do it. Governance's own functions belong to ADMIN. */
  readonly role: RoleName
  readonly name: ActName
  readonly fragment: FunctionFragment
}

/** No guardian can cancel these, so that a guardian cannot prevent its own removal: see governance.ts. */
const UNGUARDED = ['revokeRole', 'setRoleGuardian'] as const

export type ActName = RestrictedName | (typeof UNGUARDED)[number]

const interfaceOf = (contract: ContractName): Interface => factories[contract].createInterface() as Interface

function* kinds(): Generator<ActKind> {
  for (const [contract, roles] of Object.entries(RESTRICTED) as [ContractName, (typeof RESTRICTED)[ContractName]][]) {
    const abi = interfaceOf(contract)
    const own = contract === 'accessManager'
    const entries = Object.entries({ ...roles, ...(own ? { ADMIN: UNGUARDED } : {}) }) as [RoleName, ActName[]][]
    for (const [role, names] of entries) {
      for (const name of names) {
        const fragment = abi.getFunction(name)
        if (fragment) yield { contract, role: own ? 'ADMIN' : role, name, fragment }
      }
    }
  }
}

/** By name: no two registries have a restricted function of the same name. */
export const ACTS: ReadonlyMap<string, ActKind> = new Map([...kinds()].map(kind => [kind.fragment.name, kind]))

/** @param values in the order of the function's inputs */
export const encodeAct = ({ contract, fragment }: ActKind, values: readonly unknown[]): Hex =>
  interfaceOf(contract).encodeFunctionData(fragment, values) as Hex

/** @returns null if it is not a known function of one of these contracts */
export function decodeAct(addresses: ContractAddresses, target: string, data: Hex): Act | null {
  const named = (Object.entries(addresses) as [ContractName, Hex][]).find(([, address]) => {
    return address.toLowerCase() === target.toLowerCase()
  })
  if (!named) return null
  const [contract] = named
  const abi = interfaceOf(contract)
  const fragment = abi.getFunction(data.slice(0, 10))
  if (!fragment) return null
  try {
    const args = namedValues(fragment.inputs, abi.decodeFunctionData(fragment, data))
    return { contract, name: fragment.name, args }
  } catch {
    return null
  }
}
