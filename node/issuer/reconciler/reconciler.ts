/**
 * Compares every event of the three registries with what this node ordered, in both directions, at every block:
 *
 *   event ─▶ is it about this organisation? ─▶ did this node order its transaction? ─no─▶ alarm, issuing stops
 *   transaction that a lane confirmed ─▶ was its event seen? ─no─▶ alarm, issuing stops
 *
 * The position up to which blocks are compared is stored in the commit that stores what was found there. So an alarm is
 * neither lost nor raised twice, and a restart keeps it. Only people end it (`acceptance.ts`).
 * Why: docs/decisions/081.
 */
import { LedgerError } from '../../ledger/errors.ts'
import type { Ledger, LedgerHead } from '../../ledger/ledger.ts'
import { type Hex, toQuantity } from '../../lib/bytes.ts'
import { Lock } from '../../lib/lock.ts'
import type { Clock, UnixSeconds } from '../../lib/time.ts'
import type { Warn } from '../../lib/warn.ts'
import type { ContractAddresses } from '../../registries/contracts.ts'
import type { OrderedTransactions } from '../../registries/sending/ordered.ts'
import { Bucket } from '../../store/buckets.ts'
import { jsonCodec, type Store, Table, textCodec, type WriteOp } from '../../store/store.ts'
import { IssuerError } from '../errors.ts'
import type { Journal } from '../journal.ts'
import { type Alarm, type AlarmKey, Alarms, NO_LOG } from './alarms.ts'
import { type FoundEvent, factsOf, readEvents, senderOf } from './read-events.ts'
import { judge, type Own } from './rules.ts'

/** A lane, as far as the reconciler needs it. */
export interface ComparedLane {
  readonly account: Hex
  readonly taken: LedgerError | undefined
  check(): Promise<void>
}

export interface ReconcilerOptions {
  readonly store: Store
  readonly ledger: Ledger
  readonly addresses: ContractAddresses
  readonly org: number
  readonly own: Pick<Own, 'isNextAccount' | 'keys'>
  readonly ordered: OrderedTransactions
  readonly lanes: readonly ComparedLane[]
  readonly journal: Journal
  readonly clock: Clock
  readonly warn: Warn
  readonly alarm: Warn
  /**
   * Disowns a root that this node did not order. Null: people do it, because the administrator's key is elsewhere, or
   * because a root of a lost database would look foreign.
   */
  readonly disown: ((purpose: Hex, root: Hex) => Promise<unknown>) | null
}

interface Position {
  readonly block: number
  readonly hash: Hex
  readonly time: UnixSeconds
}

const POSITION = 'reconciler'
/** Seconds for which events may be unreadable before issuing stops. */
const PATIENCE = 60

export class Reconciler {
  readonly #meta: Table<string, Position>
  readonly #lock = new Lock()
  #position: Position | undefined
  #openSince: UnixSeconds
  /** Since when the events cannot be read, although the ledger answers. */
  #failingSince: UnixSeconds | undefined
  /** The blocks up to the head were compared in this process, and no lane was taken: the database is no old copy. */
  #complete = false
  #stop = () => {}
  #closed = false

  private constructor(
    private readonly options: ReconcilerOptions,
    readonly alarms: Alarms,
  ) {
    this.#meta = new Table(options.store, Bucket.meta, textCodec, jsonCodec())
    this.#position = this.#meta.get(POSITION)
    this.#openSince = options.clock()
  }

  /** Compares the blocks since the last start, and then every new one. Does not fail if the ledger is unreachable. */
  static async open(options: ReconcilerOptions): Promise<Reconciler> {
    const reconciler = new Reconciler(options, await Alarms.load(options.store))
    const { count, first } = reconciler.alarms
    if (first) options.alarm({ alarms: count, ...first }, 'issuing is stopped: alarms of an earlier run are open')
    reconciler.#stop = options.ledger.onHead(head => void reconciler.#follow(head))
    await reconciler.catchUp()
    reconciler.#complete = reconciler.stopped === undefined && reconciler.#failingSince === undefined
    return reconciler
  }

