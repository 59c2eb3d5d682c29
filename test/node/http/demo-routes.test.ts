/** Who may ask the routes of a demo: its own page on the computer of the node, and nobody else. */
import { request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import express from 'express'
import { pino } from 'pino'
import { demoRoutes, type Story } from '../../../node/http/demo-routes.ts'
import { notFound, problems } from '../../../node/http/problem.ts'
import { makeP256Pem, SoftwareSigner } from '../../../node/keys/signer.ts'

describe('demo routes', () => {
  let server: Server
  let port: number
  const begun: (string | null)[] = []
  const story: Story = {
    ...{
      id: 'abc',
      person: { id: 'p', name: '홍길동' },
      clerk: 'c',
      enrolmentUrl: 'http://localhost:4102/counter/enrol#x',
    },
    ...{ operatorUrl: 'http://localhost:4102', walletUrl: 'http://localhost:4103' },
  }

  before(async () => {
    server = express().listen(0, '127.0.0.1')
    await new Promise(resolve => server.once('listening', resolve))
    port = (server.address() as AddressInfo).port
    const stories = {
      begin: async (clerk: string | null) => {
        begun.push(clerk)
        return story
      },
      stateOf: async (id: string) => (id === 'abc' ? { isEnrolled: true, card: null } : undefined),
    }
    const cards = {
      offer: async () => ({ id: 'x', offerUrl: 'o', txCode: '1', authority: 'a', profileKey: 'k' }),
      suspend: async (id: string) => id === 'x',
      unanchored: async (id: string) => (id === 'x' ? 'credential' : undefined),
    }
    const app = express()
    app.use('/demo', demoRoutes({ stories, cards }, `http://localhost:${port}`))
    app.use(notFound)
    app.use(problems(pino({ level: 'silent' }), { showFacts: false }))
    server.removeAllListeners('request').on('request', app)
  })
  after(() => {
    server.close()
    server.closeAllConnections()
  })

  /** As a browser sends it for a page of this origin; `fetch` would not let a test choose these headers. */
  function ask(path: string, method: 'GET' | 'POST', headers: Record<string, string>, body = '{"clerk":null}') {
    const own = { host: `localhost:${port}`, origin: `http://localhost:${port}`, 'sec-fetch-site': 'same-origin' }
    const sent = { ...own, 'content-type': 'application/json', ...headers }
    return new Promise<{ status: number; text: string }>((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, path, method, headers: sent }, answer => {
        let text = ''
        answer.on('data', chunk => {
          text += chunk
        })
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
      })
      asked.on('error', reject)
      asked.end(method === 'POST' ? body : undefined)
    })
  }

  it('begin a story, and say how far it is', async () => {
    const { status, text } = await ask('/demo/stories', 'POST', {})
    expect([status, JSON.parse(text)]).to.deep.equal([201, story])
    expect((await ask('/demo/stories', 'POST', {}, '{"clerk":"c"}')).status).to.equal(201)
    expect(begun).to.deep.equal([null, 'c'])
    expect(JSON.parse((await ask('/demo/stories/abc', 'GET', {})).text)).to.deep.equal({ isEnrolled: true, card: null })
    expect((await ask('/demo/stories/other', 'GET', {})).status).to.equal(404)
  })

  it('refuse a page of another origin, another host name, and whoever asks through a proxy', async () => {
    const { length } = begun
    const strangers: readonly Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { host: 'evil.example' },
      { host: `localhost:${port + 1}` },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'x-forwarded-for': '203.0.113.7' },
    ]
    for (const headers of strangers) {
      const { status, text } = await ask('/demo/stories', 'POST', headers)
      expect([status, JSON.parse(text).code], JSON.stringify(headers)).to.deep.equal([403, 'HTTP_ORIGIN_REFUSED'])
    }
    expect((await ask('/demo/stories/abc', 'GET', { 'sec-fetch-site': 'cross-site' })).status).to.equal(403)
    expect(begun).to.have.length(length)
  })

  it('make cards for the page of fakes, and do nothing with cards of others', async () => {
    expect(JSON.parse((await ask('/demo/cards', 'POST', {}, '')).text)).to.include({ id: 'x', offerUrl: 'o' })
    expect((await ask('/demo/cards/x/suspend', 'POST', {}, '')).status).to.equal(204)
    expect((await ask('/demo/cards/other/suspend', 'POST', {}, '')).status).to.equal(404)
    const { jwk } = new SoftwareSigner(makeP256Pem()).publicKey
    const body = JSON.stringify({ jwk })
    expect(JSON.parse((await ask('/demo/cards/x/unanchored', 'POST', {}, body)).text)).to.include({
      credential: 'credential',
    })
    expect((await ask('/demo/cards/other/unanchored', 'POST', {}, body)).status).to.equal(404)
    for (const bad of ['{}', '{"jwk":{}}', JSON.stringify({ jwk: { ...jwk, d: jwk.x } })])
      expect((await ask('/demo/cards/x/unanchored', 'POST', {}, bad)).status, bad).to.be.oneOf([400, 422])
    const stranger = { origin: 'https://evil.example' }
    for (const path of ['cards', 'cards/x/suspend', 'cards/x/unanchored'])
      expect((await ask(`/demo/${path}`, 'POST', stranger, body)).status, path).to.equal(403)
  })

  it('refuse what has another form', async () => {
    for (const body of [
      '{}',
      '[]',
      '{"clerk":1}',
      '{"clerk":null,"role":"administrator"}',
      `{"clerk":"${'x'.repeat(65)}"}`,
    ])
      expect((await ask('/demo/stories', 'POST', {}, body)).status, body).to.be.oneOf([400, 422])
    expect((await ask('/demo/stories', 'POST', { 'content-type': 'text/plain' })).status).to.be.oneOf([400, 415, 422])
    expect((await ask('/demo/stories', 'GET', {})).status).to.equal(405)
  })
})
