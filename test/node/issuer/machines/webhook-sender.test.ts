import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { networkSender } from '../../../../node/issuer/machines/webhook-sender.ts'
import { makeRootCertificate, makeServerCertificate } from '../../../../node/keys/certificates.ts'
import { makeP256Pem, SoftwareSigner } from '../../../../node/keys/signer.ts'
import { utf8 } from '../../../../node/lib/bytes.ts'
import { systemClock, systemTimer } from '../../../../node/lib/time.ts'
import { ManualTimer } from '../../../support/timer.ts'
import { until } from '../../../support/until.ts'
import { random } from '../../../support/world.ts'

const message = { body: utf8('{"id":1}'), headers: { 'dojang-signature': 'a..b' } }
const never = new AbortController().signal

describe('the sender of webhooks', () => {
  const servers: Server[] = []
  const asked: string[] = []
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections()
      server.close()
    }
    asked.length = 0
  })

  async function serve(listener: RequestListener): Promise<number> {
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`)
      listener(request, response)
    })
    servers.push(server)
    await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
    return (server.address() as AddressInfo).port
  }
  const to = (url: string) => ({ url, privateNetwork: false })
  const failure = (sent: Promise<number>) => sent.then(String, error => error.message as string)

  it('posts the body with its headers and gets the status', async () => {
    let got: unknown
    const port = await serve(async (request, response) => {
      const body: Buffer[] = []
      for await (const part of request) body.push(part)
      got = [request.headers['content-type'], request.headers['dojang-signature'], Buffer.concat(body).toString()]
      response.writeHead(202).end()
    })
    const send = networkSender({ timer: systemTimer, loopback: true })
    expect(await send(to(`http://127.0.0.1:${port}/hook`), message, never)).to.equal(202)
    expect(got).to.deep.equal(['application/json', 'a..b', '{"id":1}'])
  })

  it('follows no redirect', async () => {
    const port = await serve((_, response) => response.writeHead(307, { location: '/elsewhere' }).end())
    const send = networkSender({ timer: systemTimer, loopback: true })
    expect(await send(to(`http://127.0.0.1:${port}/hook`), message, never)).to.equal(307)
    expect(asked).to.deep.equal(['POST /hook'])
  })

  it('waits ten seconds for an answer and no longer, and ends when it is told to', async () => {
    const port = await serve(() => undefined)
    const timer = new ManualTimer()
    const send = networkSender({ timer, loopback: true })
    const late = failure(send(to(`http://127.0.0.1:${port}/`), message, never))
    await until('the request is there', () => asked.length === 1)
    timer.pass(10_000)
    expect(await late).to.equal('no answer in 10000 ms')
    const closing = new AbortController()
    const ended = failure(send(to(`http://127.0.0.1:${port}/`), message, closing.signal))
    closing.abort()
    expect(await ended).to.match(/abort/)
    expect(timer.waiting, 'no timer remains').to.equal(0)
  })

  it('ends when the receiver answers that it changes the protocol', async () => {
    const port = await serve(request => {
      request.socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n')
    })
    const timer = new ManualTimer()
    const send = networkSender({ timer, loopback: true })
    expect(await send(to(`http://127.0.0.1:${port}/`), message, never)).to.equal(101)
    expect(timer.waiting, 'no timer remains').to.equal(0)
  })

  it('does not read the body of an answer, however long', async () => {
    let closed = false
    const port = await serve((_, response) => {
      response.writeHead(200)
      const more = () => {
        if (!closed && response.write('x'.repeat(65_536))) setImmediate(more)
      }
      response.on('drain', more)
      response.on('close', () => {
        closed = true
      })
      more()
    })
    const send = networkSender({ timer: systemTimer, loopback: true })
    expect(await send(to(`http://127.0.0.1:${port}/`), message, never)).to.equal(200)
    await until('the connection is closed', () => closed)
  })

  it('refuses an answer with too many headers', async () => {
    const port = await serve((_, response) => response.writeHead(200, { big: 'x'.repeat(100_000) }).end())
    const send = networkSender({ timer: systemTimer, loopback: true })
    expect(await failure(send(to(`http://127.0.0.1:${port}/`), message, never))).to.match(/Header overflow/)
  })

  it('connects to no address that is not allowed, whatever the name says', async () => {
    const port = await serve((_, response) => response.end())
    const refused = ['127.0.0.1', '10.0.0.1', '169.254.169.254', '::1', '::ffff:127.0.0.1']
    for (const address of refused) {
      const resolve = async () => [
        { address: '203.0.113.5', family: 4 },
        { address, family: address.includes(':') ? 6 : 4 },
      ]
      const send = networkSender({ timer: systemTimer, loopback: false, resolve })
      const url = `https://hooks.example.kr:${port}/`
      expect(await failure(send(to(url), message, never)), address).to.equal('an address of the name is not allowed')
    }
    const send = networkSender({ timer: systemTimer, loopback: false })
    for (const host of ['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '10.0.0.1']) {
      const url = `http://${host}:${port}/`
      expect(await failure(send(to(url), message, never)), host).to.equal('the address is not allowed')
    }
    expect(asked).to.have.length(0)
  })

  it('accepts no certificate that it cannot verify', async () => {
    const [ca, key] = [new SoftwareSigner(makeP256Pem()), new SoftwareSigner(makeP256Pem())]
    const now = systemClock()
    const root = await makeRootCertificate(ca, 'another root', now - 60, random)
    const cert = await makeServerCertificate(ca, root, key, '127.0.0.1', now - 60, random)
    const server = createTlsServer({ key: key.pkcs8, cert }, (_, response) => {
      asked.push('')
      response.end()
    })
    servers.push(server)
    await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
    const { port } = server.address() as AddressInfo
    const send = networkSender({ timer: systemTimer, loopback: true })
    expect(await failure(send(to(`https://127.0.0.1:${port}/`), message, never))).to.match(/certificate|verify/)
    expect(asked).to.have.length(0)
  })
})
