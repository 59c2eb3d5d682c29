/**
 * From an order to a card that can be delivered.
 *
 *   order ─▶ prepare ─▶ tree, manifest ─▶ commit ─▶ anchor ─▶ receipt ─▶ sign ─▶ deliver
 *                                           └─ the commit point: card, index, batch, signed transaction
 *
 * Before the commit point a crash leaves nothing but unused status indexes. After it the batch will be anchored, now
 * or at the next start (registries/sending/lane.ts), and its cards can be finished from what is on disk: a wallet that asks
 * again gets the same card. A card is signed only once its anchor stands, so no signature exists of one that is not
 * anchored.
 *
 * The orders of one moment go out together, and while they are on their way the next gather for a tick. At rest a card
 * goes at once.
 */
import { completeCredential } from '../../credential/complete.ts'
import { decodePrepared, encodePrepared } from '../../credential/prepared.ts'
import { decodeReceipt, encodeReceipt, type Receipt, receiptFor } from '../../credential/receipt.ts'
import type { P256Signer } from '../../keys/signer.ts'
import { concat, fromHex, type Hex, readU32be, toHex, u32be } from '../../lib/bytes.ts'
import { thumbprint } from '../../lib/jose/jwk.ts'
import { KeyedLock } from '../../lib/lock.ts'
import type { Random } from '../../lib/random.ts'
import { type Clock, MINUTE, type UnixSeconds } from '../../lib/time.ts'
import type { Warn } from '../../lib/warn.ts'
import { CredentialStatus } from '../../proof/registries/status.ts'
import type { StatusOp } from '../../proof/registries/status-ops.ts'
import type { CauseOf, LaneRequest, OutcomeHandler, Submitter } from '../../registries/sending/lane.ts'
import type { Store, WriteOp } from '../../store/store.ts'
import type { Vault } from '../../store/vault.ts'
import { type Credentials, REPLACEMENT, type StatusCauses } from '../credentials.ts'
import { IssuerError } from '../errors.ts'
import type { Issued, IssueOrder, Issuing } from '../order.ts'
import { type Batch, buildBatch } from './batch.ts'
import type { AnchorCauses, Batches } from './batches.ts'
import { type Due, type Issuance, Issuances } from './issuance.ts'
import type { Prepared, Preparer } from './preparer.ts'
import { Replacement } from './replacement.ts'

export interface PipelineOptions {
  readonly store: Store
  readonly vault: Vault
  /** Of the issuing account: anchors, and the suspensions that go before them. */
  readonly lane: Submitter<AnchorCauses & StatusCauses>
  readonly batches: Batches
  readonly credentials: Credentials
  readonly preparer: Preparer
  readonly signer: P256Signer
  /** Whose public half encrypts the manifest's entries. */
  readonly auditor: P256Signer
  readonly chainId: number
  readonly anchorLog: Hex
  readonly org: number
  readonly clock: Clock
  readonly random: Random
  readonly warn: Warn
}

/** For this long after its anchoring a card can be fetched again; then it counts as accepted. */
const FETCH_AGAIN = 10 * MINUTE
/** Issuances settled side by side: their transactions share blocks, their records syncs. */
const SETTLED_AT_ONCE = 64
/**
 * While a batch is on its way, the next gathers for so long: several may share the ledger's next block.
 * Why: docs/decisions/003.
 */
const TICK_MS = 200
/** Cards of one batch: their records fit one commit with ease. */
const LARGEST_BATCH = 2048

interface Waiting {
  readonly order: IssueOrder
  readonly holder: string
  readonly prepared: Prepared
  readonly replaces: readonly string[]
  readonly resolve: (issued: Issued) => void
  readonly reject: (error: unknown) => void
}

export class AnchoringPipeline implements Issuing {
  readonly #issuances: Issuances
  readonly #replacement: Replacement
  readonly #orders = new KeyedLock()
  readonly #since: UnixSeconds
  #waiting: Waiting[] = []
  #running: Promise<void> | undefined
  readonly #underWay = new Set<Promise<unknown>>()

  constructor(private readonly options: PipelineOptions) {
    this.#issuances = new Issuances(options.store)
    this.#replacement = new Replacement(options.credentials)
    this.#since = options.clock()
  }

  issue(order: IssueOrder): Promise<Issued> {
    // One at a time for each person: the second finds what the first committed, and repeats or replaces it.
    return this.#orders.run(toHex(order.person), () => this.#issueOrRepeat(order))
  }

