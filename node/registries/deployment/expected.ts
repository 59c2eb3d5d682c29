/**
 * The events that the steps of a deployment emit, computed from the bytes that are sent. Other events on the ledger are
 * somebody else's.
 */
import type { Hex } from '../../lib/bytes.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { purposeHash } from '../../proof/registries/purpose.ts'
import { type AbiValue, type ContractAddresses, factories } from '../contracts.ts'
import { decodeAct } from '../governance/acts.ts'
import type { Step } from './plan.ts'

export interface ExpectedEvent {
  readonly contract: keyof ContractAddresses
  readonly name: string
  /** In the order of the event's fields. @param time the time of its block, or a text for it */
  readonly values: (time: UnixSeconds | string) => readonly unknown[]
}

type Args = Readonly<Record<string, AbiValue>>

/** @throws {Error} for a step that is not part of a deployment */
export function expectedEvents(addresses: ContractAddresses, steps: readonly Step[], deployer: Hex): ExpectedEvent[] {
  const capabilities = new Map<string, number>()
  let organisations = 0
  let lists = 0

  const changed = (account: string, org: number, next: number): readonly unknown[] => {
    const previous = capabilities.get(account) ?? 0
    capabilities.set(account, next)
    return [account, org, previous, next]
  }
  const one = (contract: keyof ContractAddresses, name: string, values: ExpectedEvent['values']): ExpectedEvent[] => [
    { contract, name, values },
  ]
  const trust = (name: string, values: ExpectedEvent['values']) => one('trustRegistry', name, values)
  const governed = (name: string, values: ExpectedEvent['values']) => one('accessManager', name, values)

  /** By function: no two registries have a function of the same name. A start of 0 means the time of the block. */
  const emitted: Readonly<Record<string, (args: Args) => ExpectedEvent[]>> = {
    registerOrganisation: ({ admin, until, name, issuer, info }) => {
      organisations += 1
      const org = organisations
      return trust('OrganisationRegistered', time => [org, admin, time, until, name, issuer, info])
    },
    grant: ({ org, purpose, until }) => {
      const hash = purposeHash(purpose as string)
      return trust('Granted', time => [org, hash, purpose, time, until])
    },
    registerKey: ({ org, keyId, until, uses }) => trust('KeyRegistered', time => [keyId, org, time, until, uses]),
    registerAccount: ({ org, account, capabilities: given }) => {
      const values = changed(`${account}`, Number(org), Number(given))
      return trust('AccountChanged', () => values)
    },
    stopAccount: ({ account }) => {
      const values = changed(`${account}`, 1, 0)
      return trust('AccountChanged', () => values)
    },
    openList: ({ capacity, dailyLimit }) => {
      lists += 1
      const list = (1n << 32n) | BigInt(lists)
      return one('statusRegistry', 'ListOpened', () => [list, 1, capacity, dailyLimit])
    },
    multicall: ({ data }) => [...(data as readonly Hex[])].flatMap(inner => eventsOf(addresses.accessManager, inner)),
    labelRole: ({ roleId, label }) => governed('RoleLabel', () => [roleId, label]),
    setRoleGuardian: ({ roleId, guardian }) => governed('RoleGuardianChanged', () => [roleId, guardian]),
    grantRole: ({ roleId, account, executionDelay }) =>
      governed('RoleGranted', time => [roleId, account, executionDelay, time, true]),
    setTargetFunctionRole: ({ target, selectors, roleId }) =>
      [...(selectors as readonly Hex[])].flatMap(selector =>
        governed('TargetFunctionRoleUpdated', () => [target, selector, roleId]),
      ),
    renounceRole: ({ roleId, callerConfirmation }) => governed('RoleRevoked', () => [roleId, callerConfirmation]),
  }

  const eventsOf = (to: Hex, data: Hex): ExpectedEvent[] => {
    const act = decodeAct(addresses, to, data)
    const events = act && emitted[act.name]
    if (!act || !events) throw new Error(`no deployment calls ${data.slice(0, 10)} of ${to}`)
    return events(act.args)
  }

  const creations: readonly ExpectedEvent[] = (Object.keys(factories) as (keyof ContractAddresses)[]).flatMap(name =>
    name === 'accessManager'
      ? governed('RoleGranted', time => [0, deployer, 0, time, true])
      : one(name, 'AuthorityUpdated', () => [addresses.accessManager]),
  )
  return [...creations, ...steps.flatMap(({ to, data }) => (to === undefined ? [] : eventsOf(to, data)))]
}
