import type { UnixSeconds } from '../../lib/time.ts'
import type { StatusName } from '../../proof/registries/status.ts'

/** One source's word about one credential. */
export type StatusAnswer =
  | {
      readonly known: true
      readonly status: StatusName
      readonly source: 'ledger' | 'list'
      /** When a list was signed. The ledger's age is the view's. */
      readonly time?: UnixSeconds
    }
  | { readonly known: false; readonly why: string; readonly source: 'ledger' | 'list' }

const STRICTNESS: Readonly<Record<StatusName, number>> = { VALID: 0, SUSPENDED: 1, INVALID: 2 }

/**
 * The stricter of what the ledger proves and what the issuer's signed list says: a loss reported while the ledger was
 * out of reach is in the list alone, and a list served from an old copy lacks what the ledger already has.
 * @returns undefined if no source knows
 */
export function stricter(words: readonly StatusAnswer[]): (StatusAnswer & { known: true }) | undefined {
  let found: (StatusAnswer & { known: true }) | undefined
  for (const word of words) {
    if (word.known && (!found || STRICTNESS[word.status] > STRICTNESS[found.status])) found = word
  }
  return found
}
