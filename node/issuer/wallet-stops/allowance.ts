/**
 * How many cards of a stopped provider may be revoked now. A revocation is final, so the limits of the day hold here too:
 * that of this authority, and that of each status list in the contract. A part of both is left to people, who must be able
 * to revoke a stolen card on such a day.
 */
import { DAY, type UnixSeconds, utcDay } from '../../lib/time.ts'
import type { Registries } from '../../registries/contracts.ts'
import { readList } from '../../registries/reads.ts'
import type { RevocationLimit } from '../revocation-limit.ts'
import { type CardsByList, sumOf, type Walk } from './wallet-stop.ts'

/** Of the limit of a day. Less than the half at which operators are alarmed. */
const SHARE = 0.4

export const shareOf = (limit: number): number => Math.max(1, Math.floor(limit * SHARE))

export class Allowance {
  constructor(
    private readonly registries: Registries,
    private readonly limit: Pick<RevocationLimit, 'perDay' | 'count'>,
  ) {}

  /** Revocations that this authority's limit leaves to the stop on the day of `now`. */
  ofAuthority({ today }: Walk, now: UnixSeconds): number {
    const { perDay, count } = this.limit
    const spent = today.day === utcDay(now) ? today.revoked : 0
    return Math.max(0, Math.min(shareOf(perDay) - spent, perDay - count))
  }

  /** Revocations that the contract's limit of this list leaves to it. */
  async ofList(list: string, now: UnixSeconds): Promise<number> {
    const record = await readList(this.registries, BigInt(list))
    if (!record) return 0
    return Math.max(0, shareOf(record.limit) - (record.day === utcDay(now) ? record.used : 0))
  }

  /** When all of these will be revoked if the limits stay as they are and nothing else is revoked. */
  async end(left: CardsByList, from: UnixSeconds): Promise<UnixSeconds> {
    const [list, most] = left.reduce((a, b) => (b[1] > a[1] ? b : a), ['', 0])
    const record = list === '' ? null : await readList(this.registries, BigInt(list))
    const days = Math.max(sumOf(left) / shareOf(this.limit.perDay), record ? most / shareOf(record.limit) : 0)
    return from + Math.max(0, Math.ceil(days) - 1) * DAY
  }
}
