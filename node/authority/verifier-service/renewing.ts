import { DojangError } from '../../lib/errors.ts'
import { type Clock, HOUR } from '../../lib/time.ts'
import type { Warn } from '../../lib/warn.ts'
import type { TrustedProfile } from '../../verifier/service/trusted-profile.ts'

interface RenewingOptions {
  readonly clock: Clock
  readonly fetcher: typeof fetch
  readonly warn: Warn
}

/**
 * A sweep that asks the endpoints once an hour for a newer profile. An endpoint that serves an older one, or one by another
 * key, changes nothing.
 */
export function renewing(
  profileFile: TrustedProfile,
  mirrors: readonly string[],
  { clock, fetcher, warn }: RenewingOptions,
): () => Promise<void> {
  let askedAt = 0
  return async () => {
    if (clock() < askedAt + HOUR) return
    askedAt = clock()
    for (const endpoint of [...mirrors, ...profileFile.profile.endpoints]) {
      try {
        if (await profileFile.renew(endpoint, fetcher)) return
      } catch (error) {
        const code = error instanceof DojangError ? error.code : String(error)
        warn({ endpoint, code }, 'an endpoint has no usable profile')
      }
    }
  }
}
