/** A verifier without a node: snapshot, check and evidence on the command line, while the node runs and afterwards. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { createKeyBinding } from '../../node/credential/sd-jwt/key-binding.ts'
import { parseSdJwt } from '../../node/credential/sd-jwt/parse.ts'
import { run } from '../node/cli/support.ts'
import { presentSdJwt } from '../support/present-sd-jwt.ts'
import { scratchDirectory } from '../support/scratch.ts'
import { TestNode } from './support/node.ts'
import { csvOf, people } from './support/people.ts'
import { issue } from './support/steps.ts'
import type { Card } from './wallet/home.ts'
import { signEs256 } from './wallet/keys.ts'
import { Wallet } from './wallet/wallet.ts'

const [person] = people(1) as [ReturnType<typeof people>[0]]

describe('e2e: offline', function () {
  this.timeout(60_000)
  const node = new TestNode()
  const aside = scratchDirectory('offline')
  const data = join(aside, 'verifier')
  const file = (name: string) => join(aside, name)
  let card: Card
  let credentialId: string
  before(async function () {
    this.timeout(120_000)
    await node.start()
    await node.import(csvOf([person]))
    const issued = await issue(node, new Wallet(file('wallet')), 'resident', person.personalNumber)
    card = issued.card
    const found = await node.post('/operator/credentials/search', { personalNumber: person.personalNumber })
    credentialId = found.body.credentials[0].credentialId
    writeFileSync(file('ledger.json'), readFileSync(join(node.data, 'ledger.json')))
  })
  after(async () => {
    await node.dispose()
    rmSync(aside, { recursive: true, force: true })
  })

  const cli = async (...args: string[]) => {
    const { exit, out, err } = await run(['--json', '--data', data, ...args])
    return { exit, body: out === '' ? null : JSON.parse(out), err }
  }
  const profile = () => ['--profile', file('ledger.json')]
  const shown = (): string => {
    const presented = presentSdJwt(parseSdJwt(card.credential), path =>
      ['anchor', 'family_name'].includes(path.join('/')),
    )
    const binding = createKeyBinding(presented, { audience: 'us', nonce: 'once', iat: Math.floor(Date.now() / 1000) })
    const signature = signEs256(card.key, Buffer.from(binding.signingInput).toString('ascii'))
    return binding.complete(new Uint8Array(Buffer.from(signature, 'base64url')))
  }
  const check = async (maxAge = 3600) => {
    writeFileSync(file('shown.txt'), shown())
    return await cli(
      'check',
      file('shown.txt'),
      '--nonce',
      'once',
      '--audience',
      'us',
      '--max-age',
      `${maxAge}`,
      ...profile(),
    )
  }

  it('exports, checks and loads a snapshot, and checks a card with it', async () => {
    const exported = await cli('snapshot', 'export', file('one.snapshot'), '--from', node.url, ...profile())
    expect(exported.exit, exported.err).to.equal(0)
    expect(exported.body).to.include({ organisations: 1, batches: 1 })
    expect((await cli('snapshot', 'check', file('one.snapshot'), ...profile())).body.height).to.equal(
      exported.body.height,
    )
    expect((await check()).body.reason).to.equal('view_stale')
    expect((await cli('snapshot', 'load', file('one.snapshot'), ...profile())).exit).to.equal(0)
    const verdict = await check()
    expect(verdict.exit, JSON.stringify(verdict.body)).to.equal(0)
    expect(verdict.body).to.include({ outcome: 'valid', how: 'replica' })
  })

  it('makes an evidence file for the card and checks it', async () => {
    writeFileSync(file('card.txt'), shown())
    const rpc = ['--rpc', node.rpcUrl]
    const made = await cli(
      'evidence',
      'make',
      file('card.txt'),
      '--out',
      file('card.evidence.json'),
      ...rpc,
      ...profile(),
    )
    expect(made.exit, made.err).to.equal(0)
    const checked = await cli('evidence', 'check', file('card.evidence.json'), ...profile())
    expect(checked).to.deep.include({ exit: 0 })
    expect(checked.body.verdict.outcome).to.equal('valid')
    const text = readFileSync(file('card.evidence.json'), 'utf8')
    writeFileSync(file('forged.json'), text.replace(/"at": \d+/, '"at": 1'))
    expect((await cli('evidence', 'check', file('forged.json'), ...profile())).exit).to.equal(1)
  })

  it('without the node gives verdicts with their age, and reports when the snapshot is too old', async () => {
    await node.post(`/operator/credentials/${credentialId}/revoke`, { reason: 'test' })
    // Read before the node goes: the revocation is in it.
    expect((await cli('snapshot', 'export', file('two.snapshot'), '--from', node.url, ...profile())).exit).to.equal(0)
    await node.stop()
    const still = await check()
    expect(still.body.outcome).to.equal('valid')
    expect(still.body.age).to.be.a('number')
    const stale = await check(0)
    expect(stale.exit).to.equal(4)
    expect(stale.body).to.include({ outcome: 'unknown', reason: 'view_stale' })
    expect((await cli('snapshot', 'load', file('two.snapshot'), ...profile())).exit).to.equal(0)
    expect((await check()).body.outcome).to.equal('revoked')
    // Back to the snapshot in which it was good: refused.
    const back = await cli('snapshot', 'load', file('one.snapshot'), ...profile())
    expect(back.exit).to.equal(1)
    expect(back.body.error.code).to.equal('PROOF_ROLLBACK')
  })
})
