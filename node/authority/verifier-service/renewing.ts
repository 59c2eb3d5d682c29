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
 * key, changes nothing. A newer one is stored, and counts from the next start on: until then the checks use the one of this start.
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
        if (!(await profileFile.renew(endpoint, fetcher))) continue
        warn({ version: profileFile.profile.version }, 'a newer profile is stored; start again to check cards by it')
        return
      } catch (error) {
        const code = error instanceof DojangError ? error.code : String(error)
        warn({ endpoint, code }, 'an endpoint has no usable profile')
      }
    }
  }
}
