/**
 * Which role may call which function: `contracts/types/Roles.sol` as data. A test checks that every function is
 * covered, and every deployment is compared with it.
 */
import type { FunctionFragment, Interface } from 'ethers'
import type { Hex } from '../../lib/bytes.ts'
import { logsSince } from '../../lib/logs.ts'
import type { ContractName } from '../../proof/profile.ts'
import { accessManagerEvents } from '../../proof/registries/events/access-manager.ts'
import { parseLog } from '../../proof/registries/log.ts'
import { call } from '../call.ts'
import { accessManager, type ContractAddresses, factories, type Registries } from '../contracts.ts'
import { readRole } from '../reads.ts'

export const Role = { ADMIN: 0n, COUNCIL: 1n, GUARDIAN: 2n } as const
export type RoleName = keyof typeof Role

type Mapped = Exclude<RoleName, 'ADMIN'>

/**
 * For Governance itself, the role determines who can cancel a call, not who may make it: AccessManager lets only ADMIN
 * call these functions. They are assigned to COUNCIL, so that GUARDIAN can cancel them. `revokeRole` and
 * `setRoleGuardian` are not assigned, so that a guardian cannot cancel its own removal.
 */
export const RESTRICTED = {
  accessManager: {
    COUNCIL: [
      'labelRole',
      'grantRole',
      'setRoleAdmin',
      'setGrantDelay',
      'setTargetAdminDelay',
      'setTargetClosed',
      'setTargetFunctionRole',
      'updateAuthority',
    ],
  },
  trustRegistry: {
    COUNCIL: [
      'registerOrganisation',
      'describeOrganisation',
      'renewOrganisation',
      'setAdmin',
      'grant',
      'registerKey',
      'registerAccount',
    ],
    GUARDIAN: ['deactivateOrganisation', 'withdraw', 'retireKey', 'distrustKey', 'stopAccount'],
  },
  anchorLog: { GUARDIAN: ['disown'] },
  statusRegistry: { COUNCIL: ['setDailyLimit', 'setCustodian'] },
} as const satisfies Record<ContractName, Partial<Record<Mapped, readonly string[]>>>

type NamesOf<Roles> = Roles[keyof Roles] extends readonly (infer Name)[] ? Name : never
/** The functions in `RESTRICTED`. */
export type RestrictedName = { [C in ContractName]: NamesOf<(typeof RESTRICTED)[C]> }[ContractName]

export interface Officers {
  /** May change the table above, the members of roles and the delays. */
  readonly admin: Hex
  readonly council: Hex
  readonly guardian: Hex
  /** Seconds between scheduling and execution, for ADMIN and COUNCIL. Zero only for a ledger that nobody relies on. */
  readonly delay: number
}

const describe = ({ member, delay }: { member: boolean; delay: number }): string =>
  member ? `held with ${delay} s of delay` : 'not held'

interface Mapping {
  readonly contract: ContractName
  readonly role: Mapped
  readonly selectors: readonly Hex[]
}

function* mappings(): Generator<Mapping> {
  for (const [contract, roles] of Object.entries(RESTRICTED) as [ContractName, (typeof RESTRICTED)[ContractName]][]) {
    const abi = factories[contract].createInterface()
    for (const [role, names] of Object.entries(roles) as [Mapped, readonly string[]][]) {
      yield { contract, role, selectors: names.map(name => abi.getFunction(name as never).selector as Hex) }
    }
  }
}

/**
 * The last call of the deployer, while it is still ADMIN. It writes the table, appoints the officers and renounces the
 * deployer's role, all in one transaction.
 */
export function encodeHandOver(addresses: ContractAddresses, officers: Officers, deployer: Hex): Hex {
  const encode = accessManager.encodeFunctionData.bind(accessManager)
  const acts = [
    encode('labelRole', [Role.COUNCIL, 'COUNCIL']),
    encode('labelRole', [Role.GUARDIAN, 'GUARDIAN']),
    encode('setRoleGuardian', [Role.COUNCIL, Role.GUARDIAN]),
    encode('grantRole', [Role.COUNCIL, officers.council, officers.delay]),
    encode('grantRole', [Role.GUARDIAN, officers.guardian, 0]),
    ...[...mappings()].map(({ contract, role, selectors }) =>
      encode('setTargetFunctionRole', [addresses[contract], [...selectors], Role[role]]),
    ),
    encode('grantRole', [Role.ADMIN, officers.admin, officers.delay]),
    encode('renounceRole', [Role.ADMIN, deployer]),
  ]
  return encode('multicall', [acts]) as Hex
}

