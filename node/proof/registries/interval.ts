import type { UnixSeconds } from '../../lib/time.ts'

/** [from, until), in ledger time. Empty when `until` is not after `from`. */
export interface Interval {
  readonly from: UnixSeconds
  readonly until: UnixSeconds
}

/** The largest time that a word can store: for a term without an end, and for a key that was never distrusted. */
export const NEVER: UnixSeconds = 2 ** 40 - 1

export const contains = ({ from, until }: Interval, time: UnixSeconds): boolean => from <= time && time < until

/** A time of the ledger, with null for `NEVER`. */
export const unlessNever = (time: UnixSeconds): UnixSeconds | null => (time === NEVER ? null : time)
