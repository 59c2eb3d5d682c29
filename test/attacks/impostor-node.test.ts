/**
 * While the node is down, another user of the host binds its ports and waits for the operator's token and for personal
 * numbers. The command line must not send anything to that program.
 */
import { chmodSync, existsSync, statSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import { TestNode } from '../e2e/support/node.ts'

const NUMBER = '990101-1990017'
const SOCKET = 'node.sock'
const COMMANDS: readonly (readonly [args: readonly string[], input: string])[] = [
  [['offer', '--card', 'resident'], `${NUMBER}\n`],
  [['credentials'], `${NUMBER}\n`],
  [['verify', '--preset', 'bank', '--wait', '0'], ''],
  [['health'], ''],
]

describe('attack: a program on the ports of a node that is down', function () {
  this.timeout(90_000)
  const node = new TestNode()
  const heard: string[] = []
  const sockets = new Set<Socket>()
  const impostors: Server[] = []

  before(async () => {
    await node.start()
    await node.stop()
    const { port, rpcPort, operator } = node.config
    for (const one of [port, rpcPort, operator.port]) {
      for (const host of ['127.0.0.1', '::1']) {
        const server = createServer(socket => {
          sockets.add(socket)
          heard.push(`a connection to ${one}`)
          socket.on('error', () => undefined).on('data', data => heard.push(data.toString()))
          socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}')
        })
        await new Promise<void>(resolve => server.once('error', () => resolve()).listen(one, host, () => resolve()))
        impostors.push(server)
      }
    }
  })
  after(async () => {
    for (const socket of sockets) socket.destroy()
    for (const server of impostors) if (server.listening) await new Promise(closed => server.close(closed))
    await node.dispose()
  })

  it('hears nothing, and the command says that no node runs', async () => {
    expect(existsSync(join(node.data, SOCKET)), 'a node that stops removes its socket').to.equal(false)
    for (const [args, input] of COMMANDS) {
      const { exit, err } = await node.cli(args, input)
      expect(exit, `${args[0]}: ${err}`).to.equal(3)
      expect(err).to.include('CLI_NODE_UNREACHABLE')
    }
    expect(heard).to.deep.equal([])
  })

  it('cannot put its socket into the data directory; and if it could, nothing would be sent', async () => {
    expect(statSync(node.data).mode & 0o077, 'others may not even look into the directory').to.equal(0)
    const received: string[] = []
    const server = createServer(socket => socket.on('data', data => received.push(data.toString())))
    await new Promise<void>(resolve => server.listen(join(node.data, SOCKET), resolve))
    try {
      for (const mode of [0o720, 0o702, 0o777]) {
        chmodSync(node.data, mode)
        const { exit, err } = await node.cli(['credentials'], `${NUMBER}\n`)
        expect(exit, err).to.equal(2)
        expect(err).to.include('CLI_DATA_OPEN').and.include('chmod 700')
      }
      expect(received).to.deep.equal([])
    } finally {
      chmodSync(node.data, 0o700)
      await new Promise(closed => server.close(closed))
    }
  })
})
