/** Heads and snapshots over HTTP: a replica at the other end, offline and online, and what the endpoint learns. */
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { expect } from 'chai'
import { Router } from 'express'
import { pino } from 'pino'
import { createPublicApp } from '../../../node/http/app.ts'
import { headRoutes } from '../../../node/http/head-routes.ts'
import { systemClock } from '../../../node/lib/time.ts'
import { encodeDelta, parseDelta } from '../../../node/verifier/replica/delta.ts'
import { HttpHeadSource } from '../../../node/verifier/replica/http-source.ts'
import { Replica } from '../../../node/verifier/replica/replica.ts'
import type { HeadSource } from '../../../node/verifier/replica/source.ts'
import { ReplicaUpdater } from '../../../node/verifier/replica/updater.ts'
import { ReplicaView } from '../../../node/verifier/replica/view.ts'
import { OwnReplica } from '../../../node/verifier/snapshot/own-replica.ts'
import { Verifier } from '../../../node/verifier/verifier.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { until } from '../../support/until.ts'
import { CHAIN_ID } from '../ledger/embedded/fixture.ts'
import { issueOn, openCardWorld, show } from '../verifier/replica/card-world.ts'
import { type LedgerWorld, LIST } from '../verifier/replica/ledger-world.ts'
import { AUDIENCE, keyOf, NONCE } from '../verifier/support.ts'

