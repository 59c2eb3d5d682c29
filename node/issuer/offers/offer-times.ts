/** How long an offer counts after its end. */
import { HOUR, type UnixSeconds } from '../../lib/time.ts'
import type { Offer } from './offer.ts'

/** Seconds for which an expired offer remains stored, so that a late scan gets "expired" and not "unknown". */
const EXPIRED_RETENTION = HOUR

/** Seconds between an unredeemed offer's end and the expiry of its application. A wallet may still redeem an authorization code. */
const UNREDEEMED_GRACE = 2 * 60

/** Seconds after its offer's redemption at which an application expires: the access token has expired by then. */
const REDEEMED_GRACE = 20 * 60

/** Whether its application expires, if this is still the offer that counts. */
export const isOverdue = ({ redeemedAt, expiresAt }: Offer, now: UnixSeconds): boolean =>
  now >= (redeemedAt === null ? expiresAt + UNREDEEMED_GRACE : redeemedAt + REDEEMED_GRACE)

/** Whether it need not be stored any more. Its code is then unknown, and a wallet gets `invalid_grant` as before. */
export const isOver = ({ redeemedAt, expiresAt }: Offer, now: UnixSeconds): boolean =>
  redeemedAt !== null || now >= expiresAt + EXPIRED_RETENTION
