/**
 * What needs two people: one operator proposes it, another one confirms it, and both are in the journal.
 * Why: docs/decisions/102.
 */
import { toBase64url } from '../../lib/bytes.ts'
import { KeyedLock } from '../../lib/lock.ts'
import type { Random } from '../../lib/random.ts'
import { type Clock, DAY, utcDay } from '../../lib/time.ts'
import { Bucket } from '../../store/buckets.ts'
import { sealedJson } from '../../store/sealed-json.ts'
import { type Store, Table, textCodec, type WriteOp } from '../../store/store.ts'
import type { Vault } from '../../store/vault.ts'
import type { Journal } from '../journal.ts'
import type { RevocationLimit } from '../revocation-limit.ts'
import type { ProviderList } from '../wallet-stops/provider-list.ts'
import type { WalletStops } from '../wallet-stops/wallet-stops.ts'
import type { Accounts, Invitation } from './accounts.ts'
import { type Actor, byOf, type OperatorActor } from './actor.ts'
import { OperatorError } from './errors.ts'
import type { ManyStatuses } from './many-statuses.ts'
import { voucherOf } from './operator.ts'
import { factsOf, type NewAct, type Proposal } from './proposal.ts'

const LIFETIME = 7 * DAY

export interface ProposalsOptions {
  readonly store: Store
  readonly vault: Vault
  readonly journal: Journal
  readonly accounts: Accounts
  readonly limit: RevocationLimit
  readonly manyStatuses: ManyStatuses
  readonly walletStops: WalletStops
  readonly providerList: Pick<ProviderList, 'countCards'>
  readonly clock: Clock
  readonly random: Random
}

export interface Confirmed {
  readonly proposal: Proposal
  /** Of an administrator who was admitted. Nobody can see the link again. */
  readonly invitation: Invitation | null
}

export class Proposals {
  readonly #table: Table<string, Proposal>
  readonly #lock = new KeyedLock()
  /** The confirmed proposals that are not done. Undefined until they were read once. */
  #undone: Set<string> | undefined
  /** The changes of many statuses that are under way. */
  readonly #running = new Map<string, Promise<void>>()
  #closed = false

  constructor(private readonly options: ProposalsOptions) {
    const { store, vault } = options
    this.#table = new Table(store, Bucket.proposal, textCodec, sealedJson<Proposal>(vault, 'proposal'))
  }

