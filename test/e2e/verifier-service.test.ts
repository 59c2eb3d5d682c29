/** A verifier that runs alone: from a profile to a verdict, over restarts, without a network, and with old knowledge. */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect } from 'chai'
import { scratchDirectory } from '../support/scratch.ts'
import { TestNode } from './support/node.ts'
import { csvOf, people } from './support/people.ts'
import { issue } from './support/steps.ts'
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
})
