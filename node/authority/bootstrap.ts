/**
 * From an empty ledger to one that knows this authority: deploys the contracts once, and writes the signed profile
 * that verifiers and auditors are given. Every later start checks that the ledger is still the one of the profile.
 */
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { keccak256 } from '#crypto'
import { type Config, ConfigError } from '../config/config.ts'
import { allCards } from '../credential/cards/all.ts'
import type { Custody } from '../keys/custody.ts'
import { KeysError } from '../keys/errors.ts'
import { LedgerError } from '../ledger/errors.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { type Hex, toHex, utf8 } from '../lib/bytes.ts'
import { systemClock, type UnixSeconds } from '../lib/time.ts'
import { ProofError } from '../proof/errors.ts'
import { parseHeader } from '../proof/header.ts'
import type { LedgerProfile } from '../proof/profile.ts'
import { validatorsOf, verifySeals } from '../proof/seals.ts'
import { addressesOf, type Registries } from '../registries/contracts.ts'
import { deploy } from '../registries/deployment/deploy.ts'
import { checkpointAt, isCheckpointOld } from '../registries/profile/profile.ts'
import { ProfileFile } from '../registries/profile/profile-file.ts'
import { Capability, KeyUse, readAccount, readKey, readOrganisation } from '../registries/reads.ts'
import { DAILY_LIMIT, LIST_CAPACITY } from '../status/keeper.ts'

/** The first organisation registered is the authority itself. */
const ORG = 1
/** Seconds between a council's decision and its effect. Production sets its own in the deployment plan. */
const COUNCIL_DELAY = { local: 300, demo: 300, production: 172_800 } as const

export interface Footing {
  /** Its checkpoint moves on; the ledger and the contracts it names stay the same. */
  readonly profileFile: ProfileFile
  /** The authority's id in the trust registry. */
  readonly org: number
}

/**
 * @throws {LedgerError} LEDGER_WRONG_CHAIN, and as `deploy` does
 * @throws {ConfigError} CONFIG_FIXED when the public URL is not the registered one
 * @throws {KeysError} KEYS_FOREIGN when a key is not registered as this authority's
 */
export async function standOn(
  ledger: Ledger,
  config: Config,
  custody: Custody,
  progress: (done: number, of: number, step: string) => void,
): Promise<Footing> {
  const path = join(config.data, 'ledger.json')
  const profileFile = await ProfileFile.open(path, custody.profile, () =>
    firstProfile(ledger, config, custody, progress),
  )
  const { profile } = profileFile
  const genesis = (await blockOf(ledger, '0x0')).hash
  if (genesis !== profile.genesis) {
    throw new LedgerError(
      { code: 'LEDGER_WRONG_CHAIN', expected: profile.genesis, actual: genesis },
      `The ledger's genesis is ${genesis}, and this install was made on ${profile.genesis}. ` +
        'Connect the ledger it was made on, or restore its data.',
    )
  }
  const witnesses = witnessesOf(config)
  if (profile.seals === 'qbft' && !isDeepStrictEqual(profile.witnesses, witnesses)) profileFile.change({ witnesses })
  await renewCheckpoint(profileFile, ledger, systemClock())
  const registries = { ledger, addresses: addressesOf(profile) }
  const organisation = await readOrganisation(registries, ORG)
  if (organisation?.issuerHash !== toHex(keccak256(utf8(config.publicUrl)))) {
    throw new ConfigError(
      { code: 'CONFIG_FIXED', setting: 'publicUrl', was: 'what the ledger has registered', given: config.publicUrl },
      `${config.publicUrl} is not the URL the ledger has registered for this authority: every card would be refused. ` +
        'Put back the publicUrl of the first start in config.json.',
    )
  }
  await requireOwnKeys(registries, config, custody)
  return { profileFile, org: ORG }
}

/**
 * Moves the profile's checkpoint on when it is a day old.
 * @throws {ProofError} as `checkpointAt` does; {LedgerError} as the ledger does
 */
