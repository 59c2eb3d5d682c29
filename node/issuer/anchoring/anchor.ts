/**
 * Anchors prepared credentials. One commit stores their records, their batch and its signed transaction. The transactions
 * that suspend the credentials they replace come before it in the same lane, so the ledger executes them first. If the
 * ledger is out of reach, the orders are told so. A batch that is committed stays, and its outcome is handled when it comes.
 */
import { receiptFor } from '../../credential/receipt.ts'
import type { P256Signer } from '../../keys/signer.ts'
import { isUnreachable } from '../../ledger/errors.ts'
import type { LedgerReach } from '../../ledger/reach.ts'
import { type Hex, toHex } from '../../lib/bytes.ts'
import type { Random } from '../../lib/random.ts'
import type { Clock } from '../../lib/time.ts'
import type { OutcomeHandler, Submitter } from '../../registries/sending/lane.ts'
import type { TransactionReceipt } from '../../registries/sending/transaction-receipt.ts'
import type { WriteOp } from '../../store/store.ts'
import type { Credentials } from '../credentials.ts'
import type { IssuingGate } from '../gate.ts'
import type { ChosenInstallation } from '../installations/installations.ts'
import type { NoticeOutbox } from '../messages/notice-outbox.ts'
import type { Issued, IssueOrder } from '../order.ts'
import { notRenewed } from '../renewal/not-renewed.ts'
import type { StatusCauses } from '../status-requests.ts'
import { type Batch, buildBatch } from './batch.ts'
import type { AnchorCauses, Batches } from './batches.ts'
import type { AnchoredCredential, Finisher } from './finish.ts'
import { type Issuances, REFETCH_SECONDS } from './issuance.ts'
import type { Prepared } from './preparer.ts'
import type { Replacement } from './replacement.ts'
import type { TemporaryCards } from './temporary.ts'

export interface AnchorerOptions {
  /** The lane of the issuing account. */
  readonly lane: Submitter<AnchorCauses & StatusCauses>
  readonly batches: Batches
  readonly credentials: Credentials
  readonly issuances: Issuances
  readonly replacement: Replacement
  readonly finisher: Finisher
  readonly temporaries: Pick<TemporaryCards, 'isSuperseded'>
  readonly reach: Pick<LedgerReach, 'watch' | 'answer'>
  readonly notices: Pick<NoticeOutbox, 'ended'>
  readonly gate: IssuingGate
  /** The public key encrypts the entries of the manifest. */
  readonly auditor: P256Signer
  readonly chainId: number
  readonly anchorLog: Hex
  readonly org: number
  readonly clock: Clock
  readonly random: Random
}

/** An order with its prepared credential, before the anchor. */
export interface PreparedOrder {
  readonly order: IssueOrder
  readonly holderThumbprint: string
  readonly prepared: Prepared
  readonly installation: ChosenInstallation
  /** Ids of the person's credentials that the new one replaces. */
  readonly replaces: readonly string[]
  readonly resolve: (issued: Issued) => void
  readonly reject: (error: unknown) => void
  /** The ledger is out of reach. @param committed the id of the credential, if its batch is on disk */
  readonly lost: (committed: string | null) => void
}

interface Sent {
  readonly orders: readonly PreparedOrder[]
  /** One for each order, or none if nothing was committed. */
  readonly anchored: readonly AnchoredCredential[]
  readonly outcomes: readonly TransactionReceipt[] | undefined
}

/** How often a batch is simulated while the ledger answers other requests. */
const TRIES = 3

export class Anchorer {
  constructor(private readonly options: AnchorerOptions) {}

