/** First starts that fail, and their messages. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { closeServer, listen } from '../../node/http/server.ts'
import { freePort } from '../support/free-port.ts'
import { scratchDirectory } from '../support/scratch.ts'
import { Child, ROOT } from './support/process.ts'

describe('a first start', function () {
  this.timeout(60_000)
  let data: string
  beforeEach(() => {
    data = join(scratchDirectory('start'), 'data')
  })
  afterEach(() => rmSync(join(data, '..'), { recursive: true, force: true }))

  it('on a port that another program uses stores no settings with this port', async () => {
    const other = await listen((_request, response) => void response.end(), '127.0.0.1', 0)
    const { port } = other.address() as { port: number }
    try {
      for (const ports of [
        ['--port', String(port), '--rpc-port', '0', '--operator-port', '0', '--wallet-port', '0'],
        ['--port', '0', '--rpc-port', '0', '--operator-port', String(port), '--wallet-port', '0'],
        ['--port', '0', '--rpc-port', String(port), '--operator-port', '0', '--wallet-port', '0'],
        ['--port', '0', '--rpc-port', '0', '--operator-port', '0', '--wallet-port', String(port)],
        ['--port', '0', '--rpc-port', '0', '--operator-port', '0', '--wallet-port', '0', '--tls-port', String(port)],
      ]) {
        const { exit, err } = await Child.start('node/main/main.ts', ['start', '--data', data, ...ports]).finished()
        expect(err).to.include(`Port ${port} is taken`).and.include('HTTP_PORT_TAKEN')
        expect(exit).to.equal(1)
        expect(existsSync(data)).to.equal(false)
      }
    } finally {
      await closeServer(other)
    }
  })

  it('with an invalid certificate stores nothing', async () => {
    const tls = ['--tls-cert', join(data, '..', 'none.crt'), '--tls-key', join(data, '..', 'none.key')]
    const { exit, err } = await Child.start('node/main/main.ts', ['start', '--data', data, ...tls]).finished()
    expect(err).to.include('KEYS_TLS').and.include('none.crt cannot be used for https: it cannot be read (ENOENT)')
    expect(exit).to.equal(1)
    expect(existsSync(data)).to.equal(false)
  })

  it('on Hardhat with a taken port reports it and does not empty a directory that may be in use', async () => {
    const unused = await freePort()
    const directory = join(ROOT, '.dojang', `dev-${unused}`)
    const marker = join(directory, 'a-test-was-here')
    mkdirSync(directory, { recursive: true })
    writeFileSync(marker, '')
    const other = await listen((_request, response) => void response.end(), '127.0.0.1', 0)
    const { port } = other.address() as { port: number }
    try {
      const ports = ['--port', String(unused), '--rpc-port', String(port), '--operator-port', '0', '--wallet-port', '0']
      const { exit, err } = await Child.start('scripts/dev.ts', ports).finished()
      expect(err).to.include(`Port ${port} is taken`).and.include('HTTP_PORT_TAKEN').and.not.include('    at ')
      expect(exit).to.equal(1)
      expect(existsSync(marker)).to.equal(true)
    } finally {
      rmSync(directory, { recursive: true, force: true })
      await closeServer(other)
    }
  })

  it('with a certificate but no key is refused', async () => {
    const { exit, err } = await Child.start('node/main/main.ts', [
      'start',
      '--data',
      data,
      '--tls-cert',
      'a',
    ]).finished()
    expect(err).to.include('Give both --tls-cert and --tls-key')
    expect(exit).to.equal(2)
    expect(existsSync(data)).to.equal(false)
  })
})
