/**
 * The parts of an authority. A change of its routes, its sweeps or the parts that it closes needs a change of a list
 * here.
 */
import { rmSync } from 'node:fs'
import { expect } from 'chai'
import type { Router } from 'express'
import { pino } from 'pino'
import { type Authority, openAuthority } from '../../../node/authority/authority.ts'
import { type Served, serve } from '../../../node/authority/serve.ts'
import { openConfig } from '../../../node/config/config.ts'
import { DAY, systemClock, systemTimer } from '../../../node/lib/time.ts'
import { LevelStore } from '../../../node/store/level.ts'
import { API_SCOPES } from '../../../node/verifier/service/api-keys.ts'
import { settingFor } from '../../support/identity-provider/identity-provider.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { until } from '../../support/until.ts'
import { random } from '../../support/world.ts'

/** The audience of each route, its method and its path. */
const ROUTES = [
  'apply GET /apply/',
  'apply GET /apply/callback',
  'apply GET /apply/guardian',
  'apply GET /apply/jwks.json',
  'apply GET /apply/review',
  'apply POST /apply/review',
  'apply POST /apply/sign-in',
  'ask GET /ask/:page/state',
  'ask POST /ask/:page/open',
  'ask POST /ask/:page/return',
  'askPage GET /ask/',
  'askPage GET /ask/*path',
  'askPage GET /ask/assets/:file',
  'check GET /check/',
  'check GET /check/*path',
  'check GET /check/assets/:file',
  'checkSettings GET /check/settings.json',
  'chip POST /chip/sessions',
  'chip POST /chip/sessions/:id/document',
  'chip POST /chip/sessions/:id/face',
  'chip POST /chip/sessions/:id/offer',
  'counter GET /counter/',
  'counter GET /counter/*path',
  'counter GET /counter/assets/:file',
  'heads GET /heads/:height/delta',
  'heads GET /heads/:height/witnesses',
  'heads GET /heads/latest',
  'heads GET /snapshots/latest',
  'health GET /healthz',
  'health GET /readyz',
  'kiosk GET /kiosk/',
  'kiosk GET /kiosk/*path',
  'kiosk GET /kiosk/assets/:file',
  'kioskSettings GET /kiosk/settings.json',
  'lock POST /lock/challenge',
  'lock POST /lock/locks',
  'lock POST /lock/means',
  'lock POST /lock/means/options',
  'lock POST /lock/sessions',
  'lock POST /lock/unlockings',
  'lockPage GET /lock/',
  'lockPage GET /lock/*path',
  'lockPage GET /lock/assets/:file',
  'lockSettings GET /lock/settings.json',
  'log GET /tlog/*path',
  'log GET /tlog/checkpoint',
  'machines POST /oauth/token',
  'metrics GET /metrics',
  'operator DELETE /operator/session',
  'operator GET /operator/applications',
  'operator GET /operator/applications/:id',
  'operator GET /operator/cards',
  'operator GET /operator/credentials/:id',
  'operator GET /operator/journal',
  'operator GET /operator/journal/content',
  'operator GET /operator/lacking',
  'operator GET /operator/lines',
  'operator GET /operator/lines/messages',
  'operator GET /operator/loss-reports/:id',
  'operator GET /operator/machines',
  'operator GET /operator/openapi.json',
  'operator GET /operator/operators',
  'operator GET /operator/personalisation/jobs',
  'operator GET /operator/presentations/:id',
  'operator GET /operator/proposals',
  'operator GET /operator/reconcile',
  'operator GET /operator/residents/:person',
  'operator GET /operator/rollout',
  'operator GET /operator/session',
  'operator GET /operator/tills',
  'operator GET /operator/verifier-keys',
  'operator GET /operator/wallet-providers',
  'operator GET /operator/wallet-providers/:provider/cards',
  'operator POST /operator/applications',
  'operator POST /operator/applications/:id/cancel',
  'operator POST /operator/applications/:id/identity',
  'operator POST /operator/applications/:id/line',
  'operator POST /operator/applications/:id/offer',
  'operator POST /operator/applications/:id/refuse',
  'operator POST /operator/applications/:id/same-phone',
  'operator POST /operator/applications/:id/stop',
  'operator POST /operator/credentials/:id/reinstate',
  'operator POST /operator/credentials/:id/revoke',
  'operator POST /operator/credentials/:id/suspend',
  'operator POST /operator/credentials/search',
  'operator POST /operator/enrolments',
  'operator POST /operator/enrolments/options',
  'operator POST /operator/lines/import',
  'operator POST /operator/loss-reports',
  'operator POST /operator/loss-reports/:id/close',
  'operator POST /operator/machines',
  'operator POST /operator/machines/:id/stop',
  'operator POST /operator/machines/:id/webhook/resume',
  'operator POST /operator/offers',
  'operator POST /operator/operators/:id/stop',
  'operator POST /operator/operators/invitations',
  'operator POST /operator/personalisation/jobs/:id/done',
  'operator POST /operator/personalisation/jobs/:id/failed',
  'operator POST /operator/personalisation/jobs/:id/take',
  'operator POST /operator/presentations',
  'operator POST /operator/proposals',
  'operator POST /operator/proposals/:id/confirm',
  'operator POST /operator/proposals/:id/reject',
  'operator POST /operator/reconcile/accept',
  'operator POST /operator/residents/:person/reveal',
  'operator POST /operator/residents/erase',
  'operator POST /operator/residents/import',
  'operator POST /operator/residents/search',
  'operator POST /operator/rollout',
  'operator POST /operator/session',
  'operator POST /operator/session/options',
  'operator POST /operator/session/touch',
  'operator POST /operator/session/touch/options',
  'operator POST /operator/simulated-telecom/losses',
  'operator POST /operator/status-lists/:list/reinstate',
  'operator POST /operator/tills',
  'operator POST /operator/tills/:id/end',
  'operator POST /operator/verifier-keys',
  'operator POST /operator/verifier-keys/:id/end',
  'presentations GET /presentations/:id/request',
  'presentations POST /presentations/:id/request',
  'presentations POST /presentations/:id/response',
  'public GET /.well-known/dojang-ledger',
  'public GET /card.schema.json',
  'public GET /manifests/:root/:half',
  'public GET /preset.schema.json',
  'public GET /presets.json',
  'public GET /status-lists/:list',
  'public GET /type-metadata/:vct',
  'public GET /webhooks/jwks.json',
  'relay POST /relay/:id/answer',
  'relay POST /relay/:id/answer/take',
  'relay POST /relay/:id/open',
  'relay POST /relay/:id/request',
  'relay POST /relay/:id/request/take',
  'relay POST /relay/:id/response',
  'tills POST /tills',
  'verifiers GET /verifier/openapi.json',
  'verifiers GET /verifier/presets',
  'verifiers GET /verifier/records',
  'verifiers GET /verifier/requests/:id',
  'verifiers POST /verifier/requests',
  'verifiers POST /verifier/requests/:id/redeem',
  'wallet GET /wallet/',
  'wallet GET /wallet/*path',
  'wallet GET /wallet/assets/:file',
  'walletProvider POST /wallet-provider/attestations',
  'walletSettings GET /wallet/settings.json',
  'wallets GET /.well-known/oauth-authorization-server',
  'wallets GET /.well-known/openid-credential-issuer',
  'wallets GET /oid4vci/authorize',
  'wallets GET /oid4vci/offers/:id',
  'wallets POST /oid4vci/authorize',
  'wallets POST /oid4vci/card-state',
  'wallets POST /oid4vci/challenge',
  'wallets POST /oid4vci/credential',
  'wallets POST /oid4vci/nonce',
  'wallets POST /oid4vci/notification',
  'wallets POST /oid4vci/par',
  'wallets POST /oid4vci/token',
]

