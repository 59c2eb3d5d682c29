/**
 * Makes sure that some status list always has free indexes: adds the authority's lists that are on the ledger, and opens
 * the next list before the last one is full.
 */
import { LedgerError } from '../ledger/errors.ts'
import type { Warn } from '../lib/warn.ts'
import { encodeOpenList, GasLimit } from '../registries/calls.ts'
import type { Registries } from '../registries/contracts.ts'
import { readList, readListCount } from '../registries/reads.ts'
import type { Submitter } from '../registries/sending/lane.ts'
import type { StatusAllocator } from './allocator.ts'
import type { StatusMirror } from './mirror.ts'

/** How many credentials a list has indexes for. */
export const LIST_CAPACITY = 131_072
/** How many credentials of a list may be revoked on one day. */
export const DAILY_LIMIT = 2_000
/** If fewer indexes are left, the next list is opened. They last for minutes at full speed, and opening takes seconds. */
const LOW_INDEXES = 16_384
/** If this many are left, no further list of the ledger is added: an attacker may have opened any number of them. */
const MOST_INDEXES = 4 * LIST_CAPACITY

/** The cause of a transaction that opens a list. It has no payload, because the new list is read from the ledger. */
export interface ListCauses {
  readonly list: Readonly<Record<never, never>>
}

export interface StatusListKeeperOptions {
  readonly registries: Registries
  readonly org: number
  readonly allocator: StatusAllocator
  readonly mirror: StatusMirror
  /** The lane of the account that opens lists. */
  readonly lane: Submitter<ListCauses>
  readonly warn: Warn
}

export class StatusListKeeper {
  /** Lists about which the operator was warned. */
  readonly #refused = new Set<bigint>()

  constructor(private readonly options: StatusListKeeperOptions) {}

  /**
   * Mirrors the lists in which cards have indexes. Indexes are given out only from lists of which the organisation is the
   * custodian, and which have the capacity and the daily limit that this program sets. A list that somebody else opened
   * takes no memory here until it is needed.
   */
  async open(): Promise<void> {
    const lists = await this.#lists()
    const { allocator, mirror } = this.options
    await mirror.open(lists.filter(({ id }) => allocator.hasList(id)))
    await this.#addLists(lists)
  }

  /**
   * To be called every few seconds. The outcome of the transaction stores nothing. A new list is read from the ledger,
   * here or at the next start.
   * @throws {LedgerError} LEDGER_RPC, LEDGER_REVERTED if the contract refuses another list
   */
  async sweep(): Promise<void> {
    const { allocator, registries, lane } = this.options
    if (allocator.remaining >= LOW_INDEXES) return
    await this.#addLists(await this.#lists())
    if (allocator.remaining >= LOW_INDEXES) return
    const to = registries.addresses.statusRegistry
    const data = encodeOpenList(LIST_CAPACITY, DAILY_LIMIT)
    // Simulated first: otherwise a contract that refuses would cost a transaction every few seconds.
    await registries.ledger.request('eth_call', [{ from: lane.account, to, data }, 'latest'])
    const request = { to, data, gasLimit: GasLimit.openList, cause: { kind: 'list' }, ops: [] } as const
    const { revert, transaction } = await lane.submit(request).outcome
    if (revert !== undefined) {
      throw new LedgerError(
        { code: 'LEDGER_REVERTED', transaction, error: revert },
        `StatusRegistry refused to open another status list (${revert}). Ask the council to grant it.`,
      )
    }
    await this.#addLists(await this.#lists())
  }

  /**
   * A list is mirrored, and so served, before the first card names it. An attacker with a STATUS account can open lists
   * too. All cards of a list without a daily limit could be revoked at once, so such a list gets none.
   */
  async #addLists(lists: readonly LedgerList[]): Promise<void> {
    const { allocator, mirror, org } = this.options
    for (const { id, capacity, custodian, limit } of lists) {
      if (custodian !== org || allocator.hasList(id)) continue
      if (capacity !== LIST_CAPACITY || limit > DAILY_LIMIT) {
        this.#warnOnce(id, { capacity, limit })
        continue
      }
      if (allocator.remaining >= MOST_INDEXES) continue
      await mirror.add(id, capacity)
      await allocator.addList(id, capacity)
    }
  }

  #warnOnce(id: bigint, found: { capacity: number; limit: number }): void {
    if (this.#refused.has(id)) return
    this.#refused.add(id)
    this.options.warn(
      { list: String(id), ...found },
      `no card gets an index in this status list, because its capacity is not ${LIST_CAPACITY} or its daily limit of revocations is over ${DAILY_LIMIT}. If you did not open it, stop the account that did`,
    )
  }

  async #lists(): Promise<LedgerList[]> {
    const { registries, org } = this.options
    const lists: LedgerList[] = []
    const count = await readListCount(registries, org)
    for (let n = 1; n <= count; n++) {
      const id = (BigInt(org) << 32n) | BigInt(n)
      const record = await readList(registries, id)
      if (record) lists.push({ id, ...record })
    }
    return lists
  }
}

/** A list of the organisation on the ledger. */
interface LedgerList {
  readonly id: bigint
  readonly capacity: number
  readonly custodian: number
  /** How many credentials may be revoked on one day. */
  readonly limit: number
}
