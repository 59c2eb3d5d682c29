/**
 * Composes a verifier that runs alone: with keys, a database and a copy of the ledger of its own, and without an issuer. It
 * also starts and serves without a network. What it cannot check then is `unknown`.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { readCards } from '../../config/cards.ts'
import { readPresets } from '../../config/presets.ts'
import type { VerifierConfig } from '../../config/verifier-config.ts'
import type { Cards } from '../../credential/cards.ts'
import { Journal } from '../../issuer/journal.ts'
import { openVerifierCustody, type VerifierCustody } from '../../keys/verifier-custody.ts'
import type { Random } from '../../lib/random.ts'
import type { Clock, Every, Timer } from '../../lib/time.ts'
import type { Warn } from '../../lib/warn.ts'
import { LevelStore } from '../../store/level.ts'
import { checkMasterKey } from '../../store/master.ts'
import { migrate } from '../../store/schema.ts'
import type { Store } from '../../store/store.ts'
import { Vault } from '../../store/vault.ts'
import type { Presets } from '../../verifier/presets/presets.ts'
import { ReplicaView } from '../../verifier/replica/view.ts'
import { FollowedReplica } from '../../verifier/service/followed-replica.ts'
import { TrustedProfile } from '../../verifier/service/trusted-profile.ts'
import { HttpStatusLists } from '../../verifier/status/port.ts'
import { TokenStatusLists } from '../../verifier/status/source.ts'
import { Tills } from '../../verifier/tills/tills.ts'
import { Verifier } from '../../verifier/verifier.ts'
import { type ChecksParts, composeChecks } from '../checks.ts'
import { CloseStack } from '../close-stack.ts'
import type { ReportsStop } from '../ports.ts'
import { startSweeps } from '../sweeps.ts'
import { renewing } from './renewing.ts'

export interface VerifierServicePorts {
  readonly clock: Clock
  readonly random: Random
  readonly timer: Timer
  readonly every: Every
  readonly log: Logger
  readonly fetcher?: typeof fetch
  /** By default, LevelDB in that directory. The service closes what this returns. */
  readonly openStore?: (path: string) => Promise<Store & ReportsStop>
}

/** What somebody gives to one start. */
export interface Given {
  /** The text of a ledger profile: needed for the first start, and later to bring a newer one. */
  readonly profile?: string
  readonly snapshot?: Uint8Array
}

export interface VerifierService extends ChecksParts {
  readonly config: VerifierConfig
  readonly custody: VerifierCustody
  readonly cards: Cards
  readonly presets: Presets
  readonly profileFile: TrustedProfile
  readonly followed: FollowedReplica
  readonly tills: Tills
  readonly clock: Clock
  readonly stopped: Promise<Error | null>
  close(): Promise<void>
}

/** @throws {ProofError | VerifierError | StoreError | KeysError | CredentialError} each with what to do next */
export async function openVerifierService(
  config: VerifierConfig,
  ports: VerifierServicePorts,
  given: Given = {},
): Promise<VerifierService> {
  const { clock, random, timer, every, log, fetcher = (input, init) => fetch(input, init) } = ports
  const warn = log.warn.bind(log) as Warn
  const closeStack = new CloseStack(error => log.error({ err: error }, 'a part of the verifier could not be closed'))
  try {
    const cards = readCards(config.data)
    const presets = readPresets(config.data, cards)
    const path = join(config.data, 'ledger.json')
    const owner = { name: config.name, url: config.publicUrl }
    const custody = await openVerifierCustody(join(config.data, 'keys'), owner, clock(), random, existsSync(path))
    const store = await (ports.openStore ?? LevelStore.open)(join(config.data, 'store'))
    closeStack.add(() => store.close())
    await migrate(store, () => undefined)
    const vault = new Vault(store, custody.master, random)
    await checkMasterKey(store, vault)
    const profileFile = await TrustedProfile.open({ store, path, pinned: config.profileKey }, given.profile)
    const followed = FollowedReplica.open({
      ...{ profile: profileFile.profile, mirrors: config.mirrors, clock, warn, fetcher },
      ...{ path: join(config.data, 'replica', 'snapshot.bin'), given: given.snapshot },
    })
    closeStack.add(() => followed.close())
    const view = new ReplicaView(() => followed.replica, { refresh: () => followed.refresh() })
    const statusLists = new TokenStatusLists(new HttpStatusLists({ fetcher }))
    const verifier = new Verifier({ profile: profileFile.profile, view, clock, statusLists, warn })
    const journal = new Journal(store)
    const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(new URL(config.publicUrl).hostname)
    const checks = await composeChecks(
      {
        ...{ store, vault, journal, verifier, presets, custody, publicUrl: config.publicUrl, loopback },
        ...{ clientId: 'x509_hash', haip: config.haip, trustedAuthorities: [], clock, timer, random, warn },
      },
      closeStack,
    )
    const tills = new Tills({ store, journal, signer: custody.request, clock, random, open: false })
    const stopSweeps = startSweeps(
      every,
      {
        presentations: () => checks.presentations.sweep(),
        'notices of verdicts': () => checks.verdictNotices.sweep(),
        tills: () => tills.sweep(),
        profile: renewing(profileFile, config.mirrors, { clock, fetcher, warn }),
      },
      warn,
    )
    closeStack.add(stopSweeps)
    const stopped = (store as ReportsStop).stopped ?? new Promise<never>(() => {})
    const own = { config, custody, cards, presets, profileFile, followed, tills, clock, stopped }
    return { ...own, ...checks, close: () => closeStack.close() }
  } catch (error) {
    await closeStack.close()
    throw error
  }
}
