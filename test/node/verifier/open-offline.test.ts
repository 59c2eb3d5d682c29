/** `openOfflineVerifier`, and `openVerifier` without a network: what a device accepts from its files, and what it refuses. */
import { expect } from 'chai'
import { makeP256Pem, SoftwareSigner } from '../../../node/keys/signer.ts'
import { textToBase64url, toBase64url, utf8 } from '../../../node/lib/bytes.ts'
import { thumbprint } from '../../../node/lib/jose/jwk.ts'
import { DAY, systemClock } from '../../../node/lib/time.ts'
import { ProofError } from '../../../node/proof/errors.ts'
import { PROFILE_JWS } from '../../../node/proof/profile.ts'
import {
  DEFAULT_POLICY,
  type OfflineVerifierOptions,
  openOfflineVerifier,
  openVerifier,
} from '../../../node/verifier/public.ts'
import type { Verifier } from '../../../node/verifier/verifier.ts'
import { type LedgerSite, openLedgerSite } from '../../support/ledger-site.ts'
import { issueOn, openCardWorld, show, type WorldCard } from './replica/card-world.ts'
import type { LedgerWorld } from './replica/ledger-world.ts'
import { AUDIENCE, keyOf, NONCE } from './support.ts'

describe('a verifier of a device without a network', function () {
  this.timeout(120_000)
  let world: LedgerWorld
  let site: LedgerSite
  let card: WorldCard
  let lost: WorldCard
  let older: Uint8Array
  let snapshot: Uint8Array
  before(async () => {
    world = await openCardWorld(1024)
    site = await openLedgerSite(world)
    card = await issueOn(world, 5)
    lost = await issueOn(world, 6)
    older = await site.snapshot()
    await world.set([[6, 0, 1]])
    snapshot = await site.snapshot()
  })
  after(async () => {
    await site?.close()
    await world?.close()
  })

  const open = (change: Partial<OfflineVerifierOptions> = {}) =>
    openOfflineVerifier({ profile: site.profile(), pinned: site.pin, snapshot, ...change })
  const refusal = (change: Partial<OfflineVerifierOptions>): string => {
    try {
      open(change)
      return 'opened'
    } catch (error) {
      if (error instanceof ProofError) return error.code
      throw error
    }
  }
  const verdict = async (verifier: Verifier, of = card, now = systemClock()) => {
    const options = { preset: 'website', nonce: NONCE, audience: AUDIENCE }
    return keyOf(await verifier.verify({ resident: [show(of, now)] }, options))
  }

  it('checks cards from two files, and asks nobody', async () => {
    const before = site.asked.length
    const { verifier, profile, block } = open()
    expect(await verdict(verifier)).to.equal('valid')
    expect(await verdict(verifier, lost)).to.equal('revoked')
    expect([profile.version, block]).to.deep.equal([1, open().block])
    expect(site.asked.length).to.equal(before)
  })

  it('with a snapshot that is too old says unknown, and never valid; a revoked card stays revoked', async () => {
    let now = systemClock()
    const { verifier } = open({ clock: () => now })
    for (const later of [601, DAY, 400 * DAY]) {
      now = systemClock() + later
      expect(await verdict(verifier, card, now), `${later} s`).to.equal('unknown/view_stale')
    }
    now = systemClock() + DAY
    expect(await verdict(verifier, lost, now)).to.equal('revoked')
    // Opened so late, nobody vouches for its validators any more.
    expect(refusal({ clock: () => systemClock() + 40 * DAY })).to.equal('PROOF_TRUST_EXPIRED')
  })

  it('with its clock set back says that the clock is wrong', async () => {
    let now = systemClock()
    const { verifier } = open({ clock: () => now })
    now -= 2 * DAY
    expect(await verdict(verifier, card, now)).to.equal('retry/clock')
  })

  it('refuses a profile and a snapshot that are older than the last ones', async () => {
    const { block } = open()
    expect(refusal({ profile: site.profile({ version: 4 }), minVersion: 5 })).to.equal('PROOF_PROFILE_INVALID')
    expect(refusal({ profile: site.profile({ version: 5 }), minVersion: 5 })).to.equal('opened')
    expect(await verdict(open({ snapshot: older }).verifier, lost), 'why it has to be refused').to.equal('valid')
    expect(refusal({ snapshot: older, minBlock: block })).to.equal('PROOF_ROLLBACK')
    expect(refusal({ minBlock: block })).to.equal('opened')
  })

  it('refuses a profile of another key, and one in which any part was changed', async () => {
    expect(refusal({ pinned: thumbprint(new SoftwareSigner(makeP256Pem()).publicKey.jwk) })).to.equal(
      'PROOF_PROFILE_INVALID',
    )
    const [header = '', payload = '', signature = ''] = site.profile().split('.')
    const changed = (text: string, at: number) =>
      `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`
    const tampered = [
      ...Array.from({ length: 20 }, (_, i) => [header, changed(payload, (i * 37) % payload.length), signature]),
      [changed(header, 30), payload, signature],
      [header, payload, changed(signature, 5)],
      [header, payload, ''],
      [header, payload],
    ]
    for (const parts of tampered) expect(refusal({ profile: parts.join('.') })).to.equal('PROOF_PROFILE_INVALID')
  })

  it('refuses a snapshot in which any byte was changed, and one that was cut', async () => {
    for (let i = 0; i < 60; i++) {
      const changed = snapshot.slice()
      const at = Math.floor((i * (snapshot.length - 1)) / 59)
      changed[at] = (changed[at] as number) ^ 0x41
      expect(refusal({ snapshot: changed }), `byte ${at}`).to.match(/^PROOF_/)
    }
    for (const length of [0, 1, 100, snapshot.length - 1]) {
      expect(refusal({ snapshot: snapshot.subarray(0, length) }), `${length} bytes`).to.match(/^PROOF_/)
    }
  })

  it('lets no profile change the prototypes of the program', () => {
    const signer = new SoftwareSigner(makeP256Pem())
    const { jwk } = signer.publicKey
    const payload = JSON.parse(Buffer.from(site.profile().split('.')[1] ?? '', 'base64url').toString()) as object
    const signed = (text: string) => {
      const header = textToBase64url(JSON.stringify({ alg: 'ES256', typ: PROFILE_JWS.typ, jwk }))
      const input = `${header}.${textToBase64url(text)}`
      return `${input}.${toBase64url(signer.sign(utf8(input)))}`
    }
    const pinned = thumbprint(jwk)
    expect(refusal({ profile: signed(JSON.stringify(payload)), pinned })).to.equal('opened')
    const member = '"__proto__":{"seals":"none","polluted":true}'
    const texts = [
      JSON.stringify(payload).replace('{', `{${member},`),
      JSON.stringify(payload).replace('"contracts":{', `"contracts":{${member},`),
      JSON.stringify(payload).replace('"contracts":', `"constructor":{"prototype":{"polluted":true}},"contracts":`),
    ]
    for (const text of texts) {
      expect(refusal({ profile: signed(text), pinned })).to.be.oneOf(['opened', 'PROOF_PROFILE_INVALID'])
      expect({}).to.not.have.property('polluted')
    }
    const without = JSON.stringify({ ...payload, contracts: undefined }).replace('{', '{"__proto__":{"contracts":{}},')
    expect(refusal({ profile: signed(without), pinned })).to.equal('PROOF_PROFILE_INVALID')
  })

  it('started with a URL and no network, checks with what it stored, and without a snapshot says unknown', async () => {
    const fetcher: typeof fetch = async () => {
      throw new TypeError('fetch failed')
    }
    const nobody = await openVerifier('https://id.example.kr', site.pin, { fetcher }).catch(error => error.detail)
    expect(nobody).to.deep.equal({ code: 'VERIFIER_CONFIGURATION', reason: 'profile' })
    const profile = site.profile()
    const stored = await openVerifier('https://id.example.kr', site.pin, { fetcher, profile, snapshot })
    expect(await verdict(stored.verifier)).to.equal('valid')
    const clock = () => systemClock() + 601
    const old = await openVerifier('https://id.example.kr', site.pin, { fetcher, profile, snapshot, clock })
    expect(await verdict(old.verifier, card, clock())).to.equal('unknown/view_stale')
    expect(await verdict(old.verifier, lost, clock())).to.equal('revoked')
    const bare = await openVerifier('https://id.example.kr', site.pin, { fetcher, profile })
    expect(await verdict(bare.verifier)).to.equal('unknown/view_stale')
    for (const { close } of [stored, old, bare]) await close()
  })

  it('knows the presets by name, its own first, and takes no preset beside a policy', async () => {
    const { verifier } = open()
    const own = { ...verifier.preset('website'), id: 'library', cards: verifier.preset('website').cards.slice(1) }
    const shown = { resident: [show(card)] }
    const expected = { nonce: NONCE, audience: AUDIENCE }
    const refused = await verifier.verify(shown, { ...expected, preset: 'library' }).catch(error => error.detail)
    expect(refused).to.deep.equal({ code: 'VERIFIER_PRESET_UNKNOWN', preset: 'library' })
    const library = open({ presets: [own] }).verifier
    expect(keyOf(await library.verify(shown, { ...expected, preset: 'library' }))).to.equal('retry/claims_missing')
    const both = await verifier
      .verify(shown, { ...expected, preset: 'website', policy: DEFAULT_POLICY })
      .catch(error => error.detail)
    expect(both).to.deep.equal({ code: 'VERIFIER_CONFIGURATION', reason: 'policy' })
  })
})
