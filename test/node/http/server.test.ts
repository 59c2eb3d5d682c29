import { execFileSync } from 'node:child_process'
import { randomBytes, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { createServer, request as httpRequest, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { connect as connectTls, getCiphers } from 'node:tls'
import { expect } from 'chai'
import express, { type Express, Router } from 'express'
import { pino } from 'pino'
import { createOperatorApp, createPublicApp, type Routers } from '../../../node/http/app.ts'
import { closeServer, listen, listenTls } from '../../../node/http/server.ts'
import { openCustody } from '../../../node/keys/custody.ts'
import { systemClock } from '../../../node/lib/time.ts'
import { StoreError } from '../../../node/store/errors.ts'
import { failureOf } from '../../support/failure.ts'
import { scratchDirectory } from '../../support/scratch.ts'

const SECRET = '900101-1234567'

describe('the HTTP server', () => {
  const lines: string[] = []
  const printed: string[] = []
  const servers: Server[] = []
  const scratch = scratchDirectory('http')
  const log = pino({ level: 'trace' }, { write: line => void lines.push(line) })
  after(() => rmSync(scratch, { recursive: true, force: true }))
  const { error: printError } = console

  beforeEach(() => {
    lines.length = 0
    printed.length = 0
    console.error = (...all: unknown[]) => void printed.push(all.map(String).join(' '))
  })
  afterEach(async () => {
    console.error = printError
    for (const server of servers.splice(0)) await closeServer(server)
  })

  /** @param from the address the requests seem to come from */
  async function serve(
    routers: Partial<Routers>,
    { from = '', requestsPerMinute = 600, path = '' } = {},
  ): Promise<string> {
    const empty = () => Router()
    const app = createPublicApp({
      publicUrl: `http://localhost:4100${path}`,
      ...{ walletUrl: 'http://localhost:4103', operatorUrl: 'http://localhost:4102' },
      routers: {
        ...{
          health: empty(),
          public: empty(),
          heads: empty(),
          log: empty(),
          wallets: empty(),
          presentations: empty(),
          relay: empty(),
          chip: empty(),
          kiosk: empty(),
          kioskSettings: empty(),
          tills: empty(),
          lock: empty(),
          verifiers: empty(),
          ask: empty(),
          askPage: empty(),
          check: empty(),
          checkSettings: empty(),
          walletProvider: empty(),
        },
        ...routers,
      },
      authority: { ko: '시험', en: 'Test' },
      mode: 'local',
      log,
      requestsPerMinute,
    })
    return start(app, from)
  }

  const serveOperator = (operator: Router): Promise<string> =>
    start(
      createOperatorApp({
        routers: { health: Router(), metrics: Router(), operator, counter: Router(), machines: Router() },
        operatorUrl: 'http://localhost:4102',
        log,
      }),
    )

  async function start(app: Express, from = ''): Promise<string> {
    const server = await listen(
      (request, response) => {
        if (from !== '') Object.defineProperty(request.socket, 'remoteAddress', { value: from, configurable: true })
        app(request, response)
      },
      '127.0.0.1',
      0,
    )
    servers.push(server)
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  it('serves all routes below the path of the public URL', async () => {
    const url = await serve(
      { health: Router().get('/healthz', (_q, response) => void response.json({})) },
      { path: '/id' },
    )
    const statusOf = async (path: string) => (await fetch(`${url}${path}`)).status
    expect(await statusOf('/id/healthz')).to.equal(200)
    expect(await statusOf('/healthz')).to.equal(404)
    const page = await (await fetch(`${url}/id/`)).text()
    expect(page).to.include('href="/id/readyz"').and.include('href="/.well-known/openid-credential-issuer/id"')
  })

  describe('limits', () => {
    it('the requests of one address in a minute, and says when to retry', async () => {
      const url = await serve({}, { from: '203.0.113.7', requestsPerMinute: 5 })
      const statuses = []
      for (let i = 0; i < 7; i++) statuses.push((await fetch(url)).status)
      expect(statuses).to.deep.equal([200, 200, 200, 200, 200, 429, 429])
      const refused = await fetch(url)
      expect(refused.headers.get('content-type')).to.match(/^application\/problem\+json/)
      expect(Number(refused.headers.get('retry-after'))).to.be.within(1, 60)
      expect(await refused.json()).to.include({ code: 'HTTP_TOO_MANY_REQUESTS', status: 429 })
    })

    it('an address that sends a forged X-Forwarded-For header', async () => {
      const url = await serve({}, { from: '203.0.113.8', requestsPerMinute: 5 })
      const statuses = []
      for (let i = 0; i < 7; i++) {
        const headers = { 'x-forwarded-for': i % 2 ? `198.51.100.${i}` : '127.0.0.1', forwarded: 'for=127.0.0.1' }
        statuses.push((await fetch(url, { headers })).status)
      }
      expect(statuses.slice(5)).to.deep.equal([429, 429])
    })

    it('an IPv6 network like one address, because a client can use all addresses of its network', async () => {
      const statuses = []
      const url = await serve({}, { from: '2001:db8::1', requestsPerMinute: 2 })
      for (let i = 0; i < 3; i++) statuses.push((await fetch(url)).status)
      expect(statuses).to.deep.equal([200, 200, 429])
    })

    it('no requests from its own host, with or without a proxy there', async () => {
      for (const from of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
        const url = await serve({}, { from, requestsPerMinute: 2 })
        const headers = { 'x-forwarded-for': '203.0.113.9' }
        for (let i = 0; i < 5; i++) expect((await fetch(url, { headers })).status).to.equal(200)
      }
      expect(printed).to.deep.equal([])
    })

    it('the size of headers', async () => {
      const url = await serve({})
      const answer = await fetch(url, { headers: { 'x-long': 'x'.repeat(100_000) } })
      expect(answer.status).to.equal(431)
    })
  })

  describe('when something fails', () => {
    const failing = (failure: unknown) => {
      const router = Router()
      router.get('/fail/:id', async () => {
        throw failure
      })
      return router
    }
    const disk = new StoreError(
      { code: 'STORE_IO', path: '/srv/dojang/authority', reason: 'ENOSPC' },
      'The database at /srv/dojang/authority did not take a write.',
    )

    it('gives the reason to the operator only', async () => {
      const url = await serve({ wallets: failing(disk) })
      const stranger = await fetch(`${url}/fail/1`)
      expect(stranger.status).to.equal(503)
      const said = await stranger.text()
      expect(JSON.parse(said)).to.include({ code: 'STORE_IO', status: 503 })
      expect(said).not.to.include('/srv').and.not.include('ENOSPC')
      const operator = await fetch(`${await serveOperator(failing(disk))}/operator/fail/1`)
      expect(await operator.json()).to.include({ code: 'STORE_IO', path: '/srv/dojang/authority', reason: 'ENOSPC' })
      expect(lines.join('')).to.include('/srv/dojang/authority')
    })

    it('answers an unexpected error without its message, and logs it without the requested address', async () => {
      const url = await serve({ wallets: failing(new TypeError('cannot read it')) })
      const answer = await fetch(`${url}/fail/${SECRET}?number=${SECRET}`)
      expect(answer.status).to.equal(500)
      const said = await answer.text()
      expect(JSON.parse(said)).to.include({ code: 'HTTP_INTERNAL', status: 500 })
      expect(said).not.to.include('cannot read it')
      expect(lines.join('')).to.include('cannot read it').and.include('/fail/:id').and.not.include(SECRET)
    })

    it('closes the connection in the middle of an answer, so that the answer is seen to be incomplete', async () => {
      const router = Router()
      router.get('/half', async (_request, response) => {
        await new Promise(sent => response.write('half of it', sent))
        throw new Error('the other half')
      })
      const url = await serve({ wallets: router })
      const answer = await fetch(`${url}/half`)
      await failureOf(answer.text())
      expect(lines.join('')).to.include('a response was aborted')
      expect(printed).to.deep.equal([])
    })

    it('logs an aborted request as the client’s, not as an error of the node', async () => {
      let over = (_error: unknown) => {}
      const failed = new Promise<unknown>(resolve => {
        over = resolve
      })
      const router = Router()
      router.post('/all', async request => {
        try {
          for await (const _ of request) socket.destroy()
        } catch (error) {
          over(error)
          throw error
        }
      })
      const url = await serve({ wallets: router })
      const head = 'POST /all HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf'
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(head))
      expect(await failed).to.have.property('code', 'ECONNRESET')
      while (lines.length === 0) await new Promise(setImmediate)
      expect(lines.join('')).to.include('the client aborted a request').and.not.include('failed because')
    })

    it('survives bytes that are not HTTP', async () => {
      const url = await serve({})
      for (const garbage of [
        '\0\0\0\0\r\n\r\n',
        'GET / HTTP/9.9\r\n\r\n',
        'GET http://[ HTTP/1.1\r\nhost: x\r\n\r\n',
      ]) {
        await new Promise<void>(resolve => {
          const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(garbage))
          socket
            .on('data', () => socket.end())
            .on('error', () => resolve())
            .on('close', () => resolve())
        })
      }
      expect((await fetch(url)).status).to.equal(200)
    })
  })

  it('logs each request with its declared route', async () => {
    const router = Router()
    router.get('/things/:id', (_request, response) => void response.json({}))
    const url = await serve({ wallets: router })
    await fetch(`${url}/things/${SECRET}?x=${SECRET}`, { headers: { authorization: `Bearer ${SECRET}` } })
    await fetch(`${await serveOperator(router)}/operator/things/${SECRET}`)
    await fetch(`${url}/${SECRET}`)
    const logged = lines.map(line => JSON.parse(line)).map(({ method, route, status }) => ({ method, route, status }))
    expect(logged).to.deep.equal([
      { method: 'GET', route: '/things/:id', status: 200 },
      { method: 'GET', route: '/operator/things/:id', status: 200 },
      { method: 'GET', route: 'none', status: 404 },
    ])
    expect(lines.join('')).not.to.include(SECRET)
  })

  it('serves a bounded number of connections, and bounds the time of a whole request', async () => {
    await serve({})
    expect(servers.at(-1)?.maxConnections).to.equal(4_096)
    expect(servers.at(-1)?.requestTimeout).to.equal(20_000)
  })

  it('lets a thousand clients connect while it is too busy to accept one', async function () {
    const longest = '/proc/sys/net/core/somaxconn'
    if (!existsSync(longest) || Number(readFileSync(longest, 'utf8')) < 1_000) return this.skip()
    const server = await listen(express(), '127.0.0.1', 0)
    servers.push(server)
    const { port } = server.address() as AddressInfo
    const clients = `
      let connected = 0
      const end = () => { console.log(connected); process.exit() }
      for (let i = 0; i < 1000; i++)
        require('node:net').connect(${port}, '127.0.0.1', () => ++connected === 1000 && end())
      setTimeout(end, 5000)`
    // It blocks this process, and with it the server.
    const connected = execFileSync(process.execPath, ['-e', clients], { env: { PATH: process.env.PATH } })
    expect(Number(connected)).to.equal(1_000)
  })

  it('reports which port is taken, and what to do', async () => {
    const url = await serve({})
    const failure = await failureOf(listen(express(), '127.0.0.1', Number(new URL(url).port)))
    expect(failure.code).to.equal('HTTP_PORT_TAKEN')
    expect(failure.message).to.include('--port')
  })

  it('uses a new certificate when there is one, and otherwise keeps the last one', async () => {
    const custody = await openCustody(scratch, { name: 'Test', url: 'https://localhost' }, systemClock(), randomBytes)
    let certificate = await custody.tls('localhost', systemClock())
    let broken = false
    const failed = Promise.withResolvers<unknown>()
    const source = async () => {
      if (broken) throw new Error('no certificate')
      return certificate
    }
    const server = await listenTls(express(), '127.0.0.1', 0, { source, warn: failed.resolve, every: 5 })
    servers.push(server)
    const { port } = server.address() as AddressInfo
    const shown = async () => {
      const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
      await once(socket, 'secureConnect')
      const { fingerprint256 } = socket.getPeerX509Certificate() as X509Certificate
      socket.destroy()
      return fingerprint256
    }
    const of = (pem: string) => new X509Certificate(pem).fingerprint256
    expect(await shown()).to.equal(of(certificate.cert))
    certificate = await custody.tls('localhost', systemClock())
    while ((await shown()) !== of(certificate.cert));
    broken = true
    expect(String(await failed.promise)).to.include('no certificate')
    expect(await shown()).to.equal(of(certificate.cert))
  })

  it('accepts under TLS 1.2 only ECDHE with GCM or ChaCha20 (BCP 195), also after a renewal, and TLS 1.3', async () => {
    const custody = await openCustody(scratch, { name: 'Test', url: 'https://localhost' }, systemClock(), randomBytes)
    let renewed = 0
    const source = () => {
      renewed += 1
      return custody.tls('localhost', systemClock())
    }
    const server = await listenTls(express(), '127.0.0.1', 0, { source, warn: () => undefined, every: 5 })
    servers.push(server)
    const { port } = server.address() as AddressInfo
    const accepts = (ciphers: string, maxVersion: 'TLSv1.2' | 'TLSv1.3' = 'TLSv1.2') =>
      new Promise<boolean>(resolve => {
        const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ciphers, maxVersion })
        socket.once('secureConnect', () => resolve(true)).once('error', () => resolve(false))
        socket.once('close', () => socket.destroy()).once('secureConnect', () => socket.destroy())
      })
    const weak = getCiphers()
      .filter(name => !name.startsWith('tls_'))
      .map(name => name.toUpperCase())
      .filter(name => !/^ECDHE-(ECDSA|RSA)-(AES(128|256)-GCM-SHA(256|384)|CHACHA20-POLY1305)$/.test(name))
    expect(weak).to.include('ECDHE-ECDSA-AES128-SHA256').and.have.length.above(10)
    for (let round = 0; round < 2; round++) {
      expect(await accepts(`${weak.join(':')}:@SECLEVEL=0`)).to.equal(false)
      for (const good of ['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'CHACHA20-POLY1305']) {
        expect(await accepts(`ECDHE-ECDSA-${good}`), good).to.equal(true)
      }
      expect(await accepts('TLS_AES_128_GCM_SHA256', 'TLSv1.3')).to.equal(true)
      const before = renewed
      while (renewed < before + 2) await new Promise(setImmediate)
    }
  })

  it('speaks no TLS before 1.2', async () => {
    const custody = await openCustody(scratch, { name: 'Test', url: 'https://localhost' }, systemClock(), randomBytes)
    const source = () => custody.tls('localhost', systemClock())
    const server = await listenTls(express(), '127.0.0.1', 0, { source, warn: () => undefined })
    servers.push(server)
    const { port } = server.address() as AddressInfo
    const old = connectTls({
      ...{ port, host: '127.0.0.1', rejectUnauthorized: false },
      ...{ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
    })
    const [error] = (await once(old, 'error')) as [NodeJS.ErrnoException]
    expect(error.code).to.match(/PROTOCOL_VERSION|ECONNRESET/)
  })

  it('lets running requests finish when it closes, and accepts no others', async () => {
    const router = Router()
    let answer: (() => void) | undefined
    const began = new Promise<void>(resolve => {
      router.get('/slow', (_request, response) => {
        answer = () => void response.json({ done: true })
        resolve()
      })
    })
    const url = await serve({ wallets: router })
    const slow = fetch(`${url}/slow`)
    await began
    const [server] = servers.splice(0) as [Server]
    const closed = closeServer(server)
    await failureOf(fetch(url))
    answer?.()
    expect(await (await slow).json()).to.deep.equal({ done: true })
    await closed
  })

  it('does not wait without end for a request that never finishes', async function () {
    this.timeout(10_000)
    const server = createServer(() => undefined)
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const hanging = httpRequest({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' })
    hanging.on('error', () => undefined)
    hanging.end()
    await new Promise(resolve => server.once('request', resolve))
    const started = Date.now()
    await closeServer(server)
    expect(Date.now() - started).to.be.within(2500, 5000)
  })
})
