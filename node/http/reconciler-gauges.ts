import type { Registry } from 'prom-client'
import type { Reconciler } from '../issuer/reconciler/reconciler.ts'
import type { RevocationLimit } from '../issuer/revocation-limit.ts'
import { gaugesOf } from './gauges.ts'

export interface ReconcilerGaugesParts {
  readonly reconciler: Pick<Reconciler, 'asOf' | 'stopped' | 'alarms'>
  readonly revocations: Pick<RevocationLimit, 'count' | 'perDay'>
}

/** Whether the ledger and the node's records agree, and how much of the day's limit of revocations is spent. */
export function reconcilerGauges(registry: Registry, { reconciler, revocations }: ReconcilerGaugesParts): void {
  const gauge = gaugesOf(registry)
  gauge('dojang_reconciled_height', 'Block up to which all events are compared', () => reconciler.asOf?.block ?? 0)
  gauge('dojang_reconciler_clean', '1 while issuing is open, 0 while it is stopped', () => (reconciler.stopped ? 0 : 1))
  gauge('dojang_reconciler_alarms', 'Alarms that nobody has accepted', () => reconciler.alarms.count)
  gauge('dojang_lane_taken', '1 if somebody else sent a transaction of an account of this node', () =>
    reconciler.stopped?.code === 'LEDGER_LANE_TAKEN' ? 1 : 0,
  )
  gauge('dojang_revocations_today', 'Credentials that operators revoked today (UTC)', () => revocations.count)
  gauge('dojang_revocations_per_day', 'Limit of that number', () => revocations.perDay)
}
