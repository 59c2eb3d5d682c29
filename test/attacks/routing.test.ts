/**
 * A stranger reaches the public listener, through a proxy that forwards everything or everything but certain paths, and
 * looks for a way to the operator's routes and the metrics.
 */
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import { TestNode } from '../e2e/support/node.ts'

const TARGETS = ['/operator/lacking', '/operator/offers', '/metrics']

/** Other ways to write a path, which a proxy's rule for it may not match. */
const VARIANTS: readonly ((path: string) => string)[] = [
  path => path,
  path => path.toUpperCase(),
  path => path.replace(/[a-z]/, letter => letter.toUpperCase()),
  path => `${path}/`,
  path => `/${path}`,
  path => `/.${path}`,
  path => `/healthz/..${path}`,
  path => `/healthz%2f..${path}`,
  path => path.replace('o', '%6f').replace('m', '%6d'),
  path => `${path}%00`,
  path => `${path};x=1`,
  path => `${path}?x#y`,
  path => `http://localhost${path}`,
  path => `/id${path}`,
]

describe('attack: another way to write a path', function () {
  this.timeout(90_000)
  let node: TestNode

  before(async () => {
    node = new TestNode(['--public-url', 'http://localhost:4100/id'])
    await node.start()
  })
  after(() => node.dispose())

  /** As it is, without the changes that `fetch` makes to a path. */
  const ask = (base: string, path: string, headers: Record<string, string> = {}) =>
    new Promise<{ status: number; body: string }>((resolve, reject) => {
      const { port, hostname } = new URL(base)
      request({ port, hostname, path, headers, agent: false }, async response => {
        resolve({ status: response.statusCode ?? 0, body: await text(response) })
      })
        .once('error', reject)
        .end()
    })

  it('leads from the public listener to no route of the operator', async () => {
    const { origin } = new URL(node.localUrl)
    for (const target of TARGETS) {
      for (const variant of VARIANTS) {
        for (const prefix of ['', '/id']) {
          const path = variant(`${prefix}${target}`)
          const { status, body } = await ask(origin, path)
          expect(status, `${path}: ${body.slice(0, 200)}`).to.be.oneOf([400, 404])
          expect(body).not.to.include('dojang_ledger')
        }
      }
    }
  })

  it('does not change the letter case of the public URL', async () => {
    const { origin } = new URL(node.localUrl)
    expect((await ask(origin, '/id/healthz')).status).to.equal(200)
    for (const path of ['/ID/healthz', '/id/HEALTHZ', '/id/healthz/', '//id/healthz', '/id//healthz', '/healthz']) {
      expect((await ask(origin, path)).status, path).to.equal(404)
    }
  })

  it('does not pass the host check of the operator listener: a page of another name gets nothing', async () => {
    for (const host of ['evil.example', 'evil.example:4102', 'localhost.evil.example', '127.0.0.1.nip.io']) {
      for (const path of ['/metrics', '/operator/lacking', '/healthz']) {
        expect((await ask(node.operatorUrl, path, { host })).status, `${host}${path}`).to.equal(400)
      }
    }
    expect((await ask(node.operatorUrl, '/metrics')).status).to.equal(200)
    expect((await ask(node.operatorUrl, '/operator/lacking')).status).to.equal(401)
  })
})