/** Audiences of the wallet's listener. */
const FOR_HOLDERS = ['wallet', 'walletSettings', 'lockPage', 'lockSettings']
/** Audiences of the operator's listener. */
const FOR_OPERATORS = ['operator', 'metrics', 'counter', 'machines']

const IN_PATHS: Readonly<Record<string, string>> = {
  ':id': 'A'.repeat(22),
  ':page': 'A'.repeat(22),
  ':code': 'A'.repeat(43),
  ':person': 'A'.repeat(22),
  ':provider': '1',
  ':height': '1',
  ':root': `0x${'00'.repeat(32)}`,
  ':half': 'leaves',
  ':list': '1',
  ':vct': 'none',
  ':file': 'none.js',
  '*path': 'enrol',
}

/** Where the routers are mounted that do not begin at the root. */
const MOUNTED: Readonly<Record<string, string>> = {
  apply: '/apply',
  operator: '/operator',
  check: '/check',
  checkSettings: '/check',
  counter: '/counter',
  verifiers: '/verifier',
  ask: '/ask',
  kiosk: '/kiosk',
  kioskSettings: '/kiosk',
  askPage: '/ask',
  wallet: '/wallet',
  walletSettings: '/wallet',
  lockPage: '/lock',
  lockSettings: '/lock',
}