  /**
   * What a wallet says of its card (OpenID4VCI §11), to be committed with the notification. `sweep` acts on it.
   * A card that is deleted later stays as it is: the holder may have it in a backup, and asks for another when not.
   */
  notified(application: string, event: 'credential_accepted' | 'credential_failure' | 'credential_deleted'): WriteOp[] {
    if (event === 'credential_deleted') return []
    return this.#issuances.told(
      application,
      event === 'credential_accepted' ? 'accepted' : 'failed',
      this.options.clock(),
    )
  }

  /** The credential issued for an application; undefined while there is none. */
  credentialOf(application: string): string | undefined {
    return this.#issuances.get(application)?.credentialId
  }

  /** Acts on what wallets said, and takes ten minutes' silence for acceptance. To be called every few seconds. */
  async sweep(): Promise<void> {
    const due = await this.#issuances.dueBefore(this.options.clock())
    for (let from = 0; from < due.length; from += SETTLED_AT_ONCE) {
      await Promise.all(due.slice(from, from + SETTLED_AT_ONCE).map(one => this.#settle(one)))
    }
  }

  /** Never throws: one that cannot be settled now is tried again at the next sweep, and holds up no other. */
  async #settle({ application, release, fetchable, done }: Due): Promise<void> {
    const issuance = this.#issuances.get(application)
    try {
      const [old] = release
      if (old !== undefined) {
        await this.#orders.run(this.options.credentials.get(old).person, () => this.#giveBack(release))
      } else if (issuance?.sealed) {
        // A wallet could not ask again while this process was down: its ten minutes begin when it can.
        if (!issuance.told && this.options.clock() < this.#since + FETCH_AGAIN) return
        await this.#orders.run(issuance.person, () => this.#conclude(issuance))
      }
      const over = issuance?.sealed && old === undefined && !fetchable
      await this.options.store.commit([...(over ? [this.#issuances.taken(application, issuance)] : []), done])
    } catch (error) {
      this.options.warn({ application, error: String(error) }, 'an issuance is not settled yet')
    }
  }

  async #giveBack(credentials: readonly string[]): Promise<void> {
    await this.options.credentials.caughtUp()
    for (const id of credentials) await this.#replacement.release(id)
  }

  async #conclude({ credentialId, told }: Issuance): Promise<void> {
    const { credentials } = this.options
    const replaces = credentials.get(credentialId).replaces.length > 0
    if (replaces || told === 'failed') await credentials.caughtUp()
    if (told === 'failed') await this.#replacement.failed(credentialId)
    else if (replaces) await this.#replacement.accepted(credentialId)
  }

  async close(): Promise<void> {
    await this.#running
    await Promise.all(this.#underWay)
  }

  async #issueOrRepeat(order: IssueOrder): Promise<Issued> {
    const holder = thumbprint(order.holderKey)
    const earlier = this.#issuances.get(order.application)
    if (earlier) return this.#repeat(order.application, earlier, holder)
    const prepared = await this.options.preparer.prepare(order)
    const replaces = await this.#live(order)
    return new Promise<Issued>((resolve, reject) => {
      this.#waiting.push({ order, holder, prepared, replaces, resolve, reject })
      this.#running ??= this.#run()
    })
  }

  async #repeat(application: string, issuance: Issuance, holder: string): Promise<Issued> {
    if (issuance.holder !== holder || !issuance.sealed || issuance.told === 'failed') {
      throw new IssuerError(
        { code: 'ISSUER_ALREADY_ISSUED', application },
        'This application has its card already. For another phone a new application is needed.',
      )
    }
    await this.options.batches.settled(issuance.root)
    await this.#replacement.suspendOld(this.options.credentials.get(issuance.credentialId).replaces)
    const plain = this.options.vault.open(fromHex(issuance.person), context(application), issuance.sealed)
    const end = 4 + readU32be(plain)
    const receipt = decodeReceipt(plain.subarray(4, end))
    return this.#finish(issuance.credentialId, decodePrepared(plain.subarray(end)), receipt)
  }

  /** The person's cards of this kind that a new one ends. */
  async #live(order: IssueOrder): Promise<string[]> {
    const { credentials } = this.options
    const all = await credentials.ofPerson(order.person)
    return all
      .filter(({ record }) => record.card === order.card.id && credentials.statusOf(record) !== 'INVALID')
      .map(({ id }) => id)
  }

  async #run(): Promise<void> {
    // One turn, so that the orders of a burst go together.
    await new Promise(setImmediate)
    while (this.#waiting.length > 0) {
      const taken = this.#waiting.splice(0, LARGEST_BATCH)
      const byCard = Map.groupBy(taken, ({ order }) => order.card.id)
      const anchored = Promise.all([...byCard.values()].map(waiting => this.#anchor(waiting)))
      this.#underWay.add(anchored)
      void anchored.then(() => this.#underWay.delete(anchored))
      await Promise.race([anchored, new Promise(resolve => setTimeout(resolve, TICK_MS))])
    }
    this.#running = undefined
  }

  /** Never throws: each order gets its card or its error. */
  async #anchor(waiting: readonly Waiting[]): Promise<void> {
    const { lane, batches, credentials, auditor, random } = this.options
    try {
      const card = (waiting[0] as Waiting).order.card
      const prepared = waiting.map(one => one.prepared.credential)
      const batch = await buildBatch(card, prepared, auditor.publicKey.jwk, random)
      await batches.check(batch)
      const ids = waiting.map(() => toHex(random(16)).slice(2))
      const receipts = waiting.map((one, i) => this.#receipt(batch, i, one))
      const records = waiting.flatMap((one, i) => this.#records(one, ids[i] as string, receipts[i] as Receipt))
      const applications = waiting.map(({ order }) => order.application)
      const anchor = batches.request(card, batch, ids, applications, records)
      // Old cards first: the ledger carries one lane's transactions out in this order.
      const sent = lane.submitAll([...this.#suspensions(waiting), anchor])
      const outcomes = await Promise.all(sent.map(({ outcome }) => outcome))
      const refusal = outcomes.at(-1)?.revert
      if (refusal !== undefined) throw batches.refused(refusal)
      for (const [i, one] of waiting.entries()) {
        this.#deliver(one, ids[i] as string, receipts[i] as Receipt, credentials).catch(one.reject)
      }
    } catch (error) {
      for (const { reject } of waiting) reject(error)
    }
  }

  async #deliver(one: Waiting, id: string, receipt: Receipt, credentials: Credentials): Promise<void> {
    if (one.replaces.length > 0) {
      await credentials.caughtUp()
      await this.#replacement.suspendOld(one.replaces)
    }
    one.resolve(this.#finish(id, one.prepared.credential, receipt))
  }

  #finish(credentialId: string, prepared: Prepared['credential'], receipt: Receipt): Issued {
    return { credentialId, credential: completeCredential(prepared, receipt, data => this.options.signer.sign(data)) }
  }

  #receipt({ tree, purpose }: Batch, i: number, { prepared }: Waiting): Receipt {
    const { chainId, anchorLog, org } = this.options
    const place = { chainId, log: anchorLog, org, purpose }
    return receiptFor(tree, tree.slots[i] as number, place, prepared.credential.entryHash)
  }

  #records({ order, holder, prepared, replaces }: Waiting, credentialId: string, receipt: Receipt) {
    const { vault, credentials } = this.options
    const encoded = encodeReceipt(receipt)
    const plain = concat(u32be(encoded.length), encoded, encodePrepared(prepared.credential))
    const sealed = vault.seal(order.person, context(order.application), plain)
    const person = toHex(order.person)
    const { root, index: slot } = receipt
    const issuance: Issuance = { credentialId, holder, person, root, slot, told: null, sealed }
    return [
      ...order.ops,
      ...prepared.ops,
      this.#issuances.put(order.application, issuance),
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

  /** A transaction for each replaced card that is good at this moment: each has a reason of its own to seal. */
  #suspensions(waiting: readonly Waiting[]): LaneRequest<CauseOf<StatusCauses>>[] {
    const { credentials } = this.options
    const old = waiting.flatMap(({ order, replaces }) =>
      replaces
        .map(id => ({ id, person: order.person, record: credentials.get(id) }))
        .filter(({ record }) => credentials.statusOf(record) === 'VALID'),
    )
    return old.map(({ id, person, record }) => {
      const op: StatusOp = { idx: record.idx, from: CredentialStatus.VALID, to: CredentialStatus.SUSPENDED }
      const list = BigInt(record.list)
      return credentials.changeRequest(
        list,
        [{ id, op }],
        'SUSPENDED',
        'a new card is being issued',
        REPLACEMENT,
        person,
      )
    })
  }

  /**
   * Handles the outcomes of the lane's anchors. From its anchoring on a card can be fetched for ten minutes. A batch that the ledger refused takes
   * its cards and issuances with it, since nobody has them, and gives back the cards they were to replace.
   */
  readonly onAnchored: OutcomeHandler<AnchorCauses['anchor']> = (cause, outcome) =>
    this.options.batches.onAnchored(cause, outcome, ({ credentials, applications }, anchored) => {
      const now = this.options.clock()
      if (anchored) return applications.map(application => this.#issuances.due(application, now + FETCH_AGAIN))
      return applications.flatMap((application, i) => {
        const id = credentials[i] as string
        const { replaces } = this.options.credentials.get(id)
        return [
          ...this.options.credentials.drop(id),
          this.#issuances.drop(application),
          ...(replaces.length > 0 ? [this.#issuances.release(application, replaces, now)] : []),
        ]
      })
    })
}

const context = (application: string) => `issuance ${application}`
