import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { Journal, type JournalEntry } from '../../../../node/issuer/journal.ts'
import { makeP256Pem, SoftwareSigner } from '../../../../node/keys/signer.ts'
import type { Hex } from '../../../../node/lib/bytes.ts'
import { DAY, HOUR } from '../../../../node/lib/time.ts'
import { purposeHash } from '../../../../node/proof/registries/purpose.ts'
import { KeyUse } from '../../../../node/proof/registries/records.ts'
import { Bucket } from '../../../../node/store/buckets.ts'
import { bytesCodec, Table } from '../../../../node/store/store.ts'
import { judgeAsker } from '../../../../node/verifier/asker/judge.ts'
import { VerifierError } from '../../../../node/verifier/errors.ts'
import { queryOf } from '../../../../node/verifier/presets/preset.ts'
import { requestPolicyOf, requestPurposeOf } from '../../../../node/verifier/presets/request-policy.ts'
import { Tills } from '../../../../node/verifier/tills/tills.ts'
import { MemoryStore } from '../../../support/memory-store.ts'
import { presetNamed } from '../../../support/presets.ts'
import { makeRequestSigner } from '../oid4vp/support.ts'
import { MemoryView, NOW, ORG } from '../support.ts'

const random = (length: number) => new Uint8Array(randomBytes(length))
const newKey = () => new SoftwareSigner(makeP256Pem()).publicKey.jwk

async function makeWorld(open = false) {
  const time = { now: NOW }
  const store = new MemoryStore()
  const journal = new Journal(store)
  const signer = await makeRequestSigner('https://verifier.example')
  const options = {
    store,
    journal,
    signer: { ...signer, notAfter: NOW + 100 * DAY },
    clock: () => time.now,
    random,
    open,
  }
  const view = new MemoryView()
  const live = { from: NOW - DAY, until: NOW + 200 * DAY }
  const preset = presetNamed('bank')
  view.keys.set(signer.keyId as Hex, { org: ORG, ...live, distrustedFrom: null, uses: KeyUse.REQUEST })
  view.grants.set(purposeHash(requestPurposeOf(preset)), live)
  /** As a wallet sees a request with these certificates. */
  const judged = async (x5c: readonly string[]) => {
    view.time = time.now
    const verifierInfo = [{ format: 'dojang-request-policy', data: requestPolicyOf(preset) }]
    const requestObject = { x5c, verifierInfo, query: queryOf(preset, { inPerson: true }) }
    return judgeAsker({ requestObject, trust: await view.pin(), now: time.now })
  }
  const entries = async () => {
    const all: JournalEntry[] = []
    for await (const [, entry] of journal.entries()) all.push(entry)
    return all.filter(({ event }) => event.startsWith('till.'))
  }
  return { time, store, signer, tills: new Tills(options), restarted: () => new Tills(options), judged, entries }
}

async function refusal(act: Promise<unknown>) {
  try {
    await act
  } catch (error) {
    if (error instanceof VerifierError) return error.detail
    throw error
  }
  return 'accepted'
}

const REFUSED = { code: 'VERIFIER_TILL_REFUSED' }

