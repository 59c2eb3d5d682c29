/**
 * Composes an authority from all rooms below. What is opened here is closed here, in the opposite order.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readCards } from '../config/cards.ts'
import { storeLedgerUrl } from '../config/config.ts'
import { readPresets } from '../config/presets.ts'
import type { Config } from '../config/schema.ts'
import type { Cards } from '../credential/cards.ts'
import { chipsDirectory } from '../issuer/personalisation/simulated-cards.ts'
import { SimulatedProducer } from '../issuer/personalisation/simulator.ts'
import { type Custody, openCustody } from '../keys/custody.ts'
import { openSimulatedKeys } from '../keys/simulated.ts'
import { BlockPeriod } from '../ledger/block-period.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Random } from '../lib/random.ts'
import type { Clock } from '../lib/time.ts'
import type { LedgerProfile } from '../proof/profile.ts'
import { addressesOf } from '../registries/contracts.ts'
import { type LackingAct, lackingOnLedger } from '../registries/deployment/lacking.ts'
import type { ProfileFile } from '../registries/profile/profile-file.ts'
import { HeldSuspensions } from '../status/held.ts'
import { LevelStore } from '../store/level.ts'
import { checkMasterKey } from '../store/master.ts'
import { migrate } from '../store/schema.ts'
import { Vault } from '../store/vault.ts'
import type { Presets } from '../verifier/presets/presets.ts'
import { adoptAccounts } from './adopt-accounts.ts'
import type { AuthorityBase } from './base.ts'
import { CloseStack } from './close-stack.ts'
import { organisationPlan } from './first-profile.ts'
import { composeIssuer, type IssuerParts, startLanes } from './issuer.ts'
import { openConfiguredLedger, removeDeployer } from './ledger.ts'
import { composeLock, type LockParts } from './lock.ts'
import { composeLoss, type LossParts } from './loss.ts'
import { composeOperators, type OperatorsParts } from './operators.ts'
import type { AuthorityPorts, ReportsStop, SetupProgress } from './ports.ts'
import { registerAuthority, renewCheckpoint } from './register.ts'
import { startSweeps } from './sweeps.ts'
import { composeVerifier, type VerifierParts } from './verifier.ts'

export interface Authority extends IssuerParts, LossParts, LockParts, OperatorsParts, VerifierParts {
  readonly config: Config
  readonly custody: Custody
  readonly cards: Cards
  readonly presets: Presets
  readonly ledger: Ledger
  readonly profile: LedgerProfile
  readonly profileFile: ProfileFile
  /** The number of this authority's organisation in the trust registry. */
  readonly org: number
  readonly vault: Vault
  readonly clock: Clock
  readonly random: Random
  /** What this version registers for an authority and the ledger does not have yet. The council decides about it. */
  readonly lacking: () => Promise<readonly LackingAct[]>
  /** Seconds without a block after which the ledger stands still. */
  readonly standstillAfter: () => number
  /** Resolves when every transaction that an earlier process had begun has its outcome. */
  readonly recovered: Promise<void>
  /** Resolves with the reason if the ledger or the store ends without being closed. Only a restart helps then. */
  readonly stopped: Promise<Error | null>
  close(): Promise<void>
}

/** @throws {LedgerError | StoreError | ConfigError | CredentialError | KeysError} each with what to do next */
export async function openAuthority(config: Config, ports: AuthorityPorts): Promise<Authority> {
  const { clock, timer, random, log, progress } = ports
  const { openLedger = openConfiguredLedger, openStore = LevelStore.open } = ports
  const warn = log.warn.bind(log) as AuthorityBase['warn']
  const closeStack = new CloseStack(error => log.error({ err: error }, 'a part of the node could not be closed'))
  try {
    const cards = readCards(config.data)
    const presets = readPresets(config.data, cards)
    // Written when the first start has done all its work.
    const complete = existsSync(join(config.data, 'ledger.json'))
    const owner = { name: config.authority.ko, url: config.publicUrl }
    const custody = await openCustody(join(config.data, 'keys'), owner, clock(), random, complete)
    const simulated =
      config.mode === 'demo' ? await openSimulatedKeys(join(config.data, 'keys'), owner, clock(), random) : null
    const ledger = await openLedger(config, custody, log)
    closeStack.add(() => ledger.close())
    const unlessStopped = failingWhenStopped(ledger)
    const firstStart: SetupProgress = (...step) => progress('first start', ...step)
    const registered = await unlessStopped(
      registerAuthority({ ledger, config, custody, cards, presets, simulated, timer, progress: firstStart }),
    )
    // Not before: a list of nodes of another ledger must not replace the right one.
    storeLedgerUrl(config)
    await removeDeployer(ledger, custody)
    const { profileFile, org } = registered
    const adopted = await unlessStopped(adoptAccounts(custody, ledger, profileFile.profile, org, warn))
    const store = await openStore(join(config.data, 'authority'))
    closeStack.add(() => store.close())
    await migrate(store, (...step) => progress('upgrade', ...step))
    const alarm = log.error.bind(log) as AuthorityBase['alarm']
    const base = {
      config,
      custody: adopted,
      cards,
      presets,
      simulated,
      ledger,
      store,
      ...registered,
      clock,
      timer,
      random,
      warn,
      alarm,
    }
    const authority = await unlessStopped(compose(base, ports, closeStack))
    const stopped = Promise.race([ledger.stopped ?? never, store.stopped ?? never])
    return { ...authority, stopped, close: () => closeStack.close() }
  } catch (error) {
    await closeStack.close()
    throw error
  }
}

