/**
 * Composes an authority from its rooms: the one place that sees them all. What is opened here is closed here, in the
 * opposite order.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config/schema.ts'
import { type Custody, openCustody } from '../keys/custody.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Clock } from '../lib/time.ts'
import type { LedgerProfile } from '../proof/profile.ts'
import { addressesOf } from '../registries/contracts.ts'
import { type LackingAct, lackingOnLedger } from '../registries/deployment/lacking.ts'
import type { ProfileFile } from '../registries/profile/profile-file.ts'
import { LevelStore } from '../store/level.ts'
import { checkMasterKey } from '../store/master.ts'
import { migrate } from '../store/schema.ts'
import { Vault } from '../store/vault.ts'
import { type Checking, composeChecking } from './checking.ts'
import { Closing } from './closing.ts'
import { establishAuthority, renewCheckpoint } from './establish.ts'
import { organisationPlan } from './first-profile.ts'
import type { Foundation } from './foundation.ts'
import { composeIssuing, type Issuing, startLanes } from './issuing.ts'
import { openConfiguredLedger, removeDeployer } from './ledger.ts'
import type { AuthorityPorts, MayStop, Progress } from './ports.ts'
import { startSweeps } from './sweeps.ts'

export interface Authority extends Issuing, Checking {
  readonly config: Config
  readonly custody: Custody
  readonly ledger: Ledger
  readonly profile: LedgerProfile
  readonly profileFile: ProfileFile
  readonly vault: Vault
  readonly clock: Clock
  /** What the ledger lacks of what this version registers for an authority: for the council to decide. */
  readonly lacking: () => Promise<readonly LackingAct[]>
  /** Resolves when the transactions that an earlier process left under way have their outcome. */
  readonly recovered: Promise<void>
  /** Resolves with the reason if ledger or store stop by themselves: then only a restart helps. */
  readonly stopped: Promise<Error | null>
  close(): Promise<void>
}

/** @throws {LedgerError | StoreError | ConfigError | KeysError} each with what to do next */
export async function openAuthority(config: Config, ports: AuthorityPorts): Promise<Authority> {
  const { clock, timer, random, log, progress } = ports
  const { openLedger = openConfiguredLedger, openStore = LevelStore.open } = ports
  const closing = new Closing(error => log.error({ err: error }, 'something did not close'))
  try {
    // Written when the first start has done all its work.
    const complete = existsSync(join(config.data, 'ledger.json'))
    const owner = { name: config.authority.ko, url: config.publicUrl }
    const custody = await openCustody(join(config.data, 'keys'), owner, clock(), complete)
    const ledger = await openLedger(config, custody, log)
    closing.add(() => ledger.close())
    const unlessStopped = failingWhenStopped(ledger)
    const firstStart: Progress = (...step) => progress('first start', ...step)
    const established = await unlessStopped(
      establishAuthority({ ledger, config, custody, clock, timer, progress: firstStart }),
    )
    await removeDeployer(ledger, custody)
    const store = await openStore(join(config.data, 'authority'))
    closing.add(() => store.close())
    await migrate(store, (...step) => progress('upgrade', ...step))
    const warn = log.warn.bind(log) as Foundation['warn']
    const alarm = log.error.bind(log) as Foundation['alarm']
    const foundation = { config, custody, ledger, store, ...established, clock, timer, random, warn, alarm }
    const authority = await unlessStopped(compose(foundation, ports, closing))
    const stopped = Promise.race([ledger.stopped ?? never, store.stopped ?? never])
    return { ...authority, stopped, close: () => closing.close() }
  } catch (error) {
    await closing.close()
    throw error
  }
}

const never = new Promise<never>(() => {})

/**
 * Ends a step of the start as soon as the engine stops by itself, for example on a full disk. The step would otherwise
 * wait for a ledger that cannot answer any more.
 */
function failingWhenStopped({ stopped = never }: MayStop): <T>(step: Promise<T>) => Promise<T> {
  const failed = stopped.then(error => (error === null ? never : Promise.reject(error)))
  failed.catch(() => undefined)
  return step => Promise.race([step, failed])
}

async function compose(
  foundation: Foundation,
  { every }: AuthorityPorts,
  closing: Closing,
): Promise<Omit<Authority, 'stopped' | 'close'>> {
  const { config, custody, ledger, store, profileFile, org, clock, random, warn } = foundation
  const vault = new Vault(store, custody.master, random)
  await checkMasterKey(store, vault)
  const checking = composeChecking(foundation, vault, closing)
  const issuing = await composeIssuing(foundation, vault, checking.view, closing)
  const { issuingLane, statusLane, keeper, pipeline, oid4vci } = issuing

  const recovered = startLanes(issuing, foundation)
  recovered.catch(error => warn({ err: error }, 'what was under way is not all settled'))
  const stopSweeps = startSweeps(
    every,
    {
      'status lists': () => keeper.sweep(),
      issuances: () => pipeline.sweep(),
      OpenID4VCI: () => oid4vci.sweep(),
      presentations: () => checking.presentations.sweep(),
      checkpoint: () => renewCheckpoint(profileFile, checking.published, clock()),
    },
    warn,
  )
  // At once, since the pipeline and the sweeps may wait for the lanes, which wait for the ledger until they are closed.
  closing.add(() => Promise.all([stopSweeps(), pipeline.close(), issuingLane.close(), statusLane.close()]))

  const { profile } = profileFile
  const registries = { ledger, addresses: addressesOf(profile) }
  const lacking = () => lackingOnLedger(registries, org, organisationPlan(config, custody), clock())
  return { config, custody, ledger, profile, profileFile, vault, clock, recovered, lacking, ...issuing, ...checking }
}
