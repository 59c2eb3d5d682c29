/** A verifier that runs alone: from a profile to a verdict, over restarts, without a network, and with old knowledge. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect } from 'chai'
import { systemClock } from '../../node/lib/time.ts'
import { openProfile } from '../../node/proof/profile.ts'
import { openVerifier } from '../../node/verifier/open.ts'
import { freePort } from '../support/free-port.ts'
import { scratchDirectory } from '../support/scratch.ts'
import { TestNode } from './support/node.ts'
import { csvOf, people } from './support/people.ts'
import { ROOT } from './support/process.ts'
import { change, issue } from './support/steps.ts'
import { TestVerifier } from './support/verifier-service.ts'
import { Wallet } from './wallet/wallet.ts'

describe('e2e: a verifier that runs alone', function () {
  this.timeout(180_000)
  const residents = people(1)
  const [{ personalNumber }] = residents as [(typeof residents)[number]]
  const verifier = new TestVerifier()
  let node: TestNode
  let aside: string
  let wallet: Wallet
  let profile: string
  let key: string

  before(async () => {
    aside = scratchDirectory('e2e-aside')
    node = await TestNode.start()
    await node.import(csvOf(residents))
    wallet = new Wallet(join(aside, 'wallet'))
    await issue(node, wallet, 'resident', personalNumber)
    profile = verifier.file('ledger.json', readFileSync(join(node.data, 'ledger.json'), 'utf8'))
  })
  after(async () => {
    await verifier.dispose()
    await node?.dispose()
    rmSync(aside, { recursive: true, force: true })
  })

  const ready = async (wanted: number) => {
    for (let tries = 0; tries < 100; tries++) {
      const { status, body } = await verifier.call('GET', '/readyz', null)
      if (status === wanted) return body
      await setTimeout(100)
    }
    throw new Error(`/readyz does not become ${wanted}`)
  }
  const ask = async (preset: unknown, more: object = {}) => {
    const { status, body } = await verifier.call('POST', '/verifier/requests', key, { preset, ...more })
    expect(status, JSON.stringify(body)).to.equal(201)
    return body as { id: string; requestUrl: string }
  }
  const resultOf = async (id: string) => (await verifier.call('GET', `/verifier/requests/${id}?wait=20`, key)).body
  const shown = async (requestUrl: string) => (await wallet.present(requestUrl, wallet.home.cards())).sent

  it('starts from a profile alone, and says what the council has to register', async () => {
    await verifier.start('--profile', profile)
    expect(await ready(200)).to.include({ ready: true, ledger: 'following' })
    expect(verifier.output).to.match(/registerKey {2}keyId=0x[0-9a-f]{64} uses=REQUEST/)
    expect(verifier.output).to.match(/grant {8}purpose=request:[0-9a-f]{64} {3}# bank/)
    const statement = await verifier.cli('key', 'statement', '--key', join(verifier.data, 'keys', 'request.pem'), '--uses', 'REQUEST', '--org', '2') // biome-ignore format: one command
    expect(statement.exit, statement.err).to.equal(0)
  })

  it('gives a verdict and the claims, once, to the API key that asked', async () => {
    key = await verifier.key(['requests:create', 'requests:read', 'records:read'])
    const { id, requestUrl } = await ask('bank')
    const waiting = resultOf(id)
    expect(await shown(requestUrl)).to.include({ status: 200 })
    const { state, verdict, disclosed } = await waiting
    expect({ state, outcome: verdict.outcome, reason: verdict.reason }).to.deep.equal({
      ...{ state: 'done', outcome: 'valid', reason: null },
    })
    expect(verdict.how).to.equal('replica')
    expect(Object.keys(disclosed[0].claims)).to.include('family_name')
    const again = await resultOf(id)
    expect(again).to.deep.equal({ state, verdict, disclosed: null })
  })

  it('keeps requests and verdicts over a power cut, and keeps no claim', async () => {
    const open = await ask('website')
    const answered = await ask('bank')
    await shown(answered.requestUrl)
    await verifier.kill()
    await verifier.start()
    const { verdict, disclosed } = await resultOf(answered.id)
    expect(verdict.outcome).to.equal('valid')
    expect(disclosed).to.equal(null)
    expect(await shown(open.requestUrl)).to.include({ status: 200 })
    expect((await resultOf(open.id)).verdict.outcome).to.equal('valid')
  })

  it('serves devices the profile, a snapshot and the changes since, as a node does', async () => {
    const { signer } = openProfile(readFileSync(profile, 'utf8').trim())
    // This device reaches the service only, and none of the profile's endpoints.
    const onlyService: typeof fetch = (url, init) =>
      String(url).startsWith(verifier.url) ? fetch(url, init) : Promise.reject(new TypeError('out of reach'))
    const device = await openVerifier(verifier.url, signer, { clock: systemClock, fetcher: onlyService })
    try {
      const before = device.updater.replica?.head.height ?? 0
      expect(before).to.be.greaterThan(0)
      const { credentialId } = await issue(node, new Wallet(join(aside, 'second')), 'driver', personalNumber)
      await change(node, credentialId, 'suspend')
      const newest = Number((await (await fetch(`${node.localUrl}/readyz`)).json()).block)
      for (let tries = 0; tries < 150 && (device.updater.replica?.head.height ?? 0) < newest; tries++)
        await setTimeout(100)
      expect(device.updater.replica?.head.height).to.be.at.least(newest)
    } finally {
      await device.close()
    }
  })

  it('needs no operator token on an authority’s node either', async () => {
    const added = await node.cli([
      'verifier',
      'key',
      'add',
      '--name',
      'shop',
      '--scope',
      'requests:create',
      'requests:read',
    ])
    expect(added.exit, added.err).to.equal(0)
    const headers = { authorization: `Bearer ${added.out.trim()}`, 'content-type': 'application/json' }
    const url = `${node.localUrl}/verifier/requests`
    const made = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ preset: 'bank' }) })
    const { id, requestUrl } = await made.json()
    await wallet.present(requestUrl, wallet.home.cards())
    const { verdict } = await (await fetch(`${url}/${id}?wait=10`, { headers })).json()
    expect(verdict.outcome).to.equal('valid')
    // The key opens nothing of the operators.
    expect((await fetch(`${node.operatorUrl}/operator/applications`, { headers })).status).to.equal(401)
  })

  it('gives a first verdict in less than two minutes to somebody who types what docs/verifier-service.md says', async () => {
    const page = readFileSync(join(ROOT, 'docs', 'verifier-service.md'), 'utf8').split('## A first verdict')[1] ?? ''
    const [start = '', make = '', wait = ''] = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(
      ([, block]) => block ?? '',
    )
    const desk = scratchDirectory('desk')
    const port = await freePort()
    const metrics = await freePort()
    writeFileSync(join(desk, 'ledger.json'), readFileSync(profile, 'utf8'))
    const program = `exec '${process.execPath}' --import '${join(ROOT, 'node_modules/tsx/dist/esm/index.mjs')}' '${join(ROOT, 'node/main/main.ts')}' "$@"`
    writeFileSync(join(desk, 'dojang'), `#!/bin/sh\n${program}\n`, { mode: 0o755 })
    // Only the ports are others, so that the test does not take those of a verifier that runs here.
    const typed = (text: string) => text.replaceAll('4110', String(port)).replace(/^dojang verifier --data/m, `$& verifier --port ${port} --metrics-port ${metrics} --data`) // biome-ignore format: one line
    const shell = (text: string) => {
      const child = spawn('bash', ['-c', text], {
        cwd: desk,
        env: { ...process.env, PATH: `${desk}:${process.env.PATH}` },
      })
      let out = ''
      child.stdout.on('data', chunk => {
        out += String(chunk)
      })
      return { child, ended: once(child, 'close').then(() => out), said: () => out }
    }
    const begun = Date.now()
    const running = shell(`exec ${typed(start)}`)
    try {
      while (!running.said().includes('Stop with Ctrl-C')) await setTimeout(50)
      const made = await shell(`${typed(make)}\necho; echo "$KEY"`).ended
      const { id, requestUrl } = JSON.parse(made.split('\n')[0] ?? '')
      const key = made.trim().split('\n').at(-1)
      const waiting = shell(`KEY='${key}'\n${typed(wait).replace('<id>', id)}`).ended
      expect((await wallet.present(requestUrl, wallet.home.cards())).sent.status).to.equal(200)
      const { state, verdict, disclosed } = JSON.parse(await waiting)
      expect([state, verdict.outcome, disclosed.length]).to.deep.equal(['done', 'valid', 1])
      const seconds = (Date.now() - begun) / 1000
      console.log(`      ${seconds.toFixed(1)} s from the first command to the verdict`)
      expect(seconds).to.be.lessThan(120)
    } finally {
      running.child.kill('SIGTERM')
      await running.ended
      rmSync(desk, { recursive: true, force: true })
    }
  })
})
