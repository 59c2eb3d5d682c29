/**
 * A wallet of others' libraries with a node on which HAIP is on: both flows of issuance, with attestation and signed
 * metadata, and every preset on both kinds of device. Without HAIP, relying-party.test.ts does it.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { allPresets } from '../../node/verifier/presets/all.ts'
import { scratchDirectory } from '../support/scratch.ts'
import { until } from '../support/until.ts'
import { PROVIDER_NAME, startWithProvider } from './support/admission.ts'
import type { TestNode } from './support/node.ts'
import { operatorOf } from './support/operators.ts'
import { csvOf, people } from './support/people.ts'
import { Child, type Finished } from './support/process.ts'
import { finding, offer } from './support/steps.ts'
import { TestVerifier } from './support/verifier-service.ts'
import { WalletProvider } from './wallet/provider.ts'

const LONG = process.env.DOJANG_TEST_LONG === '1'
const BACK = 'https://shop.example/back'

/** HAIP demands https. http is for trials on one machine, and in the long form. */
for (const scheme of LONG ? (['https', 'http'] as const) : (['https'] as const)) {
  describe(`e2e: HAIP over ${scheme}`, function () {
    this.timeout(240_000)
    const residents = people(2)
    let node: TestNode
    let aside: string

    before(async () => {
      aside = scratchDirectory('e2e-haip')
      const provider = await WalletProvider.create()
      writeFileSync(join(aside, 'provider.json'), provider.written, { mode: 0o600 })
      node = await startWithProvider(provider, ['--haip', ...(scheme === 'https' ? ['--tls', '--tls-port', '0'] : [])])
      expect(node.url).to.match(new RegExp(`^${scheme}://localhost`))
      if (scheme === 'https') trust(node.data)
      await node.import(csvOf(residents))
    })
    after(async () => {
      await node?.dispose()
      rmSync(aside, { recursive: true, force: true })
    })

    const trusted = () => (scheme === 'https' ? { NODE_EXTRA_CA_CERTS: join(aside, 'roots.pem') } : {})
    const trust = (data: string) =>
      writeFileSync(join(aside, 'roots.pem'), readFileSync(join(data, 'keys', 'ca.crt')), { flag: 'a' })
    const wallet = (args: readonly string[], { attested = true, home = 'wallet' } = {}): Promise<Finished> => {
      const provider = attested ? ['--provider', join(aside, 'provider.json')] : []
      const env = trusted()
      const all = ['--home', join(aside, home), ...provider, ...args]
      return Child.start('test/e2e/wallet/cli.ts', all, { env }).finished()
    }
    const accept = async (person: number, more: readonly string[], options?: Parameters<typeof wallet>[1]) => {
      const { offerUrl, txCode } = await offer(node, 'resident', String(residents[person]?.personalNumber))
      return wallet(['accept', offerUrl, '--tx-code', txCode, ...more], options)
    }

    it('an attested wallet gets a card by the authorization code and by the pre-authorized code, another gets none', async () => {
      const authorized = await accept(0, ['--sign-in'])
      expect(authorized.exit, authorized.err).to.equal(0)
      expect(authorized.out, 'the library has verified them').to.include('The metadata of the issuer are signed.')
      const preAuthorized = await accept(1, [])
      expect(preAuthorized.exit, preAuthorized.err).to.equal(0)
      const bare = await accept(1, [], { attested: false, home: 'bare' })
      expect(bare.exit).to.equal(1)
      expect(bare.err).to.match(/invalid_client|attestation/)
    })

    it('it answers every preset: on another device, and on the same with a redirect that the verdict needs', async () => {
      const ask = async (preset: string, where: object) => {
        const { status, body } = await node.post('/operator/presentations', { preset, inPerson: true, ...where })
        expect(status, JSON.stringify(body)).to.equal(201)
        return body as { id: string; requestUrl: string }
      }
      const elsewhere = await Promise.all(allPresets.map(({ id }) => ask(id, { device: 'other' })))
      const here = await Promise.all(allPresets.map(({ id }) => ask(id, { redirectUri: BACK })))
      const shown = await wallet(['present', ...[...elsewhere, ...here].map(({ requestUrl }) => requestUrl)])
      expect(shown.exit, shown.err).to.equal(0)
      const codes = [...shown.out.matchAll(/^Continue at https:\/\/shop\.example\/back#response_code=([\w-]+)$/gm)]
      expect(codes).to.have.length(here.length)
      const verdict = async (id: string, query = '') => (await node.get(`/operator/presentations/${id}${query}`)).body
      for (const { id } of elsewhere) expect(finding((await verdict(id)).verdict)).to.equal('valid')
      for (const [i, { id }] of here.entries()) {
        expect(await verdict(id)).to.include({ code: 'VERIFIER_RESPONSE_CODE' })
        expect(finding((await verdict(id, `?response_code=${codes[i]?.[1]}`)).verdict)).to.equal('valid')
      }
    })

    it('a link for any device is not made, nor without a redirect for the same one', async () => {
      for (const where of [{}, { device: 'same' }]) {
        const { body } = await node.post('/operator/presentations', { preset: 'bank', ...where })
        expect(body).to.include({ status: 422, code: 'VERIFIER_CONFIGURATION' })
      }
    })

    it('a verifier that runs alone with --haip does the same, and serves https', async () => {
      const service = new TestVerifier(trusted)
      try {
        const profile = service.file('ledger.json', readFileSync(join(node.data, 'ledger.json')))
        const tls = scheme === 'https' ? ['--tls-port', '0'] : []
        await service.start('--profile', profile, '--haip', ...tls)
        expect(service.url).to.match(new RegExp(`^${scheme}://localhost`))
        if (scheme === 'https') trust(service.data)
        const key = await service.key(['requests:create', 'requests:read'])
        const ask = (where: object) => service.call('POST', '/verifier/requests', key, { preset: 'bank', ...where })
        expect((await ask({})).body).to.include({ status: 422, code: 'VERIFIER_CONFIGURATION' })
        const [elsewhere, here] = [(await ask({ device: 'other' })).body, (await ask({ redirectUri: BACK })).body]
        const shown = await wallet(['present', elsewhere.requestUrl, here.requestUrl])
        expect(shown.exit, shown.err).to.equal(0)
        const read = await service.call('GET', `/verifier/requests/${elsewhere.id}?wait=10`, key)
        expect(finding(read.body.verdict)).to.equal('valid')
        const [, code] = /#response_code=([\w-]+)/.exec(shown.out) ?? []
        const redeemed = await service.call('POST', `/verifier/requests/${here.id}/redeem`, key, {
          ...{ response_code: code, attempt: 'attempt-1' },
        })
        expect(finding(redeemed.body.verdict)).to.equal('valid')
      } finally {
        await service.dispose()
      }
    })

    it('mission 11: two people stop its provider: its cards are refused at once, and it gets no further card', async () => {
      const [first, second] = [await operatorOf(node, 'administrator'), await operatorOf(node, 'supervisor')]
      const { body: listed } = await first.send('GET', '/wallet-providers')
      const provider = listed.providers.find(({ name }: { name: string }) => name === PROVIDER_NAME)
      expect(provider, JSON.stringify(listed)).to.include({ admitted: true })
      const stop = { kind: 'stop-wallet-provider', provider: provider.id, existing: 'at-once', reason: 'broken' }
      const { body: proposal } = await first.send('POST', '/proposals', stop)
      expect((await first.send('POST', `/proposals/${proposal.id}/confirm`)).body.code).to.equal(
        'OPERATOR_OWN_PROPOSAL',
      )
      expect((await second.send('POST', `/proposals/${proposal.id}/confirm`)).status).to.equal(200)

      const refused = await accept(1, [], { home: 'later' })
      expect(refused.exit).to.equal(1)
      expect(refused.err).to.match(/invalid_client/)
      await until(
        'its cards are suspended',
        async () => {
          const { body } = await node.post('/operator/presentations', { preset: 'bank', device: 'other' })
          const shown = await wallet(['present', body.requestUrl])
          expect(shown.exit, shown.err).to.equal(0)
          return finding((await node.get(`/operator/presentations/${body.id}?wait=10`)).body.verdict) === 'suspended'
        },
        { withinMs: 30_000, everyMs: 500 },
      )
    })
  })
}
