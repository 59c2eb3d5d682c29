/** Cached Token Status Lists, and the same over real HTTP. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { HttpStatusLists } from '../../../node/verifier/status/port.ts'
import { TokenStatusLists } from '../../../node/verifier/status/source.ts'
import { Verifier } from '../../../node/verifier/verifier.ts'
import {
  AUDIENCE,
  cardOn,
  issuer,
  keyOf,
  LIST_URI,
  listToken,
  MemoryView,
  makeIssuer,
  NONCE,
  NOW,
  present,
  profile,
  trusting,
} from './support.ts'

function world() {
  const http = new HttpStatusLists()
  const served: { token: string | null; asked: number } = { token: listToken(), asked: 0 }
  const lists = new TokenStatusLists({
    fetch: async () => {
      served.asked += 1
      if (served.token === null) throw new Error('no route')
      return served.token
    },
    inflate: (bytes, max) => http.inflate(bytes, max),
  })
  const ask = async (now: number, by = issuer) => {
    const word = await lists.statusOf({ uri: LIST_URI, index: 77, ...trusting(by), now })
    return word.known ? word.status : word.why
  }
  return { served, lists, ask }
}

describe('cached token status lists', () => {
  it('are in no other cache, such as the browser’s', async () => {
    const asked: (string | undefined)[] = []
    const fetcher: typeof fetch = async (_url, init) => {
      asked.push(init?.cache)
      return new Response(listToken())
    }
    await new HttpStatusLists({ fetcher }).fetch(LIST_URI)
    expect(asked).to.deep.equal(['no-store'])
  })

  it('are fetched once in their time to live, and once for concurrent requests', async () => {
    const { served, ask } = world()
    expect(await Promise.all([ask(NOW), ask(NOW), ask(NOW)])).to.deep.equal(['VALID', 'VALID', 'VALID'])
    expect(await ask(NOW + 59)).to.equal('VALID')
    expect(served.asked).to.equal(1)
    served.token = listToken({ status: 2, iat: NOW + 60 })
    expect(await ask(NOW + 60)).to.equal('SUSPENDED')
    expect(served.asked).to.equal(2)
  })

  it('are used until they expire if no new one can be fetched; a revocation remains', async () => {
    for (const [status, after] of [
      [0, 'unreachable'],
      [2, 'unreachable'],
      [1, 'INVALID'],
    ] as const) {
      const { served, ask } = world()
      served.token = listToken({ status })
      const first = await ask(NOW)
      served.token = null
      expect(await ask(NOW + 599)).to.equal(first)
      expect(await ask(NOW + 601)).to.equal(after)
    }
  })

  it('do not make a counter wait for an unreachable address at every card', async () => {
    const { served, ask } = world()
    served.token = null
    expect(await ask(NOW)).to.equal('unreachable')
    expect(await ask(NOW + 5)).to.equal('unreachable')
    expect(served.asked).to.equal(1)
    served.token = listToken()
    expect(await ask(NOW + 11)).to.equal('VALID')
  })

  it('are not replaced by an older copy, and do not answer for another key', async () => {
    const { served, ask } = world()
    served.token = listToken({ status: 2, iat: NOW + 50, ttl: 1 })
    expect(await ask(NOW + 50)).to.equal('SUSPENDED')
    served.token = listToken({ status: 0, iat: NOW + 49 })
    expect(await ask(NOW + 60)).to.equal('SUSPENDED')
    const other = await makeIssuer()
    expect(await ask(NOW + 60, other)).to.equal('not_believed')
  })

  it('from the future are refused, and do not prevent the use of genuine ones', async () => {
    const { served, ask } = world()
    served.token = listToken({ iat: NOW + 3600, exp: NOW + 7200 })
    expect(await ask(NOW)).to.equal('not_believed')
    served.token = listToken({ iat: NOW + 15, status: 1 })
    expect(await ask(NOW + 15)).to.equal('INVALID')
    // A minute between two clocks is nothing unusual.
    for (const [ahead, expected] of [
      [60, 'VALID'],
      [61, 'not_believed'],
    ] as const) {
      const other = world()
      other.served.token = listToken({ iat: NOW + ahead, exp: NOW + 600 })
      expect(await other.ask(NOW)).to.equal(expected)
    }
  })

  it('that decompress beyond the limit are refused', async () => {
    const { served, ask } = world()
    served.token = listToken({ size: 2 ** 21 })
    expect(await ask(NOW)).to.equal('not_believed')
  })

  it('that are old give a bad status but no good one, if the ledger is unreachable', async () => {
    for (const [status, expected] of [
      [0, 'unknown/list_unreachable'],
      [1, 'revoked'],
    ] as const) {
      const { served, lists } = world()
      served.token = listToken({ status, iat: NOW - 700, exp: NOW + 600 })
      const view = new MemoryView()
      const card = present(cardOn(view))
      view.blind.add('status')
      const verifier = new Verifier({ profile, view, clock: () => NOW, statusLists: lists })
      expect(keyOf(await verifier.verify(card, { nonce: NONCE, audience: AUDIENCE }))).to.equal(expected)
      served.token = listToken({ iat: NOW - 500 })
    }
  })
})

describe('token status lists over HTTP', () => {
  it('are requested with their type, limited in size and time, without following redirects', async () => {
    const seen: string[] = []
    const server = createServer((request, response) => {
      seen.push(request.headers.accept ?? '')
      if (request.url === '/slow') return
      if (request.url === '/moved') return response.writeHead(302, { location: '/list' }).end()
      if (request.url === '/gone') return response.writeHead(404).end()
      if (request.url === '/long') return response.end(Buffer.alloc(9 * 2 ** 20))
      return response.end(listToken())
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      const port = new HttpStatusLists({ timeout: 200 })
      expect(await port.fetch(`${base}/list`)).to.match(/^[\w-]+\.[\w-]+\.[\w-]+$/)
      for (const path of ['/slow', '/moved', '/gone', '/long']) {
        const refused = await port.fetch(`${base}${path}`).then(
          () => 'passed',
          () => 'refused',
        )
        expect(refused, path).to.equal('refused')
      }
      expect(new Set(seen)).to.deep.equal(new Set(['application/statuslist+jwt']))
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })
})