export async function renewCheckpoint(
  profileFile: ProfileFile,
  ledger: Pick<Ledger, 'request'>,
  now: UnixSeconds,
): Promise<void> {
  const { profile } = profileFile
  if (!isCheckpointOld(profile, now)) return
  const header = parseHeader(await ledger.request('eth_getBlockByNumber', ['latest', false]))
  if (isCheckpointOld(profile, header.timestamp)) profileFile.change(checkpointAt(profile, header))
}

const witnessesOf = ({ witnesses: { members, quorum } }: Config): LedgerProfile['witnesses'] => ({
  keys: members.map(({ key }) => key),
  quorum,
})

/** What is signed or sent with a key that the ledger does not know as ours would be refused everywhere. */
async function requireOwnKeys(registries: Registries, config: Config, custody: Custody): Promise<void> {
  const { credential, request, accounts } = custody
  const account = (name: 'issuing' | 'status') => readAccount(registries, accounts[name].address as Hex)
  const found = {
    'credential.pem': await readKey(registries, credential.keyId),
    'request.pem': await readKey(registries, request.keyId),
    'issuing.key': await account('issuing'),
    'status.key': await account('status'),
  }
  for (const [name, record] of Object.entries(found)) {
    if (record?.org === ORG) continue
    const file = join(config.data, 'keys', name)
    throw new KeysError(
      { code: 'KEYS_FOREIGN', file },
      `The ledger does not know the key in ${file} as this authority's: it is another install's, or was made anew. ` +
        "Put the file back from the backup of this install's keys.",
    )
  }
}

async function firstProfile(
  ledger: Ledger,
  config: Config,
  custody: Custody,
  progress: (done: number, of: number, step: string) => void,
): Promise<LedgerProfile> {
  const { accounts } = custody
  const address = (name: keyof typeof accounts) => accounts[name].address as Hex
  const deployment = await deploy(ledger, {
    deployer: accounts.deployer,
    chainId: config.chainId,
    admin: address('governor'),
    council: address('council'),
    guardian: address('guardian'),
    delay: COUNCIL_DELAY[config.mode],
    organisations: [
      {
        admin: address('admin'),
        name: config.authority.ko,
        issuer: config.publicUrl,
        info: JSON.stringify({ name: config.authority }),
        purposes: allCards.map(({ vct }) => `issue:${vct}`),
        keys: [
          {
            keyId: custody.credential.keyId,
            uses: KeyUse.CREDENTIAL | KeyUse.STATUS_LIST,
            until: custody.credential.notAfter,
          },
          { keyId: custody.request.keyId, uses: KeyUse.REQUEST, until: custody.request.notAfter },
        ],
        accounts: [
          { address: address('issuing'), capabilities: Capability.ANCHOR | Capability.STATUS },
          { address: address('status'), capabilities: Capability.STATUS },
        ],
      },
    ],
    statusLists: [{ capacity: LIST_CAPACITY, dailyLimit: DAILY_LIMIT }],
    progress,
  })
  const head = await blockOf(ledger, 'latest')
  return {
    version: 1,
    chainId: config.chainId,
    genesis: (await blockOf(ledger, '0x0')).hash,
    contracts: deployment.contracts,
    ...sealing(head),
    checkpoint: { height: Number(head.number), hash: head.hash, time: Number(head.timestamp) },
    witnesses: { keys: [], quorum: 0 },
    heartbeat: config.heartbeat,
    endpoints: [config.publicUrl],
  }
}

/** QBFT if the engine's newest block proves to be sealed; an engine without seals (Hardhat) can only be trusted. */
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

interface Block {
  readonly number: Hex
  readonly hash: Hex
  readonly timestamp: Hex
}

async function blockOf(ledger: Ledger, tag: string): Promise<Block> {
  return (await ledger.request('eth_getBlockByNumber', [tag, false])) as Block
}
