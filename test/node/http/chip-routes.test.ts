/** The HTTP edge of the way by chip: bodies, sessions and headers. The issuer behind it is a stand-in. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { pino } from 'pino'
import type { ChipReading } from '../../../node/chip/image.ts'
import { createApplication } from '../../../node/http/app.ts'
import { BodyBudget } from '../../../node/http/body-budget.ts'
import { chipApi } from '../../../node/http/chip-api.ts'
import { chipRoutes } from '../../../node/http/chip-routes.ts'
import { notFound, problems } from '../../../node/http/problem.ts'
import { closeServer, listen } from '../../../node/http/server.ts'
import { unknownSession } from '../../../node/issuer/chip/refusals.ts'
import { reply } from '../../../node/issuer/oid4vci/exchange.ts'
import { freePort } from '../../support/free-port.ts'

const SESSION = 'A'.repeat(43)
const DOCUMENT = {
  security_object: 'd-4',
  data_groups: { 1: 'YQ', 2: 'Yg', 11: 'Yw', 15: 'ZA' },
  active_authentication: 'ZQ',
}

describe('the routes of the way by chip', () => {
  let url: string
  let close: () => Promise<void>
  let readings: ChipReading[]

  before(async () => {
    const chip = {
      requireSession: (id: string) => {
        if (id !== SESSION) throw unknownSession()
      },
      document: async (_id: string, reading: ChipReading) => {
        readings.push(reading)
        return { attemptsLeft: 3 }
      },
      face: async () => 'openid-credential-offer://?credential_offer_uri=x',
    }
    const log = pino({ level: 'silent' })
    const chipWallets = { open: async () => reply(201, {}) }
    const app = createApplication(log)
    app.use((request, _response, next) => {
      const value = request.get('test-from') ?? '127.0.0.1'
      Object.defineProperty(request.socket, 'remoteAddress', { value, configurable: true })
      next()
    })
    app.use(chipRoutes({ chip, chipWallets } as never, new BodyBudget(2 ** 20)))
    app.use(notFound)
    app.use(problems(log, { showFacts: false }))
    const port = await freePort()
    const server = await listen(app, '127.0.0.1', port)
    url = `http://127.0.0.1:${port}/chip/sessions`
    close = () => closeServer(server)
  })
  after(() => close())
  beforeEach(() => {
    readings = []
  })

  const post = async (path: string, body: string | object) => {
    const response = await fetch(`${url}/${path}`, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    return { status: response.status, headers: response.headers, body: (await response.json()) as { code?: string } }
  }

  it('take a document, from a page of any origin', async () => {
    const { status, body, headers } = await post(`${SESSION}/document`, DOCUMENT)
    expect({ status, body }).to.deep.equal({ status: 200, body: { next: 'face', attempts_left: 3 } })
    expect(headers.get('access-control-allow-origin')).to.equal('*')
    expect(headers.get('cache-control')).to.equal('no-store')
    const [reading] = readings
    expect([...(reading?.dataGroups.keys() ?? [])]).to.deep.equal([1, 2, 11, 15])
  })

  for (const [what, body] of [
    ['no JSON', 'x'],
    ['nesting without end', '['.repeat(100_000)],
    ['a data group more', { ...DOCUMENT, data_groups: { ...DOCUMENT.data_groups, 3: 'YQ' } }],
    ['a data group less', { ...DOCUMENT, data_groups: { 1: 'YQ' } }],
    ['a member more', { ...DOCUMENT, more: 'x' }],
    ['a repeated member', JSON.stringify(DOCUMENT).replace('{', '{"security_object":"YQ",')],
    ['no base64url', { ...DOCUMENT, security_object: 'a+b/' }],
    ['__proto__', '{"__proto__":{"security_object":"YQ"}}'],
  ] as const) {
    it(`refuse ${what} before anything is verified`, async () => {
      const { status } = await post(`${SESSION}/document`, body)
      expect(status).to.equal(400)
      expect(readings).to.deep.equal([])
    })
  }

  it('refuse a body that is too large, and any body for no session', async () => {
    const large = { ...DOCUMENT, security_object: 'A'.repeat(300_000) }
    expect((await post(`${SESSION}/document`, large)).body.code).to.equal('HTTP_BODY_TOO_LARGE')
    expect((await post(`${'B'.repeat(43)}/document`, large)).body.code).to.equal('ISSUER_CHIP_SESSION_UNKNOWN')
    expect((await post(`${SESSION}/face`, { assertion: 'A'.repeat(20_000) })).status).to.equal(413)
    expect(readings).to.deep.equal([])
  })

  it('are described by docs/chip-api.json', () => {
    const committed = readFileSync(join(import.meta.dirname, '../../../docs/chip-api.json'), 'utf8')
    expect(JSON.parse(committed), 'run npm run service-apis').to.deep.equal(JSON.parse(JSON.stringify(chipApi())))
  })

  it('open sixty sessions in a minute for one address, and go on for others', async () => {
    const open = async (from: string) =>
      (await fetch(url, { method: 'POST', headers: { 'test-from': from }, body: '{}' })).status
    const statuses = new Set<number>()
    for (let i = 0; i < 60; i++) statuses.add(await open('192.0.2.1'))
    expect([...statuses]).to.deep.equal([201])
    expect(await open('192.0.2.1')).to.equal(429)
    expect(await open('192.0.2.2')).to.equal(201)
  })

  it('answer only POST', async () => {
    expect((await fetch(`${url}/${SESSION}/document`)).status).to.equal(405)
  })
})
