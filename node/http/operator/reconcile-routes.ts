/** What the ledger lacks of this authority, and what it has that this node did not order. */
import { z } from 'zod'
import { byOf } from '../../issuer/operators/actor.ts'
import type { Acceptance } from '../../issuer/reconciler/acceptance.ts'
import type { Alarm, AlarmKey } from '../../issuer/reconciler/alarms.ts'
import type { Reconciler } from '../../issuer/reconciler/reconciler.ts'
import type { Reinstatement } from '../../issuer/reinstatement.ts'
import type { Hex } from '../../lib/bytes.ts'
import type { LackingAct } from '../../registries/deployment/lacking.ts'
import { defineRoute, Reason, type Route } from './route.ts'

export interface ReconcileParts {
  readonly reconciler: Reconciler
  readonly acceptance: Acceptance
  readonly reinstatement: Reinstatement
  /** The acts of the council that this authority lacks on the ledger. */
  readonly lacking: () => Promise<readonly LackingAct[]>
}

const hex = (bytes: number) => z.string().regex(new RegExp(`^0x[0-9a-fA-F]{${2 * bytes}}$`))
const Alarms = z.object({
  /** How many alarms there are of each kind. */
  kinds: z.record(z.string(), z.int().optional()),
  alarms: z.array(
    z.object({
      kind: z.string(),
      block: z.int(),
      transaction: z.string(),
      sender: z.string().nullable(),
      facts: z.record(z.string(), z.union([z.string(), z.number()])),
    }),
  ),
})
/** Alarms in one answer. */
const SHOWN = 100

export const reconcileRoutes = ({ reconciler, acceptance, reinstatement, lacking }: ReconcileParts): Route[] => [
  defineRoute({
    method: 'get',
    path: '/lacking',
    summary: 'What the ledger lacks of what this version registers for an authority.',
    roles: ['administrator', 'auditor'],
    scope: null,
    status: 200,
    answer: z.object({
      lacking: z
        .array(z.object({ act: z.string(), args: z.record(z.string(), z.string()).readonly(), ended: z.boolean() }))
        .readonly(),
    }),
    errors: ['LEDGER_UNREACHABLE'],
    handle: async () => ({ lacking: await lacking() }),
  }),
  defineRoute({
    method: 'get',
    path: '/reconcile',
    summary: 'Up to which block all is compared, and the open alarms.',
    roles: ['administrator', 'auditor'],
    scope: null,
    status: 200,
    answer: Alarms.extend({ block: z.int().nullable(), stopped: z.object({ code: z.string() }).nullable() }),
    errors: ['LEDGER_UNREACHABLE'],
    handle: async () => {
      await reconciler.catchUp()
      const { asOf, stopped, alarms } = reconciler
      return { block: asOf?.block ?? null, stopped: stopped?.toJSON() ?? null, ...shown(alarms.open) }
    },
  }),
  defineRoute({
    method: 'post',
    path: '/reconcile/accept',
    summary: 'Accepts alarms, in two steps: without `confirm` it answers what would be accepted.',
    // After an attack, on the host of the node. No operator's session may end an alarm.
    roles: [],
    scope: null,
    body: z.object({
      transactions: z.array(hex(32)).max(1000).default([]),
      senders: z.array(hex(20)).max(10).default([]),
      reason: Reason,
      confirm: z.string().max(64).optional(),
    }),
    status: 200,
    answer: Alarms.partial().extend({ accepted: z.int(), confirm: z.string().optional() }),
    errors: ['ISSUER_ALARM_UNKNOWN', 'ISSUER_NOT_CONFIRMED'],
    handle: async ({ body: { reason, confirm, ...given }, actor }) => {
      const selection = given as { transactions: Hex[]; senders: Hex[] }
      if (confirm === undefined) {
        const { selected, confirm } = acceptance.select(selection)
        return { accepted: 0, confirm, ...shown(selected) }
      }
      return { accepted: await acceptance.accept(selection, confirm, reason, byOf(actor)) }
    },
  }),
  defineRoute({
    method: 'post',
    path: '/status-lists/{list}/reinstate',
    summary: 'Reinstates what somebody else suspended in a status list, in two steps.',
    roles: [],
    scope: null,
    params: z.strictObject({ list: z.string().regex(/^\d{1,20}$/) }),
    body: z.object({ reason: Reason, confirm: z.int().nonnegative().optional() }),
    status: 200,
    answer: z.object({
      reinstated: z.int(),
      kept: z.int(),
      confirm: z.int().optional(),
      transactions: z.array(z.string()).readonly().optional(),
    }),
    errors: ['STATUS_LIST_UNKNOWN', 'ISSUER_NOT_CONFIRMED'],
    handle: async ({ params, body: { reason, confirm }, actor }) => {
      const list = BigInt(params.list)
      if (confirm === undefined) {
        const { ops, kept } = await reinstatement.plan(list)
        return { reinstated: 0, confirm: ops.length, kept }
      }
      return await reinstatement.run(list, confirm, reason, byOf(actor))
    },
  }),
]

function shown(alarms: readonly (readonly [AlarmKey, Alarm])[]) {
  const byKind = Object.entries(Object.groupBy(alarms, ([, { kind }]) => kind))
  return {
    kinds: Object.fromEntries(byKind.map(([kind, some]) => [kind, some?.length])),
    alarms: alarms.slice(0, SHOWN).map(([, { accepted: _, ...alarm }]) => alarm),
  }
}
