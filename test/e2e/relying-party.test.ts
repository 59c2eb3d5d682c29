/** Who asks: each preset with a wallet of others' libraries over http and https, and what our wallet finds out. */
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { makeP256Pem, SoftwareSigner } from '../../node/keys/signer.ts'
import { thumbprint } from '../../node/lib/jose/jwk.ts'
import { parseJws } from '../../node/lib/jose/jws.ts'
import { systemClock } from '../../node/lib/time.ts'
import { judgeAsker } from '../../node/verifier/asker/judge.ts'
import type { CardQuery } from '../../node/verifier/dcql/query.ts'
import { type OpenedVerifier, openVerifier } from '../../node/verifier/open.ts'
import { allPresets } from '../../node/verifier/presets/all.ts'
import { requestPurposeOf } from '../../node/verifier/presets/request-policy.ts'
import { ReplicaView } from '../../node/verifier/replica/view.ts'
import { presetNamed } from '../support/presets.ts'
import { scratchDirectory } from '../support/scratch.ts'
import { TestNode } from './support/node.ts'
import { csvOf, people } from './support/people.ts'
import { Child } from './support/process.ts'
import { finding, issue, verdictOf } from './support/steps.ts'
import { Wallet } from './wallet/wallet.ts'

const KIND = { typ: 'oauth-authz-req+jwt' }

