import { expect } from 'chai'
import { makeKey } from '../../credential/support.ts'
import { makeAuthority, parsed, type TestAuthority } from './authority.ts'
import { expectError, Wallet } from './wallet.ts'
import { ORG, WalletProvider } from './wallet-provider.ts'

type Members = Readonly<Record<string, unknown>>

describe('key attestation', () => {
  let authority: TestAuthority
  let wallet: Wallet
  let provider: WalletProvider
  let accessToken: string

  const begin = async (walletAttestation: 'accepted' | 'required') => {
    authority = await makeAuthority({ walletAttestation })
    wallet = new Wallet(authority)
    provider = new WalletProvider(authority)
    const headers = walletAttestation === 'required' ? provider.headers() : {}
    accessToken = String(parsed(await wallet.requestToken(await authority.offer(), {}, headers)).access_token)
  }
  beforeEach(() => begin('required'))

  const attest = (claims: Members = {}, header: Members = {}, key = provider.key) =>
    provider.keyAttestation([makeKey(), wallet.holderKey], { nonce: wallet.nonces().c, ...claims }, header, key)
  const ask = (proofs: unknown) => wallet.requestCredential(accessToken, { proofs })
  /** A proof with `kid` and without `jwk`, as European wallets send it. */
  const withKid = (key_attestation: string, claims: Members = {}, key = wallet.holderKey) => ({
    jwt: [wallet.proof(claims, { jwk: undefined, kid: '0', key_attestation }, key)],
  })

  it('binds the card to the attested key that signed a proof with kid, and records what is attested', async () => {
    const reply = await ask(withKid(attest({ key_storage: ['iso_18045_basic', 'iso_18045_moderate', 'x'] })))
    expect(reply.status, reply.body).to.equal(200)
    expect(authority.issuing.orders[0]).to.deep.include({
      holderKey: wallet.holderKey.jwk,
      keyStorage: 'iso_18045_moderate',
      walletProvider: String(ORG),
    })
  })

  it('accepts a proof with jwk, if the key is attested', async () => {
    const proof = (key = wallet.holderKey) => ({
      jwt: [wallet.proof({}, { key_attestation: attest(), jwk: key.jwk }, key)],
    })
    expectError(await ask(proof(makeKey())), 'invalid_proof')
    expect((await ask(proof())).status).to.equal(200)
    expect(authority.issuing.orders[0]).to.include({ keyStorage: 'software' })
  })

  it('accepts the proof type attestation: the card is bound to the first attested key', async () => {
    const { c: nonce } = wallet.nonces()
    const keys = [makeKey(), makeKey()]
    const reply = await ask({ attestation: [provider.keyAttestation(keys, { nonce, exp: undefined })] })
    expect(reply.status, reply.body).to.equal(200)
    expect(authority.issuing.orders[0]).to.deep.include({ holderKey: keys[0]?.jwk })
  })

  it('accepts one nonce in proof and attestation, and uses both up', async () => {
    const { c: nonce } = wallet.nonces()
    const proofs = withKid(attest({ nonce }), { nonce })
    expect((await ask(proofs)).status).to.equal(200)
    expectError(await ask(proofs), 'invalid_nonce')
    expectError(await ask(withKid(attest({ nonce }))), 'invalid_nonce')
  })

  it('refuses a request without one where it is required, and a proof without jwk where it is not', async () => {
    expectError(await ask({ jwt: [wallet.proof()] }), 'invalid_proof')
    expectError(await ask({ jwt: [wallet.proof({}, { key_attestation: attest() }), wallet.proof()] }), 'invalid_proof')
    await begin('accepted')
    expectError(await ask({ jwt: [wallet.proof({}, { jwk: undefined, kid: '0' })] }), 'invalid_proof')
    expect((await ask({ jwt: [wallet.proof()] })).status).to.equal(200)
    expect(authority.issuing.orders[0]).to.include({ keyStorage: 'software', walletProvider: null })
  })

  it('refuses each wrong attestation, required or not', async () => {
    const other = makeKey()
    const wrong: Readonly<Record<string, () => [error: string, attestation: unknown]>> = {
      'no JWT': () => ['invalid_proof', 'x'],
      'no text': () => ['invalid_proof', 7],
      'another type': () => ['invalid_proof', attest({}, { typ: 'keyattestation+jwt' })],
      'a signature of another key': () => ['invalid_proof', attest({}, { jwk: provider.key.jwk }, other)],
      'a provider that is not admitted': () => ['invalid_proof', attest({}, {}, other)],
      expired: () => ['invalid_proof', attest({ exp: authority.now })],
      'no exp': () => ['invalid_proof', attest({ exp: undefined })],
      'no iat': () => ['invalid_proof', attest({ iat: undefined })],
      'an iat in the future': () => ['invalid_proof', attest({ iat: authority.now + 301 })],
      'no nonce': () => ['invalid_proof', attest({ nonce: undefined })],
      'a foreign nonce': () => ['invalid_nonce', attest({ nonce: 'x' })],
      'no keys': () => ['invalid_proof', attest({ attested_keys: [] })],
      'too many keys': () => ['invalid_proof', attest({ attested_keys: Array(33).fill(wallet.holderKey.jwk) })],
      'a private key': () => [
        'invalid_proof',
        attest({ attested_keys: [{ ...wallet.holderKey.jwk, d: 'A'.repeat(43) }] }),
      ],
      'other keys': () => ['invalid_proof', attest({ attested_keys: [other.jwk] })],
    }
    for (const setting of ['required', 'accepted'] as const) {
      await begin(setting)
      for (const [what, make] of Object.entries(wrong)) {
        const [error, key_attestation] = make()
        const kid = { jwt: [wallet.proof({}, { jwk: undefined, kid: '0', key_attestation })] }
        expectError(await ask(kid), error)
        const jwk = { jwt: [wallet.proof({}, { key_attestation })] }
        expectError(await ask(jwk), error)
        if (what === 'no exp' || what === 'other keys') continue
        expectError(await ask({ attestation: [key_attestation] }), error)
      }
      expectError(await ask({ attestation: [] }), 'invalid_proof')
      expectError(await ask({ attestation: [attest(), attest()] }), 'invalid_proof')
      expect(authority.issuing.orders).to.have.length(0)
    }
  })

  it('refuses keys that another provider attested than that of the wallet', async () => {
    const other = new WalletProvider(authority, 3)
    const key_attestation = other.keyAttestation([wallet.holderKey], { nonce: wallet.nonces().c })
    expectError(await ask(withKid(key_attestation)), 'invalid_proof')
    await begin('accepted')
    const alone = new WalletProvider(authority, 3).keyAttestation([wallet.holderKey], { nonce: wallet.nonces().c })
    expect((await ask(withKid(alone))).status).to.equal(200)
    expect(authority.issuing.orders[0]).to.include({ walletProvider: '3' })
  })
})
