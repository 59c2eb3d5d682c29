/** Operators of a node that runs as a program: the link of the first start, and the command line. */
import { rmSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { expect } from 'chai'
import { readConfig } from '../../node/config/file.ts'
import { scratchDirectory } from '../support/scratch.ts'
import { until } from '../support/until.ts'
import { Child } from './support/process.ts'

const LINK = /http:\/\/localhost:\d+\/counter\/enrol#([\w-]{43})/

describe('the operators of a node', function () {
  this.timeout(120_000)
  const data = join(scratchDirectory('operators'), 'data')
  let node: Child

  const start = async () => {
    const ports = ['--port', '0', '--rpc-port', '0', '--operator-port', '0', '--wallet-port', '0']
    node = Child.start('node/main/main.ts', ['start', '--data', data, ...ports])
    await until('the node is ready', () => node.out.includes('is ready') || !node.running, { withinMs: 60_000 })
    expect(node.out, node.err).to.include('is ready')
  }
  const dojang = (...args: string[]) =>
    Child.start('node/main/main.ts', ['operator', ...args, '--data', data]).finished()
  const statusOf = (code: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const { port } = readConfig(data).operator
      const asked = request({
        ...{ port, host: '127.0.0.1', method: 'POST', path: '/operator/enrolments/options' },
        headers: { host: 'localhost', 'content-type': 'application/json' },
      })
      asked.once('error', reject).once('response', response => resolve(response.resume().statusCode))
      asked.end(JSON.stringify({ code }))
    })

  before(start)
  after(async () => {
    await node.end('SIGTERM')
    rmSync(join(data, '..'), { recursive: true, force: true })
  })

  it('begin with the link that the first start prints, which a kill -9 does not lose', async () => {
    const [link = '', code = ''] = LINK.exec(node.out) ?? []
    expect(link).to.include(readConfig(data).operatorUrl)
    expect(await statusOf(code)).to.equal(200)
    expect(node.err).not.to.include(code)
    await node.end('SIGKILL')
    await start()
    expect(await statusOf(code)).to.equal(200)
    // A later start prints none: the node does not have the code.
    expect(node.out).not.to.match(LINK)
  })

  it('are invited, listed and stopped on the host of the node', async () => {
    const invited = await dojang('invite', '--name', '김민서', '--role', 'clerk', '--centre', '1111051500')
    expect(invited.exit, invited.err).to.equal(0)
    const [, code = ''] = LINK.exec(invited.out) ?? []
    expect(await statusOf(code)).to.equal(200)
    const { out } = await dojang('list')
    expect(out).to.include('첫 관리자').and.include('김민서').and.include('1111051500')
    const [id = ''] =
      out
        .split('\n')
        .find(line => line.includes('김민서'))
        ?.split(' ') ?? []
    expect((await dojang('stop', id)).out).to.include('김민서 is stopped')
    expect(await statusOf(code)).to.equal(410)
    const again = await dojang('stop', id)
    expect(again.err).to.include('stopped already')
    expect(again.exit).not.to.equal(0)
  })
})
