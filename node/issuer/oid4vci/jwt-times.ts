import type { JsonObject, JsonValue } from '../../lib/json.ts'
import type { UnixSeconds } from '../../lib/time.ts'

/** How wrong a wallet's clock may be; freshness comes from our nonces. Seconds. */
export const CLOCK_SKEW = 5 * 60

/** Whether `exp` and `nbf`, where a wallet put them into its JWT, leave it in force (RFC 7519 §4.1.4, §4.1.5). */
export function isInForce({ exp, nbf }: JsonObject, now: UnixSeconds): boolean {
  const fits = (time: JsonValue | undefined, does: (time: number) => boolean) =>
    time === undefined || (typeof time === 'number' && does(time))
  return fits(exp, time => now < time + CLOCK_SKEW) && fits(nbf, time => time <= now + CLOCK_SKEW)
}
