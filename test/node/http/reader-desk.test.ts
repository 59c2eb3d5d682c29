import { once } from 'node:events'
import { createServer, get, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import pino from 'pino'
import type { ReaderDevice } from '../../../node/chip/reader/card-reader.ts'
import { type Desk, deskStatus, parseDeskLink, readAtDesk } from '../../../node/chip/reader/desk-client.ts'
import { noCard } from '../../../node/chip/reader/errors.ts'
import { imageDevice } from '../../../node/chip/reader/image-device.ts'
import { createReaderDesk } from '../../../node/http/reader-desk.ts'
import { toBase64url } from '../../../node/lib/bytes.ts'
import { random } from '../../support/world.ts'
import { CHALLENGE, NUMBER, testImage } from '../chip/support/image.ts'
import { readingFromJson } from '../chip/support/readers.ts'

const TOKEN = toBase64url(random(32))
const ORIGIN = 'http://localhost:4100'
const request = { card_access_number: NUMBER, challenge: toBase64url(CHALLENGE) }

describe('http: the reader program of a desk', () => {
  const image = testImage({ portrait: 20_000 })
  let server: Server
  let desk: Desk
  let logged: string[]

  async function start(device: ReaderDevice): Promise<void> {
    logged = []
    const log = pino({}, { write: line => void logged.push(line) })
    server = createServer(createReaderDesk({ device, origin: ORIGIN, token: TOKEN, random, log }))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    desk = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: TOKEN }
  }

  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })

  const demo = () => imageDevice(image, { mode: 'demo', random, extendedLength: false })
  const call = (path: string, init: RequestInit = {}) => fetch(`${desk.url}${path}`, init)
  const authorized = { Authorization: `Bearer ${TOKEN}` }

  it('says which reader it has, and reads a card with progress', async () => {
    await start(demo())
    expect(await deskStatus(desk)).to.deep.equal({
      kind: 'done',
      value: { reader: 'Software card', card: 'present', reading: false, simulated: true },
    })
    const steps: number[] = []
    const result = await readAtDesk(desk, request, { onProgress: (read, total) => steps.push(read / total) })
    if (result.kind !== 'done') return expect.fail(JSON.stringify(result))
    expect(steps.length).to.be.greaterThan(20)
    expect(steps.at(-1)).to.equal(1)
    const reading = readingFromJson(result.value)
    for (const [number, file] of reading.dataGroups) expect(file).to.deep.equal(image.files.get(0x0100 + number))
    // Neither the number nor a file is in the log.
    expect(logged.join()).not.to.include(NUMBER).and.not.to.include(result.value.data_groups[1])
  })

  it('reports a wrong card access number with the tries that are left, and can go on', async () => {
    await start(demo())
    const wrong = await readAtDesk(desk, { ...request, card_access_number: '000000' })
    expect(wrong).to.have.nested.property('problem.code', 'CHIP_ACCESS_REFUSED')
    expect(wrong).to.have.nested.property('problem.triesLeft', 9)
    expect((await readAtDesk(desk, request)).kind).to.equal('done')
    expect(logged.join()).to.include('CHIP_ACCESS_REFUSED').and.not.to.include('000000')
  })

  it('serves one page, with its token, under the names of loopback', async () => {
    await start(demo())
    const preflight = await call('/read', { method: 'OPTIONS', headers: { Origin: ORIGIN } })
    expect(preflight.status).to.equal(204)
    expect(preflight.headers.get('access-control-allow-origin')).to.equal(ORIGIN)
    expect((await call('/status', { headers: { ...authorized, Origin: ORIGIN } })).status).to.equal(200)

    const refused: [status: number, path: string, init: RequestInit][] = [
      [403, '/status', { headers: { ...authorized, Origin: 'https://shop.example' } }],
      [403, '/status', { headers: { ...authorized, Origin: 'null' } }],
      [403, '/read', { method: 'OPTIONS', headers: { Origin: 'https://shop.example' } }],
      [401, '/status', {}],
      [401, '/status', { headers: { Authorization: `Bearer ${TOKEN}x` } }],
      [401, '/read', { method: 'POST', body: JSON.stringify(request) }],
      [400, '/read', { method: 'POST', headers: authorized, body: '' }],
      [405, '/read', { headers: authorized }],
      [404, '/other', { headers: authorized }],
    ]
    for (const [status, path, init] of refused) {
      const response = await call(path, init)
      expect(response.status, `${path} ${JSON.stringify(init)}`).to.equal(status)
      if (status === 403) expect(response.headers.get('access-control-allow-origin')).to.equal(null)
    }
    for (const body of [
      { ...request, card_access_number: '12345' },
      { ...request, challenge: 'AAAA' },
      { ...request, more: 1 },
    ]) {
      const headers = { ...authorized, 'Content-Type': 'application/json' }
      expect((await call('/read', { method: 'POST', headers, body: JSON.stringify(body) })).status).to.equal(400)
    }
    // A name that somebody made point to loopback.
    const { port } = new URL(desk.url)
    const rebound = await new Promise<number | undefined>(resolve => {
      get({ port, path: '/status', headers: { ...authorized, Host: `reader.example:${port}` } }, ({ statusCode }) =>
        resolve(statusCode),
      )
    })
    expect(rebound).to.equal(403)
  })

  it('reads for one at a time, and for nobody who left', async () => {
    const inner = demo()
    const held = Promise.withResolvers<void>()
    let closed = 0
    const slow: ReaderDevice = {
      ...inner,
      async connect() {
        const card = await inner.connect()
        return {
          async transmit(command) {
            if (command[1] === 0x22) await held.promise
            return card.transmit(command)
          },
          async close() {
            closed += 1
            return card.close()
          },
        }
      },
    }
    await start(slow)
    const leaving = new AbortController()
    const first = readAtDesk(desk, request, { signal: leaving.signal })
    while (
      !(
        'value' in (await deskStatus(desk)) &&
        (await call('/status', { headers: authorized }).then(r => r.json())).reading
      )
    )
      await new Promise(setImmediate)
    expect(await readAtDesk(desk, request)).to.have.nested.property('problem.code', 'CHIP_READER_BUSY')
    leaving.abort()
    expect((await first).kind).to.equal('unreachable')
    while ((await call('/status', { headers: authorized }).then(r => r.json())).reading) await new Promise(setImmediate)
    expect(closed).to.equal(1)
    held.resolve()
    expect((await readAtDesk(desk, request)).kind).to.equal('done')
  })

  it('says that no card is there before it answers 200', async () => {
    await start({
      ...demo(),
      cardPresent: () => false,
      connect: async () => {
        throw noCard()
      },
    })
    expect(await deskStatus(desk)).to.have.nested.property('value.card', 'absent')
    expect(await readAtDesk(desk, request)).to.have.nested.property('problem.code', 'CHIP_NO_CARD')
  })

  it('is found by the fragment of a link', async () => {
    await start(demo())
    expect(parseDeskLink(`#reader=4120&token=${TOKEN}`)).to.deep.equal({ url: 'http://127.0.0.1:4120', token: TOKEN })
    for (const wrong of [
      '',
      '#',
      `#reader=0&token=${TOKEN}`,
      `#reader=70000&token=${TOKEN}`,
      '#reader=4120',
      '#reader=4120&token=short',
      `#reader=1.2.3.4:80&token=${TOKEN}`,
    ]) {
      expect(parseDeskLink(wrong), wrong).to.equal(undefined)
    }
    expect((await deskStatus({ ...desk, url: 'http://127.0.0.1:1' })).kind).to.equal('unreachable')
    expect(await deskStatus({ ...desk, token: 'x'.repeat(43) })).to.have.nested.property(
      'problem.code',
      'HTTP_UNAUTHENTICATED',
    )
  })
})
