/**
 * From an order to the delivered credential, and until the issuance is settled.
 *
 *   order ─▶ prepare ─▶ gather ─▶ tree, manifest ─▶ commit ─▶ anchor ─▶ receipt ─▶ sign ─▶ deliver ─▶ settle
 *                                                     └─ the commit point: records, batch, signed transaction
 *
 * A crash before the commit point loses nothing but unused status indexes. After the commit point the batch is anchored in
 * any case, now or at the next start (registries/sending/lane.ts), and a repeated request gets the same credential from
 * the stored records. A credential is signed only after its batch is anchored, so every signed credential is anchored.
 */
import type { P256Signer } from '../../keys/signer.ts'
import { LedgerError } from '../../ledger/errors.ts'
import type { LedgerReach } from '../../ledger/reach.ts'
import { type Hex, toHex } from '../../lib/bytes.ts'
import { thumbprint } from '../../lib/jose/jwk.ts'
import { KeyedLock } from '../../lib/lock.ts'
import type { Random } from '../../lib/random.ts'
import type { Clock, Timer } from '../../lib/time.ts'
import type { Warn } from '../../lib/warn.ts'
import type { OutcomeHandler, Submitter } from '../../registries/sending/lane.ts'
import type { HeldSuspensions } from '../../status/held.ts'
import type { StatusLists } from '../../status/lists.ts'
import type { StatusMirror } from '../../status/mirror.ts'
import type { Store } from '../../store/store.ts'
import type { Vault } from '../../store/vault.ts'
import type { Credentials } from '../credentials.ts'
import type { IssuingGate } from '../gate.ts'
import type { Installation } from '../installations/installation.ts'
import type { ChosenInstallation, Installations } from '../installations/installations.ts'
import type { Journal } from '../journal.ts'
import type { NoticeOutbox } from '../messages/notice-outbox.ts'
import type { Issued, IssueOrder, Issuing } from '../order.ts'
import { notRenewed } from '../renewal/not-renewed.ts'
import type { Reports } from '../reports.ts'
import type { StatusCauses } from '../status-requests.ts'
import { Anchorer, type PreparedOrder } from './anchor.ts'
import type { AnchorCauses, Batches } from './batches.ts'
import { Finisher } from './finish.ts'
import { Gatherer } from './gather.ts'
import { type Issuance, Issuances, isTemporary } from './issuance.ts'
import type { Preparer } from './preparer.ts'
import { ReplacedLimit, type ReplacedLimitOptions } from './replaced-limit.ts'
import { Replacement } from './replacement.ts'
import { Settler } from './settle.ts'
import { TemporaryCards } from './temporary.ts'
import type { TemporaryAllowance } from './temporary-allowance.ts'

export interface PipelineOptions {
  readonly store: Store
  readonly vault: Vault
  /** The lane of the issuing account, for anchors and for the suspensions that come before them. */
  readonly lane: Submitter<AnchorCauses & StatusCauses>
  readonly batches: Batches
  readonly credentials: Credentials
  readonly reports: Reports
  readonly preparer: Preparer
  readonly installations: Installations
  readonly notices: Pick<NoticeOutbox, 'ended'>
  readonly signer: P256Signer
  readonly gate: IssuingGate
  readonly reach: LedgerReach
  readonly allowance: TemporaryAllowance
  readonly mirror: Pick<StatusMirror, 'asOf'>
  readonly held: Pick<HeldSuspensions, 'hold' | 'heldSince'>
  readonly lists: Pick<StatusLists, 'token'>
  readonly journal: Journal
  /** The public key encrypts the entries of the manifest. */
  readonly auditor: P256Signer
  /** See `ReplacedLimitOptions.ofList`. */
  readonly replacedOfList: ReplacedLimitOptions['ofList']
  readonly chainId: number
  readonly anchorLog: Hex
  readonly org: number
  readonly clock: Clock
  readonly timer: Timer
  readonly random: Random
  readonly warn: Warn
}

/** The most renewals of one batch. A batch takes the node as long as it is large, and people wait meanwhile. */
const MOST_RENEWALS = 256

export class AnchoringPipeline implements Issuing {
  readonly #issuances: Issuances
  readonly #installations: Installations
  readonly #replacement: Replacement
  readonly #finisher: Finisher
  readonly #gatherer: Gatherer<PreparedOrder>
  /** Nobody waits in front of a screen for a renewal, so they are in batches of their own. Why: docs/decisions/198. */
  readonly #renewals: Gatherer<PreparedOrder>
  readonly #settler: Settler
  readonly #temporaries: TemporaryCards
  readonly #persons = new KeyedLock()
  /** Handles the outcomes of anchors. */
  readonly onAnchored: OutcomeHandler<AnchorCauses['anchor']>

  constructor(private readonly options: PipelineOptions) {
    const issuances = new Issuances(options.store)
    const { installations } = options
    const { clock, timer } = options
    const limit = new ReplacedLimit({ ofList: options.replacedOfList, clock })
    const replacement = new Replacement(options.credentials, options.reports, installations, limit, clock)
    const finisher = new Finisher({ ...options, replacement })
    const temporaries = new TemporaryCards({ ...options, issuances, replacement })
    const anchorer = new Anchorer({ ...options, issuances, replacement, finisher, temporaries })
    this.#issuances = issuances
    this.#installations = installations
    this.#replacement = replacement
    this.#finisher = finisher
    this.#temporaries = temporaries
    const send = (orders: readonly PreparedOrder[]) => anchorer.anchor(orders)
    this.#gatherer = new Gatherer({ send, timer })
    this.#renewals = new Gatherer({ send, timer, largest: MOST_RENEWALS, oneAtATime: true })
    this.#settler = new Settler({ ...options, issuances, replacement, persons: this.#persons })
    this.onAnchored = anchorer.onAnchored
  }

