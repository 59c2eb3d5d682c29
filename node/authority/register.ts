/** Registers the authority on the ledger at the first start, and checks the registration at each later start. */
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { keccak256 } from '#crypto'
import { ConfigError } from '../config/errors.ts'
import type { Config } from '../config/schema.ts'
import type { Cards } from '../credential/cards.ts'
import type { Custody } from '../keys/custody.ts'
import { KeysError } from '../keys/errors.ts'
import type { SimulatedKeys } from '../keys/simulated.ts'
import { LedgerError } from '../ledger/errors.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { type Hex, toHex, utf8 } from '../lib/bytes.ts'
import type { Timer } from '../lib/time.ts'
import { parseHeader } from '../proof/header.ts'
import type { LedgerProfile } from '../proof/profile.ts'
import { addressesOf, type Registries } from '../registries/contracts.ts'
import { FIRST_ORG as ORG } from '../registries/deployment/plan.ts'
import { checkpointAt, hasOtherValidators, isCheckpointOld } from '../registries/profile/profile.ts'
import { ProfileFile } from '../registries/profile/profile-file.ts'
import { readAccount, readKey, readOrganisation } from '../registries/reads.ts'
import type { Presets } from '../verifier/presets/presets.ts'
import { LedgerHeads } from '../verifier/replica/ledger-heads.ts'
import { blockOf, logTermsOf, makeFirstProfile } from './first-profile.ts'
import type { SetupProgress } from './ports.ts'

export interface RegisteredAuthority {
  /** Its checkpoint changes. Its ledger and its contracts stay the same. */
  readonly profileFile: ProfileFile
  /** The authority's id in the trust registry. */
  readonly org: number
}

export interface RegisterParts {
  readonly ledger: Ledger
  readonly config: Config
  readonly custody: Custody
  readonly cards: Cards
  readonly presets: Presets
  readonly simulated: SimulatedKeys | null
  readonly timer: Timer
  readonly progress: SetupProgress
}

/**
 * The first start deploys the contracts and writes the signed profile for verifiers and auditors. Every later start
 * checks that the ledger is the one of the profile, and that this authority's URL and keys are registered on it.
 * @throws {LedgerError} LEDGER_WRONG_CHAIN, and as `deploy` does
 * @throws {ConfigError} CONFIG_FIXED when the public URL is not the registered one
 * @throws {KeysError} KEYS_FOREIGN when a key is not registered for this authority
 */
export async function registerAuthority({
  ledger,
  config,
  custody,
  cards,
  presets,
  simulated,
  timer,
  progress,
}: RegisterParts): Promise<RegisteredAuthority> {
  const path = join(config.data, 'ledger.json')
  const profileFile = await ProfileFile.open(path, custody.profile, () =>
    makeFirstProfile(ledger, config, custody, { cards, presets, simulated }, timer, progress),
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
  if (profile.seals === 'qbft') {
    const terms = { witnesses: witnessesOf(config), log: logTermsOf(config, custody) }
    const { witnesses, log } = profile
    if (!isDeepStrictEqual({ witnesses, log }, terms)) profileFile.change(terms)
  }
  await renewCheckpoint(profileFile, ledger)
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
 * Replaces the profile's checkpoint by the newest block when it is a day old, and at once when there are other validators,
 * so that a verifier with the new version need not follow their change.
 * @throws {ProofError} as `checkpointAt` does; {LedgerError} as the ledger does
 */
export async function renewCheckpoint(profileFile: ProfileFile, ledger: Pick<Ledger, 'request'>): Promise<void> {
  const { profile } = profileFile
  if (profile.seals === 'none') return
  const header = parseHeader(await ledger.request('eth_getBlockByNumber', ['latest', false]))
  if (!isCheckpointOld(profile, header.timestamp) && !hasOtherValidators(profile, header)) return
  const path = await new LedgerHeads(ledger, profile).path(profile.checkpoint.height, header)
  profileFile.change(checkpointAt(profile, path))
}

const witnessesOf = ({ witnesses: { members, quorum } }: Config): LedgerProfile['witnesses'] => ({
  keys: members.map(({ key }) => key),
  quorum,
})

/** Verifiers refuse signatures, and the contracts refuse transactions, of a key that is not registered for this authority. */
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
