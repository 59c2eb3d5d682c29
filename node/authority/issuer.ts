/** Composes the issuer: the register of residents, status lists, anchoring, and the wallet protocols. */
import { cardsDirectory } from '../config/cards.ts'
import { Batches } from '../issuer/anchoring/batches.ts'
import { AnchoringPipeline } from '../issuer/anchoring/pipeline.ts'
import { Preparer } from '../issuer/anchoring/preparer.ts'
import { TemporaryAllowance } from '../issuer/anchoring/temporary-allowance.ts'
import { ClerkActs } from '../issuer/applications/clerk-acts.ts'
import { ApplicationWatch } from '../issuer/applications/watch.ts'
import { requireUnchangedCards } from '../issuer/cards-in-use.ts'
import { Counter } from '../issuer/counter.ts'
import { Credentials } from '../issuer/credentials.ts'
import { Erasure } from '../issuer/erasure.ts'
import { Installations } from '../issuer/installations/installations.ts'
import { JournalAnchoring } from '../issuer/journal/anchoring.ts'
import { Journal } from '../issuer/journal.ts'
import { LossRecords } from '../issuer/loss/loss-report.ts'
import { NoticeOutbox } from '../issuer/messages/notice-outbox.ts'
import type { ApplyEndpoint } from '../issuer/online/apply-endpoint.ts'
import { type Causes, isResent, outcomeHandlers } from '../issuer/outcomes.ts'
import type { AttestationEndpoint } from '../issuer/own-wallet/attestation-endpoint.ts'
import { PersonViews } from '../issuer/person-view.ts'
import { PersonViewings } from '../issuer/person-viewings.ts'
import { Personalisation } from '../issuer/personalisation/jobs.ts'
import type { Acceptance } from '../issuer/reconciler/acceptance.ts'
import type { Reconciler } from '../issuer/reconciler/reconciler.ts'
import { Reinstatement } from '../issuer/reinstatement.ts'
import { Reports } from '../issuer/reports.ts'
import { RevocationLimit } from '../issuer/revocation-limit.ts'
import { Rollout } from '../issuer/rollout/rollout.ts'
import { StatusReasons } from '../issuer/status-reasons.ts'
import { SuspensionViews } from '../issuer/suspension-view.ts'
import { Suspensions } from '../issuer/suspensions.ts'
import { Allowance } from '../issuer/wallet-stops/allowance.ts'
import { WalletStops } from '../issuer/wallet-stops/wallet-stops.ts'
import { LedgerReach } from '../ledger/reach.ts'
import type { Hex } from '../lib/bytes.ts'
import { addressesOf } from '../registries/contracts.ts'
import { readAccount, readKey } from '../registries/reads.ts'
import { Lane } from '../registries/sending/lane.ts'
import { settleReplaced } from '../registries/sending/replaced.ts'
import type { Register } from '../residents/register.ts'
import { StatusAllocator, type StatusIndex } from '../status/allocator.ts'
import type { HeldSuspensions } from '../status/held.ts'
import { StatusListKeeper } from '../status/keeper.ts'
import { StatusLists } from '../status/lists.ts'
import { StatusMirror } from '../status/mirror.ts'
import type { Vault } from '../store/vault.ts'
import type { LedgerView } from '../verifier/view.ts'
import type { AuthorityBase } from './base.ts'
import { type ChipIssuingParts, composeChip } from './chip.ts'
import type { CloseStack } from './close-stack.ts'
import { composeMessages, type MessageParts, openMessages } from './messages.ts'
import { applyEndpointOf, composeOnline } from './online.ts'
import { acceptanceOf, composeReconciler } from './reconciler.ts'
import { composeRenewals } from './renewals.ts'
import { openLines, openRegister } from './residents.ts'
import { composeWalletProtocol, type WalletProtocol } from './wallet-protocol.ts'
import { composeOwnWallet, openWalletProviders } from './wallet-providers.ts'
import { composeWalletStops, type WalletStopParts } from './wallet-stops.ts'

