import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import type { RpcContext } from '../../../../node/ledger/embedded/context.ts'
import { dispatch } from '../../../../node/ledger/embedded/dispatch.ts'
import { fromFailure, toFailure } from '../../../../node/ledger/embedded/messages.ts'
import type { Ledger } from '../../../../node/ledger/ledger.ts'
import { rpcListener } from '../../../../node/ledger/rpc/server.ts'
import { serveSockets } from '../../../../node/ledger/rpc/socket.ts'

const SECRET = 'what the client sent'
const BODY = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_blockNumber', params: [SECRET] })

/** A node with a fault, as it answers from its own thread. */
const faulty: Ledger = {
  request: (method, params = []) => {
    const node = {
      get chain(): never {
        throw new TypeError(`no case for ${params[0]}`)
      },
      get head(): never {
        throw new TypeError(`no case for ${params[0]}`)
      },
    }
    return dispatch({ node } as unknown as RpcContext, method, []).catch(error => {
      throw fromFailure(structuredClone(toFailure(error)))
    })
  },
  onHead: () => () => undefined,
  close: async () => undefined,
}

describe('faults behind JSON-RPC', () => {
  const warned: [facts: Record<string, unknown>, message: string][] = []
  let server: Server
  let stop: () => void
  let host: string

  before(async () => {
    const warn = (facts: Record<string, unknown>, message: string) => void warned.push([facts, message])
    server = createServer(rpcListener(faulty, { random: randomBytes, warn })).listen(0, '127.0.0.1')
    await once(server, 'listening')
    stop = serveSockets(server, faulty, { random: randomBytes, warn })
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterEach(() => {
    warned.length = 0
  })
  after(() => {
    stop()
    server.closeAllConnections()
    server.close()
  })

  /** The client learns nothing of the fault, and the log nothing of the request. */
  function expectReported(answer: unknown): void {
    expect(answer).to.deep.include({ error: { code: -32603, message: 'internal error' } })
    expect(warned).to.have.lengthOf(1)
    const [facts, message] = warned[0] as (typeof warned)[number]
    expect(message).to.equal('a JSON-RPC request was answered with an internal error')
    expect(facts).to.include({ method: 'eth_blockNumber', error: 'TypeError' })
    expect(String((facts.at as string[])[0])).to.match(/^at .*fault\.test\.ts/)
    expect(JSON.stringify(warned)).not.to.include(SECRET)
  }

  it('are logged when a request came over HTTP, with their place and without the request', async () => {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`http://${host}`, { method: 'POST', headers, body: BODY })
    expectReported(await response.json())
  })

  it('are logged when it came over WebSocket', async () => {
    const socket = new WebSocket(`ws://${host}`)
    const answer = Promise.withResolvers<MessageEvent>()
    socket.addEventListener('open', () => socket.send(BODY))
    socket.addEventListener('message', answer.resolve)
    const { data } = await answer.promise
    socket.close()
    expectReported(JSON.parse(String(data)))
  })

  it('are not what a client may cause: its own mistakes are not logged', async () => {
    const headers = { 'content-type': 'application/json' }
    for (const method of ['eth_unknown', 'admin_peers']) {
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: [] })
      await (await fetch(`http://${host}`, { method: 'POST', headers, body })).text()
    }
    expect(warned).to.deep.equal([])
  })
})
