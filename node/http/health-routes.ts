import { type Response, Router } from 'express'
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Ledger } from '../ledger/ledger.ts'
import type { Clock } from '../lib/time.ts'
import type { StatusAllocator } from '../status/allocator.ts'
import type { StatusMirror } from '../status/mirror.ts'
import { ledgerGauges } from './ledger-gauges.ts'

export interface HealthParts {
  readonly mirror: StatusMirror
  readonly allocator: StatusAllocator
  /** The longest time between two blocks, in seconds. If the head is older than three of them, the ledger stands still. */
  readonly heartbeat: number
  readonly clock: Clock
  readonly ledger: Ledger
}

/** `/healthz`: the process answers. `/readyz`: the node is ready, or the reasons why not. `/metrics`: Prometheus. */
export function healthRoutes({ mirror, allocator, heartbeat, clock, ledger }: HealthParts): Router {
  const router = Router()
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read())
      },
    })
  gauge('dojang_ledger_height', 'Newest block whose events are applied', () => mirror.asOf?.block ?? 0)
  gauge('dojang_ledger_age_seconds', 'Age of that block', () => clock() - (mirror.asOf?.time ?? 0))
  gauge('dojang_status_indexes_left', 'Status indexes not yet assigned', () => allocator.remaining)
  ledgerGauges(registry, ledger)

  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' })
  })

  router.get('/readyz', (_request, response) => {
    const { asOf } = mirror
    const age = asOf ? clock() - asOf.time : null
    const ledger = age !== null && age <= 3 * heartbeat ? 'following' : 'standing still'
    const statusLists = allocator.remaining > 0 ? 'open' : 'full'
    const ready = ledger === 'following' && statusLists === 'open'
    response.status(ready ? 200 : 503).json({ ready, ledger, block: asOf?.block ?? null, age, statusLists })
  })

  router.get('/metrics', async (_request, response: Response) => {
    response.type(registry.contentType).send(await registry.metrics())
  })
  return router
}