  /** The block up to which everything is compared. */
  get asOf(): Position | undefined {
    return this.#position
  }

  /** Why nothing is issued: LEDGER_LANE_TAKEN or ISSUER_STOPPED. Undefined while all is clean. */
  get stopped(): LedgerError | IssuerError | undefined {
    const taken = this.options.lanes.find(lane => lane.taken)?.taken
    return taken ?? this.#alarmed() ?? this.#behind()
  }

  /** @throws {LedgerError} LEDGER_LANE_TAKEN; {IssuerError} ISSUER_STOPPED */
  requireOpen(): void {
    const { stopped } = this
    if (stopped) throw stopped
  }

  /** Since when credentials have been issued without a stop in between; null while issuing is stopped. */
  get openSince(): UnixSeconds | null {
    return this.stopped ? null : this.#openSince
  }

  /** To be called when the last alarm was accepted: what waited for a wallet begins to wait again. */
  reopened(): void {
    this.#openSince = this.options.clock()
  }

  /** Compares up to the newest block. Never rejects: what failed is repeated at the next head. */
  async catchUp(): Promise<void> {
    await this.#guarded(async () => {
      const block = await this.#block('latest')
      if (block) await this.#reach(block)
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#stop()
    await this.#lock.run(async () => undefined)
  }

