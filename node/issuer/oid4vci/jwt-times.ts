import type { JsonObject, JsonValue } from '../../lib/json.ts'
import type { UnixSeconds } from '../../lib/time.ts'

/** The tolerated error of a wallet's clock, in seconds. Nonces ensure freshness. */
export const CLOCK_SKEW = 5 * 60

/** HAIP 1.0 §4 refers to FAPI 2.0, which refuses what is dated later (§5.3.2.1). */
const HAIP_MAX_AHEAD = 60

/** How far ahead of this server's clock a wallet may date a JWT, in seconds. */
export const maxAhead = (haip: boolean): number => (haip ? HAIP_MAX_AHEAD : CLOCK_SKEW)

/**
 * Whether a wallet's JWT is in force according to its `exp` and `nbf`, if present (RFC 7519 §4.1.4, §4.1.5).
 * @param ahead how far `nbf` may be in the future, in seconds
 */
export function isInForce({ exp, nbf }: JsonObject, now: UnixSeconds, ahead = CLOCK_SKEW): boolean {
  const fits = (time: JsonValue | undefined, does: (time: number) => boolean) =>
    time === undefined || (typeof time === 'number' && does(time))
  return fits(exp, time => now < time + CLOCK_SKEW) && fits(nbf, time => time <= now + ahead)
}
