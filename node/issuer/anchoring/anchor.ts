/**
 * Anchors prepared credentials. One commit stores their records, their batch and its signed transaction. The transactions
 * that suspend the credentials they replace come before it in the same lane, so the ledger executes them first.
 */
import { receiptFor } from '../../credential/receipt.ts'
import type { P256Signer } from '../../keys/signer.ts'
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

export interface AnchorerOptions {
  /** The lane of the issuing account. */
  readonly lane: Submitter<AnchorCauses & StatusCauses>
  readonly batches: Batches
  readonly credentials: Credentials
  readonly issuances: Issuances
  readonly replacement: Replacement
  readonly finisher: Finisher
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
}

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
      if (orders.length === 0) return
      const { revert, block } = outcomes.at(-1) as TransactionReceipt
      if (revert !== undefined) throw batches.refused(revert)
      await credentials.reach(block)
      for (const [i, { resolve, reject }] of orders.entries()) {
        finisher.finish(anchored[i] as AnchoredCredential).then(resolve, reject)
      }
    } catch (error) {
      for (const { reject } of given) reject(error)
    }
  }

  /** Call it while no status of the replaced credentials is changed by anything else here. */
  async #send(given: readonly PreparedOrder[]) {
    const { lane, batches, replacement, gate, auditor, random } = this.options
    const orders = given.filter(one => this.#mayBeSent(one))
    const [first] = orders
    if (!first) return { orders, anchored: [], outcomes: [] }
    const { card } = first.order
    const credentials = orders.map(({ prepared }) => prepared.credential)
    const batch = await buildBatch(card, credentials, auditor.publicKey.jwk, random)
    await batches.check(batch)
    const anchored = orders.map((one, i) => this.#credentialOf(one, batch, i))
    const anchor = batches.request(
      card,
      batch,
      anchored.map(({ credentialId }) => credentialId),
      orders.map(({ order }) => order.application),
      orders.flatMap((one, i) => this.#records(one, anchored[i] as AnchoredCredential)),
    )
    const old = orders.flatMap(({ replaces }) => replaces)
    gate.requireOpen()
    const sent = lane.submitAll([...replacement.suspensions(old), anchor])
    return { orders, anchored, outcomes: await Promise.all(sent.map(({ outcome }) => outcome)) }
  }

  /** A card that somebody reported since it was judged is not renewed. */
  #mayBeSent({ order: { application, renews }, reject }: PreparedOrder): boolean {
    const { replacement } = this.options
    if (renews === undefined || replacement.isValid(renews)) return true
    reject(notRenewed(application, replacement.isReported(renews) ? 'suspended' : 'replacing'))
    return false
  }

  #credentialOf(
    { prepared: { credential }, replaces }: PreparedOrder,
    { tree, purpose }: Batch,
    i: number,
  ): AnchoredCredential {
    const { chainId, anchorLog, org, random } = this.options
    const target = { chainId, log: anchorLog, org, purpose }
    const receipt = receiptFor(tree, tree.leafIndexes[i] as number, target, credential.entryHash)
    return { credentialId: toHex(random(16)).slice(2), prepared: credential, receipt, replaces }
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
   * installations that it ends are told. If the ledger refused a batch, its credentials were never delivered: they and their issuances are removed, and the credentials that they
   * would have replaced are reinstated.
   */
  readonly onAnchored: OutcomeHandler<AnchorCauses['anchor']> = (cause, outcome) => {
    const { batches, credentials, issuances, notices, clock } = this.options
    return batches.onAnchored(cause, outcome, (record, anchored) => {
      const now = clock()
      if (anchored) {
        return [
          ...record.applications.map(application => issuances.due(application, now + REFETCH_SECONDS)),
          ...record.credentials.flatMap(id => notices.ended(id)),
        ]
      }
      return record.applications.flatMap((application, i) => {
        const id = record.credentials[i] as string
        const { replaces } = credentials.get(id)
        return [
          ...credentials.remove(id),
          issuances.remove(application),
          ...(replaces.length > 0 ? [issuances.reinstate(application, replaces, now)] : []),
        ]
      })
    })
  }
}
