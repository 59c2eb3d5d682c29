/**
 * From an order to a card that can be delivered.
 *
 *   order ─▶ prepare ─▶ gather ─▶ tree, manifest ─▶ commit ─▶ anchor ─▶ receipt ─▶ sign ─▶ deliver ─▶ settle
 *                                                     └─ the commit point: card, index, batch, signed transaction
 *
 * Before the commit point a crash leaves nothing but unused status indexes. After it the batch will be anchored, now or
 * at the next start (registries/sending/lane.ts), and its cards can be finished from what is on disk: a wallet that asks
 * again gets the same card. A card is signed only after its batch is anchored, so every signed card is anchored.
 */
import type { P256Signer } from '../../keys/signer.ts'
import { type Hex, toHex } from '../../lib/bytes.ts'
import { thumbprint } from '../../lib/jose/jwk.ts'
import { KeyedLock } from '../../lib/lock.ts'
import type { Random } from '../../lib/random.ts'
import type { Clock, Timer } from '../../lib/time.ts'
import type { Warn } from '../../lib/warn.ts'
import type { OutcomeHandler, Submitter } from '../../registries/sending/lane.ts'
import type { Store } from '../../store/store.ts'
import type { Vault } from '../../store/vault.ts'
import type { Credentials, StatusCauses } from '../credentials.ts'
import type { Issued, IssueOrder, Issuing } from '../order.ts'
import { Anchorer, type PreparedOrder } from './anchor.ts'
import type { AnchorCauses, Batches } from './batches.ts'
import { Finisher } from './finish.ts'
import { Gatherer } from './gather.ts'
import { Issuances } from './issuance.ts'
import type { Preparer } from './preparer.ts'
import { Replacement } from './replacement.ts'
import { Settler } from './settle.ts'

export interface PipelineOptions {
  readonly store: Store
  readonly vault: Vault
  /** Of the issuing account: anchors, and the suspensions that go before them. */
  readonly lane: Submitter<AnchorCauses & StatusCauses>
  readonly batches: Batches
  readonly credentials: Credentials
  readonly preparer: Preparer
  readonly signer: P256Signer
  /** Its public key encrypts the manifest's entries. */
  readonly auditor: P256Signer
  readonly chainId: number
  readonly anchorLog: Hex
  readonly org: number
  readonly clock: Clock
  readonly timer: Timer
  readonly random: Random
  readonly warn: Warn
}

export class AnchoringPipeline implements Issuing {
  readonly #issuances: Issuances
  readonly #replacement: Replacement
  readonly #finisher: Finisher
  readonly #gatherer: Gatherer<PreparedOrder>
  readonly #settler: Settler
  readonly #persons = new KeyedLock()
  /** Of the lane's anchors. */
  readonly onAnchored: OutcomeHandler<AnchorCauses['anchor']>

  constructor(private readonly options: PipelineOptions) {
    const issuances = new Issuances(options.store)
    const replacement = new Replacement(options.credentials)
    const finisher = new Finisher({ ...options, replacement })
    const anchorer = new Anchorer({ ...options, issuances, replacement, finisher })
    this.#issuances = issuances
    this.#replacement = replacement
    this.#finisher = finisher
    this.#gatherer = new Gatherer({ send: orders => anchorer.anchor(orders), timer: options.timer })
    this.#settler = new Settler({ ...options, issuances, replacement, persons: this.#persons })
    this.onAnchored = anchorer.onAnchored
  }

  issue(order: IssueOrder): Promise<Issued> {
    // One at a time for each person: the second finds what the first committed, and repeats or replaces it.
    return this.#persons.run(toHex(order.person), () => this.#issueOrRepeat(order))
  }

  /** The credential issued for an application; undefined while there is none. */
  credentialOf(application: string): string | undefined {
    return this.#issuances.get(application)?.credentialId
  }

  notified(...given: Parameters<Settler['notified']>): ReturnType<Settler['notified']> {
    return this.#settler.notified(...given)
  }

  sweep(): Promise<void> {
    return this.#settler.sweep()
  }

  close(): Promise<void> {
    return this.#gatherer.close()
  }

  async #issueOrRepeat(order: IssueOrder): Promise<Issued> {
    const holder = thumbprint(order.holderKey)
    const earlier = this.#issuances.get(order.application)
    if (earlier) return this.#finisher.repeat(order.application, earlier, holder)
    const prepared = await this.options.preparer.prepare(order)
    const replaces = await this.#replacement.endedBy(order.person, order.card.id)
    return new Promise<Issued>((resolve, reject) => {
      this.#gatherer.add({ order, holder, prepared, replaces, resolve, reject })
    })
  }
}
