/**
 * Gathers the status changes that replacements make at the same time, so that they share transactions: two thousand
 * wallets that accept their cards at once would otherwise need two thousand. A shared transaction that the contract
 * refuses has no effect, and each of its changes is then made by itself.
 * Why: docs/decisions/096.
 */
import type { Ledger } from '../ledger/ledger.ts'
import type { Timer } from '../lib/time.ts'
import { revertReasonIn } from '../registries/contracts.ts'
import type { Submitter } from '../registries/sending/lane.ts'
import type { TransactionReceipt } from '../registries/sending/transaction-receipt.ts'
import { Gatherer } from './anchoring/gather.ts'
import type { PlannedChange, StatusCauses, StatusPurpose, StatusRequest, StatusRequests } from './status-requests.ts'

export interface SharedChangesOptions {
  readonly requests: StatusRequests
  readonly ledger: Ledger
  readonly lane: Submitter<StatusCauses>
  readonly timer: Timer
}

interface Waiting {
  readonly change: PlannedChange
  readonly purpose: StatusPurpose
  readonly resolve: (outcome: TransactionReceipt | undefined) => void
  readonly reject: (error: unknown) => void
}

export class SharedChanges {
  readonly #gatherer: Gatherer<Waiting>

  constructor(private readonly options: SharedChangesOptions) {
    this.#gatherer = new Gatherer({ send: waiting => this.#send(waiting), timer: options.timer })
  }

  /**
   * @returns the outcome of the shared transaction; undefined if the change must be made by itself: it has no other to
   * share with, or the contract refuses the shared one
   */
  make(change: PlannedChange, purpose: StatusPurpose): Promise<TransactionReceipt | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<TransactionReceipt | undefined>()
    this.#gatherer.add({ change, purpose, resolve, reject })
    return promise
  }

  async #send(waiting: readonly Waiting[]): Promise<void> {
    const groups = Map.groupBy(waiting, ({ purpose: { to, reason } }) => `${to} ${reason}`)
    await Promise.all([...groups.values()].map(group => this.#sendGroup(group)))
  }

  async #sendGroup(group: readonly Waiting[]): Promise<void> {
    const byId = new Map(group.map(each => [each.change.id, each]))
    const changes = group.map(({ change }) => change)
    const requests = this.options.requests.together(changes, (group[0] as Waiting).purpose)
    await Promise.all(
      requests.map(async request => {
        const members = request.cause.credentials.map(id => byId.get(id) as Waiting)
        try {
          const outcome =
            members.length > 1 && (await this.#isAccepted(request)) ? await this.#submit(request) : undefined
          for (const { resolve } of members) resolve(outcome)
        } catch (error) {
          for (const { reject } of members) reject(error)
        }
      }),
    )
  }

  async #submit(request: StatusRequest): Promise<TransactionReceipt | undefined> {
    const outcome = await this.options.lane.submit(request).outcome
    return outcome.revert === undefined ? outcome : undefined
  }

  /** Calls the contract first, so that a refusal costs no transaction. */
  async #isAccepted({ to, data }: StatusRequest): Promise<boolean> {
    const { ledger, lane } = this.options
    try {
      await ledger.request('eth_call', [{ from: lane.account, to, data }, 'latest'])
      return true
    } catch (error) {
      if (revertReasonIn(error) === undefined) throw error
      return false
    }
  }
}
