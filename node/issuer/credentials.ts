/**
 * The credentials that this authority issued, and their status. A record names the person, the card and the status index.
 * The status itself is only on the ledger.
 *
 *   VALID ⇄ SUSPENDED      by the operator, a loss report or a replacement, with a reason
 *     └──┬──────┘
 *     INVALID              final: the contract refuses every further change
 */
import type { Ledger } from '../ledger/ledger.ts'
import { concat, fromHex, fromUtf8, type Hex, utf8 } from '../lib/bytes.ts'
import { KeyedLock } from '../lib/lock.ts'
import type { Random } from '../lib/random.ts'
import type { Clock, Timer, UnixSeconds } from '../lib/time.ts'
import { STATUSES, type StatusName } from '../proof/registries/status.ts'
import type { Submitter } from '../registries/sending/lane.ts'
import type { TransactionReceipt } from '../registries/sending/transaction-receipt.ts'
import { StatusError } from '../status/errors.ts'
import type { StatusMirror } from '../status/mirror.ts'
import { Bucket } from '../store/buckets.ts'
import { bytesCodec, type Store, Table, textCodec, type WriteOp } from '../store/store.ts'
import type { Vault } from '../store/vault.ts'
import { type CredentialRecord, recordCodec } from './credential-record.ts'
import { IssuerError } from './errors.ts'
import { PhoneCards } from './installations/phone-cards.ts'
import type { Journal } from './journal.ts'
import type { RevocationLimit } from './revocation-limit.ts'
import { SharedChanges } from './shared-changes.ts'
import { StatusReasons } from './status-reasons.ts'
import { explainStatusRefusal, isStaleStatus, requireNotReplaced, simulateChange } from './status-refusal.ts'
import {
  type PlannedChange,
  type StatusCauses,
  type StatusPurpose,
  type StatusRequest,
  StatusRequests,
} from './status-requests.ts'
import { REPLACEMENT, Suspensions } from './suspensions.ts'

export interface StatusChange {
  readonly credentialId: string
  readonly status: StatusName
  readonly transaction: Hex
  readonly block: number
  readonly time: UnixSeconds
}

export interface CredentialsOptions {
  readonly store: Store
  readonly vault: Vault
  readonly ledger: Ledger
  readonly registry: Hex
  readonly mirror: StatusMirror
  /** For changes that a person requests, so that they do not wait for anchors. */
  readonly lane: Submitter<StatusCauses>
  /** For the changes of a replacement, so that the ledger executes them in order with the anchor of the new credential. */
  readonly issuingLane: Submitter<StatusCauses>
  readonly limit: RevocationLimit
  /** @throws {IssuerError} ISSUER_WALLET_STOPPED for a card that must stay suspended because its wallet was stopped */
  readonly requireReinstatable: (id: string, record: CredentialRecord) => void
  readonly journal: Journal
  readonly clock: Clock
  readonly timer: Timer
  readonly random: Random
}

/** How often a change is tried: from the new status, if another account changed it at the same time. */
const TRIES = 3

export class Credentials {
  readonly #records: Table<string, CredentialRecord>
  readonly #byPerson: Table<Uint8Array, Uint8Array>
  readonly #phones: PhoneCards
  readonly #requests: StatusRequests
  readonly #shared: SharedChanges
  readonly #suspensions: Suspensions
  /** By credential: a change reads the status and then sets the next one, so no other change may run in between. */
  readonly #lock = new KeyedLock()

  constructor(private readonly options: CredentialsOptions) {
    this.#records = new Table(options.store, Bucket.credential, textCodec, recordCodec)
    this.#byPerson = new Table(options.store, Bucket.credentialByPerson, bytesCodec, bytesCodec)
    this.#phones = new PhoneCards(options.store)
    const reasons = new StatusReasons(options.store, options.vault, options.random)
    this.#requests = new StatusRequests(options.registry, reasons)
    this.#shared = new SharedChanges({ ...options, requests: this.#requests, lane: options.issuingLane })
    this.#suspensions = new Suspensions(options.store)
  }

  add(id: string, record: CredentialRecord): WriteOp[] {
    return [
      this.#records.put(id, record),
      this.#byPerson.put(concat(fromHex(record.person), utf8(id)), new Uint8Array()),
      ...this.#phones.addCredential(id, record),
    ]
  }

