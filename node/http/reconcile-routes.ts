/** The operator's routes about what the ledger has and this node did not order. */
import type { Router } from 'express'
import { z } from 'zod'
import type { Acceptance } from '../issuer/reconciler/acceptance.ts'
import type { Alarm, AlarmKey } from '../issuer/reconciler/alarms.ts'
import type { Reconciler } from '../issuer/reconciler/reconciler.ts'
import type { Reinstatement } from '../issuer/reinstatement.ts'
import type { Hex } from '../lib/bytes.ts'

export interface ReconcileParts {
  readonly reconciler: Reconciler
  readonly acceptance: Acceptance
  readonly reinstatement: Reinstatement
}

const hex = (bytes: number) => z.string().regex(new RegExp(`^0x[0-9a-fA-F]{${2 * bytes}}$`))
const Accept = z.object({
  transactions: z.array(hex(32)).max(1000).default([]),
  senders: z.array(hex(20)).max(10).default([]),
  reason: z.string().min(1).max(1000),
  confirm: z.string().max(64).optional(),
})
const Reinstate = z.object({ reason: z.string().min(1).max(1000), confirm: z.int().nonnegative().optional() })
/** Alarms in one answer. */
const SHOWN = 100

export function addReconcileRoutes(router: Router, { reconciler, acceptance, reinstatement }: ReconcileParts): void {
  router.get('/reconcile', async (_request, response) => {
    await reconciler.catchUp()
    const { asOf, stopped, alarms } = reconciler
    response.json({ block: asOf?.block ?? null, stopped: stopped?.toJSON() ?? null, ...shown(alarms.open) })
  })

  router.post('/reconcile/accept', async (request, response) => {
    const { reason, confirm, ...given } = Accept.parse(request.body)
    const selection = given as { transactions: Hex[]; senders: Hex[] }
    if (confirm === undefined) {
      const { selected, confirm } = acceptance.select(selection)
      response.json({ accepted: 0, confirm, ...shown(selected) })
      return
    }
    response.json({ accepted: await acceptance.accept(selection, confirm, reason, 'operator') })
  })

  router.post('/status-lists/:list/reinstate', async (request, response) => {
    const { reason, confirm } = Reinstate.parse(request.body)
    const list = BigInt(
      z
        .string()
        .regex(/^\d{1,20}$/)
        .parse(request.params.list),
    )
    if (confirm === undefined) {
      const { ops, kept } = await reinstatement.plan(list)
      response.json({ reinstated: 0, confirm: ops.length, kept })
      return
    }
    response.json(await reinstatement.run(list, confirm, reason, 'operator'))
  })
}

function shown(alarms: readonly (readonly [AlarmKey, Alarm])[]) {
  const byKind = Object.entries(Object.groupBy(alarms, ([, { kind }]) => kind))
  return {
    kinds: Object.fromEntries(byKind.map(([kind, some]) => [kind, some?.length])),
    alarms: alarms.slice(0, SHOWN).map(([, { accepted: _, ...alarm }]) => alarm),
  }
}
