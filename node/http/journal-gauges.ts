import type { Registry } from 'prom-client'
import type { JournalAnchoring } from '../issuer/journal/anchoring.ts'
import { gaugesOf } from './gauges.ts'

/** How far the journal is on the ledger. */
export function journalGauges(registry: Registry, journal: Pick<JournalAnchoring, 'daysWaiting' | 'state'>): void {
  const gauge = gaugesOf(registry)
  gauge('dojang_journal_days_waiting', 'Days of the journal that are over and not on the ledger', () => {
    return journal.daysWaiting
  })
  gauge('dojang_journal_damaged', '1 if an entry of the journal does not have its hash', () =>
    journal.state.state === 'damaged' ? 1 : 0,
  )
}