export interface IssuerParts extends WalletProtocol, MessageParts, WalletStopParts, ChipIssuingParts {
  readonly journal: Journal
  readonly journalAnchoring: JournalAnchoring
  readonly residents: Register
  readonly allocator: StatusAllocator
  readonly mirror: StatusMirror
  /** Suspensions that the served lists contain before the ledger has them. */
  readonly held: HeldSuspensions
  readonly keeper: StatusListKeeper
  readonly lists: StatusLists
  /** Sends anchors, and the status changes of replacements. */
  readonly issuingLane: Lane<Causes>
  /** Sends the status changes that operators ask for, and opens status lists. */
  readonly statusLane: Lane<Causes>
  readonly credentials: Credentials
  readonly batches: Batches
  readonly installations: Installations
  readonly pipeline: AnchoringPipeline
  /** Whether the ledger is out of reach, so that wallets get temporary cards. */
  readonly reach: LedgerReach
  readonly temporaryAllowance: TemporaryAllowance
  readonly counter: Counter
  readonly clerkActs: ClerkActs
  readonly watch: ApplicationWatch
  readonly personViews: PersonViews
  readonly viewings: PersonViewings
  readonly personalisation: Personalisation
  readonly reconciler: Reconciler
  readonly acceptance: Acceptance
  readonly reinstatement: Reinstatement
  readonly erasure: Erasure
  readonly revocations: RevocationLimit
  /** The pages of the online application; null without an identity provider. */
  readonly apply: ApplyEndpoint | null
  /** The wallet provider of the install's own wallet. */
  readonly ownWallet: AttestationEndpoint
  readonly rollout: Rollout
}

