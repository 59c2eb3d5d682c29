/** A shop becomes a relying party, with the commands of docs/council.md and docs/relying-parties.md, and ends. */
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { makeLeafCertificate, makeRootCertificate, toX5c } from '../../node/keys/certificates.ts'
import { makeP256Pem, SoftwareSigner } from '../../node/keys/signer.ts'
import { thumbprint } from '../../node/lib/jose/jwk.ts'
import { DAY, systemClock } from '../../node/lib/time.ts'
import { judgeAsker } from '../../node/verifier/asker/judge.ts'
import { type OpenedVerifier, openVerifier } from '../../node/verifier/open.ts'
import { queryOf } from '../../node/verifier/presets/preset.ts'
import { requestPolicyOf } from '../../node/verifier/presets/request-policy.ts'
import { ReplicaView } from '../../node/verifier/replica/view.ts'
import { presetNamed } from '../support/presets.ts'
import { council, DELAY, PRELOAD, propose } from './support/admission.ts'
import { TestNode } from './support/node.ts'

const NAME = '주류 판매점'
const random = (length: number) => new Uint8Array(randomBytes(length))

describe('e2e: the registration of a relying party', function () {
  this.timeout(180_000)
  const key = new SoftwareSigner(makeP256Pem())
  const policy = JSON.stringify({
    version: 1,
    name: { ko: NAME, en: 'Liquor shop' },
    purposes: [{ ko: '만 19세 이상인지 확인', en: 'Check that you are 19 or over' }],
    claims: [{ vct: 'urn:dojang:kr:resident:1', paths: [['age_equal_or_over', '19'], ['portrait']] }],
  })
  let node: TestNode
  let opened: OpenedVerifier
  let certificate: string
  let files: Record<'key' | 'certificate' | 'policy' | 'statement' | 'jwk', string>

  before(async () => {
    // Its ledger starts in the past, so that the council's delays have passed at the present time.
    let shift = -2 * DELAY * 1000
    node = new TestNode([], () => ({ NODE_OPTIONS: PRELOAD, DOJANG_TEST_CLOCK_SHIFT: String(shift) }))
    const wait = async () => {
      await node.stop()
      shift += DELAY * 1000
      await node.start()
    }
    await node.start()
    const at = (name: string) => join(node.data, '..', name)
    files = {
      ...{ key: at('shop.pem'), certificate: at('shop.crt'), policy: at('policy.json') },
      ...{ statement: at('key.statement'), jwk: at('till.jwk') },
    }
    writeFileSync(files.key, key.pkcs8, { mode: 0o600 })
    writeFileSync(files.policy, policy)
    writeFileSync(files.certificate, await certificateOfShop())
    certificate = toX5c(readFileSync(files.certificate, 'utf8'))

    const organisation = ['registerOrganisation', `admin=0x${'00'.repeat(19)}aa`, `name=${NAME}`, 'info={}']
    const registered = await propose(node, ...organisation, 'until=never')
    await wait()
    await council(node, 'execute', registered)
    const made = await node.cli(['key', 'statement', '--key', files.key, '--org', '2', '--uses', 'REQUEST'])
    expect(made.exit, made.err).to.equal(0)
    writeFileSync(files.statement, made.out)
    const registration = ['registerKey', 'org=2', `keyId=${key.keyId}`, 'uses=REQUEST', 'until=2090-01-01']
    const proposals = [
      await propose(node, ...registration, '--statement', files.statement),
      await propose(node, 'grant', 'org=2', 'until=2090-01-01', '--policy', files.policy),
    ]
    await wait()
    for (const operation of proposals) await council(node, 'execute', operation)
    const profileKey = new SoftwareSigner(readFileSync(join(node.data, 'keys', 'profile.pem'), 'utf8'))
    opened = await openVerifier(node.url, thumbprint(profileKey.publicKey.jwk), { clock: systemClock })
  })
  after(async () => {
    await opened?.close()
    await node?.dispose()
  })

  async function certificateOfShop(): Promise<string> {
    const ca = new SoftwareSigner(makeP256Pem())
    const term = { notBefore: systemClock() - DAY, notAfter: systemClock() + DAY }
    const root = await makeRootCertificate(ca, 'Shop root', term.notBefore, random)
    const subject = { commonName: 'A shop', url: 'https://shop.example', ...term }
    return makeLeafCertificate(ca, root, key, subject, random)
  }

  const ageAsked = { ...presetNamed('age'), anchor: 'if_distrusted' as const }
  const judged = async (
    x5c: readonly string[],
    text = policy,
    query = queryOf(ageAsked, { inPerson: true, card: 'resident' }),
  ) => {
    await opened.updater.refresh()
    const trust = await new ReplicaView(() => opened.updater.replica).pin()
    const verifierInfo = [{ format: 'dojang-request-policy', data: text }]
    return judgeAsker({ requestObject: { x5c, verifierInfo, query }, trust, now: systemClock() })
  }
  const certifiedTill = async (...more: string[]) => {
    writeFileSync(files.jwk, JSON.stringify(new SoftwareSigner(makeP256Pem()).publicKey.jwk))
    const given = ['--key', files.key, '--certificate', files.certificate, '--jwk', files.jwk, '--name', '계산대 3']
    return node.cli(['till', 'certify', ...given, ...more])
  }

  it('is found by its key and its policy, under the name in the registry', async () => {
    const judgement = await judged([certificate])
    expect(judgement).to.deep.include({ state: 'registered', organisation: { id: 2, name: NAME }, beyond: [] })
  })

  it('certifies tills without a node', async () => {
    const made = await certifiedTill()
    expect(made.exit, made.err).to.equal(0)
    expect(await judged(JSON.parse(made.out))).to.include({ state: 'registered', certificate: 'till' })
    const most = await certifiedTill('--days', '30')
    expect(await judged(JSON.parse(most.out))).to.include({ state: 'registered' })
    expect((await certifiedTill('--days', '31')).exit).to.equal(2)
  })

  it('certifies nothing with another key than that of the certificate, or for what is no key', async () => {
    const other = join(node.data, '..', 'other.pem')
    writeFileSync(other, makeP256Pem(), { mode: 0o600 })
    expect((await certifiedTill('--key', other)).err).to.include('certificate of another key')
    const given = ['--key', files.key, '--certificate', files.certificate, '--name', 'x', '--jwk']
    const refused = await node.cli(['till', 'certify', ...given, files.policy])
    expect([refused.exit, refused.err.includes('CLI_INPUT')]).to.deep.equal([2, true])
    const swapped = await node.cli(['till', 'certify', ...given, files.key])
    expect(swapped.err).to.include('CLI_INPUT').and.not.include('PRIVATE KEY')
  })

  it('is marked where it asks for more, and unregistered with the policy of another', async () => {
    const bank = presetNamed('bank')
    const query = queryOf(bank, { inPerson: true, card: 'resident' })
    const over = await judged([certificate], policy, query)
    if (over.state !== 'registered') throw new Error('it is registered')
    expect(over.beyond.map(({ path }) => path[0])).to.include.members(['family_name', 'address', 'anchor'])
    expect(await judged([certificate], requestPolicyOf(bank), query)).to.include({
      state: 'unregistered',
      reason: 'grant_missing',
    })
  })

  it('ends with its key, and all its tills with it', async () => {
    const till = JSON.parse((await certifiedTill()).out)
    await council(node, 'act', 'retireKey', `keyId=${key.keyId}`, 'until=now')
    for (const x5c of [[certificate], till]) {
      expect(await judged(x5c)).to.include({ state: 'unregistered', reason: 'key_ended' })
    }
  })
})
