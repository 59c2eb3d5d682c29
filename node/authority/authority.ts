/**
 * Composes an authority from its rooms: the one place that sees them all. What is opened here is closed here, in the
 * opposite order.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import { allCards } from '../credential/cards/all.ts'
import { Batches } from '../issuer/anchoring/batches.ts'
import { AnchoringPipeline } from '../issuer/anchoring/pipeline.ts'
import { Preparer } from '../issuer/anchoring/preparer.ts'
import { Applications } from '../issuer/applications/applications.ts'
import { Counter } from '../issuer/counter.ts'
import { Credentials } from '../issuer/credentials.ts'
import { Journal } from '../issuer/journal.ts'
import { Offers } from '../issuer/offers/offers.ts'
import { Oid4vci } from '../issuer/oid4vci/oid4vci.ts'
import { type Custody, openCustody } from '../keys/custody.ts'
import { openEmbeddedLedger } from '../ledger/embedded/ledger.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { EndpointReport } from '../ledger/remote/endpoint.ts'
import { connectLedger } from '../ledger/remote/remote.ts'
import { WitnessedLedger } from '../ledger/witnessed.ts'
import type { Hex } from '../lib/bytes.ts'
import type { Random } from '../lib/random.ts'
import { type Clock, systemClock } from '../lib/time.ts'
import type { Warn } from '../lib/warn.ts'
import { type LedgerProfile, openProfile } from '../proof/profile.ts'
import { addressesOf } from '../registries/contracts.ts'
import type { ProfileFile } from '../registries/profile/profile-file.ts'
import { readKey } from '../registries/reads.ts'
import { type Cause, type Included, Lane } from '../registries/sending/outbox.ts'
import { StoredRegister } from '../residents/stored.ts'
import { StatusAllocator } from '../status/allocator.ts'
import { StatusListKeeper } from '../status/keeper.ts'
import { StatusLists } from '../status/lists.ts'
import { StatusMirror } from '../status/mirror.ts'
import { LevelStore } from '../store/level.ts'
import { checkMaster } from '../store/master.ts'
import { checkSchema } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import { Vault } from '../store/vault.ts'
import { Presentations } from '../verifier/oid4vp/presentations.ts'
import { ReplicaView } from '../verifier/replica/view.ts'
import { OwnReplica } from '../verifier/snapshot/own-replica.ts'
import { Verifier } from '../verifier/verifier.ts'
import { RpcView } from '../verifier/views/rpc.ts'
import { renewCheckpoint, standOn } from './bootstrap.ts'

export interface Authority {
  readonly config: Config
  readonly custody: Custody
  readonly ledger: Ledger
  readonly profile: LedgerProfile
  readonly profileFile: ProfileFile
  readonly residents: StoredRegister
  readonly applications: Applications
  readonly counter: Counter
  readonly oid4vci: Oid4vci
  readonly pipeline: AnchoringPipeline
  readonly batches: Batches
  readonly credentials: Credentials
  readonly allocator: StatusAllocator
  readonly mirror: StatusMirror
  readonly lists: StatusLists
  /** For status changes that operators ask for. */
  readonly statusLane: Lane
  /** A proved copy of the registries, which checks read; null on a ledger without seals. */
  readonly ownReplica: OwnReplica | null
  readonly verifier: Verifier
  readonly presentations: Presentations
  readonly clock: Clock
  /** Resolves with the reason if ledger or store stop by themselves: then only a restart helps. */
  readonly stopped: Promise<Error | null>
  close(): Promise<void>
}

export interface AuthorityOptions {
  readonly config: Config
  readonly log: Logger
  /** Told of each step of the first start. */
  readonly progress: (done: number, of: number, step: string) => void
  /** An engine to stand on instead of the configured one: for development on Hardhat. */
  readonly ledger?: Ledger
}

/** Seconds between looks at what is overdue. */
const SWEEP = 5

const random: Random = randomBytes
const clock = systemClock