export async function composeIssuer(
  base: AuthorityBase,
  vault: Vault,
  view: LedgerView,
  held: HeldSuspensions,
  closeStack: CloseStack,
): Promise<IssuerParts> {
  const { config, custody, ledger, store, clock, timer, random, warn } = base
  const journal = new Journal(store)
  const { cards } = base
  await requireUnchangedCards({ store, cards, directory: cardsDirectory(config.data), journal, clock })
  const rollout = await Rollout.open({ data: config.data, store, journal, clock })
  const residents = openRegister(base, vault, closeStack)
  await residents.finishErasure()
  await residents.indexNames()
  const { issuingLane, statusLane } = await openLanes(base)
  const reconciler = await composeReconciler(base, [issuingLane, statusLane], journal, closeStack)
  const status = await composeStatus(base, vault, held, statusLane, closeStack)
  const { allocator, mirror, lists } = status

  const journalAnchoring = new JournalAnchoring({
    registries: { ledger, addresses: addressesOf(base.profileFile.profile) },
    ...{ store, org: base.org, lane: issuingLane, journal, clock, warn, alarm: base.alarm },
  })
  const { chainId, contracts } = base.profileFile.profile
  const registry = contracts.statusRegistry.address
  const anchorLog = contracts.anchorLog.address
  const { revocationsPerDay: perDay } = config
  const revocations = await RevocationLimit.open({ store, journal, perDay, clock, alarm: base.alarm })
  const installations = new Installations(store, random)
  const ledgerTime = () => mirror.asOf?.time ?? 0
  const walletStops = new WalletStops({ store, vault, installations, journal, ledgerTime, clock, random })
  const credentials = new Credentials({
    ...{ store, vault, ledger, registry, mirror, journal, clock, timer, random, issuingLane },
    lane: statusLane,
    limit: revocations,
    requireReinstatable: walletStops.requireReinstatable,
  })
  const reports = new Reports(credentials, held, new LossRecords(store))
  const erasure = new Erasure({ residents, credentials, journal, clock })
  const reinstatement = new Reinstatement({
    ...{ store, vault, registry, mirror, credentials, journal, clock, random, issuingLane },
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
  const allowance = new Allowance({ ledger, addresses: addressesOf(base.profileFile.profile) }, revocations)
  const opened = openMessages(base, closeStack)
  const sends = opened.messages !== null
  const reach = new LedgerReach({ ledger, timer })
  const { temporaryCardsPerDay } = config
  const temporaryAllowance = new TemporaryAllowance({ store, perDay: temporaryCardsPerDay, clock, alarm: base.alarm })
  const pipeline = new AnchoringPipeline({
    notices: new NoticeOutbox({ store, installations, journal, clock, random, sends }),
    ...{
      store,
      vault,
      batches,
      credentials,
      reports,
      preparer,
      installations,
      chainId,
      org: base.org,
      clock,
      timer,
      random,
      warn,
    },
    lane: issuingLane,
    signer: custody.credential,
    auditor: custody.auditor,
    anchorLog,
    gate: reconciler,
    replacedOfList: (list, now) => allowance.ofList(list, now),
    ...{ reach, allowance: temporaryAllowance, mirror, held, lists, journal },
  })

  const suspensions = new Suspensions(store)
  const walletProviders = openWalletProviders(base, view, walletStops)
  const protocol = composeWalletProtocol({
    ...{ config, cards, master: custody.master, store, vault, journal, clock, random },
    issuing: pipeline,
    renewals: applications =>
      composeRenewals({
        ...{ cards, store, vault, applications, credentials, residents, issuing: pipeline, clock },
        ...{ suspensions, reports, installations },
      }),
    walletProviders,
    metadataSigner: custody.credential,
    notified: (application, event) => pipeline.notified(application, event),
    online: made => composeOnline(base, { ...made, vault, residents, rollout, gate: reconciler }),
  })
  const { applications, offers, oid4vci, online } = protocol
  await applications.indexAll()
  const counter = new Counter(cards, residents, applications, offers, config.authority.ko, reconciler, rollout, clock)
  const personalisation = new Personalisation({ store, applications, residents, clock, random })
  const lines = openLines(base, residents, closeStack)
  const messaging = composeMessages(base, vault, opened, journal, applications, lines)
  const clerkActs = new ClerkActs({
    codes: messaging.codes,
    ...{ cards, store, vault, applications, offers, residents, personalisation, rollout, clock },
    tokens: oid4vci.tokens,
    lines,
    gate: reconciler,
    issuingAuthority: config.authority.ko,
  })
  const watch = new ApplicationWatch(cards, applications, pipeline, personalisation)
  const viewings = new PersonViewings(store, journal)
  const personViews = new PersonViews({
    ...{ cards, store, vault, journal, applications, clerkActs, watch, credentials, held, timer },
    mirror: status.mirror,
    suspensions: new SuspensionViews(suspensions, new StatusReasons(store, vault, random)),
    viewings,
  })
  return {
    ...{ personalisation, clerkActs, watch, personViews, viewings, ...messaging },
    ...(await composeChip(base, vault, { ...protocol, journal, residents, rollout, gate: reconciler })),
    ...{ journal, residents, ...status, reconciler, issuingLane, statusLane, credentials },
    ...{ batches, pipeline, installations, reach, temporaryAllowance, journalAnchoring },
    ...{ ...protocol, counter, reinstatement, erasure, revocations, rollout },
    apply: online && applyEndpointOf(base, online),
    ownWallet: composeOwnWallet(base, view, walletProviders, walletStops),
    ...composeWalletStops(base, {
      ...{ stops: walletStops, installations, credentials, journal, revocations, ledgerTime },
      ...{ lane: statusLane, issuingLane },
    }),
    acceptance: acceptanceOf(reconciler, base, vault, journal),
  }
}

async function composeStatus(
  { config, custody, ledger, store, profileFile, ...base }: AuthorityBase,
  vault: Vault,
  held: HeldSuspensions,
  lane: Lane<Causes>,
  closeStack: CloseStack,
) {
  const { org, clock, random, warn } = base
  const addresses = addressesOf(profileFile.profile)
  const mirror = new StatusMirror(store, ledger, addresses.statusRegistry, warn, held)
  // If the list was not read yet, the index is checked before the card is delivered.
  const isValid = ({ list, idx }: StatusIndex) => !mirror.statusAt(list, idx)
  const allocator = await StatusAllocator.open(store, vault, random, isValid)
  closeStack.add(() => mirror.close())
  const keeper = new StatusListKeeper({ registries: { ledger, addresses }, org, allocator, mirror, lane, warn })
  await keeper.open()
  const lists = new StatusLists(config.publicUrl, mirror, held, custody.credential, clock)
  return { allocator, mirror, held, keeper, lists }
}

async function openLanes({ ledger, store, custody: { accounts }, profileFile, timer, warn, alarm }: AuthorityBase) {
  const { chainId } = profileFile.profile
  const [issuingLane, statusLane] = await Promise.all([
    Lane.open<Causes>({ ledger, store, account: accounts.issuing, chainId, timer, warn, alarm }),
    Lane.open<Causes>({ ledger, store, account: accounts.status, chainId, timer, warn, alarm }),
  ])
  return { issuingLane, statusLane }
}

/** When the key that signs cards was registered on the ledger. No card can be older. */
async function keyFrom({ ledger, profileFile: { profile }, custody }: AuthorityBase) {
  const key = await readKey({ ledger, addresses: addressesOf(profile) }, custody.credential.keyId)
  return key?.from ?? custody.credential.notBefore
}

/**
 * Sends the transactions that an earlier process stored and did not finish. The caller does not wait for this, so the node
 * is ready even if the ledger is slow.
 * @returns resolves when all of them have their outcome
 */
export async function startLanes(
  { issuingLane, statusLane, ...parts }: IssuerParts,
  { store, ledger, profileFile, clock }: AuthorityBase,
): Promise<void> {
  const handlers = outcomeHandlers({ ...parts, clock })
  const lanes = [issuingLane, statusLane]
  const registries = { ledger, addresses: addressesOf(profileFile.profile) }
  const isStopped = async (account: Hex) => (await readAccount(registries, account))?.capabilities === 0
  const replaced = { store, ledger, lanes, lane: statusLane, handlers, isStopped, isResent, now: clock() }
  await Promise.all([...lanes.map(lane => lane.start(handlers)), settleReplaced(replaced)])
}