  /** The newest first. */
  async list(): Promise<Proposal[]> {
    const all: Proposal[] = []
    for await (const [, proposal] of this.#table.entries()) all.push(proposal)
    return all.sort((a, b) => b.at - a.at)
  }

  isExpired({ state, at, act }: Proposal): boolean {
    const now = this.options.clock()
    // The limit is raised for the day on which that was proposed.
    const isOver = act.kind === 'raise-revocation-limit' && utcDay(now) > utcDay(at)
    // Whoever confirms must know when the cards are suspended.
    const isLate =
      act.kind === 'stop-wallet-provider' &&
      typeof act.existing === 'number' &&
      this.options.walletStops.hasPassed(act.existing)
    return state === 'open' && (isOver || isLate || now >= at + LIFETIME)
  }

  /** Whether this actor may decide about it, if their role allows decisions at all, which the route checks. */
  mayDecide({ state, proposer, act }: Proposal, actor: Actor): boolean {
    if (actor.kind !== 'operator' || state !== 'open') return false
    const { accounts } = this.options
    const decider = voucherOf(accounts.get(actor.id))
    const isOf = (id: string) => id === actor.id || voucherOf(accounts.get(id)) === decider
    return !isOf(proposer) && !(act.kind === 'stop-administrator' && isOf(act.operator))
  }

  /**
   * @throws {OperatorError} OPERATOR_MAY_NOT_PROPOSE, OPERATOR_UNKNOWN, OPERATOR_STOPPED, OPERATOR_LIMIT_NOT_RAISED
   * @throws {IssuerError} ISSUER_CREDENTIAL_UNKNOWN, ISSUER_WALLET_PROVIDER_UNKNOWN, ISSUER_WALLET_STOP_STATE
   * @throws {LedgerError} if the ledger does not answer, for the stop of a wallet provider
   */
  async propose(proposed: NewAct, reason: string, by: OperatorActor): Promise<Proposal> {
    this.#requireSense(proposed, by)
    const act =
      proposed.kind === 'stop-wallet-provider'
        ? { ...proposed, cards: await this.options.providerList.countCards(proposed.provider) }
        : proposed
    const { store, journal, clock, random } = this.options
    const at = clock()
    const id = toBase64url(random(16))
    const undecided = { state: 'open', decider: null, decidedAt: null, progress: null } as const
    const proposal: Proposal = { id, act, reason, proposer: by.id, at, ...undecided }
    await store.commit([
      this.#table.put(id, proposal),
      journal.append({ at, event: 'proposal.made', proposal: id, ...factsOf(act), by: byOf(by) }),
    ])
    return proposal
  }

  /** @throws {OperatorError} OPERATOR_PROPOSAL_UNKNOWN, OPERATOR_PROPOSAL_STATE, OPERATOR_OWN_PROPOSAL */
  reject(id: string, by: OperatorActor): Promise<Proposal> {
    return this.#lock.run(id, async () => {
      const proposal = this.#decidable(id, by)
      return this.#decide(proposal, 'rejected', by, [])
    })
  }

  /**
   * Does what was proposed. Many statuses change after this: the proposal says how far that is.
   * @throws {OperatorError} OPERATOR_PROPOSAL_UNKNOWN, OPERATOR_PROPOSAL_STATE, OPERATOR_OWN_PROPOSAL, OPERATOR_STOPPED,
   * OPERATOR_LIMIT_NOT_RAISED
   * @throws {IssuerError} ISSUER_WALLET_STOP_STATE
   */
  confirm(id: string, by: OperatorActor): Promise<Confirmed> {
    return this.#lock.run(id, async () => {
      const proposal = this.#decidable(id, by)
      const { accounts, limit, walletStops } = this.options
      // Somebody who was stopped since cannot take part any more.
      if (!accounts.active(proposal.proposer)) throw wrongState(id, 'proposer stopped')
      const { act } = proposal
      switch (act.kind) {
        case 'admit-administrator': {
          const invited = { name: act.name, role: 'administrator', centre: null, invitedBy: null } as const
          const { invitation, ops } = accounts.prepareInvitation(invited, byOf(by))
          return { proposal: await this.#decide(proposal, 'done', by, ops), invitation }
        }
        case 'stop-administrator':
          return accounts.locked(act.operator, async operator => {
            const { ops } = accounts.prepareStop(operator, byOf(by))
            return { proposal: await this.#decide(proposal, 'done', by, ops), invitation: null }
          })
        case 'raise-revocation-limit': {
          this.#requireHigher(act.perDay)
          const ops = limit.raise(act.perDay, byOf(by))
          return { proposal: await this.#decide(proposal, 'done', by, ops), invitation: null }
        }
        case 'stop-wallet-provider':
          return walletStops.locked(act.provider, async () => {
            const ops = walletStops.order({ ...act, reason: proposal.reason, by: byOf(by) })
            return { proposal: await this.#decide(proposal, 'done', by, ops), invitation: null }
          })
        case 'lift-wallet-stop':
          return walletStops.locked(act.provider, async () => {
            const ops = walletStops.lift({ ...act, by: byOf(by) })
            return { proposal: await this.#decide(proposal, 'done', by, ops), invitation: null }
          })
        case 'status-many': {
          const confirmed = await this.#decide({ ...proposal, progress: { done: 0, failed: [] } }, 'confirmed', by, [])
          this.#run(confirmed)
          return { proposal: confirmed, invitation: null }
        }
      }
    })
  }

  /** Continues what was confirmed and is not done: after a restart, or when the ledger could not be reached. */
  async resume(): Promise<void> {
    if (!this.#undone) {
      const confirmed = (await this.list()).filter(({ state }) => state === 'confirmed')
      this.#undone = new Set(confirmed.map(({ id }) => id))
    }
    for (const id of this.#undone) this.#run(this.#table.get(id) as Proposal)
  }

  /** Ends after the changes that are on their way. The next start continues. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all(this.#running.values())
  }

  #run(proposal: Proposal): void {
    const { act, id } = proposal
    this.#undone?.add(id)
    if (this.#closed || this.#running.has(id) || act.kind !== 'status-many' || !proposal.progress) return
    const { manyStatuses, store, journal, clock } = this.options
    const order = { ...act, reason: proposal.reason, by: `operator:${proposal.proposer}`, at: proposal.at }
    const running = manyStatuses
      .run(order, proposal.progress, async progress => {
        const isDone = progress.done === act.credentials.length
        const after: Proposal = { ...proposal, progress, state: isDone ? 'done' : 'confirmed' }
        const facts = { done: progress.done - progress.failed.length, failed: progress.failed.length }
        const entry = { at: clock(), event: 'proposal.done', proposal: id, ...facts }
        await store.commit([this.#table.put(id, after), ...(isDone ? [journal.append(entry)] : [])])
        if (isDone) this.#undone?.delete(id)
        return !this.#closed
      })
      .finally(() => this.#running.delete(id))
    this.#running.set(id, running)
  }

  async #decide(
    proposal: Proposal,
    state: 'confirmed' | 'done' | 'rejected',
    by: OperatorActor,
    ops: readonly WriteOp[],
  ): Promise<Proposal> {
    const { store, journal, clock } = this.options
    const at = clock()
    const decided: Proposal = { ...proposal, state, decider: by.id, decidedAt: at }
    const event = state === 'rejected' ? 'proposal.rejected' : 'proposal.confirmed'
    await store.commit([
      this.#table.put(proposal.id, decided),
      journal.append({ at, event, proposal: proposal.id, ...factsOf(proposal.act), by: byOf(by) }),
      ...ops,
    ])
    return decided
  }

  #decidable(id: string, by: OperatorActor): Proposal {
    const proposal = this.#table.get(id)
    if (proposal?.id !== id) {
      throw new OperatorError(
        { code: 'OPERATOR_PROPOSAL_UNKNOWN', proposal: id },
        'There is no proposal with that id. The list of proposals has those that are open.',
      )
    }
    const { state } = proposal
    if (state !== 'open') throw wrongState(id, state)
    if (this.isExpired(proposal)) throw wrongState(id, 'expired')
    if (!this.mayDecide(proposal, by)) {
      throw new OperatorError(
        { code: 'OPERATOR_OWN_PROPOSAL', proposal: id },
        'Nobody decides about their own proposal, or about their own stop. An account counts as the person who alone ' +
          'invited it. Ask another operator.',
      )
    }
    return proposal
  }

  #requireSense(act: NewAct, by: OperatorActor): void {
    const { kind } = act
    switch (kind) {
      case 'admit-administrator':
      case 'stop-administrator':
        if (by.role !== 'administrator') {
          throw new OperatorError(
            { code: 'OPERATOR_MAY_NOT_PROPOSE', kind },
            'Only an administrator may propose to admit or stop an administrator.',
          )
        }
        if (kind === 'stop-administrator') this.options.accounts.requireNotStopped(act.operator)
        return
      case 'raise-revocation-limit':
        this.#requireHigher(act.perDay)
        return
      case 'status-many':
        this.options.manyStatuses.requireKnown(act.credentials)
        return
      case 'stop-wallet-provider':
        this.options.walletStops.requireStoppable(act)
        return
      case 'lift-wallet-stop':
        this.options.walletStops.requireLiftable(act)
        return
    }
  }

  #requireHigher(perDay: number): void {
    const present = this.options.limit.perDay
    if (perDay > present) return
    throw new OperatorError(
      { code: 'OPERATOR_LIMIT_NOT_RAISED', perDay: present },
      `The limit of today is ${present} revocations. Propose a higher one.`,
    )
  }
}

const wrongState = (proposal: string, state: string): OperatorError =>
  new OperatorError(
    { code: 'OPERATOR_PROPOSAL_STATE', proposal, state },
    `This proposal cannot be decided (${state}). If it is still needed, propose it again.`,
  )
