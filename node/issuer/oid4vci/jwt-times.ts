import type { JsonObject, JsonValue } from '../../lib/json.ts'
import type { UnixSeconds } from '../../lib/time.ts'

/** The tolerated error of a wallet's clock, in seconds. Nonces ensure freshness. */
export const CLOCK_SKEW = 5 * 60

/** Whether a wallet's JWT is in force according to its `exp` and `nbf`, if present (RFC 7519 §4.1.4, §4.1.5). */
export function isInForce({ exp, nbf }: JsonObject, now: UnixSeconds): boolean {
  const fits = (time: JsonValue | undefined, does: (time: number) => boolean) =>
    time === undefined || (typeof time === 'number' && does(time))
  return fits(exp, time => now < time + CLOCK_SKEW) && fits(nbf, time => time <= now + CLOCK_SKEW)
}
