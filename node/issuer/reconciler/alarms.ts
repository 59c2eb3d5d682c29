import { concat, fromHex, type Hex, readU32be, toHex, u32be } from '../../lib/bytes.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { Bucket } from '../../store/buckets.ts'
import { type Codec, jsonCodec, type Store, Table, type WriteOp } from '../../store/store.ts'
import type { AlarmKind } from './rules.ts'

/** As stored. It stays when it was accepted: with who accepted it, and why. */
export interface Alarm {
  readonly kind: AlarmKind
  readonly block: number
  readonly transaction: Hex
  /** The account that sent the transaction; null if the ledger did not say. */
  readonly sender: Hex | null
  /** Of the event: list, root, purpose, account, key, number of changes. */
  readonly facts: Readonly<Record<string, string | number>>
  readonly accepted: { readonly by: string; readonly at: UnixSeconds; readonly sealedReason: string } | null
}

/** `log` is the event's index in its block; `NO_LOG` for an alarm that is about no event. */
export interface AlarmKey {
  readonly transaction: Hex
  readonly log: number
}

export const NO_LOG = 0xffff_ffff

const alarmKey: Codec<AlarmKey> = {
  encode: ({ transaction, log }) => concat(fromHex(transaction), u32be(log)),
  decode: bytes => ({ transaction: toHex(bytes.subarray(0, 32)), log: readU32be(bytes, 32) }),
}

/** The stored alarms. Those that nobody has accepted are in memory as well. */
export class Alarms {
  readonly #table: Table<AlarmKey, Alarm>
  readonly #open = new Map<string, [AlarmKey, Alarm]>()
  /** Also those that were accepted. */
  readonly #foreignRoots = new Set<unknown>()

  private constructor(store: Store) {
    this.#table = new Table(store, Bucket.alarm, alarmKey, jsonCodec())
  }

  static async load(store: Store): Promise<Alarms> {
    const alarms = new Alarms(store)
    for await (const [key, alarm] of alarms.#table.entries()) {
      alarms.opened(key, alarm)
      if (alarm.accepted) alarms.closed(key)
    }
    return alarms
  }

  /** Those that nobody has accepted, oldest first. */
  get open(): readonly (readonly [AlarmKey, Alarm])[] {
    return [...this.#open.values()].sort(([, a], [, b]) => a.block - b.block)
  }

  get first(): Alarm | undefined {
    return this.#open.values().next().value?.[1]
  }

  get count(): number {
    return this.#open.size
  }

  isForeignRoot(root: Hex): boolean {
    return this.#foreignRoots.has(root)
  }

  put(key: AlarmKey, alarm: Alarm): WriteOp {
    return this.#table.put(key, alarm)
  }

  /** To be called when the alarm is on disk. */
  opened(key: AlarmKey, alarm: Alarm): void {
    this.#open.set(nameOf(key), [key, alarm])
    if (alarm.kind === 'root') this.#foreignRoots.add(alarm.facts.root)
  }

  /** To be called when its acceptance is on disk. */
  closed(key: AlarmKey): void {
    this.#open.delete(nameOf(key))
  }
}

const nameOf = ({ transaction, log }: AlarmKey) => `${transaction} ${log}`