  issue(order: IssueOrder): Promise<Issued> {
    // One order at a time for each person, so that the second finds the records of the first and repeats or replaces it.
    return this.#persons.run(toHex(order.person), async () => {
      const issued = await this.#issueOrRepeat(order)
      await this.#requireUnreported(order)
      return issued
    })
  }

  /** Undefined if the application has no credential. */
  issuanceOf(application: string): Issuance | undefined {
    return this.#issuances.get(application)
  }

  /** The id of the credential of an application; undefined if it has none. */
  credentialOf(application: string): string | undefined {
    return this.#issuances.get(application)?.credentialId
  }

  /** The installation that got the application's credential; undefined if there is none yet. */
  installationOf(application: string): Installation | undefined {
    const id = this.credentialOf(application)
    return id === undefined ? undefined : this.#installations.of(this.options.credentials.get(id))
  }

  /** The block with the batch of the application's credential; null before. */
  anchorBlock(application: string): number | null {
    const issuance = this.#issuances.get(application)
    const batch = issuance?.root ? this.options.batches.get(issuance.root) : undefined
    return batch?.state === 'anchored' ? (batch.block ?? null) : null
  }

  notified(...notification: Parameters<Settler['notified']>): ReturnType<Settler['notified']> {
    return this.#settler.notified(...notification)
  }

  sweep(): Promise<void> {
    return this.#settler.sweep()
  }

  async close(): Promise<void> {
    await Promise.all([this.#gatherer.close(), this.#renewals.close()])
  }

  /**
   * A report that comes in while a card is renewed must not be answered with the new card. The renewal is then undone, and the
   * old card stays suspended for the report.
   * @throws {IssuerError} ISSUER_NOT_RENEWED
   */
  async #requireUnreported({ application, renews }: IssueOrder): Promise<void> {
    if (renews === undefined || !this.#replacement.isReported(renews)) return
    await this.options.store.commit(this.#settler.notified(application, 'credential_failure'))
    throw notRenewed(application, 'suspended')
  }

  async #issueOrRepeat(order: IssueOrder): Promise<Issued> {
    this.options.gate.requireOpen()
    const holderThumbprint = thumbprint(order.holderKey)
    const earlier = this.#issuances.get(order.application)
    return earlier ? this.#repeat(order, holderThumbprint, earlier) : this.#issue(order, holderThumbprint)
  }

  async #issue(order: IssueOrder, holderThumbprint: string): Promise<Issued> {
    const { preparer, credentials } = this.options
    const held = preparer.mayHaveCredentials(order.person) ? await credentials.ofPerson(order.person) : []
    const { chosen: installation, replaces } = this.#replacement.plan(held, order.card.id, order)
    const plan = { installation, replaces }
    const issued = await this.#anchor(order, holderThumbprint, plan)
    if ('credential' in issued) return issued
    return this.#issueTemporary(order, holderThumbprint, plan, issued.committed)
  }

  /** @returns the issued card, or if the ledger is out of reach what is committed of it */
  async #anchor(
    order: IssueOrder,
    holderThumbprint: string,
    { installation, replaces }: Plan,
  ): Promise<Issued | { readonly committed: string | null }> {
    if (this.options.reach.lost) return { committed: null }
    const prepared = await this.options.preparer.prepare(order, installation.installation.id)
    return new Promise((resolve, reject) => {
      const lost = (committed: string | null) => resolve({ committed })
      const gatherer = order.renews === undefined ? this.#gatherer : this.#renewals
      gatherer.add({ order, holderThumbprint, prepared, installation, replaces, resolve, reject, lost })
    })
  }

  /** For a wallet without a card. One that renews its card, or exchanges a temporary one, can wait: its card is valid. */
  async #issueTemporary(
    order: IssueOrder,
    holderThumbprint: string,
    { installation, replaces }: Plan,
    superseded: string | null,
  ): Promise<Issued> {
    if (order.renews !== undefined) throw renewLater()
    return this.#temporaries.issue({ order, holderThumbprint, installation, replaces, superseded })
  }

  /** The same card again. If its batch is not anchored yet and the ledger is out of reach, a temporary one instead. */
  async #repeat(order: IssueOrder, holderThumbprint: string, earlier: Issuance): Promise<Issued> {
    const { application } = order
    if (isTemporary(earlier)) return this.#temporaries.repeat(application, earlier, holderThumbprint)
    this.#finisher.requireRepeatable(application, earlier, holderThumbprint)
    if (this.anchorBlock(application) === null) {
      const { batches, reach, credentials } = this.options
      const watched = await reach.watch(batches.whenAnchored(earlier.root as Hex), true)
      if ('lost' in watched) {
        const record = credentials.get(earlier.credentialId)
        const installation = this.#installations.of(record)
        if (!installation) throw renewLater()
        const plan = { installation: { installation, ops: [] }, replaces: record.replaces }
        return this.#issueTemporary(order, holderThumbprint, plan, earlier.credentialId)
      }
    }
    return this.#finisher.repeat(application, earlier, holderThumbprint)
  }
}

interface Plan {
  readonly installation: ChosenInstallation
  /** Ids of the person's credentials that the new one replaces. */
  readonly replaces: readonly string[]
}

const renewLater = (): LedgerError =>
  new LedgerError(
    { code: 'LEDGER_UNREACHABLE', method: 'eth_sendRawTransaction' },
    'The ledger is out of reach, so the card cannot be anchored now. The card that the wallet has stays valid: try again in a few minutes.',
  )
