/**
 * The status lists that the authority's own verifier reads. Its own lists are not fetched: beside the ledger they contain
 * only what is held, and that counts at once. Lists of other issuers are fetched.
 */
import type { HeldSuspensions } from '../status/held.ts'
import { HttpStatusLists } from '../verifier/status/port.ts'
import { ledgerListOf } from '../verifier/status/reference.ts'
import { type StatusListSource, TokenStatusLists } from '../verifier/status/source.ts'

/** @param publicUrl the `iss` of the authority's own cards */
export function ownStatusLists(
  publicUrl: string,
  held: Pick<HeldSuspensions, 'heldSince'>,
  others: StatusListSource = new TokenStatusLists(new HttpStatusLists()),
): StatusListSource {
  return {
    async statusOf(reference) {
      const list = ledgerListOf(reference.uri, publicUrl)
      if (list === undefined) return others.statusOf(reference)
      const time = held.heldSince({ list, idx: reference.index })
      if (time === undefined) return { known: false, why: 'not_held', source: 'list' }
      return { known: true, status: 'SUSPENDED', source: 'list', time }
    },
  }
}
