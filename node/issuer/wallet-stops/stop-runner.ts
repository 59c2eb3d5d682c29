/**
 * Carries out the stops of wallet providers, portion by portion.
 *
 *   next cards ─▶ plan ─▶ commit {signed transactions, how far the walk is} ─▶ outcomes ─▶ next cards
 *                         └──────────── the commit point ────────────┘
 *
 * Before the commit point nothing has happened. After it the lane sends the transactions, now or at the next start, and
 * the walk continues behind them. A transaction that the contract refuses leaves its cards as they are. So a walk is
 * repeated until one of them changes nothing.
 */
import { type UnixSeconds, utcDay } from '../../lib/time.ts'
import type { Warn } from '../../lib/warn.ts'
import type { Submitted, Submitter } from '../../registries/sending/lane.ts'
import type { TransactionReceipt } from '../../registries/sending/transaction-receipt.ts'
import type { Store } from '../../store/store.ts'
import { usable } from '../credentials.ts'
import type { Journal } from '../journal.ts'
import type { RevocationLimit } from '../revocation-limit.ts'
import type { StatusCauses } from '../status-requests.ts'
import { type Portion, type PortionParts, planPortion } from './portion.ts'
import type { ProviderCards } from './provider-cards.ts'
import { nextStop } from './walk.ts'
import { FIRST_WALK, type Walk, type WalletStop } from './wallet-stop.ts'
import type { WalletStops } from './wallet-stops.ts'

export interface StopRunnerOptions extends PortionParts {
  readonly store: Store
  readonly stops: WalletStops
  readonly cards: ProviderCards
  readonly limit: Pick<RevocationLimit, 'spend'>
  readonly journal: Journal
  /** The lane for changes that people request. */
  readonly lane: Submitter<StatusCauses>
  readonly issuingLane: Submitter<StatusCauses>
  /** The time of the newest block that was read. */
  readonly ledgerTime: () => UnixSeconds
  readonly warn: Warn
  /** Cards of one portion. */
  readonly portion?: number
}

/** Four transactions: half of what fits into a block. A change that a person requests waits for one portion at most. */
const PORTION = 4 * 512
/** Seconds of the ledger's time between two tries if the contract refuses. */
const PATIENCE = 60

export class StopRunner {
  #closed = false
  #notBefore: UnixSeconds = 0

  constructor(private readonly options: StopRunnerOptions) {}

  /** To be called every few seconds. Resolves when nothing is to be done now. */
  async sweep(): Promise<void> {
    const { stops, credentials, ledgerTime } = this.options
    const underWay = await stops.underWay()
    if (underWay.length === 0 || ledgerTime() < this.#notBefore) return
    await credentials.catchUp()
    for (const { provider } of underWay) {
      while (!this.#closed && (await this.#step(provider)));
    }
  }

  /** The portion that is on its way continues at the next start. */
  close(): void {
    this.#closed = true
  }

  /** @returns whether more can be done now */
  async #step(provider: string): Promise<boolean> {
    const { stops, ledgerTime } = this.options
    const stop = stops.get(provider) as WalletStop
    const now = ledgerTime()
    switch (stop.state) {
      case 'waiting':
        return stop.suspendAt !== null && now >= stop.suspendAt && this.#begin(stop)
      case 'suspending':
      case 'reinstating':
        return this.#portion(stop.state, stop, stop.walk ?? FIRST_WALK, now)
      case 'revoking': {
        const walk = stop.walk ?? FIRST_WALK
        const isTooEarly = walk.revokeFrom !== null && now < walk.revokeFrom
        if (isTooEarly || walk.spentOn === utcDay(now)) return false
        if (this.options.allowance.ofAuthority(walk, now) === 0) return false
        return this.#portion(stop.state, stop, walk, now)
      }
      case 'done':
      case 'lifted':
        return false
    }
  }

  async #begin(stop: WalletStop): Promise<boolean> {
    const { stops, store, journal, ledgerTime } = this.options
    return stops.locked(stop.provider, async () => {
      // Two people may have lifted it, or have set another date.
      if (stops.get(stop.provider)?.version !== stop.version) return true
      const { id, provider } = stop
      await store.commit([
        stops.put({ ...stop, state: 'suspending', walk: FIRST_WALK }),
        journal.append({ at: ledgerTime(), event: 'wallet-stop.began', stop: id, provider }),
      ])
      return true
    })
  }

  async #portion(
    act: 'suspending' | 'revoking' | 'reinstating',
    stop: WalletStop,
    walk: Walk,
    now: UnixSeconds,
  ): Promise<boolean> {
    const { cards, credentials, stops, portion: size = PORTION } = this.options
    const next = await cards.next(walk.after, stop.provider, size)
    const ids = next.map(({ id }) => id)
    const outcomes = await credentials.locked(ids, async () => {
      // Until the commit nobody lifts the stop. After it they need not wait for the ledger.
      const sent = await stops.locked(stop.provider, async () => {
        if (stops.get(stop.provider)?.version !== stop.version) return null
        const planned = await planPortion(act, stop, next, now, this.options)
        const isLast = next.length < size && planned.dealt.length === next.length
        return this.#commit(act, stop, walk, planned, isLast, now)
      })
      return sent && Promise.all(sent.map(({ outcome }) => outcome))
    })
    if (outcomes === null) return true
    return this.#follow(stop, outcomes)
  }

  /** The commit point. */
  async #commit(
    act: 'suspending' | 'revoking' | 'reinstating',
    stop: WalletStop,
    walk: Walk,
    planned: Portion,
    isLast: boolean,
    now: UnixSeconds,
  ): Promise<readonly Submitted[]> {
    const { store, stops, limit, journal, lane, issuingLane } = this.options
    const { requests, changes, ops } = planned
    const after = nextStop(act, { ...stop, walk }, planned, isLast, now)
    const spent = act === 'revoking' && changes.length > 0 ? limit.spend(changes.length) : []
    const entry = { at: now, stop: stop.id, provider: stop.provider, cards: after.walk?.total ?? 0 }
    const event = { revoking: 'suspended', done: 'revoked', lifted: 'reinstated' }[after.state as string]
    const ended = after.state !== stop.state ? [journal.append({ ...entry, event: `wallet-stop.${event}` })] : []
    const all = [...ops, ...spent, stops.put(after), ...ended]
    const [first, ...others] = requests
    if (!first) {
      await store.commit(all)
      return []
    }
    const sent = usable(lane, issuingLane).submitAll([{ ...first, ops: [...first.ops, ...all] }, ...others])
    await sent[0]?.committed
    return sent
  }

  async #follow({ provider }: WalletStop, outcomes: readonly TransactionReceipt[]): Promise<boolean> {
    const { credentials, ledgerTime, warn } = this.options
    await credentials.reach(Math.max(0, ...outcomes.map(({ block }) => block)))
    const refused = outcomes.filter(({ revert }) => revert !== undefined)
    if (refused.length === 0) return true
    this.#notBefore = ledgerTime() + PATIENCE
    warn(
      { provider, refused: refused.length, revert: refused[0]?.revert },
      'the contract refused changes of a stopped wallet provider; they are tried again',
    )
    return false
  }
}
