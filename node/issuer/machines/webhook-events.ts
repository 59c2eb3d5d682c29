/**
 * What webhooks tell, as entries of the journal. An event has the number of its entry as its id, and of the entry only the
 * facts that are named here: ids and states. So a fact that is added to the journal is not sent by accident.
 */
import type { UnixSeconds } from '../../lib/time.ts'
import type { JournalEntry } from '../journal.ts'

/**
 * `issued`: an application has its card. `accepted`, `not-accepted`: the wallet reported that it stored the card, or could
 * not. `refused`: the authority refused an application. `status-changed`: a change of one card's status is on the ledger.
 */
export type WebhookEventName = 'issued' | 'accepted' | 'not-accepted' | 'refused' | 'status-changed'

export interface WebhookEvent {
  readonly id: number
  readonly event: WebhookEventName
  readonly at: UnixSeconds
  readonly facts: Readonly<Record<string, JournalEntry[string]>>
}

/** @returns undefined for an entry that webhooks do not tell */
export function webhookEvent(id: number, entry: JournalEntry): WebhookEvent | undefined {
  const make = (event: WebhookEventName, names: readonly string[]): WebhookEvent => ({
    ...{ id, event, at: entry.at },
    facts: Object.fromEntries(names.map(name => [name, entry[name] ?? null])),
  })
  switch (entry.event) {
    case 'application.issued':
      return make('issued', ['application'])
    case 'application.refused':
      return make('refused', ['application', 'reason'])
    case 'notification.received':
      if (entry.notified === 'credential_accepted') return make('accepted', ['application'])
      return entry.notified === 'credential_failure' ? make('not-accepted', ['application']) : undefined
    case 'credential.status-set':
      return make('status-changed', ['credential', 'to', 'transaction', 'block', 'time'])
    default:
      return undefined
  }
}
