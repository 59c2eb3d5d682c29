/**
 * How many replaced cards may be revoked today. The contract's limit is for each status list and day, and many cards that were
 * issued in one week are renewed in one week. A part of the limit is left to people, who must be able to revoke a stolen card on
 * such a day. A replaced card that is not revoked yet is suspended.
 * Why: docs/decisions/197.
 */
import { type Clock, MINUTE, type UnixSeconds, utcDay } from '../../lib/time.ts'

export interface ReplacedLimitOptions {
  /** How many of a list may be revoked now, of the part that is not left to people. */
  readonly ofList: (list: string, now: UnixSeconds) => Promise<number>
  readonly clock: Clock
}

interface Room {
  readonly at: UnixSeconds
  readonly read: Promise<number>
  taken: number
}

/** Seconds after which the ledger is asked again: others revoke too. */
const MAX_AGE = MINUTE

export class ReplacedLimit {
  readonly #lists = new Map<string, Room>()

  constructor(private readonly options: ReplacedLimitOptions) {}

  /** Takes the right to revoke one card of the list now. False if the day's part is spent. */
  async take(list: string): Promise<boolean> {
    const room = this.#roomOf(list)
    room.taken += 1
    if (room.taken <= (await room.read)) return true
    room.taken -= 1
    return false
  }

  #roomOf(list: string): Room {
    const now = this.options.clock()
    const known = this.#lists.get(list)
    if (known && now >= known.at && now - known.at < MAX_AGE && utcDay(now) === utcDay(known.at)) return known
    const room: Room = { at: now, read: this.options.ofList(list, now), taken: 0 }
    this.#lists.set(list, room)
    // Not remembered, so that the next one asks again. Whoever waits for it gets the error.
    room.read.catch(() => this.#lists.delete(list))
    return room
  }
}
