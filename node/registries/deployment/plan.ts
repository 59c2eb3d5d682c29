/** A deployment as a list of transactions. The same options always give the same list. */
import type { Hex } from '../../lib/bytes.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { NEVER } from '../../proof/registries/interval.ts'
import { Capability } from '../../proof/registries/records.ts'
import { encodeOpenList, encodeStopAccount } from '../calls.ts'
import { type ContractAddresses, factories, trustRegistry } from '../contracts.ts'
import { encodeHandOver, type Officers } from '../governance/governance.ts'

/** An authority that deploys the contracts registers itself first, before any other organisation. */
export const FIRST_ORG = 1

export interface OrganisationPlan {
  /** May only stop what belongs to its organisation. */
  readonly admin: Hex
  /** The name that people see. */
  readonly name: string
  /** The `iss` of its credentials: a URL. Empty if it issues none. */
  readonly issuer: string
  /** JSON text: other names, contacts, URLs. */
  readonly info: string
  /** The end of its term and of its grants; without one, they do not end. */
  readonly until?: UnixSeconds
  /** `issue:<vct>`, `report-loss`… */
  readonly purposes: readonly string[]
  /** `keyId` = SHA-256 of the SubjectPublicKeyInfo; `uses` = bits of `KeyUse`. */
  readonly keys: readonly { readonly keyId: Hex; readonly uses: number; readonly until: UnixSeconds }[]
  /** `capabilities` = bits of `Capability`. */
  readonly accounts: readonly { readonly address: Hex; readonly capabilities: number }[]
}

export interface StatusListPlan {
  readonly capacity: number
  readonly dailyLimit: number
}

/** One transaction. Its nonce is its index in the plan. */
export interface Step {
  readonly name: string
  /** If it is missing, the step creates a contract. */
  readonly to?: Hex
  readonly data: Hex
  readonly gasLimit: bigint
}

export interface Plan extends Officers {
  readonly deployer: { readonly address: string }
  readonly organisations: readonly OrganisationPlan[]
  readonly statusLists: readonly StatusListPlan[]
}

// Higher than the gas that each step needs (test/contracts/gas.test.ts), and low enough for a whole plan in one block.
const CREATE_GAS = 4_000_000n
const HAND_OVER_GAS = 2_000_000n
const callGas = (data: string): bigint => 250_000n + 25n * BigInt(data.length)

export function planDeployment(addresses: ContractAddresses, plan: Plan): Step[] {
  const deployer = plan.deployer.address as Hex
  return [
    ...creations(addresses, deployer),
    ...plan.organisations.flatMap((organisation, i) => admissions(addresses, i + 1, organisation)),
    ...openings(addresses, deployer, plan.statusLists),
    {
      name: 'hand over',
      to: addresses.accessManager,
      data: encodeHandOver(addresses, plan, deployer),
      gasLimit: HAND_OVER_GAS,
    },
  ]
}

function creations({ accessManager, trustRegistry }: ContractAddresses, deployer: Hex): Step[] {
  const create = (name: keyof typeof factories, args: readonly Hex[]): Step => {
    const { bytecode, createInterface } = factories[name]
    const encoded = createInterface().encodeDeploy([...args])
    return { name: `create ${name}`, data: `${bytecode}${encoded.slice(2)}` as Hex, gasLimit: CREATE_GAS }
  }
  return [
    create('accessManager', [deployer]),
    create('trustRegistry', [accessManager]),
    create('anchorLog', [accessManager, trustRegistry]),
    create('statusRegistry', [accessManager, trustRegistry]),
  ]
}

function admissions(addresses: ContractAddresses, org: number, organisation: OrganisationPlan): Step[] {
  const until = organisation.until ?? NEVER
  const { admin, name, issuer, info, purposes, keys, accounts } = organisation
  const step = (what: string, data: string): Step => ({
    name: what,
    to: addresses.trustRegistry,
    data: data as Hex,
    gasLimit: callGas(data),
  })
  const encode = trustRegistry.encodeFunctionData.bind(trustRegistry)
  return [
    step('register organisation', encode('registerOrganisation', [admin, 0, until, name, issuer, info])),
    ...purposes.map(purpose => step(`grant ${purpose}`, encode('grant', [org, purpose, 0, until]))),
    ...keys.map(key => step('register key', encode('registerKey', [org, key.keyId, key.until, key.uses]))),
    ...accounts.map(({ address, capabilities }) =>
      step('register account', encode('registerAccount', [org, address, capabilities])),
    ),
  ]
}

/** The deployer is a STATUS account during these steps, so that the organisation's own accounts remain unused. */
function openings(addresses: ContractAddresses, deployer: Hex, lists: readonly StatusListPlan[]): Step[] {
  if (lists.length === 0) return []
  const step = (name: string, to: Hex, data: string): Step => ({ name, to, data: data as Hex, gasLimit: callGas(data) })
  const { trustRegistry: trust, statusRegistry: status } = addresses
  return [
    step(
      'admit deployer',
      trust,
      trustRegistry.encodeFunctionData('registerAccount', [1, deployer, Capability.STATUS]),
    ),
    ...lists.map(list => step('open status list', status, encodeOpenList(list.capacity, list.dailyLimit))),
    step('stop deployer', trust, encodeStopAccount(deployer)),
  ]
}
