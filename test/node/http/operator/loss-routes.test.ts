import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import express from 'express'
import { type LossParts, lossRoutes } from '../../../../node/http/operator/loss-routes.ts'
import { mountRoutes } from '../../../../node/http/operator/mount.ts'
import type { LossReport } from '../../../../node/issuer/loss/loss-report.ts'

describe('the routes of loss reports', () => {
  const id = 'A'.repeat(22)
  const report: LossReport = {
    ...{ id, channel: 'telecom', by: 'telecom:7', person: '0x00', credentials: [], sealedReason: null },
    ...{ at: 1_780_000_000, doneAt: null },
  }
  let server: Server
  let doneAt: number | null = null
  const asked: (number | undefined)[] = []

  before(async () => {
    const take = async (organisation: number | undefined) => {
      asked.push(organisation)
      return report
    }
    const parts = {
      ...{ answerWithinMs: 1000, operatorUrl: 'https://ops.example', simulatedTelecom: null },
      lossDesk: { get: () => ({ ...report, doneAt }), waitFor: async () => null },
      telecomReports: { report: take, get: () => report, close: async () => [] },
      machineClients: { active: () => ({ organisation: 7 }) },
    } as unknown as LossParts
    const actor = { kind: 'machine', id: 'm', scopes: ['loss-reports'] } as const
    const router = mountRoutes(lossRoutes(parts), {
      authenticators: [() => ({ actor })],
      guardOpen: () => undefined,
      checkAnswers: true,
    })
    server = express().use(router).listen(0, '127.0.0.1')
    await new Promise(resolve => server.once('listening', resolve))
  })
  after(() => server.close())

  const call = (method: string, path: string, body?: object) =>
    fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, {
      ...{ method, headers: { 'content-type': 'application/json' } },
      ...(body && { body: JSON.stringify(body) }),
    })

  it('answer 202 with the address of the state while the ledger does not have it, and 200 afterwards', async () => {
    const statusUrl = `https://ops.example/operator/loss-reports/${id}`
    const published = await call('POST', '/loss-reports', { report: 'x.y.z' })
    expect([published.status, published.headers.get('location')]).to.deep.equal([202, statusUrl])
    expect(await published.json()).to.deep.equal({
      report: id,
      state: 'published',
      at: report.at,
      statusUrl,
      pending: true,
    })
    expect((await call('GET', `/loss-reports/${id}`)).status).to.equal(202)
    doneAt = report.at + 9
    const done = await call('GET', `/loss-reports/${id}`)
    expect([done.status, (await done.json()).state]).to.deep.equal([200, 'suspended'])
    expect(asked).to.deep.equal([7])
  })

  it('have no simulated telecom outside a demo', async () => {
    // A machine may not call it in any case.
    expect((await call('POST', '/simulated-telecom/losses', { line: '010-1234-5678' })).status).to.equal(403)
  })
})
