import type { Router } from 'express'
import type { JournalAnchoring } from '../issuer/journal/anchoring.ts'
import type { Reconciler } from '../issuer/reconciler/reconciler.ts'
import type { LedgerReach } from '../ledger/reach.ts'
import type { Clock } from '../lib/time.ts'
import type { StatusAllocator } from '../status/allocator.ts'
import type { StatusMirror } from '../status/mirror.ts'
import { createRouter } from './router.ts'

export interface HealthParts {
  readonly mirror: StatusMirror
  readonly allocator: StatusAllocator
  /** Seconds. If the head is older, the ledger stands still. */
  readonly standstillAfter: () => number
  readonly clock: Clock
  readonly reconciler: Pick<Reconciler, 'asOf' | 'stopped'>
  readonly journalAnchoring: Pick<JournalAnchoring, 'state'>
  readonly reach: Pick<LedgerReach, 'lost'>
}

/** `/healthz`: the process answers. `/readyz`: the node is ready, or the reasons why not. */
export function healthRoutes(parts: HealthParts): Router {
  const { mirror, allocator, standstillAfter, clock, reconciler, journalAnchoring, reach } = parts
  const router = createRouter()
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' })
  })

  router.get('/readyz', (_request, response) => {
    const { asOf } = mirror
    const age = asOf ? clock() - asOf.time : null
    const { lost } = reach
    const ledger = lost ?? (age !== null && age <= standstillAfter() ? 'following' : 'standing still')
    // Wallets that wait get cards without an anchor, which they exchange later.
    const cards = lost ? 'temporary' : 'anchored'
    const statusLists = allocator.remaining > 0 ? 'open' : 'full'
    const { stopped } = reconciler
    const ready = ledger === 'following' && statusLists === 'open' && stopped === undefined
    const reconciled = { reconciler: stopped?.code ?? 'clean', reconciledBlock: reconciler.asOf?.block ?? null }
    // A journal that waits for its grant stops nothing, so the node is ready.
    const { state: journal, ...why } = journalAnchoring.state
    const waiting = 'reason' in why ? { journalReason: why.reason } : {}
    response
      .status(ready ? 200 : 503)
      .json({ ready, ledger, block: asOf?.block ?? null, age, cards, statusLists, ...reconciled, journal, ...waiting })
  })
  return router
}
