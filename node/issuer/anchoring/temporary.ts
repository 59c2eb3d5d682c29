/**
 * Temporary cards: a wallet waits, and the ledger is out of reach. The card is signed without an anchor, and one commit
 * stores it, sealed, with its record, its status index and its entry in the journal. A prepared card whose batch is on its
 * way is superseded in the same commit: it is never signed. Old cards that it replaces are held as suspended in that
 * commit, and the card is delivered when the served lists say so.
 * Why: docs/decisions/199, docs/decisions/201.
 */
import { LedgerError } from '../../ledger/errors.ts'
import { fromHex, fromUtf8, toHex, utf8 } from '../../lib/bytes.ts'
import type { Random } from '../../lib/random.ts'
import type { Clock } from '../../lib/time.ts'
import type { StatusName } from '../../proof/registries/status.ts'
import type { Submitter } from '../../registries/sending/lane.ts'
import type { HeldSuspensions } from '../../status/held.ts'
import type { StatusLists } from '../../status/lists.ts'
import type { StatusMirror } from '../../status/mirror.ts'
import type { Store, WriteOp } from '../../store/store.ts'
import type { Vault } from '../../store/vault.ts'
import { cardInUse } from '../cards-in-use.ts'
import type { CredentialRecord } from '../credential-record.ts'
import type { Credentials } from '../credentials.ts'
import { IssuerError } from '../errors.ts'
import type { IssuingGate } from '../gate.ts'
import type { ChosenInstallation } from '../installations/installations.ts'
import type { Journal } from '../journal.ts'
import type { NoticeOutbox } from '../messages/notice-outbox.ts'
import type { Issued, IssueOrder } from '../order.ts'
import type { StatusCauses } from '../status-requests.ts'
import type { AnchorCauses } from './batches.ts'
import { type Issuance, type Issuances, REFETCH_SECONDS, type Superseded } from './issuance.ts'
import type { Preparer } from './preparer.ts'
import type { Replacement } from './replacement.ts'
import type { TemporaryAllowance } from './temporary-allowance.ts'

export interface TemporaryCardsOptions {
  readonly store: Store
  readonly vault: Vault
  /** The lane of the issuing account: its later anchors come after the suspensions. */
  readonly lane: Submitter<AnchorCauses & StatusCauses>
  readonly credentials: Credentials
  readonly issuances: Issuances
  readonly preparer: Pick<Preparer, 'prepareTemporary'>
  readonly replacement: Pick<Replacement, 'suspensions' | 'suspendedBefore'>
  readonly notices: Pick<NoticeOutbox, 'ended'>
  readonly allowance: TemporaryAllowance
  readonly mirror: Pick<StatusMirror, 'asOf'>
  readonly held: Pick<HeldSuspensions, 'hold' | 'heldSince'>
  readonly lists: Pick<StatusLists, 'token'>
  readonly gate: IssuingGate
  readonly journal: Journal
  readonly clock: Clock
  readonly random: Random
}

export interface TemporaryOrder {
  readonly order: IssueOrder
  readonly holderThumbprint: string
  readonly installation: ChosenInstallation
  /** Ids of the credentials that it replaces. */
  readonly replaces: readonly string[]
  /** The credential of the application whose batch is committed; null if there is none. */
  readonly superseded: string | null
}

/** Seconds by which this node's clock may be behind the newest block. */
const CLOCK_TOLERANCE = 60

export class TemporaryCards {
  readonly #superseded = new Set<string>()

  constructor(private readonly options: TemporaryCardsOptions) {}

  /** Whether a temporary card took the credential's place, also if that commit is still on its way. */
  isSuperseded(credentialId: string, application: string): boolean {
    return this.#superseded.has(credentialId) || this.options.issuances.get(application)?.credentialId !== credentialId
  }

  /**
   * @throws {IssuerError} ISSUER_TEMPORARY_LIMIT, ISSUER_STOPPED, and as `Preparer.prepare`
   * @throws {LedgerError} LEDGER_CLOCK_BEHIND; LEDGER_UNREACHABLE if no status was ever read from the ledger
   */
  async issue(given: TemporaryOrder): Promise<Issued> {
    const { credentials, gate, preparer, random } = this.options
    const { order, replaces } = given
    gate.requireOpen()
    this.#requireClock()
    const prepared = await preparer.prepareTemporary(order)
    const { list, idx } = prepared.status
    const status = credentials.statusOf({ list: String(list), idx })
    const credentialId = toHex(random(16)).slice(2)
    if (status !== 'VALID') throw notValid(credentialId, status)
    const record: CredentialRecord = {
      application: order.application,
      person: toHex(order.person),
      cardId: order.card.id,
      ...{ list: String(list), idx, root: null, leafIndex: null },
      issuedAt: prepared.issuedAt,
      expiresAt: prepared.expiresAt,
      installation: given.installation.installation.id,
      replaces,
      sealedFacts: prepared.sealedFacts,
    }
    // Nobody else plans a change of the old ones before this one is on disk.
    await credentials.locked(replaces, async () => {
      gate.requireOpen()
      await this.#commit(given, { credentialId, record, credential: prepared.credential, ops: prepared.ops })
    })
    this.#publish([record, ...replaces.map(id => credentials.get(id))])
    return { credentialId, credential: prepared.credential }
  }