describe('e2e: relying parties', function () {
  this.timeout(180_000)
  const residents = people(1)
  const [{ personalNumber }] = residents as [(typeof residents)[number]]
  /** A preset of the install. */
  const library = { ...presetNamed('website'), id: 'library', name: { ko: '도서관', en: 'Library' } }
  const ask = async (node: TestNode, preset: string): Promise<{ id: string; requestUrl: string }> =>
    (await node.post('/operator/presentations', { preset, inPerson: true })).body

  describe('over http', () => {
    let node: TestNode
    let aside: string
    let wallet: Wallet
    let opened: OpenedVerifier

    before(async () => {
      aside = scratchDirectory('e2e-aside')
      node = new TestNode()
      mkdirSync(join(node.data, 'presets'), { recursive: true, mode: 0o700 })
      chmodSync(node.data, 0o700)
      writeFileSync(join(node.data, 'presets', 'library.json'), JSON.stringify(library))
      await node.start()
      await node.import(csvOf(residents))
      wallet = new Wallet(join(aside, 'wallet'))
      await issue(node, wallet, 'resident', personalNumber)
      const profileKey = new SoftwareSigner(readFileSync(join(node.data, 'keys', 'profile.pem'), 'utf8'))
      opened = await openVerifier(node.url, thumbprint(profileKey.publicKey.jwk), { clock: systemClock })
    })
    after(async () => {
      await opened?.close()
      await node?.dispose()
      rmSync(aside, { recursive: true, force: true })
    })

    const requestOf = async (preset: string) => {
      const { requestUrl } = await ask(node, preset)
      const uri = new URL(requestUrl).searchParams.get('request_uri') ?? ''
      const { header, payload } = parseJws(await (await fetch(uri)).text(), KIND)
      return {
        x5c: header.x5c as readonly string[],
        verifierInfo: payload.verifier_info,
        query: payload.dcql_query as unknown as CardQuery,
      }
    }
    const judged = async (requestObject: Awaited<ReturnType<typeof requestOf>>) => {
      await opened.updater.refresh()
      const trust = await new ReplicaView(() => opened.updater.replica).pin()
      return judgeAsker({ requestObject, trust, now: systemClock() })
    }

    for (const { id, name } of [...allPresets, library]) {
      it(`mission 9: ${id}: a wallet of others answers, and ours finds it registered, with nothing beyond its policy`, async () => {
        const asked = await ask(node, id)
        expect((await wallet.present(asked.requestUrl)).sent.status).to.equal(200)
        expect(finding(await verdictOf(node, asked.id))).to.equal('valid')
        const judgement = await judged(await requestOf(id))
        expect(judgement).to.deep.include({ state: 'registered', beyond: [], certificate: 'own' })
        if (judgement.state !== 'registered') throw new Error('it is registered')
        expect(judgement.policy.name).to.deep.equal(name)
        expect(judgement.organisation.id).to.equal(1)
      })
    }

    it('has registered all policies at the first start', async () => {
      expect((await node.get('/operator/lacking')).body.lacking).to.deep.equal([])
      const { presets } = (await (await fetch(`${node.url}/presets.json`)).json()) as { presets: { id: string }[] }
      expect(presets).to.deep.equal(JSON.parse(JSON.stringify([...allPresets, library])))
      expect(await (await fetch(`${node.url}/preset.schema.json`)).json()).to.include({ title: 'Dojang preset' })
    })

    it('admits a till, whose requests are registered, and ends it', async () => {
      const admitted = JSON.parse((await node.cli(['till', 'admit', '--name', '창구 3', '--json'])).out)
      expect(admitted.link).to.equal(`${node.url}/check/device#${admitted.code}`)
      const { jwk } = new SoftwareSigner(makeP256Pem()).publicKey
      const post = (body: unknown) => {
        const headers = { 'content-type': 'application/json' }
        return fetch(`${node.url}/tills`, { method: 'POST', headers, body: JSON.stringify(body) })
      }
      expect((await post({ jwk })).status, 'without a code').to.equal(403)
      const response = await post({ jwk, code: admitted.code })
      expect(response.status).to.equal(201)
      const { x5c } = (await response.json()) as { x5c: string[] }
      const request = await requestOf('bank')
      expect(await judged({ ...request, x5c })).to.include({ state: 'registered', certificate: 'till' })
      const ended = await node.cli(['till', 'end', admitted.till.id])
      expect(ended.exit, ended.err).to.equal(0)
      expect(await (await post({ jwk })).json()).to.include({ code: 'VERIFIER_TILL_REFUSED' })
      expect((await node.cli(['till', 'list'])).out).to.match(/창구 3/)
    })

    it('finds a policy of which one byte was changed unregistered', async () => {
      const { verifierInfo, ...rest } = await requestOf('bank')
      const changed = JSON.parse(JSON.stringify(verifierInfo).replace('은행', '은헹'))
      expect(await judged({ ...rest, verifierInfo: changed })).to.include({
        state: 'unregistered',
        reason: 'grant_missing',
      })
    })

    it('finds it unregistered from the block on in which the guardian withdrew the grant', async () => {
      const purpose = requestPurposeOf(presetNamed('loan'))
      expect(purpose).to.match(/^request:/)
      const withdrawn = await node.cli(['council', 'act', 'withdraw', 'org=1', `purpose=${purpose}`])
      expect(withdrawn.exit, withdrawn.err).to.equal(0)
      expect(await judged(await requestOf('loan'))).to.include({ state: 'unregistered', reason: 'grant_ended' })
      expect(await judged(await requestOf('bank'))).to.include({ state: 'registered' })
      const { lacking } = (await node.get('/operator/lacking')).body
      expect(lacking).to.deep.equal([{ act: 'grant', args: { org: '1', purpose, until: 'never' }, ended: true }])
    })

    it('logs no code of a till', async () => {
      const admitted = JSON.parse((await node.cli(['till', 'admit', '--name', 'x', '--json'])).out)
      expect(node.output).not.to.include(admitted.code)
      const hash = createHash('sha256').update(admitted.code).digest('hex')
      expect(node.output).not.to.include(hash)
    })
  })

  it('a preset file that is malformed stops the start, and says where', async () => {
    const node = new TestNode()
    mkdirSync(join(node.data, 'presets'), { recursive: true, mode: 0o700 })
    writeFileSync(join(node.data, 'presets', 'library.json'), JSON.stringify({ ...library, anchor: 'if_distrusted' }))
    const failed = await node.start().then(
      () => 'started',
      (error: Error) => error.message,
    )
    expect(failed).to.include('VERIFIER_PRESET_INVALID').and.include('library.json, anchor')
    await node.dispose()
  })

  describe('over https', () => {
    let node: TestNode
    let aside: string

    before(async () => {
      aside = scratchDirectory('e2e-aside')
      node = new TestNode(['--tls', '--tls-port', '0'])
      await node.start()
      await node.import(csvOf(residents))
    })
    after(async () => {
      await node?.dispose()
      rmSync(aside, { recursive: true, force: true })
    })

    const wallet = (...args: string[]) =>
      Child.start('test/e2e/wallet/cli.ts', [...args, '--home', join(aside, 'wallet')], {
        env: { NODE_EXTRA_CA_CERTS: join(node.data, 'keys', 'ca.crt') },
      }).finished()

    it('a wallet of others answers every preset', async () => {
      const { body } = await node.post('/operator/offers', { card: 'resident', personalNumber })
      const accepted = await wallet('accept', body.offerUrl, '--tx-code', body.txCode)
      expect(accepted.exit, accepted.err).to.equal(0)
      const asked = await Promise.all(allPresets.map(({ id }) => ask(node, id)))
      const presented = await wallet('present', ...asked.map(({ requestUrl }) => requestUrl))
      expect(presented.exit, presented.err).to.equal(0)
      for (const { id } of asked) expect(finding(await verdictOf(node, id))).to.equal('valid')
    })
  })
})
