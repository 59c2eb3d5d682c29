import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import express from 'express'
import { pino } from 'pino'
import { BodyBudget } from '../../../node/http/body-budget.ts'
import { problems } from '../../../node/http/problem.ts'
import { tillRoutes } from '../../../node/http/till-routes.ts'
import { makeP256Pem, SoftwareSigner } from '../../../node/keys/signer.ts'
import type { Tills } from '../../../node/verifier/tills/tills.ts'

describe('till routes', () => {
  let server: Server
  let url: string
  const asked: unknown[][] = []
  const { jwk } = new SoftwareSigner(makeP256Pem()).publicKey

  before(async () => {
    const app = express()
    const tills = {
      certify: async (...args: unknown[]) => {
        asked.push(args)
        return { x5c: ['a', 'b'], notAfter: 7 }
      },
    }
    app.use(tillRoutes(tills as unknown as Tills, new BodyBudget(2 ** 20)))
    app.use(problems(pino({ level: 'silent' }), { showFacts: false }))
    server = app.listen(0, '127.0.0.1')
    await new Promise(resolve => server.once('listening', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tills`
  })
  after(() => {
    server.close()
    server.closeAllConnections()
  })

  const post = (body: unknown) =>
    fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

  it('return the certificates for a key and its code, which no cache keeps', async () => {
    const response = await post({ jwk, code: 'c' })
    expect(response.status).to.equal(201)
    expect(response.headers.get('cache-control')).to.equal('no-store')
    expect(await response.json()).to.deep.equal({ x5c: ['a', 'b'], notAfter: 7 })
    expect(asked).to.deep.equal([[jwk, 'c']])
  })

  it('refuse what is no public key, no code or too large', async () => {
    const { length } = asked
    const bodies = [
      {},
      [],
      { jwk: 'x' },
      { jwk: { ...jwk, d: jwk.x } },
      { jwk: { ...jwk, y: jwk.x } },
      { jwk: { ...jwk, crv: 'P-384' } },
      { jwk, code: 7 },
      { jwk, code: 'c'.repeat(65) },
      { jwk, name: 'x' },
    ]
    for (const body of bodies) expect((await post(body)).status, JSON.stringify(body)).to.be.oneOf([400, 422])
    expect((await post({ jwk, code: 'c'.repeat(5000) })).status).to.equal(413)
    expect((await fetch(url)).status).to.equal(405)
    expect(asked).to.have.length(length)
  })
})