const never = new Promise<never>(() => {})

/**
 * Ends a step of the start as soon as the engine has ended, for example on a full disk. The step would otherwise wait for
 * a ledger that cannot answer.
 */
function failingWhenStopped({ stopped = never }: ReportsStop): <T>(step: Promise<T>) => Promise<T> {
  const failed = stopped.then(error => (error === null ? never : Promise.reject(error)))
  failed.catch(() => undefined)
  return step => Promise.race([step, failed])
}

async function compose(
  base: AuthorityBase,
  { every }: AuthorityPorts,
  closeStack: CloseStack,
): Promise<Omit<Authority, 'stopped' | 'close'>> {
  const { config, custody, cards, presets, ledger, store, profileFile, org, clock, random, warn } = base
  const vault = new Vault(store, custody.master, random)
  await checkMasterKey(store, vault)
  const held = await HeldSuspensions.open(store)
  const verifying = await composeVerifier(base, vault, held, closeStack)
  const issuing = await composeIssuer(base, vault, verifying.view, held, closeStack)
  const loss = await composeLoss(base, vault, verifying.view, held, issuing, closeStack)
  const lock = await composeLock(base, vault, held, loss.lossDesk, issuing)
  const operating = composeOperators(base, vault, issuing)
  const { issuingLane, statusLane, keeper, pipeline, oid4vci } = issuing

  const recovered = startLanes(issuing, base)
  recovered.catch(error => warn({ err: error }, 'some transactions of the last run have no outcome yet'))
  // In the other modes a card producer asks for the jobs.
  const makeCard = issuing.simulatedCards?.producer(chipsDirectory(config.data))
  const simulator = makeCard && new SimulatedProducer(issuing.personalisation, config.mode, makeCard)
  const stopSweeps = startSweeps(
    every,
    {
      personalisation: async () => simulator?.sweep(),
      'status lists': () => keeper.sweep(),
      journal: () => issuing.journalAnchoring.sweep(),
      issuances: () => pipeline.sweep(),
      'reach of the ledger': async () => issuing.reach.probe(),
      OpenID4VCI: () => oid4vci.sweep(),
      // Once more what failed at the last head.
      reconciler: () => issuing.reconciler.catchUp(),
      'transparency log': async () => verifying.transparencyLog?.round(),
      presentations: () => verifying.presentations.sweep(),
      'notices of verdicts': () => verifying.verdictNotices.sweep(),
      sessions: () => operating.sessions.sweep(),
      invitations: () => operating.accounts.sweep(),
      'machine tokens': () => operating.machineTokens.sweep(),
      proposals: () => operating.proposals.resume(),
      webhooks: () => operating.webhooks.sweep(),
      notices: () => issuing.notices.sweep(),
      'loss reports': () => loss.lossDesk.sweep(),
      'tries to lock': () => lock.lockTries.sweep(),
      'reports of telecoms': () => loss.telecomReports.sweep(),
      'wallet stops': () => issuing.stopRunner.sweep(),
      'chip sessions': () => issuing.chip.sweep(),
      tills: () => operating.tills.sweep(),
      checkpoint: () => renewCheckpoint(profileFile, verifying.published),
    },
    warn,
  )
  // At once, since the pipeline and the sweeps may wait for the lanes, which wait for the ledger until they are closed.
  closeStack.add(() => {
    issuing.notices.close()
    issuing.stopRunner.close()
    issuing.reach.close()
    return Promise.all([
      ...[stopSweeps(), operating.proposals.close(), operating.webhooks.close()],
      ...[pipeline.close(), issuingLane.close(), statusLane.close()],
    ])
  })

  const { profile } = profileFile
  const registries = { ledger, addresses: addressesOf(profile) }
  const definitions = { cards, presets, simulated: base.simulated }
  const lacking = () => lackingOnLedger(registries, org, organisationPlan(config, custody, definitions), clock())
  const standstillAfter = await standstillOf(base)
  const own = { config, custody, cards, presets, ledger, profile, profileFile, org, vault, clock, random }
  return { ...own, recovered, lacking, standstillAfter, ...issuing, ...loss, ...lock, ...verifying, ...operating }
}

/** The own ledger seals a block for each heartbeat. The period of another ledger is taken from its blocks. */
async function standstillOf({ config, ledger, warn }: AuthorityBase): Promise<() => number> {
  if (config.ledgerUrl === null) return () => 3 * config.heartbeat
  const failed = (error: unknown) => warn({ error: String(error) }, 'the period of the blocks could not be read yet')
  const period = await BlockPeriod.of(ledger, config.heartbeat, failed)
  return () => period.patience
}