describe('tills', () => {
  it('get a certificate for seven days with their code, which wallets accept until its end', async () => {
    const { tills, judged, time, signer } = await makeWorld()
    const { code, till } = await tills.admit('창구 3', 'local')
    const { x5c, notAfter } = await tills.certify(newKey(), code)
    expect(x5c[1]).to.equal(signer.x5c[0])
    expect(notAfter).to.equal(NOW + 7 * DAY)
    expect(await judged(x5c)).to.include({ state: 'registered', certificate: 'till', until: notAfter + 1 })
    time.now = notAfter + 1
    expect(await judged(x5c)).to.include({ state: 'unregistered', reason: 'till_expired' })
    expect((await tills.list()).map(({ id, name }) => ({ id, name }))).to.deep.equal([{ id: till.id, name: '창구 3' }])
  })

  it('renew it with the same key, also after a restart', async () => {
    const { tills, restarted, judged, time } = await makeWorld()
    const { code } = await tills.admit('창구 3', 'local')
    const key = newKey()
    await tills.certify(key, code)
    time.now += 6 * DAY
    const { x5c, notAfter } = await restarted().certify(key)
    expect(notAfter).to.equal(NOW + 13 * DAY)
    expect(await judged(x5c)).to.include({ state: 'registered' })
  })

  it('never get a certificate that outlives the registered key', async () => {
    const { tills, time } = await makeWorld()
    time.now = NOW + 98 * DAY
    const { code } = await tills.admit('a', 'local')
    expect((await tills.certify(newKey(), code)).notAfter).to.equal(NOW + 100 * DAY)
  })

  it('use a code for one key, within an hour; the same key may ask again', async () => {
    const { tills, time } = await makeWorld()
    const { code } = await tills.admit('a', 'local')
    const key = newKey()
    await tills.certify(key, code)
    await tills.certify(key, code)
    expect(await refusal(tills.certify(newKey(), code))).to.deep.equal({ ...REFUSED, reason: 'code' })
    expect(await refusal(tills.certify(newKey(), 'guessed'))).to.deep.equal({ ...REFUSED, reason: 'code' })
    const late = await tills.admit('b', 'local')
    time.now += HOUR
    expect(await refusal(tills.certify(newKey(), late.code))).to.deep.equal({ ...REFUSED, reason: 'code' })
  })

  it('use a code for one key even if two ask at once', async () => {
    const { tills } = await makeWorld()
    const { code } = await tills.admit('a', 'local')
    const results = await Promise.all([1, 2, 3].map(() => refusal(tills.certify(newKey(), code))))
    expect(results.filter(result => result === 'accepted')).to.have.length(1)
  })

  it('get nothing without a code, or after their end', async () => {
    const { tills, entries } = await makeWorld()
    const key = newKey()
    expect(await refusal(tills.certify(key))).to.deep.equal({ ...REFUSED, reason: 'key' })
    const { code, till } = await tills.admit('a', 'local')
    await tills.certify(key, code)
    expect(await tills.end(till.id, 'operator:x')).to.include({ endedAt: NOW })
    expect(await tills.end(till.id, 'operator:y')).to.include({ endedAt: NOW })
    expect(await refusal(tills.certify(key))).to.deep.equal({ ...REFUSED, reason: 'ended' })
    expect(await refusal(tills.certify(key, code))).to.deep.equal({ ...REFUSED, reason: 'ended' })
    expect(await refusal(tills.end('unknown', 'local'))).to.include({ code: 'VERIFIER_TILL_UNKNOWN' })
    expect(await entries()).to.deep.equal([
      { at: NOW, event: 'till.admitted', till: till.id, by: 'local' },
      { at: NOW, event: 'till.certified', till: till.id, until: NOW + 7 * DAY },
      { at: NOW, event: 'till.ended', till: till.id, by: 'operator:x' },
    ])
  })

  it('need no code in a demo, and nothing is stored of them then', async () => {
    const { tills, judged, entries } = await makeWorld(true)
    const { x5c } = await tills.certify(newKey())
    expect(await judged(x5c)).to.include({ state: 'registered', certificate: 'till' })
    expect(await tills.list()).to.deep.equal([])
    expect(await entries()).to.deep.equal([])
    expect(await refusal(tills.certify(newKey(), 'guessed'))).to.deep.equal({ ...REFUSED, reason: 'code' })
  })

  it('have codes that the database does not contain', async () => {
    const { tills, store } = await makeWorld()
    const { code } = await tills.admit('a', 'local')
    const stored = new Table(store, Bucket.tillCode, bytesCodec, bytesCodec)
    const found: Uint8Array[] = []
    for await (const [key, value] of stored.entries()) found.push(key, value)
    expect(found).to.have.length(2)
    for (const bytes of found) expect(Buffer.from(bytes).toString('latin1')).not.to.include(code)
  })
})
