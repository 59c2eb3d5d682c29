/**
 * Deploys the registries, once, and gives control to the officers:
 *
 *   create Governance, TrustRegistry, AnchorLog, StatusRegistry
 *   ─▶ register organisations with their grants, keys and accounts, open the first status lists
 *   ─▶ one call: write the role table, name the officers, renounce
 *
 * All transactions are of one account with nonces from 0, so the addresses follow from that account. A run that was
 * killed is completed by running again: steps that are on the ledger are skipped. All transactions are sent at once,
 * without waiting for blocks. At the end, state and history are read back and compared with the plan. Above all, the
 * deployer must have no role left, and must have done nothing that is not in the plan.
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
  /** Signs all transactions. Must not be used for anything else, before or after. */
  readonly deployer: Wallet
  readonly chainId: number
  readonly timer: Timer
  /** Ids count from 1 in this order. The first organisation is the authority itself. */
  readonly organisations: readonly OrganisationPlan[]
  /** Opened for the first organisation; ids `1 << 32 | n`, n from 1. */
  readonly statusLists: readonly StatusListPlan[]
  /** Called for each step that the ledger has included. */
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

/** The addresses of this deployer's registries, before and after the deployment. Lower case. */
export function deploymentAddresses(deployer: string): ContractAddresses {
  const at = (nonce: number) => getCreateAddress({ from: deployer, nonce }).toLowerCase() as Hex
  return { accessManager: at(0), trustRegistry: at(1), anchorLog: at(2), statusRegistry: at(3) }
}

/**
 * @throws {LedgerError} LEDGER_DEPLOYMENT if the account was used for something else or is to be an officer, if a step
 * failed, if the ledger has more than the options contain, or if the final state is not the expected one;
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

/**
 * Checked before anything is sent: a deployer that is also an officer would renounce the officer's role, or keep a part
 * of its own.
 */
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
    `Nothing was sent: ${reason}. The deployer must have no role at the end. Deploy with an account that is used for nothing else.`,
  )
}

const failed = (deployer: Wallet, reason: string): LedgerError =>
  new LedgerError(
    { code: 'LEDGER_DEPLOYMENT', deployer: deployer.address, reason },
    `The deployment is not as planned: ${reason}. Deploy again with a new deployer account.`,
  )

export type { OrganisationPlan, StatusListPlan, Step }
