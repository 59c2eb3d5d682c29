/**
 * Accepting alarms: people say that they know what happened and have done what there is to do. It takes two steps, so that
 * nobody accepts what they have not read: the first one answers which alarms are meant and a code over them, and the
 * second one repeats the code. An alarm that came in between changes it.
 */
import { sha256 } from '#crypto'
import { type Hex, toHex, utf8 } from '../../lib/bytes.ts'
import type { Clock } from '../../lib/time.ts'
import type { Store } from '../../store/store.ts'
import { IssuerError } from '../errors.ts'
import type { Journal } from '../journal.ts'
import type { Alarm, AlarmKey, Alarms } from './alarms.ts'

export interface Selection {
  readonly transactions: readonly Hex[]
  /** All of an account's. */
  readonly senders: readonly Hex[]
}

export interface AcceptanceParts {
  readonly alarms: Alarms
  readonly store: Store
  readonly journal: Journal
  readonly clock: Clock
  /** A reason may name people, so it is not stored in the clear. */
  readonly seal: (reason: string) => string
  readonly reopened: () => void
}

export class Acceptance {
  constructor(private readonly parts: AcceptanceParts) {}

  /** @throws {IssuerError} ISSUER_ALARM_UNKNOWN if one of the names selects nothing */
  select(selection: Selection): {
    readonly selected: readonly (readonly [AlarmKey, Alarm])[]
    readonly confirm: string
  } {
    const transactions = new Set(selection.transactions.map(lower))
    const senders = new Set(selection.senders.map(lower))
    const selected = this.parts.alarms.open.filter(
      ([{ transaction }, { sender }]) => transactions.has(transaction) || (sender !== null && senders.has(sender)),
    )
    const found = new Set(selected.flatMap(([{ transaction }, { sender }]) => [transaction, sender]))
    if (selected.length === 0 || ![...transactions, ...senders].every(name => found.has(name))) {
      throw new IssuerError(
        { code: 'ISSUER_ALARM_UNKNOWN' },
        'No alarm is open for one of these transactions or senders. `dojang reconcile list` shows the open alarms.',
      )
    }
    const names = selected.map(([{ transaction, log }]) => `${transaction} ${log}`).sort()
    return { selected, confirm: toHex(sha256(utf8(names.join('\n')))).slice(2, 10) }
  }

  /**
   * @returns how many alarms were accepted
   * @throws {IssuerError} ISSUER_ALARM_UNKNOWN, ISSUER_NOT_CONFIRMED
   */
  async accept(selection: Selection, given: string, reason: string, by: string): Promise<number> {
    const { alarms, store, journal, clock, seal, reopened } = this.parts
    const { selected, confirm } = this.select(selection)
    if (given !== confirm) {
      throw new IssuerError(
        { code: 'ISSUER_NOT_CONFIRMED', confirm },
        'The alarms are not the ones that this code confirms. Read the list again, and confirm what it shows.',
      )
    }
    const at = clock()
    await store.commit(
      selected.flatMap(([key, alarm]) => [
        alarms.put(key, { ...alarm, accepted: { by, at, sealedReason: seal(reason) } }),
        journal.append({ at, event: 'reconciler.accepted', kind: alarm.kind, transaction: key.transaction, by }),
      ]),
    )
    for (const [key] of selected) alarms.closed(key)
    if (alarms.count === 0) reopened()
    return selected.length
  }
}

const lower = (hex: Hex): Hex => hex.toLowerCase() as Hex
