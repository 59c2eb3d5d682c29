/** Requests to the operators' listener whose bodies never end. Without a limit of time they would take all connections. */
import { connect, type Socket } from 'node:net'
import { PassThrough, Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { expect } from 'chai'
import { BODY_WITHIN_MS } from '../../node/http/body-deadline.ts'
import { OPERATOR_LIMITS } from '../../node/http/server.ts'
import { csvOf, people } from '../e2e/support/people.ts'
import { OperatorPage } from '../support/operator-page.ts'
import { openSite, type Site } from '../support/site.ts'
import { until } from '../support/until.ts'

describe('attacks: slow bodies at the operators’ listener', function () {
  this.timeout(120_000)
  let site: Site
  const sockets = new Set<Socket>()

  before(async () => {
    site = await openSite()
  })
  after(async () => {
    for (const socket of sockets) socket.destroy()
    await site.close()
  })

  function send(path: string, headers: Record<string, string> = {}, begin = '{'): Socket {
    const { port } = site.authority.config.operator
    const socket = connect(port, '127.0.0.1')
    sockets.add(socket)
    const all = { host: `localhost:${port}`, 'content-type': 'application/json', 'content-length': '60000', ...headers }
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
    socket
      .resume()
      .on('error', () => undefined)
      .on('close', () => sockets.delete(socket))
    socket.write(`POST ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${begin}`)
    return socket
  }
  const isServed = () =>
    new OperatorPage(site).send('POST', '/session/options').then(
      ({ status }) => status === 200,
      () => false,
    )

  it('take all connections for a short time only, whatever they ask for', async () => {
    const paths = ['/operator/session', '/operator/enrolments', '/oauth/token', '/operator/proposals', '/nothing']
    for (let i = 0; i < OPERATOR_LIMITS.maxConnections; i++) {
      const form = { 'content-type': 'application/x-www-form-urlencoded' }
      send(paths[i % paths.length] ?? '', i % paths.length === 2 ? form : {})
    }
    await until('all connections are taken', async () => !(await isServed()))
    await until('operators are served again', isServed, { withinMs: BODY_WITHIN_MS + 10_000, everyMs: 250 })
    await until('all of them are closed', () => sockets.size === 0)
  })

  it('do not end an import of the register, which may take long', async () => {
    const { port } = site.authority.config.operator
    const csv = csvOf(people(3))
    const body = new PassThrough()
    const done = fetch(`http://127.0.0.1:${port}/operator/residents/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${site.authority.custody.operatorToken}`, 'content-type': 'text/csv' },
      body: Readable.toWeb(body) as ReadableStream,
      duplex: 'half',
    } as RequestInit)
    body.write(csv.subarray(0, 100))
    await setTimeout(BODY_WITHIN_MS + 1000)
    body.end(csv.subarray(100))
    const answer = await done
    expect(await answer.text()).to.include('"added":3')
  })
})
