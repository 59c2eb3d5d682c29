/**
 * Anchors prepared cards: one commit stores the cards, their batch and its signed transaction. The transactions that
 * suspend the cards they replace go before it in the same lane, so the ledger carries them out first.
 */
import { receiptFor } from '../../credential/receipt.ts'
import type { P256Signer } from '../../keys/signer.ts'
import { type Hex, toHex } from '../../lib/bytes.ts'
import type { Random } from '../../lib/random.ts'
import type { Clock } from '../../lib/time.ts'
import type { OutcomeHandler, Submitter } from '../../registries/sending/lane.ts'
import type { WriteOp } from '../../store/store.ts'
import type { Credentials, StatusCauses } from '../credentials.ts'
import type { Issued, IssueOrder } from '../order.ts'
import { type Batch, buildBatch } from './batch.ts'
import type { AnchorCauses, Batches } from './batches.ts'
import type { AnchoredCard, Finisher } from './finish.ts'
import { FETCH_AGAIN, type Issuances } from './issuance.ts'
import type { Prepared } from './preparer.ts'
import type { Replacement } from './replacement.ts'

export interface AnchorerOptions {
  /** Of the issuing account. */
  readonly lane: Submitter<AnchorCauses & StatusCauses>
  readonly batches: Batches
  readonly credentials: Credentials
  readonly issuances: Issuances
  readonly replacement: Replacement
  readonly finisher: Finisher
  /** Its public key encrypts the manifest's entries. */
  readonly auditor: P256Signer
  readonly chainId: number
  readonly anchorLog: Hex
  readonly org: number
  readonly clock: Clock
  readonly random: Random
}

/** An order that waits for its anchor. */
export interface PreparedOrder {
  readonly order: IssueOrder
  /** Thumbprint of the holder key. */
  readonly holder: string
  readonly prepared: Prepared
  /** Ids of the person's cards that the new one ends. */
  readonly replaces: readonly string[]
  readonly resolve: (issued: Issued) => void
  readonly reject: (error: unknown) => void
}

export class Anchorer {
  constructor(private readonly options: AnchorerOptions) {}

  /** A batch for each kind of card. Never rejects: each order gets its card or its error. */
  async anchor(orders: readonly PreparedOrder[]): Promise<void> {
    const byCard = Map.groupBy(orders, ({ order }) => order.card.id)
    await Promise.all([...byCard.values()].map(batch => this.#anchorBatch(batch)))
  }

  async #anchorBatch(orders: readonly PreparedOrder[]): Promise<void> {
    const { lane, batches, replacement, finisher, auditor, random } = this.options
    try {
      const { card } = (orders[0] as PreparedOrder).order
      const credentials = orders.map(({ prepared }) => prepared.credential)
      const batch = await buildBatch(card, credentials, auditor.publicKey.jwk, random)
      await batches.check(batch)
      const cards = orders.map((one, i) => this.#cardOf(one, batch, i))
      const anchor = batches.request(
        card,
        batch,
        cards.map(({ credentialId }) => credentialId),
        orders.map(({ order }) => order.application),
        orders.flatMap((one, i) => this.#records(one, cards[i] as AnchoredCard)),
      )
      const suspensions = orders.flatMap(({ replaces }) => replacement.suspensions(replaces))
      const sent = lane.submitAll([...suspensions, anchor])
      const outcomes = await Promise.all(sent.map(({ outcome }) => outcome))
      const refusal = outcomes.at(-1)?.revert
      if (refusal !== undefined) throw batches.refused(refusal)
      for (const [i, { resolve, reject }] of orders.entries()) {
        finisher.finish(cards[i] as AnchoredCard).then(resolve, reject)
      }
    } catch (error) {
      for (const { reject } of orders) reject(error)
    }
  }

  #cardOf({ prepared: { credential }, replaces }: PreparedOrder, { tree, purpose }: Batch, i: number): AnchoredCard {
    const { chainId, anchorLog, org, random } = this.options
    const place = { chainId, log: anchorLog, org, purpose }
    const receipt = receiptFor(tree, tree.slots[i] as number, place, credential.entryHash)
    return { credentialId: toHex(random(16)).slice(2), prepared: credential, receipt, replaces }
  }

  #records({ order, holder, prepared, replaces }: PreparedOrder, { credentialId, receipt }: AnchoredCard): WriteOp[] {
    const { credentials, issuances, finisher } = this.options
    const person = toHex(order.person)
    const { root, index: slot } = receipt
    const sealed = finisher.seal(order, prepared.credential, receipt)
    return [
      ...order.ops,
      ...prepared.ops,
      issuances.put(order.application, { credentialId, holder, person, root, slot, notified: null, sealed }),
      ...credentials.add(credentialId, {
        application: order.application,
        person,
        card: order.card.id,
        list: String(prepared.status.list),
        idx: prepared.status.idx,
        root,
        slot,
        issuedAt: prepared.issuedAt,
        expiresAt: prepared.expiresAt,
        replaces,
      }),
    ]
  }

  /**
   * Handles the outcomes of anchors. From the anchor on a card can be fetched for ten minutes. If the ledger refused a
   * batch, nobody has its cards: they and their issuances are removed, and the cards that they were to replace are
   * given back.
   */
  readonly onAnchored: OutcomeHandler<AnchorCauses['anchor']> = (cause, outcome) => {
    const { batches, credentials, issuances, clock } = this.options
    return batches.onAnchored(cause, outcome, (record, anchored) => {
      const now = clock()
      if (anchored) return record.applications.map(application => issuances.due(application, now + FETCH_AGAIN))
      return record.applications.flatMap((application, i) => {
        const id = record.credentials[i] as string
        const { replaces } = credentials.get(id)
        return [
          ...credentials.drop(id),
          issuances.drop(application),
          ...(replaces.length > 0 ? [issuances.release(application, replaces, now)] : []),
        ]
      })
    })
  }
}
