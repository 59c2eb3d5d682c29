import type { Router } from 'express'
import { collectDefaultMetrics, Registry } from 'prom-client'
import type { JournalAnchoring } from '../issuer/journal/anchoring.ts'
import type { Webhooks } from '../issuer/machines/webhooks.ts'
import type { NoticeSender } from '../issuer/messages/notice-sender.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Clock } from '../lib/time.ts'
import type { StatusAllocator } from '../status/allocator.ts'
import type { StatusMirror } from '../status/mirror.ts'
import { gaugesOf } from './gauges.ts'
import { journalGauges } from './journal-gauges.ts'
import { ledgerGauges } from './ledger-gauges.ts'
import { type ReconcilerGaugesParts, reconcilerGauges } from './reconciler-gauges.ts'
import { createRouter } from './router.ts'
import { type TemporaryGaugesParts, temporaryGauges } from './temporary-gauges.ts'

export interface MetricsParts extends ReconcilerGaugesParts, TemporaryGaugesParts {
  readonly mirror: StatusMirror
  readonly allocator: StatusAllocator
  readonly clock: Clock
  readonly ledger: Ledger
  readonly journalAnchoring: Pick<JournalAnchoring, 'daysWaiting' | 'state'>
  readonly webhooks: Pick<Webhooks, 'failing' | 'parked'>
  readonly notices: Pick<NoticeSender, 'waiting'>
}

/** `/metrics` for Prometheus. The values show how much is issued, so this is on the operator's listener. */
export function metricsRoutes(parts: MetricsParts): Router {
  const { mirror, allocator, clock, ledger, webhooks, notices } = parts
  const router = createRouter()
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const gauge = gaugesOf(registry)
  gauge('dojang_ledger_height', 'Newest block whose events are applied', () => mirror.asOf?.block ?? 0)
  gauge('dojang_ledger_age_seconds', 'Age of that block', () => clock() - (mirror.asOf?.time ?? 0))
  gauge('dojang_status_indexes_left', 'Status indexes not yet assigned', () => allocator.remaining)
  gauge('dojang_webhooks_failing', 'Machine clients to which the last webhook failed', () => webhooks.failing)
  gauge('dojang_webhooks_parked', 'Machine clients to which webhooks are no longer sent', () => webhooks.parked)
  gauge('dojang_line_notices_waiting', 'Notices to lines that are not sent yet', () => notices.waiting)
  ledgerGauges(registry, ledger)
  reconcilerGauges(registry, parts)
  temporaryGauges(registry, parts)
  journalGauges(registry, parts.journalAnchoring)

  router.get('/metrics', async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics())
  })
  return router
}
