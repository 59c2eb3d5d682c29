/**
 * Puts the registries on a ledger, once, and leaves them governed:
 *
 *   create Governance, TrustRegistry, AnchorLog, StatusRegistry
 *   ─▶ register organisations with their grants, keys and accounts, open the first status lists
 *   ─▶ one call: write the role table, name the officers, renounce
 *
 * All of it is one account's transactions with nonces from 0, so the addresses follow from that account alone, and a
 * run that was killed is finished by running again: what the ledger has is skipped, the rest is sent. The nonces are
 * sent at once, without waiting for blocks. It ends by reading everything back, state and history, and throws unless
 * they are the ones promised: above all, that the deployer holds nothing and left nothing that nobody asked for.
 * Why: docs/decisions/012.
 */
import { getCreateAddress, type Wallet } from 'ethers'
import { keccak256 } from '#crypto'
import { LedgerError } from '../../ledger/errors.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { fromHex, type Hex, toHex } from '../../lib/bytes.ts'
import type { Timer } from '../../lib/time.ts'
import type { ContractName, DeployedContract } from '../../proof/profile.ts'
import type { ContractAddresses } from '../contracts.ts'
import type { Officers } from '../governance/governance.ts'
import { sendSteps } from '../sending/steps.ts'
import { differencesInDeployment } from './deployed.ts'
import { type OrganisationPlan, planDeployment, type StatusListPlan, type Step } from './plan.ts'

export interface DeployOptions extends Officers {
  /** Signs all transactions and is used for nothing else, before or after. */
  readonly deployer: Wallet
  readonly chainId: number
  readonly timer: Timer
  /** Ids count from 1, in this order. The first is the authority itself. */
  readonly organisations: readonly OrganisationPlan[]
  /** Opened for the first organisation; ids `1 << 32 | n`, n from 1. */
  readonly statusLists: readonly StatusListPlan[]
  /** Called with each step the ledger has included. */
  readonly progress?: (done: number, of: number, step: string) => void
}

export interface Deployment {
  readonly contracts: Readonly<Record<ContractName, DeployedContract>>
  readonly addresses: ContractAddresses
  /** Ids, in the order of the options. */
  readonly organisations: readonly number[]
  readonly statusLists: readonly bigint[]
}

/** The order of creation, and so the nonce of each. */
const CREATED = ['accessManager', 'trustRegistry', 'anchorLog', 'statusRegistry'] as const

/** Where this deployer's registries are, or will be. Lower case. */
export function deploymentAddresses(deployer: string): ContractAddresses {
  const at = (nonce: number) => getCreateAddress({ from: deployer, nonce }).toLowerCase() as Hex
  return { accessManager: at(0), trustRegistry: at(1), anchorLog: at(2), statusRegistry: at(3) }
}

/**
 * @throws {LedgerError} LEDGER_DEPLOYMENT if the account was used for something else or is to be an officer, a step
 * failed, the ledger has what the options do not say, or the state at the end is not the promised one;
 * LEDGER_WRONG_CHAIN; LEDGER_REVERTED; LEDGER_UNREACHABLE (run it again)
 */
export async function deploy(ledger: Ledger, options: DeployOptions): Promise<Deployment> {
  const { deployer, chainId, timer } = options
  const actual = Number(await ledger.request('eth_chainId'))
  if (actual !== chainId) {
    throw new LedgerError(
      { code: 'LEDGER_WRONG_CHAIN', expected: String(chainId), actual: String(actual) },
      `This ledger has chain id ${actual}, and the deployment is for ${chainId}. Check the URL.`,
    )
  }
  refuseOfficer(options)
  const addresses = deploymentAddresses(deployer.address)
  const steps = planDeployment(addresses, options)
  const receipts = await sendSteps({ ledger, account: deployer, chainId, timer }, steps, options.progress)

  const contracts = await Promise.all(
    CREATED.map(async (name, nonce): Promise<[ContractName, DeployedContract]> => {
      const code = (await ledger.request('eth_getCode', [addresses[name], 'latest'])) as Hex
      const block = receipts[nonce]?.block
      if (code === '0x' || block === undefined) {
        throw failed(deployer, `nonce ${nonce} of ${deployer.address} did not create ${name}`)
      }
      return [name, { address: addresses[name], codeHash: toHex(keccak256(fromHex(code))), block }]
    }),
  )
  const first = Math.min(...contracts.map(([, { block }]) => block))
  const differences = await differencesInDeployment({ ledger, addresses }, options, first)
  if (differences.length > 0) throw failed(deployer, differences.join('; '))
  return {
    contracts: Object.fromEntries(contracts) as Record<ContractName, DeployedContract>,
    addresses,
    organisations: options.organisations.map((_, i) => i + 1),
    statusLists: options.statusLists.map((_, i) => (1n << 32n) | BigInt(i + 1)),
  }
}

/** A deployer that is an officer would renounce its own role, or keep a part of it. Checked before anything is sent. */
function refuseOfficer({ deployer, admin, council, guardian, organisations }: DeployOptions): void {
  const holders: [string, Hex][] = [
    ['ADMIN', admin],
    ['COUNCIL', council],
    ['GUARDIAN', guardian],
    ...organisations.flatMap((organisation, i): [string, Hex][] => [
      [`the administrator of organisation ${i + 1}`, organisation.admin],
      ...organisation.accounts.map(({ address }): [string, Hex] => [`an account of organisation ${i + 1}`, address]),
    ]),
  ]
  const own = holders.filter(([, address]) => address.toLowerCase() === deployer.address.toLowerCase())
  if (own.length === 0) return
  const reason = `the deployer is to be ${own.map(([what]) => what).join(', ')} as well`
  throw new LedgerError(
    { code: 'LEDGER_DEPLOYMENT', deployer: deployer.address, reason },
    `Nothing was sent: ${reason}, and has to end with nothing. Deploy with an account used for nothing else.`,
  )
}

const failed = (deployer: Wallet, reason: string): LedgerError =>
  new LedgerError(
    { code: 'LEDGER_DEPLOYMENT', deployer: deployer.address, reason },
    `The registries are not as they should be: ${reason}. Deploy again with a new deployer account.`,
  )

export type { OrganisationPlan, StatusListPlan, Step }
