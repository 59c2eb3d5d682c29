import type { UnixSeconds } from '../../lib/time.ts'
import type { StatusName } from '../../proof/registries/status.ts'

/** The status of one credential from one source. */
export type StatusAnswer =
  | {
      readonly known: true
      readonly status: StatusName
      readonly source: 'ledger' | 'list'
      /** When the list was signed. The age of the ledger is that of the view. */
      readonly time?: UnixSeconds
    }
  | { readonly known: false; readonly why: string; readonly source: 'ledger' | 'list' }

const STRICTNESS: Readonly<Record<StatusName, number>> = { VALID: 0, SUSPENDED: 1, INVALID: 2 }

/**
 * The stricter of the statuses on the ledger and in the issuer's signed list. A loss that is reported while the ledger
 * is unreachable is only in the list, and an old copy of the list lacks what the ledger already has.
 * @returns undefined if no source knows the status
 */
export function stricter(words: readonly StatusAnswer[]): (StatusAnswer & { known: true }) | undefined {
  let found: (StatusAnswer & { known: true }) | undefined
  for (const word of words) {
    if (word.known && (!found || STRICTNESS[word.status] > STRICTNESS[found.status])) found = word
  }
  return found
}
