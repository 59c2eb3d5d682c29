/** Composes the issuer: from the register of residents to the signed, anchored card and its status. */
import { Batches } from '../issuer/anchoring/batches.ts'
import { AnchoringPipeline } from '../issuer/anchoring/pipeline.ts'
import { Preparer } from '../issuer/anchoring/preparer.ts'
import { Counter } from '../issuer/counter.ts'
import { Credentials } from '../issuer/credentials.ts'
import { Journal } from '../issuer/journal.ts'
import { LedgerWalletProviders, PROVIDE_WALLET, type WalletProviders } from '../issuer/oid4vci/attestation/providers.ts'
import { type Causes, outcomeHandlers } from '../issuer/outcomes.ts'
import type { Acceptance } from '../issuer/reconciler/acceptance.ts'
import type { Reconciler } from '../issuer/reconciler/reconciler.ts'
import { Reinstatement } from '../issuer/reinstatement.ts'
import { RevocationLimit } from '../issuer/revocation-limit.ts'
import { purposeHash } from '../proof/registries/purpose.ts'
import { addressesOf } from '../registries/contracts.ts'
import { readKey } from '../registries/reads.ts'
import { Lane } from '../registries/sending/lane.ts'
import { StoredRegister } from '../residents/stored.ts'
import { StatusAllocator, type StatusIndex } from '../status/allocator.ts'
import { StatusListKeeper } from '../status/keeper.ts'
import { StatusLists } from '../status/lists.ts'
import { StatusMirror } from '../status/mirror.ts'
import type { Vault } from '../store/vault.ts'
import type { LedgerView } from '../verifier/view.ts'
import type { Closing } from './closing.ts'
import type { Foundation } from './foundation.ts'
import { composeOffering, type Offering } from './offering.ts'
import { acceptanceOf, composeReconciler } from './reconciling.ts'

export interface Issuing extends Offering {
  readonly journal: Journal
  readonly residents: StoredRegister
  readonly allocator: StatusAllocator
  readonly mirror: StatusMirror
  readonly keeper: StatusListKeeper
  readonly lists: StatusLists
  /** Sends anchors, and the status changes of replacements. */
  readonly issuingLane: Lane<Causes>
  /** Sends the status changes that operators ask for, and opens status lists. */
  readonly statusLane: Lane<Causes>
  readonly credentials: Credentials
  readonly batches: Batches
  readonly pipeline: AnchoringPipeline
  readonly counter: Counter
  readonly reconciler: Reconciler
  readonly acceptance: Acceptance
  readonly reinstatement: Reinstatement
  readonly revocations: RevocationLimit
}

export async function composeIssuing(
  base: Foundation,
  vault: Vault,
  view: LedgerView,
  closing: Closing,
): Promise<Issuing> {
  const { config, custody, ledger, store, clock, timer, random, warn } = base
  const journal = new Journal(store)
  const residents = new StoredRegister(store, vault)
  const { issuingLane, statusLane } = await openLanes(base)
  const reconciler = await composeReconciler(base, [issuingLane, statusLane], journal, closing)
  const status = await composeStatus(base, vault, statusLane, closing)
  const { allocator, mirror, lists } = status

  const { chainId, contracts } = base.profileFile.profile
  const registry = contracts.statusRegistry.address
  const anchorLog = contracts.anchorLog.address
  const { revocationsPerDay: perDay } = config
  const revocations = await RevocationLimit.open({ store, journal, perDay, clock, alarm: base.alarm })
  const credentials = new Credentials({
    ...{ store, vault, ledger, registry, mirror, journal, clock, random, issuingLane },
    lane: statusLane,
    limit: revocations,
  })
  const reinstatement = new Reinstatement({
    ...{ store, vault, registry, mirror, credentials, journal, clock, random },
    lane: statusLane,
  })
  const batches = new Batches({ store, ledger, anchorLog, lane: issuingLane, journal, clock, timer })
  const preparer = new Preparer({
    issuer: config.publicUrl,
    issuingAuthority: config.authority.ko,
    signer: custody.credential,
    keyFrom: await keyFrom(base),
    ...{ residents, allocator, lists, store, vault, clock, random },
  })
  const pipeline = new AnchoringPipeline({
    ...{ store, vault, batches, credentials, preparer, chainId, org: base.org, clock, timer, random, warn },
    lane: issuingLane,
    signer: custody.credential,
    auditor: custody.auditor,
    anchorLog,
    gate: reconciler,
  })

  const offering = composeOffering({
    ...{ config, master: custody.master, store, vault, journal, clock, random },
    issuing: pipeline,
    walletProviders: walletProviders(base, view),
    notified: (application, event) => pipeline.notified(application, event),
  })
  const { applications, offers } = offering
  const counter = new Counter(residents, applications, offers, config.authority.ko, reconciler, clock)
  return {
    ...{ journal, residents, ...status, reconciler, issuingLane, statusLane, credentials },
    ...{ batches, pipeline },
    ...{ ...offering, counter, reinstatement, revocations, acceptance: acceptanceOf(reconciler, base, vault, journal) },
  }
}

