/**
 * Makes sure that there is always a status list with room: takes up the authority's lists from the ledger, and opens
 * the next one before the last is full.
 */

import { LedgerError } from '../ledger/errors.ts'
import type { Warn } from '../lib/warn.ts'
import { encodeOpenList, GasLimit } from '../registries/calls.ts'
import type { Registries } from '../registries/contracts.ts'
import { readList, readListCount } from '../registries/reads.ts'
import type { Submitter } from '../registries/sending/lane.ts'
import type { StatusAllocator } from './allocator.ts'
import type { StatusMirror } from './mirror.ts'

/** Credentials a list has room for, and how many of them may at most be revoked on one day. */
export const LIST_CAPACITY = 131_072
export const DAILY_LIMIT = 2_000
/** With this many indexes left the next list is opened: minutes of work at full speed, while opening takes seconds. */
const LOW = 16_384

/** A transaction that opens a list. Nothing is stored with it: the list itself is read from the ledger. */
export interface ListCauses {
  readonly list: Readonly<Record<never, never>>
}

export interface StatusListKeeperOptions {
  readonly registries: Registries
  readonly org: number
  readonly allocator: StatusAllocator
  readonly mirror: StatusMirror
  /** Of the account that opens lists. */
  readonly lane: Submitter<ListCauses>
  readonly warn: Warn
}

export class StatusListKeeper {
  /** Lists that the operator has been warned of, once each. */
  readonly #refused = new Set<bigint>()

  constructor(private readonly options: StatusListKeeperOptions) {}

  /**
   * Follows every list of the organisation. Gives out indexes only of lists of which it is the custodian, and whose
   * capacity and limit are those that this program sets.
   */
  async open(): Promise<void> {
    const lists = await this.#lists()
    await this.options.mirror.open(lists)
    await this.#takeUp(lists)
  }

  /**
   * To be called every few seconds. The outcome of the transaction stores nothing about the list: the list is read from
   * the ledger here, or at the next start.
   * @throws {LedgerError} LEDGER_RPC, LEDGER_REVERTED when the ledger grants no further list
   */
  async sweep(): Promise<void> {
    const { allocator, registries, lane } = this.options
    if (allocator.remaining >= LOW) return
    await this.#takeUp(await this.#lists())
    if (allocator.remaining >= LOW) return
    const to = registries.addresses.statusRegistry
    const data = encodeOpenList(LIST_CAPACITY, DAILY_LIMIT)
    // Asked first: a refusal must not become a transaction every few seconds.
    await registries.ledger.request('eth_call', [{ from: lane.account, to, data }, 'latest'])
    const request = { to, data, gasLimit: GasLimit.openList, cause: { kind: 'list' }, ops: [] } as const
    const { revert, transaction } = await lane.submit(request).outcome
    if (revert !== undefined) {
      throw new LedgerError(
        { code: 'LEDGER_REVERTED', transaction, error: revert },
        `The ledger did not open another status list: ${revert}. The council decides who may.`,
      )
    }
    await this.#takeUp(await this.#lists())
  }

  /**
   * A list is served before the first card names it. Whoever has a STATUS account chooses what it opens: cards in a list
   * without a daily limit could all be revoked at once, so none are put there.
   */
  async #takeUp(lists: readonly FoundList[]): Promise<void> {
    const { allocator, mirror, org } = this.options
    for (const { id, capacity, custodian, limit } of lists) {
      if (custodian !== org || allocator.knows(id)) continue
      if (capacity !== LIST_CAPACITY || limit > DAILY_LIMIT) {
        this.#refuse(id, { capacity, limit })
        continue
      }
      await mirror.add(id, capacity)
      await allocator.addList(id, capacity)
    }
  }

  #refuse(id: bigint, found: { capacity: number; limit: number }): void {
    if (this.#refused.has(id)) return
    this.#refused.add(id)
    this.options.warn(
      { list: String(id), ...found },
      `no card is put into this status list: it is not for ${LIST_CAPACITY} cards, or more than ${DAILY_LIMIT} of them may be revoked a day. If you did not open it, stop the account that did`,
    )
  }

  async #lists(): Promise<FoundList[]> {
    const { registries, org } = this.options
    const lists: FoundList[] = []
    const count = await readListCount(registries, org)
    for (let n = 1; n <= count; n++) {
      const id = (BigInt(org) << 32n) | BigInt(n)
      const record = await readList(registries, id)
      if (record) lists.push({ id, ...record })
    }
    return lists
  }
}

interface FoundList {
  readonly id: bigint
  readonly capacity: number
  readonly custodian: number
  /** How many may be revoked on one day. */
  readonly limit: number
}