  /** Anchors a batch for each card definition. Never rejects: it resolves or rejects each order. */
  async anchor(orders: readonly PreparedOrder[]): Promise<void> {
    const byCard = Map.groupBy(orders, ({ order }) => order.card.id)
    await Promise.all([...byCard.values()].map(batch => this.#anchorBatch(batch)))
  }

  async #anchorBatch(given: readonly PreparedOrder[]): Promise<void> {
    const { batches, credentials, finisher } = this.options
    try {
      const old = given.flatMap(({ replaces }) => replaces)
      // From here to the outcome nobody else changes their statuses: a suspension that an operator asks for at the same time
      // finds this one, or is found by it.
      const { orders, anchored, outcomes } = await credentials.locked(old, () => this.#send(given))
      if (!outcomes) {
        for (const [i, { lost }] of orders.entries()) lost(anchored[i]?.credentialId ?? null)
        return
      }
      if (orders.length === 0) return
      const { revert, block } = outcomes.at(-1) as TransactionReceipt
      if (revert !== undefined) throw batches.refused(revert)
      await credentials.reach(block).catch(unlessUnreachable)
      for (const [i, { resolve, reject }] of orders.entries()) {
        finisher.finish(anchored[i] as AnchoredCredential).then(resolve, reject)
      }
    } catch (error) {
      for (const { reject } of given) reject(error)
    }
  }

  /**
   * Call it while no status of the replaced credentials is changed by anything else here.
   * @returns without outcomes if the ledger is out of reach. What is in `anchored` is on disk then, and may still be included
   */
  async #send(given: readonly PreparedOrder[]): Promise<Sent> {
    const { lane, batches, replacement, gate, auditor, random, reach } = this.options
    const orders = given.filter(one => this.#mayBeSent(one))
    const [first] = orders
    if (!first) return { orders, anchored: [], outcomes: [] }
    const { card } = first.order
    const credentials = orders.map(({ prepared }) => prepared.credential)
    const batch = await buildBatch(card, credentials, auditor.publicKey.jwk, random)
    if (!(await this.#accepted(batch))) return { orders, anchored: [], outcomes: undefined }
    const anchored = orders.map((one, i) => this.#credentialOf(one, batch, i))
    const anchor = batches.request(
      card,
      batch,
      anchored.map(({ credentialId }) => credentialId),
      orders.map(({ order }) => order.application),
      orders.flatMap((one, i) => this.#records(one, anchored[i] as AnchoredCredential)),
    )
    const suspended = anchored.flatMap(({ suspends }) => suspends)
    gate.requireOpen()
    const sent = lane.submitAll([...replacement.suspensions(suspended), anchor])
    await Promise.all(sent.map(({ committed }) => committed))
    const watched = await reach.watch(Promise.all(sent.map(({ outcome }) => outcome)), true)
    return { orders, anchored, outcomes: 'lost' in watched ? undefined : watched.done }
  }

  /** A card that somebody reported since it was judged is not renewed. */
  #mayBeSent({ order: { application, renews }, reject }: PreparedOrder): boolean {
    const { replacement } = this.options
    if (renews === undefined || replacement.isValid(renews)) return true
    reject(notRenewed(application, replacement.isReported(renews) ? 'suspended' : 'replacing'))
    return false
  }

  /** @returns false if the ledger is out of reach; then nothing is committed */
  async #accepted(batch: Batch): Promise<boolean> {
    const { batches, reach } = this.options
    for (let tries = 1; ; tries++) {
      let refusal: unknown
      const checked = await reach.watch(
        batches.check(batch).then(
          () => true,
          error => {
            if (!isUnreachable(error)) throw error
            refusal = error
            return false
          },
        ),
      )
      if ('lost' in checked) return false
      if (checked.done) return true
      if (tries === TRIES) throw refusal
      if ('lost' in (await reach.watch(reach.answer()))) return false
    }
  }

  #credentialOf(
    { prepared: { credential }, replaces, installation }: PreparedOrder,
    { tree, purpose }: Batch,
    i: number,
  ): AnchoredCredential {
    const { chainId, anchorLog, org, random, replacement } = this.options
    const target = { chainId, log: anchorLog, org, purpose }
    const receipt = receiptFor(tree, tree.leafIndexes[i] as number, target, credential.entryHash)
    const suspends = replacement.suspendedBefore({ replaces, installation: installation.installation.id })
    return { credentialId: toHex(random(16)).slice(2), prepared: credential, receipt, suspends }
  }

  #records(
    { order, holderThumbprint, prepared, installation, replaces }: PreparedOrder,
    { credentialId, receipt }: AnchoredCredential,
  ): WriteOp[] {
    const { credentials, issuances, finisher } = this.options
    const person = toHex(order.person)
    const { root, index: leafIndex } = receipt
    const sealedPrepared = finisher.seal(order, prepared.credential, receipt)
    const facts = { credentialId, holderThumbprint, person, root, leafIndex }
    return [
      ...order.ops,
      ...prepared.ops,
      ...installation.ops,
      issuances.put(order.application, { ...facts, notified: null, sealedPrepared }),
      ...credentials.add(credentialId, {
        application: order.application,
        person,
        cardId: order.card.id,
        list: String(prepared.status.list),
        idx: prepared.status.idx,
        root,
        leafIndex,
        issuedAt: prepared.issuedAt,
        expiresAt: prepared.expiresAt,
        installation: installation.installation.id,
        replaces,
        sealedFacts: prepared.sealedFacts,
      }),
    ]
  }

  /**
   * Handles the outcomes of anchors. A credential can be fetched until ten minutes after its anchor, and the lines of the
   * installations that it ends are told. If the ledger refused a batch, its credentials were never delivered: they and their
   * issuances are removed, and the credentials that they would have replaced are reinstated. An issuance that is about a
   * temporary card by now stays.
   */
  readonly onAnchored: OutcomeHandler<AnchorCauses['anchor']> = (cause, outcome) =>
    this.options.batches.onAnchored(cause, outcome, (record, anchored) =>
      record.applications.flatMap((application, i) => {
        const id = record.credentials[i] as string
        return anchored ? this.#anchored(application, id) : this.#refused(application, id)
      }),
    )

  #anchored(application: string, id: string): readonly WriteOp[] {
    const { issuances, notices, temporaries, clock } = this.options
    if (temporaries.isSuperseded(id, application)) return []
    return [issuances.due(application, clock() + REFETCH_SECONDS), ...notices.ended(id)]
  }

  #refused(application: string, id: string): readonly WriteOp[] {
    const { credentials, issuances, temporaries, clock } = this.options
    const removal = credentials.remove(id)
    if (temporaries.isSuperseded(id, application)) return removal
    const replaces = credentials.get(id).replaces
    const reinstate = replaces.length > 0 ? [issuances.reinstate(application, replaces, clock())] : []
    return [...removal, issuances.remove(application), ...reinstate]
  }
}

function unlessUnreachable(error: unknown): void {
  if (!isUnreachable(error)) throw error
}