  /**
   * The temporary card of an application that has one.
   * @throws {IssuerError} ISSUER_ALREADY_ISSUED for another key, or if the card cannot be fetched again;
   * ISSUER_CREDENTIAL_NOT_VALID, ISSUER_STOPPED
   */
  repeat(application: string, issuance: Issuance, thumbprint: string): Issued {
    const { credentials, gate, vault } = this.options
    const { credentialId, holderThumbprint, person, sealedPrepared } = issuance
    if (holderThumbprint !== thumbprint || !sealedPrepared || issuance.notified === 'failed') {
      throw new IssuerError(
        { code: 'ISSUER_ALREADY_ISSUED', application },
        'The temporary card of this application was already issued. Exchange it when the ledger is within reach.',
      )
    }
    gate.requireOpen()
    const record = credentials.get(credentialId)
    const status = this.#statusOf(record)
    if (status !== 'VALID') throw notValid(credentialId, status)
    this.#publish([record, ...record.replaces.map(id => credentials.get(id))])
    return { credentialId, credential: fromUtf8(vault.open(fromHex(person), context(application), sealedPrepared)) }
  }

  /** The stricter of the ledger's word and what is published before the ledger has it. */
  #statusOf(record: CredentialRecord): StatusName {
    const { credentials, held } = this.options
    const status = credentials.statusOf(record)
    const isHeld = held.heldSince({ list: BigInt(record.list), idx: record.idx }) !== undefined
    return status === 'VALID' && isHeld ? 'SUSPENDED' : status
  }

  async #commit(
    { order, holderThumbprint, installation, superseded }: TemporaryOrder,
    card: { credentialId: string; record: CredentialRecord; credential: string; ops: readonly WriteOp[] },
  ): Promise<void> {
    const { store, vault, lane, credentials, issuances, replacement, notices, allowance, held, journal } = this.options
    const { application, person } = order
    const { credentialId, record } = card
    const now = this.options.clock()
    const issuance: Issuance = {
      ...{ credentialId, holderThumbprint, person: toHex(person), root: null, leafIndex: null, notified: null },
      sealedPrepared: vault.seal(person, context(application), utf8(card.credential)),
    }
    // The batch of a superseded credential has these with it, and the suspensions of the old ones before it.
    const first = superseded === null
    const suspended = replacement.suspendedBefore(record)
    const suspensions = first ? replacement.suspensions(suspended) : []
    const valid = suspended.filter(id => credentials.statusOf(credentials.get(id)) === 'VALID')
    const ops = [
      ...(first ? [...order.ops, ...card.ops, ...installation.ops] : []),
      ...cardInUse(store, order.card),
      allowance.spend(),
      issuances.put(application, issuance),
      issuances.due(application, now + REFETCH_SECONDS),
      ...(superseded === null ? [] : [issuances.supersede(application, this.#leafOf(superseded), now)]),
      ...credentials.add(credentialId, record),
      ...valid.map(id => held.hold(indexOf(credentials.get(id)), `replacement:${credentialId}`, now)),
      ...notices.ended(credentialId, record),
      journal.append({ at: now, event: 'temporary-card.issued', application, credential: credentialId, superseded }),
    ]
    if (superseded !== null) this.#superseded.add(superseded)
    const [one, ...more] = suspensions
    if (!one) await store.commit(ops)
    else await Promise.all(lane.submitAll([{ ...one, ops: [...one.ops, ...ops] }, ...more]).map(each => each.committed))
  }

  #leafOf(credentialId: string): Superseded {
    const { root } = this.options.credentials.get(credentialId)
    if (root === null) throw new TypeError('a temporary card supersedes none')
    return { credentialId, root }
  }

  /** Signs the lists again that contain these, so that whoever fetches one now gets what was just committed. */
  #publish(records: readonly Pick<CredentialRecord, 'list'>[]): void {
    for (const list of new Set(records.map(record => record.list))) this.options.lists.token(BigInt(list))
  }

  /** The 72 hours would be counted from a wrong time. */
  #requireClock(): void {
    const head = this.options.mirror.asOf?.time
    const now = this.options.clock()
    if (head === undefined || now >= head - CLOCK_TOLERANCE) return
    throw new LedgerError(
      { code: 'LEDGER_CLOCK_BEHIND', head, now },
      `The clock of this node is ${head - now} s behind the newest block, so no temporary card is issued. Set it right.`,
    )
  }
}

const indexOf = ({ list, idx }: CredentialRecord) => ({ list: BigInt(list), idx })

const context = (application: string) => `temporary card ${application}`

const notValid = (credential: string, status: StatusName): IssuerError =>
  new IssuerError(
    { code: 'ISSUER_CREDENTIAL_NOT_VALID', credential, status },
    `The credential is ${status}, so it is not delivered. Find out who changed its status.`,
  )
