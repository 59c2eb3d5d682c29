/**
 * A wallet that redeemed a clerk's offer gets no card until the clerk has confirmed that it is the applicant's phone. The
 * wallet's request waits here. Nothing of the wait is stored: after a restart the wallet repeats its request, and the
 * application still says that it is held. Why: docs/decisions/114.
 */
import { isHeld } from '../../applications/application.ts'
import type { Applications } from '../../applications/applications.ts'
import { OAuthError } from '../errors.ts'
import { type Reply, reply } from '../exchange.ts'
import type { AccessToken } from '../token/access-tokens.ts'

/** Seconds after which a wallet repeats its request. */
const REPEAT_AFTER = 1

/**
 * Waits while the application is held.
 * @returns false if `until` aborted first
 * @throws {OAuthError} credential_request_denied if the offer ended, for example because the clerk pressed *stop*
 */
export async function confirmedByClerk(
  applications: Applications,
  { application: id, offer }: AccessToken,
  until: () => AbortSignal,
): Promise<boolean> {
  let signal: AbortSignal | undefined
  for (;;) {
    const application = applications.require(id)
    if (application.offer !== offer) {
      throw new OAuthError('credential_request_denied', 'the application has ended, or there is a newer offer')
    }
    if (!isHeld(application)) return true
    signal ??= until()
    if (signal.aborted) return false
    await applications.waiting.change(id, signal)
  }
}

export const NOT_CONFIRMED = 'the clerk has not confirmed this wallet yet'

/** No standard has an error for this. The status and the header tell any HTTP client to repeat the request. */
export const retryReply = (headers: Readonly<Record<string, string>>, description: string): Reply =>
  reply(
    503,
    { error: 'temporarily_unavailable', error_description: description },
    { ...headers, 'Retry-After': String(REPEAT_AFTER) },
  )
