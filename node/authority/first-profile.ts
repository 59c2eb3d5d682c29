/** The first start on an empty ledger: deploys the contracts and makes the first profile. */
import type { Config } from '../config/schema.ts'
import type { Cards } from '../credential/cards.ts'
import type { Custody } from '../keys/custody.ts'
import type { SimulatedKeys } from '../keys/simulated.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Hex } from '../lib/bytes.ts'
import type { Timer } from '../lib/time.ts'
import { ProofError } from '../proof/errors.ts'
import { parseHeader } from '../proof/header.ts'
import type { LedgerProfile, LogTerms } from '../proof/profile.ts'
import { NEVER } from '../proof/registries/interval.ts'
import { JOURNAL, MATCH_FACE, PROVIDE_WALLET, REPORT_LOSS, SIGN_CHIP } from '../proof/registries/purpose.ts'
import { Capability, KeyUse } from '../proof/registries/records.ts'
import { validatorsOf, verifySeals } from '../proof/seals.ts'
import { formatNoteKey } from '../proof/tlog/note.ts'
import { deploy } from '../registries/deployment/deploy.ts'
import type { OrganisationPlan } from '../registries/deployment/plan.ts'
import { DAILY_LIMIT, LIST_CAPACITY } from '../status/keeper.ts'
import type { Presets } from '../verifier/presets/presets.ts'
import { requestPurposeOf } from '../verifier/presets/request-policy.ts'
import type { SetupProgress } from './ports.ts'

/** Seconds between a council's decision and its effect. A council that deploys the contracts itself sets another delay. */
const COUNCIL_DELAY = 300

/** What an install issues, and what it asks for. */
export interface Definitions {
  readonly cards: Cards
  readonly presets: Presets
  /** Only in a demo. */
  readonly simulated: SimulatedKeys | null
}

/**
 * Deploys the contracts with this authority registered in them. Continues a deployment that was interrupted.
 * @throws {LedgerError} as `deploy` does
 */
export async function makeFirstProfile(
  ledger: Ledger,
  config: Config,
  custody: Custody,
  definitions: Definitions,
  timer: Timer,
  progress: SetupProgress,
): Promise<LedgerProfile> {
  const { accounts } = custody
  const address = (name: keyof typeof accounts) => accounts[name].address as Hex
  const deployment = await deploy(ledger, {
    deployer: accounts.deployer,
    chainId: config.chainId,
    admin: address('governor'),
    council: address('council'),
    guardian: address('guardian'),
    delay: COUNCIL_DELAY,
    organisations: [organisationPlan(config, custody, definitions)],
    statusLists: [{ capacity: LIST_CAPACITY, dailyLimit: DAILY_LIMIT }],
    timer,
    progress,
  })
  const head = await blockOf(ledger, 'latest')
  const seals = sealing(head)
  return {
    version: 1,
    chainId: config.chainId,
    genesis: (await blockOf(ledger, '0x0')).hash,
    contracts: deployment.contracts,
    ...seals,
    ...(seals.seals === 'qbft' && { log: logTermsOf(config, custody) }),
    checkpoint: { height: Number(head.number), hash: head.hash, time: Number(head.timestamp) },
    witnesses: { keys: [], quorum: 0 },
    heartbeat: config.heartbeat,
    endpoints: [config.publicUrl],
  }
}

/** Seconds that the cosignatures of the log may be older than a head. */
const LOG_MAX_AGE = 300

export const logTermsOf = ({ logWitnesses: { members, quorum } }: Config, { log }: Custody): LogTerms => ({
  key: formatNoteKey(log.key),
  witnesses: members.map(({ key }) => key),
  quorum,
  maxAge: LOG_MAX_AGE,
})

/** What is registered on the ledger for this authority. For an install of an older version, some of it may be missing. */
export function organisationPlan(
  config: Config,
  { accounts, credential, request, walletProvider, simulatedTelecom }: Custody,
  { cards, presets, simulated }: Definitions,
): OrganisationPlan {
  const address = (name: keyof typeof accounts) => accounts[name].address as Hex
  // In production, whether a browser's keys suffice for cards is for the council to say.
  const admitsOwnWallet = config.mode !== 'production'
  // In a demo the authority plays the telecom, too.
  const playsTelecom = config.mode === 'demo'
  return {
    admin: address('admin'),
    name: config.authority.ko,
    issuer: config.publicUrl,
    info: JSON.stringify({ name: config.authority }),
    purposes: [
      ...cards.all.map(({ vct }) => `issue:${vct}`),
      JOURNAL,
      ...presets.all.map(requestPurposeOf),
      ...(admitsOwnWallet ? [PROVIDE_WALLET] : []),
      ...(simulated ? [SIGN_CHIP, MATCH_FACE] : []),
      ...(playsTelecom ? [REPORT_LOSS] : []),
    ],
    keys: [
      { keyId: credential.keyId, uses: KeyUse.CREDENTIAL | KeyUse.STATUS_LIST, until: credential.notAfter },
      { keyId: request.keyId, uses: KeyUse.REQUEST, until: request.notAfter },
      ...(admitsOwnWallet
        ? [{ keyId: walletProvider.keyId, uses: KeyUse.WALLET, until: walletProvider.notAfter }]
        : []),
      ...(simulated
        ? [
            { keyId: simulated.csca.keyId, uses: KeyUse.CHIP, until: simulated.face.notAfter },
            { keyId: simulated.face.keyId, uses: KeyUse.FACE, until: simulated.face.notAfter },
          ]
        : []),
      ...(playsTelecom ? [{ keyId: simulatedTelecom().keyId, uses: KeyUse.REPORT, until: NEVER }] : []),
    ],
    accounts: [
      { address: address('issuing'), capabilities: Capability.ANCHOR | Capability.STATUS },
      { address: address('status'), capabilities: Capability.STATUS },
    ],
  }
}

/** QBFT if the engine's newest block has valid seals. An engine without seals, such as Hardhat, is trusted without proofs. */
function sealing(head: Block): Pick<LedgerProfile, 'seals' | 'validators'> {
  try {
    const header = parseHeader(head)
    const validators = validatorsOf(header)
    verifySeals(header, validators)
    return { seals: 'qbft', validators }
  } catch (error) {
    if (error instanceof ProofError) return { seals: 'none', validators: [] }
    throw error
  }
}

export interface Block {
  readonly number: Hex
  readonly hash: Hex
  readonly timestamp: Hex
}

export async function blockOf(ledger: Ledger, tag: string): Promise<Block> {
  return (await ledger.request('eth_getBlockByNumber', [tag, false])) as Block
}