  #follow({ number, hash, timestamp }: LedgerHead): Promise<void> {
    return this.#guarded(() => this.#reach({ block: number, hash, time: timestamp }))
  }

  #guarded(pass: () => Promise<void>): Promise<void> {
    return this.#lock.run(async () => {
      if (this.#closed) return
      try {
        await pass()
        this.#failingSince = undefined
      } catch (error) {
        const { clock, warn } = this.options
        if (error instanceof LedgerError && error.code === 'LEDGER_UNREACHABLE') return
        if (this.#failingSince === undefined) warn({ err: error }, 'the events of the registries cannot be compared')
        this.#failingSince ??= clock()
      }
    })
  }

  async #reach(head: Position): Promise<void> {
    const { ledger, addresses, store, journal, lanes, clock } = this.options
    await Promise.all(lanes.map(lane => lane.check()))
    const from = this.#position
    if (from === undefined) {
      await store.commit([
        this.#meta.put(POSITION, head),
        journal.append({ at: clock(), event: 'reconciler.began', block: head.block }),
      ])
      this.#position = head
      return
    }
    if (head.block > from.block) {
      const events = await readEvents(ledger, addresses, from.block + 1, head.block)
      const history = await this.#historyAlarm(from)
      const found = [...(await this.#judge(events)), ...history]
      const seen = events.filter(({ transaction }) => this.options.ordered.has(transaction))
      const ops = seen.map(({ transaction, block }) => this.options.ordered.see(transaction, block))
      await this.#raise(found, [...ops, this.#meta.put(POSITION, head)])
      this.#position = head
    }
    await this.#compareReceipts((this.#position as Position).block)
  }

  async #judge(events: readonly FoundEvent[]): Promise<[AlarmKey, Alarm][]> {
    const { ledger, org, lanes, ordered, warn } = this.options
    const alarms: [AlarmKey, Alarm][] = []
    const foreignRoots = new Set<Hex>()
    // That a taken account is stopped is what people should do.
    const inUse = lanes.filter(lane => !lane.taken).map(({ account }) => account.toLowerCase() as Hex)
    const isForeignRoot = (root: Hex) => foreignRoots.has(root) || this.alarms.isForeignRoot(root)
    const own: Own = { org, ...this.options.own, accounts: new Set(inUse), isForeignRoot }
    for (const { event, transaction, block, log } of events) {
      const judgement = judge(event, own, ordered.has(transaction))
      const facts = factsOf(event)
      if (judgement === 'noted')
        warn({ event: event.type, transaction, block, ...facts }, 'officers changed this organisation')
      if (typeof judgement === 'string') continue
      if (event.type === 'Anchored') foreignRoots.add(event.root)
      const sender = await senderOf(ledger, transaction)
      alarms.push([
        { transaction, log },
        { kind: judgement.alarm, block, transaction, sender, facts, accepted: null },
      ])
    }
    return alarms
  }

  /** The block at which the last comparison ended must still be there. */
  async #historyAlarm({ block, hash }: Position): Promise<[AlarmKey, Alarm][]> {
    const now = await this.#block(toQuantity(block))
    if (!now || now.hash === hash) return []
    const facts = { expected: hash, found: now.hash }
    const alarm: Alarm = { kind: 'history', block, transaction: hash, sender: null, facts, accepted: null }
    return [[{ transaction: hash, log: NO_LOG }, alarm]]
  }

  /** The other direction: what a lane has confirmed must be in the events, and what reverted must not. */
  async #compareReceipts(until: number): Promise<void> {
    const { ordered } = this.options
    const alarms: [AlarmKey, Alarm][] = []
    const ops: WriteOp[] = []
    for await (const { transaction, block, agrees } of ordered.compared(until)) {
      ops.push(...ordered.forget(transaction))
      if (agrees) continue
      const alarm: Alarm = { kind: 'receipt', block, transaction, sender: null, facts: {}, accepted: null }
      alarms.push([{ transaction, log: NO_LOG }, alarm])
    }
    await this.#raise(alarms, ops)
  }

  async #raise(found: readonly [AlarmKey, Alarm][], ops: readonly WriteOp[]): Promise<void> {
    const { store, journal, clock, alarm: report, disown, warn } = this.options
    await store.commit([
      ...ops,
      ...found.flatMap(([key, alarm]) => {
        const { kind, block, transaction, sender, facts } = alarm
        const entry = { at: clock(), event: 'reconciler.alarm', kind, block, transaction, sender, ...facts }
        return [this.alarms.put(key, alarm), journal.append(entry)]
      }),
    ])
    for (const [key, alarm] of found) {
      this.alarms.opened(key, alarm)
      const { kind, facts, accepted: _, ...where } = alarm
      report({ code: 'ISSUER_STOPPED', kind, ...where, ...facts }, `issuing is stopped: ${kind}`)
      if (kind !== 'root' || !disown || !this.#complete) continue
      const { purpose, root } = facts as { purpose: Hex; root: Hex }
      void disown(purpose, root)
        .then(() => store.commit([journal.append({ at: clock(), event: 'reconciler.disowned', purpose, root })]))
        .catch(error => warn({ err: error, root }, 'a root that this node did not order could not be disowned'))
    }
  }

  #alarmed(): IssuerError | undefined {
    const { first, count } = this.alarms
    if (!first) return undefined
    return new IssuerError(
      { code: 'ISSUER_STOPPED', reason: first.kind, transaction: first.transaction, alarms: count },
      `Issuing is stopped: the ledger has ${count} event(s) of this authority that this node did not order, the first ` +
        `in transaction ${first.transaction}. See \`dojang reconcile list\`.`,
    )
  }

  #behind(): IssuerError | undefined {
    const since = this.#failingSince
    if (since === undefined || this.options.clock() - since < PATIENCE) return undefined
    return new IssuerError(
      { code: 'ISSUER_STOPPED', reason: 'behind', transaction: null, alarms: 0 },
      "Issuing is stopped: the registries' events could not be read for a minute. The log says why.",
    )
  }

  async #block(tag: string): Promise<Position | undefined> {
    const block = await this.options.ledger.request('eth_getBlockByNumber', [tag, false])
    if (!block) return undefined
    const { number, hash, timestamp } = block as Record<'number' | 'hash' | 'timestamp', Hex>
    return { block: Number(number), hash, time: Number(timestamp) }
  }
}
