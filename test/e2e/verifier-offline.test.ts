/** A verifier that runs alone: its routes, a start without a network, old knowledge, and profiles that are rolled back. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Router } from 'express'
import { pino } from 'pino'
import { serveVerifier } from '../../node/authority/verifier-service/serve.ts'
import { type Given, openVerifierService } from '../../node/authority/verifier-service/service.ts'
import { openVerifierConfig } from '../../node/config/verifier-config.ts'
import { makeP256Pem, SoftwareSigner } from '../../node/keys/signer.ts'
import { DojangError } from '../../node/lib/errors.ts'
import { thumbprint } from '../../node/lib/jose/jwk.ts'
import { parseJws, signJws } from '../../node/lib/jose/jws.ts'
import { DAY, HOUR, systemClock, systemTimer } from '../../node/lib/time.ts'
import { PROFILE_JWS } from '../../node/proof/profile.ts'
import { keyOf } from '../node/verifier/support.ts'
import { postAnswer, type QuickCard, quickAnswer } from '../support/quick-wallet.ts'
import { scratchDirectory } from '../support/scratch.ts'
import { random } from '../support/world.ts'
import { TestNode } from './support/node.ts'
import { csvOf, people } from './support/people.ts'
import { issue } from './support/steps.ts'
import { Wallet } from './wallet/wallet.ts'

/** The audience of each route, its method and its path. */
const ROUTES = [
  ...['ask GET /:page/state', 'ask POST /:page/open', 'ask POST /:page/return'],
  ...['askPage GET /', 'askPage GET /*path', 'askPage GET /assets/:file'],
  ...['check GET /', 'check GET /*path', 'check GET /assets/:file', 'checkSettings GET /settings.json'],
  ...['definitions GET /.well-known/dojang-ledger', 'definitions GET /card.schema.json'],
  ...['definitions GET /preset.schema.json', 'definitions GET /presets.json', 'definitions GET /type-metadata/:vct'],
  'definitions GET /webhooks/jwks.json',
  ...['heads GET /heads/:height/delta', 'heads GET /heads/:height/witnesses', 'heads GET /heads/latest'],
  ...['heads GET /snapshots/latest', 'health GET /healthz', 'health GET /readyz', 'metrics GET /metrics'],
  ...['local GET /presentations/:id', 'local GET /tills', 'local GET /verifier-keys', 'local POST /presentations'],
  ...['local POST /tills', 'local POST /tills/:id/end', 'local POST /verifier-keys'],
  'local POST /verifier-keys/:id/end',
  ...['presentations GET /presentations/:id/request', 'presentations POST /presentations/:id/request'],
  'presentations POST /presentations/:id/response',
  ...['relay POST /relay/:id/answer', 'relay POST /relay/:id/answer/take', 'relay POST /relay/:id/open'],
  ...['relay POST /relay/:id/request', 'relay POST /relay/:id/request/take', 'relay POST /relay/:id/response'],
  'tills POST /tills',
  ...['verifiers GET /openapi.json', 'verifiers GET /presets', 'verifiers GET /records', 'verifiers GET /requests/:id'],
  ...['verifiers POST /requests', 'verifiers POST /requests/:id/redeem'],
]