describe('heads and snapshots over HTTP', function () {
  this.timeout(60_000)
  const directory = scratchDirectory('heads')
  const path = join(directory, 'snapshot.bin')
  const warned: unknown[] = []
  let log = ''
  let world: LedgerWorld
  let own: OwnReplica
  let server: Server
  let url: string
  const updaters: ReplicaUpdater[] = []

  const openOwn = () => {
    const { ledger, profile } = world
    return OwnReplica.open({
      ledger,
      profileFile: { profile },
      clock: systemClock,
      path,
      warn: (...args) => warned.push(args),
    })
  }
  const caughtUp = async (replica: OwnReplica) => {
    await until('the replica has caught up', () => replica.replica !== null)
    await replica.refresh()
  }

  before(async () => {
    world = await openCardWorld()
    own = openOwn()
    await caughtUp(own)
    const sink = new Writable({
      write: (chunk, _encoding, done) => {
        log += String(chunk)
        done()
      },
    })
    const app = createPublicApp({
      publicUrl: 'http://localhost:4100',
      ...{ walletUrl: 'http://localhost:4103', operatorUrl: 'http://localhost:4102' },
      routers: {
        ...{ health: Router(), public: Router(), wallets: Router(), presentations: Router() },
        ...{ relay: Router(), check: Router(), checkSettings: Router() },
        ...{ chip: Router(), kiosk: Router(), kioskSettings: Router() },
        log: Router(),
        tills: Router(),
        lock: Router(),
        verifiers: Router(),
        walletProvider: Router(),
        ask: Router(),
        askPage: Router(),
        heads: headRoutes({ ownReplica: own, profile: world.profile }),
      },
      authority: { ko: '시험', en: 'Test' },
      mode: 'local',
      log: pino({ level: 'trace' }, sink),
      requestsPerMinute: 100_000,
    })
    server = app.listen(0, '127.0.0.1')
    // The endpoint's own view of everything it is told: method, address, headers.
    server.on('request', request => {
      log += `${request.method} ${request.url} ${JSON.stringify(request.rawHeaders)}\n`
    })
    await once(server, 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(async () => {
    await Promise.all(updaters.map(updater => updater.stop()))
    server?.closeAllConnections()
    server?.close()
    await own?.close()
    await world?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  function follow(sources: readonly HeadSource[] = [new HttpHeadSource(url)], clock = systemClock) {
    const refused: unknown[] = []
    const updater = new ReplicaUpdater({
      ...{ profile: world.profile, sources, clock, wait: 5, pause: 50 },
      onRefused: error => refused.push((error as { code?: string }).code),
    })
    updaters.push(updater)
    const view = new ReplicaView(() => updater.replica, { refresh: () => updater.refresh() })
    const verifier = (at = clock) => new Verifier({ profile: world.profile, view, clock: at })
    const verdict = async (text: string, at = clock, maxAge = 600) => {
      const policy = { anchor: 'always', maxAge, query: null, conditions: [] } as const
      return verifier(at).verify(text, { nonce: NONCE, audience: AUDIENCE, policy })
    }
    return { updater, view, verdict, refused }
  }

  it('sends a snapshot compressed to those who accept it', async () => {
    const get = async (encoding: string) => {
      const response = await fetch(`${url}/snapshots/latest`, { headers: { 'accept-encoding': encoding } })
      expect(response.headers.get('vary')).to.match(/accept-encoding/i)
      return [response.headers.get('content-encoding'), Buffer.from(await response.arrayBuffer())] as const
    }
    const [none, plain] = await get('identity')
    const [gzip, unzipped] = await get('gzip')
    expect([none, gzip]).to.deep.equal([null, 'gzip'])
    expect(unzipped.equals(plain)).to.equal(true)
    expect(Replica.open(new Uint8Array(plain), world.profile, systemClock()).proved).to.equal(true)
  })

  it('an updater gets a snapshot, and then each head soon after it was sealed', async () => {
    const { updater, verdict } = follow()
    expect(await updater.refresh()).to.equal(true)
    updater.start()
    const card = await issueOn(world, 5)
    expect(keyOf(await verdict(show(card)))).to.equal('valid')
    await world.set([[5, 0, 2]])
    await until('the suspension arrives', async () => keyOf(await verdict(show(card))) === 'suspended')
    await world.set([[5, 2, 0]])
    await updater.stop()
  })

  it('a card of a batch that does not exist is forged, and a card anchored just now is not', async () => {
    const { updater, verdict } = follow()
    await updater.refresh()
    const fresh = await issueOn(world, 6)
    // The replica stands before its anchoring; asked for it, it looks again.
    expect(keyOf(await verdict(show(fresh)))).to.equal('valid')
    const invented = await issueOn(world, 7, { anchored: false })
    expect(keyOf(await verdict(show(invented)))).to.equal('forged/anchor_mismatch')
  })

  it('checks work without the node: the verdict has its age, and is unknown beyond the age of the policy', async () => {
    let reachable = true
    const source = new HttpHeadSource(url, (input, init) =>
      reachable ? fetch(input, init) : Promise.reject(new Error('no route')),
    )
    const { updater, verdict } = follow([source])
    const card = await issueOn(world, 8)
    const lost = await issueOn(world, 9)
    await world.set([[9, 0, 1]])
    await updater.refresh()
    reachable = false
    const head = updater.replica?.head.time ?? 0
    const at = (age: number) => () => head + age
    const { age, how, ...young } = await verdict(show(card, head + 300), at(300))
    expect({ verdict: keyOf(young as never), age, how }).to.deep.equal({ verdict: 'valid', age: 300, how: 'replica' })
    expect(await updater.refresh()).to.equal(false)
    expect(keyOf(await verdict(show(card, head + 600), at(600)))).to.equal('valid')
    const old = await verdict(show(card, head + 601), at(601))
    expect(keyOf(old)).to.equal('unknown/view_stale')
    expect(old.age).to.equal(601)
    // A bad status counts at any age.
    expect(keyOf(await verdict(show(lost, head + 90_000), at(90_000)))).to.equal('revoked')
    // A batch it never heard of is not called forged by a view that cannot look.
    const later = await issueOn(world, 10)
    expect(keyOf(await verdict(show(later)))).to.equal('unknown/anchor_needed')
  })

  it('keeps the last proved head when an endpoint withholds data, and continues with an honest endpoint', async () => {
    const honest = new HttpHeadSource(url)
    let withhold = true
    const forging: HeadSource = {
      snapshot: signal => honest.snapshot(signal),
      delta: async (height, wait, signal) => {
        const delta = await honest.delta(height, wait, signal)
        return delta && withhold ? withoutLogs(delta) : delta
      },
    }
    const { updater, refused, verdict } = follow([forging])
    await updater.refresh()
    const card = await issueOn(world, 11)
    const before = updater.replica?.head
    expect(await updater.refresh()).to.equal(false)
    // Refused for that reason alone; how often depends on how many heads were offered meanwhile.
    expect([...new Set(refused)]).to.deep.equal(['PROOF_INCOMPLETE'])
    expect(refused.at(-1)).to.equal('PROOF_INCOMPLETE')
    expect(updater.replica?.head).to.equal(before)
    expect(keyOf(await verdict(show(card)))).to.equal('unknown/anchor_needed')
    withhold = false
    expect(await updater.refresh()).to.equal(true)
    expect(keyOf(await verdict(show(card)))).to.equal('valid')
    // Two endpoints, one lying: the other is asked.
    withhold = true
    const both = follow([forging, honest])
    await both.updater.refresh()
    await world.set([[11, 0, 1]])
    expect(await both.updater.refresh()).to.equal(true)
    expect(keyOf(await both.verdict(show(card)))).to.equal('revoked')
  })

  it('an endpoint learns no root and no index of three hundred checks', async () => {
    const { updater, verdict } = follow()
    const cards = []
    for (let i = 0; i < 10; i++) cards.push(await issueOn(world, 71_230 + i))
    const unknown = await issueOn(world, 99_999, { anchored: false })
    await updater.refresh()
    updater.start()
    log = ''
    for (let i = 0; i < 300; i++) {
      const card = cards[i % cards.length] as (typeof cards)[0]
      expect(keyOf(await verdict(show(card)))).to.equal('valid')
    }
    expect(keyOf(await verdict(show(unknown)))).to.equal('forged/anchor_mismatch')
    await updater.stop()
    // Only heights were asked for: updaters poll, whoever is checked.
    expect(log).to.include('/delta?wait=')
    for (const { root, index } of [...cards, unknown]) {
      expect(log).to.not.include(root.slice(2))
      expect(log).to.not.include(Buffer.from(root.slice(2), 'hex').toString('base64url'))
      expect(log).to.not.include(String(index))
      expect(log).to.not.include(index.toString(16))
    }
    expect(log).to.not.include(String(LIST))
    const asked = [...log.matchAll(/^GET (\S+)/gm)].map(([, address = '']) => address)
    expect(asked.every(address => /^\/heads\/\d+\/delta\?wait=\d+$/.test(address))).to.equal(true)
  })

  it('serves the newest head as JSON, 204 when there is no newer head, and a problem for a wrong parameter', async () => {
    await own.refresh()
    const latest = (await (await fetch(`${url}/heads/latest`)).json()) as { height: number; hash: string }
    expect(latest.hash).to.equal(own.replica?.head.hash)
    expect((await fetch(`${url}/heads/${latest.height}/delta`)).status).to.equal(204)
    expect((await fetch(`${url}/heads/${latest.height + 5}/delta`)).status).to.equal(204)
    for (const path of ['/heads/-1/delta', '/heads/x/delta', '/heads/1/delta?wait=99']) {
      expect((await fetch(`${url}${path}`)).status, path).to.equal(400)
    }
  })

  it('allows pages of other origins, for verifiers in a browser', async () => {
    const headers = { origin: 'https://verifier.example' }
    for (const path of ['/heads/latest', '/heads/x/delta', '/snapshots/latest']) {
      const response = await fetch(`${url}${path}`, { headers })
      expect(response.headers.get('access-control-allow-origin'), path).to.equal('*')
      const asked = await fetch(`${url}${path}`, { method: 'OPTIONS', headers })
      expect([asked.status, asked.headers.get('access-control-allow-methods')], path).to.deep.equal([204, 'GET'])
    }
  })

  it('opens the node’s own replica from its file, and from the logs when the file is damaged', async () => {
    await own.refresh()
    const head = own.replica?.head.height ?? 0
    const again = openOwn()
    await caughtUp(again)
    await again.close()
    const kept = openOwn()
    expect(kept.replica?.head.height).to.be.at.least(head)
    await kept.close()
    const count = warned.length
    writeFileSync(path, 'spoilt')
    const spoilt = openOwn()
    expect(warned).to.have.length(count + 1)
    await caughtUp(spoilt)
    expect(spoilt.replica?.head.height).to.be.at.least(head)
    await spoilt.close()
    expect(
      Replica.open((await own.snapshot())?.bytes ?? new Uint8Array(), world.profile, systemClock()).proved,
    ).to.equal(true)
  })
})

/** The same delta with no logs at all. */
function withoutLogs(delta: Uint8Array): Uint8Array {
  const { from, section } = parseDelta(delta, CHAIN_ID)
  return encodeDelta(CHAIN_ID, { from, section, blocks: [] })
}
