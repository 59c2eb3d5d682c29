/**
 * The stops of wallet providers: at most one for each provider. Two people order a stop and lift it (operators/proposals),
 * and `StopRunner` carries it out.
 * Why: docs/decisions/166.
 */
import { toBase64url } from '../../lib/bytes.ts'
import { KeyedLock } from '../../lib/lock.ts'
import type { Random } from '../../lib/random.ts'
import type { Clock, UnixSeconds } from '../../lib/time.ts'
import { Bucket } from '../../store/buckets.ts'
import { sealedJson } from '../../store/sealed-json.ts'
import { type Store, Table, textCodec, type WriteOp } from '../../store/store.ts'
import type { Vault } from '../../store/vault.ts'
import type { CredentialRecord } from '../credential-record.ts'
import { IssuerError } from '../errors.ts'
import type { Installations } from '../installations/installations.ts'
import type { Journal } from '../journal.ts'
import { endsIssuing, FIRST_WALK, isUnderWay, keepsSuspended, type WalletStop } from './wallet-stop.ts'

/** What happens to the cards that the provider's wallets have: nothing, or they are suspended at once or at a time. */
export type ExistingCards = 'keep' | 'at-once' | UnixSeconds

export interface StopOrder {
  readonly provider: number
  readonly existing: ExistingCards
  /** How many cards the two people knew of. */
  readonly cards: number
  readonly reason: string
  readonly by: string
}

export interface LiftOrder {
  readonly provider: number
  /** Whether the cards that this stop suspended become VALID again. */
  readonly reinstate: boolean
  readonly by: string
}

export interface WalletStopsOptions {
  readonly store: Store
  readonly vault: Vault
  readonly installations: Pick<Installations, 'of'>
  readonly journal: Journal
  /** The time of the newest block that was read. */
  readonly ledgerTime: () => UnixSeconds
  readonly clock: Clock
  readonly random: Random
}

export class WalletStops {
  readonly #table: Table<string, WalletStop>
  /** By provider: a decision of two people and a step of the runner must not overwrite each other. */
  readonly #lock = new KeyedLock()

  constructor(private readonly options: WalletStopsOptions) {
    this.#table = new Table(options.store, Bucket.walletStop, textCodec, sealedJson(options.vault, 'wallet stop'))
  }

  get(provider: string): WalletStop | undefined {
    return this.#table.get(provider)
  }

  async all(): Promise<WalletStop[]> {
    const found: WalletStop[] = []
    for await (const [, stop] of this.#table.entries()) found.push(stop)
    return found
  }

  /** Whether wallets of this organisation get no cards of this authority. */
  endsIssuing(provider: number): boolean {
    const stop = this.get(String(provider))
    return stop !== undefined && endsIssuing(stop)
  }

  /** @throws {IssuerError} ISSUER_WALLET_STOPPED */
  readonly requireReinstatable = (credential: string, record: CredentialRecord): void => {
    const provider = this.options.installations.of(record)?.walletProvider
    const stop = provider == null ? undefined : this.get(provider)
    if (!stop || !keepsSuspended(stop)) return
    throw new IssuerError(
      { code: 'ISSUER_WALLET_STOPPED', credential, provider: stop.provider },
      "The provider of this card's wallet was stopped, so the card stays suspended. The holder can apply for a card in " +
        'another wallet. Two operators can lift the stop.',
    )
  }

  locked<T>(provider: number | string, body: () => Promise<T>): Promise<T> {
    return this.#lock.run(String(provider), body)
  }

  put(stop: WalletStop): WriteOp {
    return this.#table.put(stop.provider, { ...stop, version: stop.version + 1 })
  }

  /** @throws {IssuerError} ISSUER_WALLET_STOP_STATE unless a stop can be ordered, or its date be changed */
  requireStoppable({ provider, existing }: Pick<StopOrder, 'provider' | 'existing'>): void {
    const stop = this.get(String(provider))
    if (stop && stop.state !== 'waiting' && stop.state !== 'lifted') throw wrongState(provider, stop.state)
    if (typeof existing === 'number' && this.hasPassed(existing)) throw wrongState(provider, 'date passed')
  }

  /** By the ledger too, so that it does not help to set the clock of this machine back. */
  hasPassed(time: UnixSeconds): boolean {
    return time <= Math.max(this.options.clock(), this.options.ledgerTime())
  }

  /** @throws {IssuerError} ISSUER_WALLET_STOP_STATE unless there is a stop to lift */
  requireLiftable({ provider }: Pick<LiftOrder, 'provider'>): void {
    const stop = this.get(String(provider))
    if (!stop || !endsIssuing(stop)) throw wrongState(provider, stop?.state ?? 'not stopped')
  }

  /**
   * Orders a stop, or changes the date of one that waits. Call it in `locked`.
   * @returns what is to be committed with the decision
   * @throws {IssuerError} ISSUER_WALLET_STOP_STATE
   */
  order(order: StopOrder): WriteOp[] {
    this.requireStoppable(order)
    const { provider, existing, cards, reason, by } = order
    const { journal, clock, random } = this.options
    const now = clock()
    const present = this.get(String(provider))
    const waiting = present?.state === 'waiting' ? present : undefined
    const suspendAt = existing === 'keep' ? null : existing === 'at-once' ? now : existing
    const stop: WalletStop = {
      id: waiting?.id ?? toBase64url(random(16)),
      provider: String(provider),
      state: existing === 'at-once' ? 'suspending' : 'waiting',
      version: present?.version ?? 0,
      orderedAt: waiting?.orderedAt ?? now,
      reason,
      suspendAt,
      cards,
      walk: existing === 'at-once' ? FIRST_WALK : null,
    }
    const entry = {
      at: now,
      event: 'wallet-stop.ordered',
      stop: stop.id,
      provider: stop.provider,
      suspendAt,
      cards,
      by,
    }
    return [this.put(stop), journal.append(entry)]
  }

  /**
   * Lifts a stop. Its wallets get cards again, if the ledger admits them. Cards that are revoked stay revoked. Call it in
   * `locked`.
   * @returns what is to be committed with the decision
   * @throws {IssuerError} ISSUER_WALLET_STOP_STATE
   */
  lift(order: LiftOrder): WriteOp[] {
    this.requireLiftable(order)
    const { provider, reinstate, by } = order
    const { journal, clock } = this.options
    const stop = this.get(String(provider)) as WalletStop
    const state = reinstate && stop.state !== 'waiting' ? 'reinstating' : 'lifted'
    const walk = state === 'lifted' ? stop.walk : FIRST_WALK
    const entry = { at: clock(), event: 'wallet-stop.lifted', stop: stop.id, provider: stop.provider, reinstate, by }
    return [this.put({ ...stop, state, walk }), journal.append(entry)]
  }

  async underWay(): Promise<WalletStop[]> {
    return (await this.all()).filter(isUnderWay)
  }
}

const wrongState = (provider: number, state: string): IssuerError =>
  new IssuerError(
    { code: 'ISSUER_WALLET_STOP_STATE', provider, state },
    `This cannot be done with wallet provider ${provider} now (${state}). Read the list of wallet providers again.`,
  )