/** The routes of a router. */
function routesOf(router: Router, audience: string): string[] {
  const mounted = MOUNTED[audience] ?? ''
  return router.stack.flatMap(({ route }) => {
    if (!route) return []
    const { methods } = route as unknown as { methods: Readonly<Record<string, boolean>> }
    const named = Object.keys(methods).filter(method => method !== '_all')
    return named.map(method => `${audience} ${method.toUpperCase()} ${mounted}${route.path}`)
  })
}

describe('the composition of an authority', function () {
  this.timeout(60_000)
  const data = scratchDirectory('composition')
  const timers: { readonly seconds: number; readonly task: () => void }[] = []
  const lines: string[] = []
  const closed: string[] = []
  let ahead = 0
  let authority: Authority
  let served: Served

  /** All lines logged with this message. */
  const logged = (message: string) => lines.map(line => JSON.parse(line)).filter(({ msg }) => msg === message)

  before(async () => {
    const config = {
      ...(await openConfig({ data, port: 0, rpcPort: 0, operatorPort: 0, walletPort: 0 }, random)),
      // Nobody answers there, so no head is witnessed.
      witnesses: { quorum: 1, members: [{ key: 'A'.repeat(43), url: 'http://127.0.0.1:9' }] },
      onlineApplication: settingFor('http://127.0.0.1:9'),
    }
    const log = pino({ level: 'trace' }, { write: line => void lines.push(line) })
    authority = await openAuthority(config, {
      clock: () => systemClock() + ahead,
      random,
      timer: systemTimer,
      every: (seconds, task) => {
        timers.push({ seconds, task })
        return () => void closed.push('timer')
      },
      log,
      progress: () => undefined,
      openStore: async path => {
        const store = await LevelStore.open(path)
        return recordClose('store', store)
      },
    })
    served = await serve(authority, log)
  })
  after(() => rmSync(data, { recursive: true, force: true }))

  function recordClose<T extends { close(): unknown }>(name: string, part: T): T {
    const { close } = part
    part.close = () => {
      closed.push(name)
      return close.call(part)
    }
    return part
  }

  const portOf = (audience: string): number => {
    const { config } = authority
    if (FOR_HOLDERS.includes(audience)) return config.wallet.port
    return FOR_OPERATORS.includes(audience) ? config.operator.port : config.port
  }

  it('has these routes', () => {
    const found = Object.entries(served.routers).flatMap(([audience, router]) => routesOf(router, audience))
    expect(found.sort()).to.deep.equal(ROUTES)
  })

  it('serves each of them', async () => {
    const { custody } = authority
    const headers = { authorization: `Bearer ${custody.operatorToken}`, 'content-type': 'application/json' }
    for (const line of [...ROUTES, 'everyone GET /']) {
      const [audience = '', method = '', path = ''] = line.split(' ')
      lines.length = 0
      const port = portOf(audience)
      const url = `http://127.0.0.1:${port}${path.replace(/[:*]\w+/g, name => IN_PATHS[name] ?? name)}`
      await (await fetch(url, { method, headers, ...(method === 'POST' && { body: '{}' }) })).text()
      await until(`${line} is logged`, () => logged('request').length === 1)
      const [{ method: asked, route }] = logged('request')
      // The log of a request that failed does not have the path at which its router is mounted.
      expect([`${asked} ${route}`, `${asked} ${MOUNTED[audience] ?? ''}${route}`], line).to.include(`${method} ${path}`)
    }
  })

  it('serves none of them in another case, with a slash at the end, or on the listener of another audience', async () => {
    const { config, custody, apiKeys } = authority
    const { text: apiKey } = await apiKeys.add({ name: 'test', scopes: [...API_SCOPES] }, 'test')
    for (const line of ROUTES) {
      const [audience = '', method = '', route = ''] = line.split(' ')
      const token = audience === 'verifiers' ? apiKey : custody.operatorToken
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const path = route.replace(/[:*]\w+/g, name => IN_PATHS[name] ?? name)
      const own = portOf(audience)
      const others = [config.port, config.operator.port, config.wallet.port].filter(port => port !== own)
      const upper = route.split('/').map(part => IN_PATHS[part] ?? part.toUpperCase())
      const variants = [
        [own, upper.join('/')],
        [own, `${path}/`],
        [own, `/${path}`],
        ...(audience === 'health' ? [] : others.map(port => [port, path] as const)),
      ] as const
      for (const [port, variant] of variants) {
        const response = await fetch(`http://127.0.0.1:${port}${variant}`, {
          ...{ method, headers },
          ...(method === 'POST' && { body: '{}' }),
        })
        expect(response.status, `${method} ${variant}: ${await response.text()}`).to.equal(404)
      }
    }
  })

  it('has nothing of a demo', async () => {
    const { publicUrl } = authority.config
    const body = JSON.stringify({ clerk: null })
    const headers = { 'content-type': 'application/json', origin: publicUrl, 'sec-fetch-site': 'same-origin' }
    expect((await fetch(`${publicUrl}/demo/`)).status).to.equal(404)
    expect((await fetch(`${publicUrl}/demo/stories`, { method: 'POST', headers, body })).status).to.equal(404)
    expect((await fetch(`${publicUrl}/demo/face`, { method: 'POST', headers, body: '{}' })).status).to.equal(404)
    expect(await (await fetch(`${publicUrl}/`)).text()).not.to.include('/demo/')
  })

  it("serves the ledger's JSON-RPC", async () => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] })
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`http://127.0.0.1:${authority.config.rpcPort}`, { method: 'POST', headers, body })
    expect(await response.json()).to.include({ result: `0x${authority.config.chainId.toString(16)}` })
  })

  it('repeats these tasks', async () => {
    expect(timers).to.have.length(1)
    const [timer] = timers
    expect(timer?.seconds).to.equal(5)
    const { keeper, pipeline, oid4vci, presentations, published } = authority
    const run: string[] = []
    for (const [name, room] of Object.entries({ keeper, pipeline, oid4vci, presentations })) {
      const { sweep } = room
      room.sweep = () => {
        run.push(name)
        return sweep.call(room)
      }
    }
    const { request } = published
    published.request = (method, params) => {
      run.push(`${method} ${params?.[0]}`)
      return request.call(published, method, params)
    }
    const { sessions, accounts, proposals, webhooks, notices, tills, verdictNotices } = authority
    const { stopRunner, chip } = authority
    for (const [name, room] of Object.entries({
      sessions,
      accounts,
      webhooks,
      notices,
      tills,
      stopRunner,
      chip,
      verdictNotices,
    })) {
      const { sweep } = room
      room.sweep = () => {
        run.push(name)
        return sweep.call(room)
      }
    }
    const { probe } = authority.reach
    authority.reach.probe = () => {
      run.push('reach')
      return probe.call(authority.reach)
    }
    const { resume } = proposals
    const log = authority.transparencyLog
    if (!log) throw new Error('this ledger has seals')
    log.round = async () => void run.push('transparencyLog')
    proposals.resume = () => {
      run.push('proposals')
      return resume.call(proposals)
    }
    ahead = 2 * DAY
    timer?.task()
    // There is no witnessed head for the checkpoint.
    await until('the checkpoint is not renewed', () => logged('a sweep failed; it runs again').length === 1)
    published.request = request
    ahead = 0
    expect(run).to.include.members([
      'reach',
      'keeper',
      'pipeline',
      'oid4vci',
      'presentations',
      'sessions',
      'accounts',
      'proposals',
      'webhooks',
      'notices',
      'tills',
      'stopRunner',
      'chip',
      'verdictNotices',
      'transparencyLog',
    ])
    expect(run).to.include('eth_getBlockByNumber latest')
    const [failed] = logged('a sweep failed; it runs again')
    expect(failed).to.include({ sweep: 'checkpoint' })
    expect(failed.err.detail).to.include({ code: 'LEDGER_UNWITNESSED' })
  })

  it('closes what it opened, in the opposite order', async () => {
    const { pipeline, issuingLane, statusLane, reconciler, mirror } = authority
    const { relay, presentations, verdictNotices, ownReplica, published, ledger } = authority
    expect(published).not.to.equal(ledger)
    if (!ownReplica) throw new Error('the embedded ledger has seals')
    const { proposals, webhooks, notices, stopRunner } = authority
    const issuing = { notices, stopRunner, proposals, webhooks, pipeline, issuingLane, statusLane, reconciler, mirror }
    const parts = { ...issuing, relay, presentations, verdictNotices, ownReplica, published, ledger }
    for (const [name, part] of Object.entries(parts)) recordClose(name, part as { close(): unknown })
    await served.close()
    await authority.close()
    expect(closed).to.deep.equal([
      ...[
        'notices',
        'stopRunner',
        'timer',
        'proposals',
        'webhooks',
        'pipeline',
        'issuingLane',
        'statusLane',
        'mirror',
        'reconciler',
      ],
      ...['relay', 'presentations', 'verdictNotices', 'ownReplica', 'published', 'store', 'ledger'],
    ])
    expect(await authority.stopped).to.equal(null)
    const { port: publicPort, rpcPort, operator, wallet } = authority.config
    for (const port of [publicPort, rpcPort, operator.port, wallet.port]) {
      const refused = await fetch(`http://127.0.0.1:${port}`).catch(error => error)
      expect(refused, String(port)).to.be.instanceOf(Error)
    }
  })
})