describe('e2e: a verifier that runs alone, without a network', function () {
  this.timeout(180_000)
  let node: TestNode
  let aside: string
  let card: QuickCard
  let profileKey: SoftwareSigner
  let snapshot: Uint8Array
  let number = 0

  before(async () => {
    aside = scratchDirectory('e2e-aside')
    node = await TestNode.start()
    const residents = people(1)
    const [{ personalNumber }] = residents as [(typeof residents)[number]]
    await node.import(csvOf(residents))
    const taken = await issue(node, new Wallet(join(aside, 'wallet')), 'resident', personalNumber)
    card = { credential: taken.card.credential, key: taken.card.key, query: 'resident' }
    profileKey = new SoftwareSigner(readFileSync(join(node.data, 'keys', 'profile.pem'), 'utf8'))
    snapshot = new Uint8Array(await (await fetch(`${node.localUrl}/snapshots/latest`)).arrayBuffer())
  })
  after(async () => {
    await node?.dispose()
    rmSync(aside, { recursive: true, force: true })
  })

  /** The profile of the node with other members, signed by its key or by another. */
  const profileWith = (changes: object, signer = profileKey): string => {
    const text = readFileSync(join(node.data, 'ledger.json'), 'utf8').trim()
    const { header, payload } = parseJws(text, PROFILE_JWS)
    const { alg: _, ...rest } = header
    return signJws({ ...rest, jwk: signer.publicKey.jwk }, { ...payload, ...changes }, data => signer.sign(data))
  }
  const newData = () => join(aside, `verifier-${number++}`)

  /** @param ahead seconds of its clock; @param network whether anybody answers */
  async function started(data: string, given: Given, { ahead = 0, network = false } = {}) {
    const clock = () => systemClock() + ahead
    const lines: string[] = []
    const log = pino({ level: 'trace' }, { write: line => void lines.push(line) })
    const offline: typeof fetch = () => Promise.reject(new TypeError('no network'))
    const config = await openVerifierConfig({
      ...{ data, port: 0, metricsPort: 0, profileKey: thumbprint(profileKey.publicKey.jwk) },
    })
    const tasks: (() => void)[] = []
    const every = (_seconds: number, task: () => void) => {
      tasks.push(task)
      return () => undefined
    }
    const ports = { clock, random, timer: systemTimer, every, log, ...(!network && { fetcher: offline }) }
    const service = await openVerifierService(config, ports, given)
    const served = await serveVerifier(service, log, { checkAnswers: true })
    const url = `http://localhost:${config.port}`
    const close = async () => {
      await served.close()
      await service.close()
    }
    const verdict = async (preset: string) => {
      const { id, requestUrl } = await service.presentations.create(preset)
      const { form } = await quickAnswer(requestUrl, card, clock)
      expect((await postAnswer(requestUrl, { ...form })).status).to.equal(200)
      const result = await service.presentations.awaitVerdict(id, 0)
      return result.state === 'done' && keyOf(result.verdict)
    }
    const readiness = async () => {
      const response = await fetch(`${url}/readyz`)
      return { status: response.status, ...(await response.json()) }
    }
    const sweep = () => {
      for (const task of tasks) task()
    }
    return { service, served, url, close, verdict, readiness, sweep, lines }
  }

  const refusalOf = async (start: Promise<{ close(): Promise<void> }>): Promise<string> => {
    try {
      await (await start).close()
    } catch (error) {
      if (error instanceof DojangError) return String(error.code)
      throw error
    }
    return 'none'
  }

  it('has exactly these routes', async () => {
    const { served, close } = await started(newData(), { profile: profileWith({}) })
    const found = Object.entries(served.routers).flatMap(([audience, router]) =>
      (router as Router).stack.flatMap(({ route }) => {
        if (!route) return []
        const { methods } = route as unknown as { methods: Readonly<Record<string, boolean>> }
        const named = Object.keys(methods).filter(method => method !== '_all')
        return named.map(method => `${audience} ${method.toUpperCase()} ${route.path}`)
      }),
    )
    expect(found.sort()).to.deep.equal([...ROUTES].sort())
    await close()
  })

  it('starts without a network and without a snapshot, serves, and answers `unknown`', async () => {
    const { readiness, verdict, url, close } = await started(newData(), { profile: profileWith({}) })
    expect(await readiness()).to.deep.equal({
      ...{ status: 503, ready: false, ledger: 'nothing known', block: null, age: null },
    })
    expect((await fetch(`${url}/healthz`)).status).to.equal(200)
    expect(await verdict('bank')).to.equal('unknown/view_stale')
    await close()
  })

  it('starts without a network and with a snapshot, which it keeps for the next start', async () => {
    const data = newData()
    const first = await started(data, { profile: profileWith({}), snapshot })
    expect(await first.readiness()).to.include({ status: 200, ledger: 'following' })
    expect(await first.verdict('bank')).to.equal('valid')
    await first.close()
    const second = await started(data, {})
    expect(await second.verdict('bank')).to.equal('valid')
    await second.close()
  })

  it('never answers `valid` from a snapshot that is too old for the preset', async () => {
    const data = newData()
    const { readiness, verdict, close } = await started(
      data,
      { profile: profileWith({}), snapshot },
      { ahead: 2 * HOUR },
    )
    expect(await readiness()).to.include({ status: 503, ledger: 'behind' })
    expect(await verdict('bank')).to.equal('unknown/view_stale')
    expect(await verdict('hospital')).to.equal('unknown/view_stale')
    // The preset accepts data of a day.
    expect(await verdict('age')).to.equal('valid')
    await close()
    const later = await started(data, {}, { ahead: 2 * DAY })
    expect(await later.verdict('age')).to.equal('unknown/view_stale')
    await later.close()
  })

  it('refuses a snapshot that was changed, and starts without it', async () => {
    const changed = snapshot.slice()
    changed[changed.length - 40] = (changed[changed.length - 40] ?? 0) ^ 1
    const { readiness, lines, close } = await started(newData(), { profile: profileWith({}), snapshot: changed })
    expect(await readiness()).to.include({ ledger: 'nothing known' })
    expect(lines.join('')).to.include('a stored snapshot is not used')
    await close()
  })

  it('refuses a profile that is older than one it saw: as a file, put back, and from an endpoint', async () => {
    const data = newData()
    const old = profileWith({ version: 1_000 })
    await (await started(data, { profile: profileWith({ version: 1_001 }) })).close()
    expect(await refusalOf(started(data, { profile: old }))).to.equal('PROOF_PROFILE_INVALID')
    const file = join(data, 'ledger.json')
    const kept = readFileSync(file, 'utf8')
    writeFileSync(file, old)
    expect(await refusalOf(started(data, {}))).to.equal('PROOF_PROFILE_INVALID')
    writeFileSync(file, kept)
    // The node serves a lower version than 1,001.
    const { service, sweep, lines, close } = await started(data, {}, { network: true })
    sweep()
    for (let tries = 0; tries < 100 && !lines.join('').includes('no usable profile'); tries++) {
      await new Promise(done => setTimeout(done, 50))
    }
    expect(lines.join('')).to.include('an endpoint has no usable profile').and.include('PROOF_PROFILE_INVALID')
    expect(service.profileFile.profile.version).to.equal(1_001)
    await close()
  })

  it('refuses a profile of another key, and one of a ledger without seals', async () => {
    const data = newData()
    const other = profileWith({}, new SoftwareSigner(makeP256Pem()))
    expect(await refusalOf(started(data, { profile: other }))).to.equal('PROOF_PROFILE_INVALID')
    const unsealed = profileWith({ seals: 'none', validators: [] })
    expect(await refusalOf(started(data, { profile: unsealed }))).to.equal('VERIFIER_CONFIGURATION')
  })
})