/**
 * Reads the whole table back. @returns the differences from the state after the hand-over; empty if there are none
 * @param outsider an account that must have no role: the deployer
 * @param fromBlock the block that created Governance: its events from there on name every member of a role
 */
export async function differencesInGovernance(
  registries: Registries,
  officers: Officers,
  outsider: Hex,
  fromBlock: number,
): Promise<string[]> {
  const { ledger, addresses } = registries
  const ask = async (name: 'getTargetFunctionRole' | 'getRoleGuardian' | 'getRoleAdmin', args: readonly unknown[]) => {
    const fragment = accessManager.getFunction(name as never)
    const [role] = await call(ledger, addresses.accessManager, accessManager, fragment, args, 'latest')
    return role as bigint
  }
  const checks: Promise<string | null>[] = []
  const expect = (what: string, found: Promise<unknown>, wanted: unknown) => {
    const check = found.then(value => (value === wanted ? null : `${what} is ${String(value)}, not ${String(wanted)}`))
    // Awaited below. Without a handler, an earlier failure would count as an unhandled rejection.
    check.catch(() => {})
    checks.push(check)
  }

  for (const { contract, role, selectors } of mappings()) {
    for (const selector of selectors) {
      const found = ask('getTargetFunctionRole', [addresses[contract], selector])
      expect(`the role of ${contract} ${selector}`, found, Role[role])
    }
  }
  for (const name of ['revokeRole', 'setRoleGuardian'] as const) {
    const { selector } = accessManager.getFunction(name)
    const found = ask('getTargetFunctionRole', [addresses.accessManager, selector])
    expect(`the role of accessManager ${selector}`, found, Role.ADMIN)
  }
  expect('the guardian of COUNCIL', ask('getRoleGuardian', [Role.COUNCIL]), Role.GUARDIAN)
  for (const role of ['COUNCIL', 'GUARDIAN'] as const) {
    expect(`the admin of ${role}`, ask('getRoleAdmin', [Role[role]]), Role.ADMIN)
  }
  const holders = { ADMIN: officers.admin, COUNCIL: officers.council, GUARDIAN: officers.guardian } as const
  for (const role of Object.keys(Role) as RoleName[]) {
    const wanted = role === 'GUARDIAN' ? 0 : officers.delay
    const holder = readRole(registries, Role[role], holders[role])
    expect(`${role} of ${holders[role]}`, holder.then(describe), describe({ member: true, delay: wanted }))
    const intruder = readRole(registries, Role[role], outsider)
    expect(`${role} of ${outsider}`, intruder.then(describe), describe({ member: false, delay: 0 }))
  }
  for (const contract of ['trustRegistry', 'anchorLog', 'statusRegistry'] as const) {
    const abi = factories[contract].createInterface() as Interface
    const fragment = abi.getFunction('authority') as FunctionFragment
    const found = call(ledger, addresses[contract], abi, fragment, [], 'latest')
    const authority = found.then(([value]) => (value as string).toLowerCase())
    expect(`the authority of ${contract}`, authority, addresses.accessManager.toLowerCase())
  }
  const wanted = Object.entries(holders).map(([role, account]) => `${role} ${account.toLowerCase()}`)
  for (const member of await readMembers(registries, fromBlock)) {
    if (!wanted.includes(member)) checks.push(Promise.resolve(`${member} is an unexpected member`))
  }
  return (await Promise.all(checks)).filter(difference => difference !== null)
}

/** `<role> <account>` of all present members. */
async function readMembers({ ledger, addresses }: Registries, fromBlock: number): Promise<ReadonlySet<string>> {
  const types = ['RoleGranted', 'RoleRevoked'] as const
  const topics = [types.map(type => accessManagerEvents.topic(type))]
  const filter = { address: addresses.accessManager, topics }
  const logs = await logsSince<{ topics: string[]; data: string }>(ledger, filter, fromBlock)
  const members = new Set<string>()
  for (const log of logs) {
    const event = accessManagerEvents.decode(parseLog(log))
    if (event?.type !== 'RoleGranted' && event?.type !== 'RoleRevoked') continue
    const { roleId, account } = event
    const role = Object.entries(Role).find(([, id]) => id === roleId)?.[0] ?? `role ${roleId}`
    const member = `${role} ${account}`
    if (event.type === 'RoleGranted') members.add(member)
    else members.delete(member)
  }
  return members
}
