import type { UnixSeconds } from '../../lib/time.ts'
import type { JournalEntry } from '../journal.ts'
import type { Application } from './application.ts'

/**
 * The application of a card that a wallet renewed: issued from the beginning. Identity, line and channel are those of the previous
 * one, because nobody was identified again. The number of the document stays with the first one, for which it is sealed.
 * @param reason for the journal
 */
export function renewedFrom(
  previous: Application,
  id: string,
  at: UnixSeconds,
  reason: string,
): { readonly application: Application; readonly entries: readonly JournalEntry[] } {
  const { sealedNumber: _, ...identity } = previous.identity ?? { by: 'unknown', how: 'unknown' }
  const application: Application = {
    ...previous,
    ...{ id, version: 1, fee: 0, centre: null, state: 'issued', times: { applied: at, issued: at } },
    identity: previous.identity && identity,
    ...{ wrongTxCodes: 0, offer: null, redemption: null, renews: previous.id },
  }
  const { vct: card, channel } = application
  const facts = { application: id, renews: previous.id, card, channel, reason }
  return {
    application,
    entries: [
      { at, event: 'application.renewed', ...facts },
      { at, event: 'application.issued', application: id },
    ],
  }
}