  /** Removes a credential whose batch the ledger refused. */
  remove(id: string): WriteOp[] {
    const record = this.#records.get(id)
    if (!record) return []
    const byPerson = this.#byPerson.del(concat(fromHex(record.person), utf8(id)))
    return [this.#records.del(id), byPerson, ...this.#phones.removeCredential(id, record)]
  }

  /** @throws {IssuerError} ISSUER_CREDENTIAL_UNKNOWN */
  get(id: string): CredentialRecord {
    const record = this.#records.get(id)
    if (record) return record
    throw new IssuerError(
      { code: 'ISSUER_CREDENTIAL_UNKNOWN', credential: id },
      'This authority issued no credential with that id. Find the id with `dojang credentials`.',
    )
  }

  /** Undefined if there is none, or the ledger refused its batch. */
  find(id: string): CredentialRecord | undefined {
    return this.#records.get(id)
  }

  async ofPerson(person: Uint8Array): Promise<{ id: string; record: CredentialRecord }[]> {
    const found = []
    for await (const [key] of this.#byPerson.entries(person)) {
      const id = fromUtf8(key.subarray(person.length))
      // It may have been removed since the iteration began.
      const record = this.#records.get(id)
      if (record) found.push({ id, record })
    }
    return found
  }

  /**
   * The status as of `mirror.asOf`.
   * @throws {StatusError} STATUS_LIST_UNKNOWN while the list was not read yet: the status must not be taken for VALID
   */
  statusOf({ list, idx }: Pick<CredentialRecord, 'list' | 'idx'>): StatusName {
    const status = this.options.mirror.statusAt(BigInt(list), idx)
    if (status !== undefined) return STATUSES[status]
    throw new StatusError(
      { code: 'STATUS_LIST_UNKNOWN', list },
      'The node has not read that status list from the ledger yet. Try again when the ledger is reachable.',
    )
  }

  /** Who suspended the credential: `by` of `change`. Undefined if it is not suspended. */
  suspendedBy(id: string): string | undefined {
    return this.#suspensions.by(id)
  }

  /** The indexes of a list that this node suspended. */
  async suspendedIndexes(list: bigint): Promise<ReadonlySet<number>> {
    const indexes = new Set<number>()
    for await (const id of this.#suspensions.ids()) {
      const record = this.#records.get(id)
      if (record?.list === String(list)) indexes.add(record.idx)
    }
    return indexes
  }

  /** Runs `body` while no status of these credentials is changed by anything else here. */
  locked<T>(ids: readonly string[], body: () => Promise<T>): Promise<T> {
    return this.#lock.runAll(ids, body)
  }

  /** Whether a newer card, which is not revoked, replaced this one. */
  async replaced(id: string): Promise<boolean> {
    const all = await this.ofPerson(fromHex(this.get(id).person))
    return all.some(({ record }) => record.replaces.includes(id) && this.statusOf(record) !== 'INVALID')
  }

  /** Resolves when `statusOf` answers as of that block or a later one. @throws {LedgerError} */
  reach(block: number): Promise<void> {
    return this.options.mirror.reach(block)
  }

  /** Resolves when `statusOf` is as of the ledger's newest block. @throws {LedgerError} */
  catchUp(): Promise<void> {
    return this.options.mirror.catchUp()
  }

  /**
   * Sets a status. Resolves when the change is on the ledger.
   * @param by who requested it, for the journal: `operator:<id>`, `telecom:<org>`, `replacement`
   * @param closes the transaction of the report that a reinstatement closes: another one since then is not closed
   * @throws {IssuerError} ISSUER_CREDENTIAL_UNKNOWN, ISSUER_STATUS_UNCHANGED, ISSUER_STATUS_REFUSED, ISSUER_REPORT_CHANGED,
   * ISSUER_REVOCATION_LIMIT, ISSUER_WALLET_STOPPED, ISSUER_CREDENTIAL_REPLACED
   */
  change(id: string, to: StatusName, reason: string, by: string, closes?: Hex): Promise<StatusChange> {
    return this.#lock.run(id, async () => {
      if (closes !== undefined) this.#suspensions.requireReport(id, closes)
      const { mirror, limit } = this.options
      let spent: readonly WriteOp[] | undefined
      const spend = () => {
        spent ??= to === 'INVALID' && by !== REPLACEMENT ? limit.spend() : []
        return spent
      }
      for (let tries = 1; ; tries++) {
        try {
          return await this.#change(id, to, reason, by, spend)
        } catch (error) {
          if (tries === TRIES || !isStaleStatus(error)) throw error
          await mirror.catchUp()
        }
      }
    })
  }

  /** @param spend counts a revocation, and returns what is committed with it */
  async #change(
    id: string,
    to: StatusName,
    reason: string,
    by: string,
    spend: () => readonly WriteOp[],
  ): Promise<StatusChange> {
    const record = this.get(id)
    if (to === 'VALID') this.options.requireReinstatable(id, record)
    if (to === 'VALID' && by !== REPLACEMENT) await requireNotReplaced(this, id)
    const from = this.statusOf(record)
    if (from === to) {
      if (to === 'SUSPENDED' && by !== REPLACEMENT && this.#suspensions.isStronger(by, id)) {
        await this.options.store.commit(this.keep(id, by))
      }
      throw new IssuerError(
        { code: 'ISSUER_STATUS_UNCHANGED', credential: id, status: to },
        `The credential is already ${to}, so nothing was changed.`,
      )
    }
    const planned = { id, record, from }
    const purpose = { to, reason, by }
    const refused = (cause: string) =>
      new IssuerError(
        { code: 'ISSUER_STATUS_REFUSED', credential: id, from, to, reason: cause },
        `StatusRegistry refuses the change from ${from} to ${to}: ${explainStatusRefusal(cause)}.`,
      )
    const shared = by === REPLACEMENT ? await this.#shared.make(planned, purpose) : undefined
    const outcome = shared ?? (await this.#changeAlone(planned, purpose, refused, spend))
    // The change is on the ledger. If the mirror cannot be updated now, it is updated at the next head.
    await this.options.mirror.reach(outcome.block).catch(() => undefined)
    if (outcome.revert !== undefined) throw refused(outcome.revert)
    return { credentialId: id, status: to, ...facts(outcome) }
  }

  async #changeAlone(
    planned: PlannedChange,
    purpose: StatusPurpose,
    refused: (reason: string) => IssuerError,
    spend: () => readonly WriteOp[],
  ): Promise<TransactionReceipt> {
    const [request] = this.#requests.together([planned], purpose) as [StatusRequest]
    const lane =
      purpose.by === REPLACEMENT ? this.options.issuingLane : usable(this.options.lane, this.options.issuingLane)
    await simulateChange(this.options.ledger, lane.account, request, refused)
    return await lane.submit({ ...request, ops: [...request.ops, ...spend()] }).outcome
  }

  /**
   * For a credential that is suspended already, by a replacement or by a stolen key, when somebody with more to say
   * requests its suspension. It then remains suspended when the replacement fails, and when what the key suspended is
   * reinstated.
   */
  keep(credential: string, by: string): WriteOp[] {
    const { journal, clock } = this.options
    return [
      this.#suspensions.hold(credential, by),
      journal.append({ at: clock(), event: 'credential.suspension-kept', credential, by }),
    ]
  }

  /** The transactions that change the statuses of these credentials. */
  requests(ids: readonly string[], from: StatusName, purpose: StatusPurpose): StatusRequest[] {
    const changes = ids.map(id => ({ id, record: this.get(id), from }))
    return this.#requests.together(changes, purpose)
  }

  /** Handles the outcomes of the lanes' status transactions. */
  readonly onOutcome = (
    { credentials, to, by, reason }: StatusCauses['status'],
    outcome: TransactionReceipt,
  ): readonly WriteOp[] => {
    const done = outcome.revert === undefined
    const changed = { to, by, reason: reason ?? null, receipt: outcome }
    const event = done ? 'credential.status-set' : 'credential.status-refused'
    const at = this.options.clock()
    const revert = outcome.revert ?? null
    return credentials.flatMap(credential => [
      this.options.journal.append({
        ...{ at, event, credential, to, by, ...facts(outcome), revert },
        ...(done && to !== 'SUSPENDED' && this.#suspensions.closed(credential)),
      }),
      ...(done ? this.#suspensions.after(credential, changed) : []),
    ])
  }
}

/** A person's change does not wait until a stolen account is replaced: both accounts may set statuses. */
export const usable = <L extends { readonly taken: unknown }>(lane: L, other: L): L => (lane.taken ? other : lane)

const facts = ({ transaction, block, time }: TransactionReceipt) => ({ transaction, block, time })