/** @throws {LedgerError | StoreError | ConfigError} each with what to do next */
export async function openAuthority(options: AuthorityOptions): Promise<Authority> {
  const { config, log, progress } = options
  const closing: (() => Promise<unknown>)[] = []
  const failed = (error: unknown) => log.error({ err: error }, 'something did not close')
  let closed: Promise<void> | undefined
  // A step that fails must not keep the next one from releasing its files. Closing twice is closing once.
  const close = () => {
    closed ??= closing
      .reduceRight((before, step) => before.then(step).catch(failed), Promise.resolve<unknown>(undefined))
      .then(() => undefined)
    return closed
  }
  try {
    const name = config.authority.ko
    // Written when the first start has done all its work.
    const complete = existsSync(join(config.data, 'ledger.json'))
    const custody = await openCustody(join(config.data, 'keys'), { name, url: config.publicUrl }, clock(), complete)
    const { ledger, stopped } = options.ledger
      ? { ledger: options.ledger, stopped: never }
      : await openLedger(config, custody, log)
    closing.push(() => ledger.close())
    const footing = await standOn(ledger, config, custody, progress)
    const store = await LevelStore.open(join(config.data, 'authority'))
    closing.push(() => store.close())
    await checkSchema(store)
    const authority = await compose({ config, custody, ledger, store, log, ...footing }, closing)
    return { ...authority, stopped: Promise.race([stopped, store.stopped]), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function openLedger(config: Config, custody: Custody, log: Logger) {
  if (config.ledgerUrl) {
    const onState = ({ state, ...facts }: EndpointReport) =>
      state === 'ready'
        ? log.info(facts, 'a ledger node answers')
        : log.warn({ state, ...facts }, 'a ledger node is no use')
    // Once there is a profile, that says which ledger this is, and not whichever node answers first.
    const file = join(config.data, 'ledger.json')
    const known = existsSync(file) && { genesis: openProfile(readFileSync(file, 'utf8').trim()).profile.genesis }
    const { chainId, ledgerUrl } = config
    return { ledger: await connectLedger(ledgerUrl, { chainId, ...known, onState }), stopped: never }
  }
  const { accounts } = custody
  const ledger = await openEmbeddedLedger({
    path: join(config.data, 'ledger'),
    chainId: config.chainId,
    validatorKey: Buffer.from(accounts.validator.privateKey.slice(2), 'hex'),
    allow: Object.values(accounts).map(({ address }) => address as Hex),
    heartbeat: config.heartbeat,
  })
  if (ledger.warning) log.warn(ledger.warning)
  return { ledger, stopped: ledger.stopped }
}

/** For a ledger elsewhere, which may be out of reach and come back. */
const never = new Promise<never>(() => {})

interface Parts {
  readonly config: Config
  readonly custody: Custody
  readonly ledger: Ledger
  readonly store: Store
  readonly log: Logger
  readonly profileFile: ProfileFile
  readonly org: number
}

async function compose(
  parts: Parts,
  closing: (() => Promise<unknown>)[],
): Promise<Omit<Authority, 'stopped' | 'close'>> {
  const { config, custody, ledger, store, log, profileFile, org } = parts
  const { profile } = profileFile
  const { publicUrl } = config
  const warn: Warn = (facts, message) => log.warn(facts, message)
  const vault = new Vault(store, custody.master, random)
  await checkMaster(store, vault)
  const journal = await Journal.open(store)
  const residents = new StoredRegister(store, vault)

  const registry = profile.contracts.statusRegistry.address
  const registries = { ledger, addresses: addressesOf(profile) }
  const allocator = await StatusAllocator.open(store, vault, random)
  const mirror = new StatusMirror(store, ledger, registry, warn)
  closing.push(() => mirror.close())
  const keeper = new StatusListKeeper({ registries, org, allocator, mirror, warn })
  await keeper.open()
  const lists = new StatusLists(publicUrl, mirror, custody.credential, clock)

  const { chainId } = profile
  const [issuingLane, statusLane] = await Promise.all([
    Lane.open({ ledger, store, account: custody.accounts.issuing, chainId, warn }),
    Lane.open({ ledger, store, account: custody.accounts.status, chainId, warn }),
  ])

  const credentials = new Credentials({ store, vault, ledger, registry, mirror, journal, clock, random })
  const batches = new Batches(store, ledger, profile.contracts.anchorLog.address, journal, clock)
  const preparer = new Preparer({
    issuer: publicUrl,
    issuingAuthority: config.authority.ko,
    signer: custody.credential,
    keyFrom: await keyFrom(parts),
    ...{ residents, allocator, lists, store, vault, clock, random },
  })
  const pipeline = new AnchoringPipeline({
    ...{ store, vault, batches, credentials, preparer, chainId, org, clock, random, warn },
    lane: issuingLane,
    signer: custody.credential,
    auditor: custody.auditor,
    anchorLog: profile.contracts.anchorLog.address,
  })

  const applications = new Applications({ store, journal, clock, random })
  const offers = new Offers({
    ...{ store, journal, applications, vault, publicUrl, clock, random },
    master: custody.master,
  })
  const counter = new Counter(residents, applications, offers, config.authority.ko, clock)
  const oid4vci = new Oid4vci({
    ...{ publicUrl, store, journal, applications, offers, clock, random },
    authority: config.authority,
    cards: allCards,
    issuing: pipeline,
    master: custody.master,
    notified: (application, event) => pipeline.notified(application, event),
  })

  const witnessed = profile.witnesses.quorum === 0 ? null : witnessedLedger(parts, warn)
  if (witnessed) closing.push(() => witnessed.close())
  const published = witnessed ?? ledger
  const ownReplica =
    profile.seals === 'qbft'
      ? OwnReplica.open({
          ledger: published,
          profileFile,
          clock,
          path: join(config.data, 'replica', 'snapshot.bin'),
          warn,
        })
      : null
  if (ownReplica) closing.push(() => ownReplica.close())
  const rpcView = new RpcView(published, profile, clock)
  const replicaView = new ReplicaView(() => ownReplica?.replica ?? null, {
    refresh: async () => ownReplica?.refresh() ?? false,
  })
  // Until the replica has read the logs, our own node's word has to do.
  const view = { pin: () => (ownReplica?.replica ? replicaView : rpcView).pin() }
  const verifier = new Verifier({ profile, view, clock })
  const presentations = new Presentations({ verifier, signer: custody.request, store, vault, publicUrl, clock, random })
  closing.push(async () => presentations.close())

  const handlers = {
    anchor: pipeline.onAnchored,
    status: credentials.onOutcome,
    list: (_cause: Cause, { revert = '', ...facts }: Included) => [
      journal.append({ at: clock(), event: revert ? 'status-list.refused' : 'status-list.opened', ...facts, revert }),
    ],
  }
  // What an earlier process left under way is finished in the background: the node is ready even if the ledger is slow.
  const recovered = Promise.all([issuingLane.start(handlers), statusLane.start(handlers)])
  recovered.catch(error => log.warn({ err: error }, 'what was under way is not all settled'))
  const swept = sweeping(
    [
      ...[() => keeper.sweep(statusLane), () => pipeline.sweep(), () => oid4vci.sweep(), () => presentations.sweep()],
      () => renewCheckpoint(profileFile, published, clock()),
    ],
    log,
  )
  // Closed together: what the pipeline and the sweeps wait for may never come unless the lanes stop waiting.
  closing.push(() => Promise.all([swept(), pipeline.close(), issuingLane.close(), statusLane.close()]))

  return {
    ...{ config, custody, ledger, profile, residents, applications, counter, oid4vci, pipeline, batches, credentials },
    ...{ allocator, mirror, lists, statusLane, ownReplica, verifier, presentations, clock },
    profileFile,
  }
}

function witnessedLedger({ ledger, config, profileFile }: Parts, warn: Warn) {
  const urls = config.witnesses.members.map(({ url }) => url)
  return new WitnessedLedger({ ledger, profile: profileFile.profile, urls, warn })
}

async function keyFrom({ ledger, profileFile: { profile }, custody }: Parts) {
  const key = await readKey({ ledger, addresses: addressesOf(profile) }, custody.credential.keyId)
  return key?.from ?? custody.credential.notBefore
}

/**
 * Runs each task every few seconds, unless its last run is still going on. The returned function ends that and waits
 * for the runs under way.
 */
function sweeping(tasks: readonly (() => Promise<unknown>)[], log: Logger): () => Promise<unknown> {
  const running = new Map<() => Promise<unknown>, Promise<unknown>>()
  const run = (task: () => Promise<unknown>) =>
    task()
      .catch(error => log.warn({ err: error }, 'a sweep failed; it runs again'))
      .finally(() => running.delete(task))
  const timer = setInterval(() => {
    for (const task of tasks) if (!running.has(task)) running.set(task, run(task))
  }, SWEEP * 1000)
  return () => {
    clearInterval(timer)
    return Promise.all(running.values())
  }
}
