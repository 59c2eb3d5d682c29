/** How the built screens are served; test/browser/policy.test.ts has their policy. */
import { once } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import express from 'express'
import { pino } from 'pino'
import { problems } from '../../../node/http/problem.ts'
import { webRoutes } from '../../../node/http/web-routes.ts'
import { scratchDirectory } from '../../support/scratch.ts'

describe('the routes of the screens', () => {
  const builds = scratchDirectory('web')
  let server: Server
  let url = ''

  before(done => {
    const app = express().enable('case sensitive routing').enable('strict routing')
    app.use('/counter', webRoutes('counter', {}, builds))
    app.use(problems(pino({ level: 'silent' }), { showFacts: false }))
    server = app.listen(0, '127.0.0.1', () => {
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      done()
    })
  })
  after(done => {
    rmSync(builds, { recursive: true, force: true })
    server.close(done)
  })

  const get = (path: string, encoding = 'identity') =>
    fetch(url + path, { headers: { 'accept-encoding': encoding }, redirect: 'manual' })

  it('say what to do while nothing is built, and need no restart after that', async () => {
    const before = await get('/counter/')
    expect(before.status).to.equal(503)
    expect(await before.json()).to.include({ code: 'HTTP_SCREENS_NOT_BUILT' })
    const assets = join(builds, 'abc', 'counter', 'assets')
    mkdirSync(assets, { recursive: true })
    writeFileSync(join(builds, 'abc', 'counter', 'index.html'), '<!doctype html><title>page</title>')
    writeFileSync(join(assets, 'main-1.js'), 'plain')
    writeFileSync(join(assets, 'main-1.js.gz'), Buffer.from('H4sIAAAAAAAAAyvISczMAwC4oQc3BQAAAA==', 'base64'))
    writeFileSync(join(builds, 'abc', 'sizes.json'), 'secret')
    writeFileSync(join(builds, 'current.json'), JSON.stringify({ directory: 'abc' }))
    expect(await (await get('/counter/')).text()).to.include('<title>page')
  })

  it('give the page at each path of the app, and a redirect without the slash', async () => {
    for (const path of ['/counter/enrol', '/counter/people/AAAAAAAAAAAAAAAAAAAAAA', '/counter/?lang=ko']) {
      expect(await (await get(path)).text(), path).to.include('<title>page')
    }
    const bare = await get('/counter')
    expect([bare.status, bare.headers.get('location')]).to.deep.equal([308, '/counter/'])
  })

  it('give a file compressed if the browser takes it so', async () => {
    const plain = await get('/counter/assets/main-1.js')
    expect([plain.headers.get('content-encoding'), await plain.text()]).to.deep.equal([null, 'plain'])
    const small = await get('/counter/assets/main-1.js', 'gzip')
    expect([small.headers.get('content-encoding'), small.headers.get('vary')]).to.deep.equal([
      'gzip',
      'Accept-Encoding',
    ])
    expect(small.headers.get('content-type')).to.equal('text/javascript; charset=utf-8')
  })

  it('give the files of an app that keep their names, which a browser has to ask for again', async () => {
    const directory = join(builds, 'abc', 'counter')
    mkdirSync(join(directory, 'icons'))
    for (const name of ['service-worker.js', 'manifest.webmanifest', 'icons/card-192.png', 'notes.txt']) {
      writeFileSync(join(directory, name), name)
    }
    const other = express().use('/counter', webRoutes('counter', { workers: true }, builds))
    const named = other.listen(0, '127.0.0.1')
    await once(named, 'listening')
    const at = (path: string) => fetch(`http://127.0.0.1:${(named.address() as AddressInfo).port}/counter/${path}`)
    try {
      for (const [name, type] of [
        ['service-worker.js', 'text/javascript; charset=utf-8'],
        ['manifest.webmanifest', 'application/manifest+json'],
        ['icons/card-192.png', 'image/png'],
      ] as const) {
        const answer = await at(name)
        expect(await answer.text()).to.equal(name)
        expect(answer.headers.get('content-type')?.toLowerCase(), name).to.include(type)
        expect(answer.headers.get('cache-control'), name).to.equal('no-cache')
        expect(answer.headers.get('content-security-policy')).to.include("worker-src 'self'")
      }
      for (const name of ['notes.txt', 'index.html', 'icons/none.png']) {
        expect((await at(name)).status, name).to.equal(404)
      }
    } finally {
      named.close()
    }
  })

  it("allow WebAssembly in the decoder's worker only", async () => {
    const assets = join(builds, 'abc', 'counter', 'assets')
    writeFileSync(join(assets, 'decode-worker-1.js'), 'worker')
    const other = express().use('/counter', webRoutes('counter', { camera: true }, builds))
    const both = other.listen(0, '127.0.0.1')
    await once(both, 'listening')
    const policyOf = async (path: string) => {
      const answer = await fetch(`http://127.0.0.1:${(both.address() as AddressInfo).port}/counter/${path}`)
      return answer.headers.get('content-security-policy')
    }
    try {
      expect(await policyOf('assets/decode-worker-1.js')).to.include("'wasm-unsafe-eval'")
      for (const path of ['', 'assets/main-1.js']) expect(await policyOf(path), path).not.to.include('unsafe')
    } finally {
      both.close()
    }
  })

  it('give nothing else of the disk', async () => {
    const paths = [
      'assets/none.js',
      'assets/..%2f..%2fsizes.json',
      'assets/%2e%2e%2findex.html',
      '..%2fsizes.json',
      'enrol/',
    ]
    for (const path of paths) {
      const response = await get(`/counter/${path}`)
      expect(response.status, path).to.equal(404)
      expect(await response.text(), path).not.to.include('secret')
    }
  })
})
