/**
 * Settles what an account left when another one replaced it. The account was stopped on the ledger before, so a
 * transaction of it that no block has can have no effect any more:
 *
 *   in a block ─▶ its outcome, as usual
 *   in no block ─▶ `resend`: the same call from the lane of another account
 *               └▶ `give up`: its handler stores that it was refused
 *
 * Each step is one commit, and what is settled is no longer in the outbox: it is settled once, however often this is
 * interrupted.
 */
import { Transaction } from 'ethers'
import type { Ledger } from '../../ledger/ledger.ts'
import { type Hex, toHex } from '../../lib/bytes.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import type { Store, WriteOp } from '../../store/store.ts'
import type { CauseOf, Lane, OutcomeHandlers } from './lane.ts'
import { OrderedTransactions } from './ordered.ts'
import { type OutboxEntry, type OutboxKey, outboxTable } from './outbox.ts'
import { readTransactionReceipt, type TransactionReceipt } from './transaction-receipt.ts'

export interface ReplacedOptions<C> {
  readonly store: Store
  readonly ledger: Ledger
  /** The lanes in use. The account of any other was replaced. */
  readonly lanes: readonly Lane<C>[]
  /** Sends what is sent again. */
  readonly lane: Lane<C>
  readonly handlers: OutcomeHandlers<C>
  /** Whether the ledger lets the account do nothing any more. What another account left is not touched. */
  readonly isStopped: (account: Hex) => Promise<boolean>
  readonly isResent: (cause: CauseOf<C>) => boolean
  readonly now: UnixSeconds
}

export const REPLACED = 'the account was replaced before a block had the transaction'

/** Resolves when everything is settled or sent again. @throws {LedgerError} */
export async function settleReplaced<C>(options: ReplacedOptions<C>): Promise<void> {
  const { store, lanes } = options
  const used = new Set(lanes.map(({ account }) => account.toLowerCase()))
  const left: [OutboxKey, OutboxEntry<CauseOf<C>>][] = []
  for await (const [key, entry] of outboxTable<CauseOf<C>>(store).entries()) {
    if (!used.has(toHex(key.address))) left.push([key, entry])
  }
  for (const [key, entry] of left) {
    if (await options.isStopped(toHex(key.address))) await settle(options, key, entry)
  }
}

async function settle<C>(options: ReplacedOptions<C>, key: OutboxKey, entry: OutboxEntry<CauseOf<C>>): Promise<void> {
  const { store, ledger, lane, isResent, now } = options
  const ordered = new OrderedTransactions(store)
  const remove = outboxTable<CauseOf<C>>(store).del(key)
  const receipt = await readTransactionReceipt(ledger, entry)
  if (receipt) {
    await store.commit([...outcomeOps(options, entry, receipt), ordered.confirm(receipt), remove])
  } else if (isResent(entry.cause)) {
    const { to, data, gasLimit } = Transaction.from(entry.raw)
    const ops: WriteOp[] = [remove, ...ordered.forget(entry.transaction)]
    await lane.submit({ to: to as Hex, data: data as Hex, gasLimit, cause: entry.cause, ops }).committed
  } else {
    const refused = { transaction: entry.transaction, block: 0, time: now, revert: REPLACED }
    await store.commit([...outcomeOps(options, entry, refused), ...ordered.forget(entry.transaction), remove])
  }
}

function outcomeOps<C, K extends keyof C>(
  { handlers }: ReplacedOptions<C>,
  { cause }: OutboxEntry<CauseOf<C>>,
  receipt: TransactionReceipt,
): readonly WriteOp[] {
  const one = cause as CauseOf<C, K>
  return handlers[one.kind](one, receipt)
}