async function composeStatus(
  { config, custody, ledger, store, profileFile, ...base }: Foundation,
  vault: Vault,
  lane: Lane<Causes>,
  closing: Closing,
) {
  const { org, clock, random, warn } = base
  const addresses = addressesOf(profileFile.profile)
  const mirror = new StatusMirror(store, ledger, addresses.statusRegistry, warn)
  // An index whose list was not read yet is checked before the delivery.
  const isValid = ({ list, idx }: StatusIndex) => !mirror.statusAt(list, idx)
  const allocator = await StatusAllocator.open(store, vault, random, isValid)
  closing.add(() => mirror.close())
  const keeper = new StatusListKeeper({ registries: { ledger, addresses }, org, allocator, mirror, lane, warn })
  await keeper.open()
  return { allocator, mirror, keeper, lists: new StatusLists(config.publicUrl, mirror, custody.credential, clock) }
}

/** Admission is read from the ledger itself; a provider's name, which only people read, from the verifier's view. */
function walletProviders({ ledger, profileFile, clock }: Foundation, view: LedgerView): WalletProviders {
  const registries = { ledger, addresses: addressesOf(profileFile.profile) }
  return new LedgerWalletProviders(registries, clock, async keyId => {
    const answer = await (await view.pin()).accreditation(keyId, purposeHash(PROVIDE_WALLET))
    return answer.known ? (answer.value.organisation?.name ?? null) : null
  })
}

async function openLanes({ ledger, store, custody: { accounts }, profileFile, timer, warn, alarm }: Foundation) {
  const { chainId } = profileFile.profile
  const [issuingLane, statusLane] = await Promise.all([
    Lane.open<Causes>({ ledger, store, account: accounts.issuing, chainId, timer, warn, alarm }),
    Lane.open<Causes>({ ledger, store, account: accounts.status, chainId, timer, warn, alarm }),
  ])
  return { issuingLane, statusLane }
}

/** When the ledger began to know the key that signs cards: no card can be older. */
async function keyFrom({ ledger, profileFile: { profile }, custody }: Foundation) {
  const key = await readKey({ ledger, addresses: addressesOf(profile) }, custody.credential.keyId)
  return key?.from ?? custody.credential.notBefore
}

/**
 * Sends what is waiting, and settles in the background what an earlier process left under way: the node is ready even
 * if the ledger is slow. Resolves when all of that has its outcome.
 */
export async function startLanes(
  { issuingLane, statusLane, pipeline, credentials, reinstatement, journal }: Issuing,
  { clock }: Foundation,
): Promise<void> {
  const handlers = outcomeHandlers({ pipeline, credentials, reinstatement, journal, clock })
  await Promise.all([issuingLane.start(handlers), statusLane.start(handlers)])
}
