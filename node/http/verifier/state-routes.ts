/** How a verifier that runs alone is: whether it can check cards now, and its metrics for Prometheus. */
import type { Router } from 'express'
import { collectDefaultMetrics, Registry } from 'prom-client'
import type { Clock } from '../../lib/time.ts'
import type { FollowedReplica } from '../../verifier/service/followed-replica.ts'
import type { VerdictNotices } from '../../verifier/service/verdict-notices.ts'
import { gaugesOf } from '../gauges.ts'
import { createRouter } from '../router.ts'

export interface VerifierStateParts {
  readonly followed: Pick<FollowedReplica, 'replica'>
  readonly profileFile: { readonly profile: { readonly heartbeat: number } }
  readonly verdictNotices: Pick<VerdictNotices, 'waiting' | 'givenUp'>
  readonly clock: Clock
}

/** Seconds beyond the ledger's longest pause after which a newer block must have come. */
const SLACK = 60

/** `/healthz`: the process answers. `/readyz`: its copy of the ledger is as new as the ledger's rhythm allows. */
export function verifierHealth({ followed, profileFile, clock }: VerifierStateParts): Router {
  const router = createRouter()
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' })
  })
  router.get('/readyz', (_request, response) => {
    const head = followed.replica?.head ?? null
    const age = head && clock() - head.time
    const isCurrent = age !== null && age <= profileFile.profile.heartbeat + SLACK
    const ledger = isCurrent ? 'following' : head ? 'behind' : 'nothing known'
    response.status(isCurrent ? 200 : 503).json({ ready: isCurrent, ledger, block: head?.height ?? null, age })
  })
  return router
}

export function verifierMetrics({ followed, verdictNotices, clock }: VerifierStateParts): Router {
  const router = createRouter()
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const gauge = gaugesOf(registry)
  gauge('dojang_ledger_height', 'Newest proved block; 0: none', () => followed.replica?.head.height ?? 0)
  gauge('dojang_ledger_age_seconds', 'Age of that block', () => clock() - (followed.replica?.head.time ?? 0))
  gauge(
    'dojang_verdict_notices_waiting',
    'Notices of verdicts that no webhook has confirmed',
    () => verdictNotices.waiting,
  )
  gauge('dojang_verdict_notices_given_up', 'Notices given up since the start', () => verdictNotices.givenUp)
  router.get('/metrics', async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics())
  })
  return router
}
