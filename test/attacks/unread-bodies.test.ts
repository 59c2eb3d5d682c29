/**
 * Strangers send many bodies to a third of their length or more and then wait. Neither memory nor connections may be used
 * up by them, and a wallet must be served in the meantime.
 */
import { connect, type Socket } from 'node:net'
import { expect } from 'chai'
import { TestNode } from '../e2e/support/node.ts'
import { csvOf, people } from '../e2e/support/people.ts'
import { check, issue, request } from '../e2e/support/steps.ts'
import { Wallet } from '../e2e/wallet/wallet.ts'
import { until } from '../support/until.ts'

const BODY = 290_000
const CONNECTIONS = 1_500
const PART = Buffer.alloc(BODY - 1_000, 'a')

describe('attack: half-sent bodies', function () {
  this.timeout(180_000)
  let node: TestNode
  const sockets = new Set<Socket>()
  let written = 0

  before(async () => {
    node = await TestNode.start()
  })
  afterEach(() => {
    for (const socket of sockets) socket.destroy()
    sockets.clear()
    written = 0
  })
  after(() => node.dispose())

  const memory = async () => {
    const metrics = await (await fetch(`${node.operatorUrl}/metrics`)).text()
    return Number(/^process_resident_memory_bytes (\S+)/m.exec(metrics)?.[1]) / 2 ** 20
  }

  /** Sends nearly all of a body, and keeps the connection open. */
  function send(path: string, type = 'application/x-www-form-urlencoded', part = PART): void {
    const socket = connect(node.config.port, '127.0.0.1', () => {
      socket.write(
        `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${type}\r\ncontent-length: ${part.length + 1_000}\r\n\r\n`,
      )
      socket.write(part, () => {
        written += 1
      })
    })
    socket.on('error', () => undefined).on('data', () => undefined)
    sockets.add(socket)
  }

  it('to unknown presentations take no memory: they are refused before they are read', async () => {
    const before = await memory()
    for (let i = 0; i < CONNECTIONS; i++) send(`/presentations/${'A'.repeat(22)}/response`)
    await until('they are sent', () => written >= CONNECTIONS * 0.95, { withinMs: 60_000 })
    expect((await memory()) - before, 'MB; 440 if the bodies were held').to.be.below(250)
  })

  it('to an open presentation share one budget, and a wallet is served meanwhile', async () => {
    const [person] = people(1)
    if (!person) throw new Error('nobody')
    await node.import(csvOf([person]))
    const wallet = new Wallet(`${node.data}/../wallet`)
    await issue(node, wallet, 'resident', person.personalNumber)
    const { id } = await request(node, 'bank')
    const before = await memory()
    for (let i = 0; i < CONNECTIONS; i++) send(`/presentations/${id}/response`)
    await until('most are sent or dropped', () => [...sockets].filter(s => s.destroyed).length > CONNECTIONS / 2, {
      withinMs: 60_000,
    })
    expect((await memory()) - before, 'MB').to.be.below(250)
    expect((await check(node, wallet, 'bank')).outcome).to.equal('valid')
  })

  it('are ended after some seconds, also those with a header that never ends', async () => {
    const idle: Socket[] = []
    for (const start of ['', 'POST /oid4vci/token HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n', 'GET / HT']) {
      const socket = connect(node.config.port, '127.0.0.1', () => socket.write(start))
      socket.on('error', () => undefined).on('data', () => undefined)
      idle.push(socket)
      sockets.add(socket)
    }
    await until('all of them are closed', () => idle.every(socket => socket.closed), { withinMs: 25_000 })
  })
})
