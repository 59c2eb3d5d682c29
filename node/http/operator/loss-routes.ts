/** Loss reports of telecoms: each signed, and sent by the telecom's machine client (docs/loss.md). */
import type { Response } from 'express'
import { z } from 'zod'
import type { LossDesk } from '../../issuer/loss/loss-desk.ts'
import type { LossReport } from '../../issuer/loss/loss-report.ts'
import type { SimulatedTelecom } from '../../issuer/loss/simulated-telecom.ts'
import type { TelecomReports } from '../../issuer/loss/telecom-reports.ts'
import type { MachineClients } from '../../issuer/machines/clients.ts'
import type { Actor } from '../../issuer/operators/actor.ts'
import { answerWithin } from '../answer-within.ts'
import { ServerError } from '../errors.ts'
import { defineRoute, Id, type Route, UnixTime } from './route.ts'

export interface LossParts {
  readonly answerWithinMs: number
  readonly operatorUrl: string
  readonly lossDesk: LossDesk
  readonly telecomReports: TelecomReports
  readonly machineClients: MachineClients
  /** Null outside a demo. */
  readonly simulatedTelecom: Pick<SimulatedTelecom, 'reportLost'> | null
}

/** It is the same whether the customer has cards or not. */
const Answer = z.object({
  report: Id,
  state: z.enum(['suspended', 'published']).describe('`published`: in the status lists, and not on the ledger yet'),
  at: UnixTime,
  statusUrl: z.string().describe('Says what became of the report'),
  pending: z.boolean(),
})

const Signed = z.string().min(1).max(4096).describe('A compact JWS')

const REFUSALS = ['LOSS_REPORT_REFUSED', 'LOSS_REPORTER_REFUSED', 'LOSS_REPORTER_UNCHECKED'] as const

export function lossRoutes(parts: LossParts): Route[] {
  const { answerWithinMs, operatorUrl, lossDesk, telecomReports, machineClients, simulatedTelecom } = parts
  const organisationOf = (actor: Actor) =>
    actor.kind === 'machine' ? machineClients.active(actor.id)?.organisation : undefined

  const answerOf = (response: Response, { id, at }: LossReport) => {
    const pending = lossDesk.get(id)?.doneAt === null
    const statusUrl = `${operatorUrl}/operator/loss-reports/${id}`
    if (pending) response.set('Location', statusUrl)
    return { report: id, state: pending ? ('published' as const) : ('suspended' as const), at, statusUrl, pending }
  }

  return [
    defineRoute({
      method: 'post',
      path: '/loss-reports',
      summary:
        'A telecom reports a line lost: all cards on it are locked. 200 if the ledger has it, 202 if only the published ' +
        'status lists have it so far. The same report again gets the same answer.',
      roles: [],
      scope: 'loss-reports',
      body: z.strictObject({ report: Signed }),
      status: 200,
      pendingStatus: 202,
      answer: Answer,
      errors: [...REFUSALS, 'LOSS_LINE_REFUSED', 'LOSS_JTI_REPEATED', 'LOSS_LIMIT'],
      handle: async ({ body, actor, response }) => {
        const report = await telecomReports.report(organisationOf(actor), body.report)
        await lossDesk.waitFor(report.id)
        return answerOf(response, report)
      },
    }),
    defineRoute({
      method: 'get',
      path: '/loss-reports/{id}',
      summary: 'What became of a report of this telecom.',
      roles: [],
      scope: 'loss-reports',
      params: z.strictObject({ id: Id }),
      status: 200,
      pendingStatus: 202,
      answer: Answer,
      errors: ['LOSS_REPORT_UNKNOWN'],
      handle: ({ params, actor, response }) => answerOf(response, telecomReports.get(organisationOf(actor), params.id)),
    }),
    defineRoute({
      method: 'post',
      path: '/loss-reports/{id}/close',
      summary: 'The phone was found and the telecom identified its customer: unlocks what this report locked.',
      roles: [],
      scope: 'loss-reports',
      params: z.strictObject({ id: Id }),
      body: z.strictObject({ closure: Signed }),
      status: 200,
      answer: z.object({ report: Id, state: z.literal('closed') }),
      errors: [...REFUSALS, 'LOSS_REPORT_UNKNOWN', 'LOSS_UNLOCK_REFUSED', 'LOSS_NOT_ON_LEDGER', 'LEDGER_PENDING'],
      handle: async ({ params, body, actor }) => {
        await answerWithin(answerWithinMs, telecomReports.close(organisationOf(actor), params.id, body.closure))
        return { report: params.id, state: 'closed' as const }
      },
    }),
    defineRoute({
      method: 'post',
      path: '/simulated-telecom/losses',
      summary: 'In a demo: the simulated telecom reports a line lost.',
      roles: [],
      scope: null,
      body: z.strictObject({ line: z.string().max(32) }),
      status: 200,
      answer: z.object({ report: Id, state: z.enum(['suspended', 'published']), at: UnixTime }),
      errors: ['LOSS_LINE_REFUSED'],
      handle: ({ body }) => {
        if (simulatedTelecom) return simulatedTelecom.reportLost(body.line)
        throw new ServerError(
          { code: 'HTTP_NOT_FOUND' },
          'Only a demo has a simulated telecom. Register a telecom: docs/loss.md.',
        )
      },
    }),
  ]
}
