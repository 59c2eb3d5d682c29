import type { Registry } from 'prom-client'
import type { TemporaryAllowance } from '../issuer/anchoring/temporary-allowance.ts'
import type { LedgerReach } from '../ledger/reach.ts'
import { gaugesOf } from './gauges.ts'

export interface TemporaryGaugesParts {
  readonly reach: Pick<LedgerReach, 'lost'>
  readonly temporaryAllowance: Pick<TemporaryAllowance, 'count' | 'perDay' | 'total'>
}

/** Whether the ledger is out of reach, and how many cards without an anchor were issued because of that. */
export function temporaryGauges(registry: Registry, { reach, temporaryAllowance: cards }: TemporaryGaugesParts): void {
  const gauge = gaugesOf(registry)
  gauge('dojang_ledger_out_of_reach', '1 while the ledger does not answer or stands still', () => (reach.lost ? 1 : 0))
  gauge('dojang_temporary_cards_today', 'Cards without an anchor issued today (UTC)', () => cards.count)
  gauge('dojang_temporary_cards_per_day', 'Limit of that number', () => cards.perDay)
  gauge('dojang_temporary_cards_total', 'Cards without an anchor ever issued', () => cards.total)
}
