import { expect } from 'chai'
import { sha256 } from '#crypto'
import type { OfferHandout } from '../../../../node/issuer/offers/offer.ts'
import type { Exchange, Reply } from '../../../../node/issuer/oid4vci/exchange.ts'
import { makeKey } from '../../credential/support.ts'
import { issuer as certified } from '../../verifier/support.ts'
import { makeAuthority, parsed, type TestAuthority } from './authority.ts'
import { authorizationResponse, type Change, pushRequest, redeemCode } from './code-flow.ts'
import { expectError, Wallet } from './wallet.ts'
import { CLIENT, ORG, WalletProvider } from './wallet-provider.ts'

type Headers = Pick<Exchange, 'clientAttestation' | 'clientAttestationPop'>

describe('wallet attestation', () => {
  let authority: TestAuthority
  let wallet: Wallet
  let provider: WalletProvider
  let offer: OfferHandout

  const begin = async (walletAttestation: 'accepted' | 'required') => {
    authority = await makeAuthority({ walletAttestation })
    wallet = new Wallet(authority)
    provider = new WalletProvider(authority)
    offer = await authority.offer()
  }
  beforeEach(() => begin('required'))

  const push = (headers: Partial<Exchange>, change: Change = {}) =>
    pushRequest({ authority, wallet, offer }, headers, change)
  const token = (headers: Partial<Exchange>, change: Change = {}) => wallet.requestToken(offer, change, headers)
  const codeFor = async (headers: Headers) =>
    String((await authorizationResponse({ authority, wallet, offer }, headers)).get('code'))
  const redeem = (code: string, headers: Headers, change: Change = {}) =>
    redeemCode({ authority, wallet }, code, headers, change)

  it('authenticates the wallet at both endpoints; client_id is sub where the request has none', async () => {
    expect((await push(provider.headers(), { client_id: undefined })).status).to.equal(201)
    const code = await codeFor(provider.headers())
    const reply = await redeem(code, provider.headers())
    expect(reply.status, reply.body).to.equal(200)
    offer = await authority.offer()
    const preAuthorized = await token(provider.headers())
    expect(preAuthorized.status, preAuthorized.body).to.equal(200)
    // The proof of a key names the client of the token.
    const accessToken = String(parsed(preAuthorized).access_token)
    const { c: nonce } = wallet.nonces()
    const key_attestation = provider.keyAttestation([wallet.holderKey], { nonce })
    const prove = (iss: string) => ({ proofs: { jwt: [wallet.proof({ nonce, iss }, { key_attestation })] } })
    expectError(await wallet.requestCredential(accessToken, prove('another')), 'invalid_proof')
    expect((await wallet.requestCredential(accessToken, prove(CLIENT))).status).to.equal(200)
  })

  it('accepts the forms of draft 07 and later: iss in both, exp in the proof, a key in x5c', async () => {
    authority.providers.set(`0x${Buffer.from(sha256(certified.signer.publicKey.spki)).toString('hex')}`, ORG)
    const signing = { ...makeKey(), sign: (data: Uint8Array) => certified.signer.sign(data) }
    const attestation = provider.attestation(
      { iss: 'https://provider.example' },
      { jwk: undefined, x5c: certified.x5c },
      signing,
    )
    const proof = provider.proof({ iss: CLIENT, exp: authority.now + 60, aud: [wallet.endpoints.issuer] })
    const reply = await push(provider.headers(attestation, proof))
    expect(reply.status, reply.body).to.equal(201)
  })

  it('accepts the DPoP proof of the same key as the proof of possession', async () => {
    const { endpoints } = wallet
    const headers = provider.headers()
    const combined = (url: string, key = provider.instance) => ({
      clientAttestation: headers.clientAttestation,
      dpop: wallet.dpop(url, undefined, {}, { jwk: key.jwk }, key),
    })
    expect((await push(combined(endpoints.par))).status).to.equal(201)
    expect((await token(combined(endpoints.token))).status).to.equal(200)
    expectError(await push(combined(endpoints.par, makeKey())), 'invalid_client_attestation')
    expectError(await push({ clientAttestation: headers.clientAttestation }), 'invalid_client_attestation')
    // dpop_jkt only names a key (draft 10, DPoP combined mode).
    const named = { dpop_jkt: 'x'.repeat(43) }
    expectError(await push({ clientAttestation: headers.clientAttestation }, named), 'invalid_client_attestation')
  })

  const spoiled: Readonly<Record<string, readonly [error: string, make: () => Headers]>> = {
    'no JWT': ['invalid_client_attestation', () => provider.headers('x')],
    'two headers': [
      'invalid_client_attestation',
      () => provider.headers(`${provider.attestation()}, ${provider.attestation()}`),
    ],
    'another type': ['invalid_client_attestation', () => provider.headers(provider.attestation({}, { typ: 'JWT' }))],
    'no key': ['invalid_client_attestation', () => provider.headers(provider.attestation({}, { jwk: undefined }))],
    'a signature of another key': [
      'invalid_client_attestation',
      () => provider.headers(provider.attestation({}, { jwk: provider.key.jwk }, makeKey())),
    ],
    'a provider that is not admitted': [
      'invalid_client_attestation',
      () => provider.headers(provider.attestation({}, {}, makeKey())),
    ],
    'no exp': ['invalid_client_attestation', () => provider.headers(provider.attestation({ exp: undefined }))],
    'an exp that has passed': [
      'use_fresh_attestation',
      () => provider.headers(provider.attestation({ exp: authority.now })),
    ],
    'an iat in the future': [
      'invalid_client_attestation',
      () => provider.headers(provider.attestation({ iat: authority.now + 301 })),
    ],
    'no sub': ['invalid_client_attestation', () => provider.headers(provider.attestation({ sub: undefined }))],
    'a sub that is another client': [
      'invalid_client_attestation',
      () => provider.headers(provider.attestation({ sub: 'another' })),
    ],
    'no cnf': ['invalid_client_attestation', () => provider.headers(provider.attestation({ cnf: undefined }))],
    'a private key in cnf': [
      'invalid_client_attestation',
      () => provider.headers(provider.attestation({ cnf: { jwk: { ...provider.instance.jwk, d: 'A'.repeat(43) } } })),
    ],
    'no proof of possession': [
      'invalid_client_attestation',
      () => ({ ...provider.headers(), clientAttestationPop: undefined }),
    ],
    'a proof without an attestation': [
      'invalid_client_attestation',
      () => ({ ...provider.headers(), clientAttestation: undefined }),
    ],
    'a proof of another key': [
      'invalid_client_attestation',
      () => provider.headers(undefined, provider.proof({}, {}, makeKey())),
    ],
    'a proof of another type': [
      'invalid_client_attestation',
      () => provider.headers(undefined, provider.proof({}, { typ: 'JWT' })),
    ],
    'a proof for another audience': [
      'invalid_client_attestation',
      () => provider.headers(undefined, provider.proof({ aud: 'https://another.example' })),
    ],
    'a proof for several audiences': [
      'invalid_client_attestation',
      () => provider.headers(undefined, provider.proof({ aud: [wallet.endpoints.issuer, 'https://another.example'] })),
    ],
    'a proof of another client': [
      'invalid_client_attestation',
      () => provider.headers(undefined, provider.proof({ iss: 'another' })),
    ],
    'a proof without jti': [
      'invalid_client_attestation',
      () => provider.headers(undefined, provider.proof({ jti: undefined })),
    ],
    'a proof without iat': [
      'invalid_client_attestation',
      () => provider.headers(undefined, provider.proof({ iat: undefined })),
    ],
    'a proof that has expired': [
      'invalid_client_attestation',
      () => provider.headers(undefined, provider.proof({ exp: authority.now - 301 })),
    ],
    'an old proof': [
      'use_attestation_challenge',
      () => provider.headers(undefined, provider.proof({ iat: authority.now - 301 })),
    ],
    'a foreign challenge': [
      'use_attestation_challenge',
      () => provider.headers(undefined, provider.proof({ challenge: 'x' })),
    ],
  }
  for (const setting of ['accepted', 'required'] as const) {
    describe(`where it is ${setting}`, () => {
      beforeEach(() => begin(setting))

      for (const [what, [error, make]] of Object.entries(spoiled)) {
        it(`refuses ${what} at both endpoints: ${error}`, async () => {
          for (const reply of [await push(make()), await token(make(), { client_id: CLIENT })]) {
            expectError(reply, error)
            const challenge = reply.headers['OAuth-Client-Attestation-Challenge']
            if (error === 'use_attestation_challenge') expect(challenge).to.be.a('string')
          }
          expect((await token(provider.headers())).status, 'the offer is not used up').to.equal(200)
        })
      }

      it('refuses a proof of possession that was used before, at either endpoint', async () => {
        const headers = provider.headers()
        expect((await push(headers)).status).to.equal(201)
        expectError(await push(headers), 'invalid_client_attestation')
        expectError(await token(headers), 'invalid_client_attestation')
        expect((await token(provider.headers(headers.clientAttestation))).status).to.equal(200)
      })

      it('refuses a secret beside an attestation', async () => {
        expectError(await push(provider.headers(), { client_secret: 'x' }), 'invalid_client')
      })
    })
  }

  it('demands one only where the setting does: invalid_client', async () => {
    expectError(await push({}), 'invalid_client')
    expectError(await token({}), 'invalid_client')
    await begin('accepted')
    expect((await push({})).status).to.equal(201)
    expect((await token({})).status).to.equal(200)
  })

  it('accepts a challenge of this process from a wallet whose clock is wrong', async () => {
    const given = parsed(authority.oid4vci.challenge())
    expect(Object.keys(given)).to.deep.equal(['attestation_challenge'])
    const late = { iat: authority.now - 10_000, challenge: String(given.attestation_challenge) }
    expect((await push(provider.headers(undefined, provider.proof(late)))).status).to.equal(201)
    const refused = await push(provider.headers(undefined, provider.proof({ iat: 1 })))
    const challenge = String(refused.headers['OAuth-Client-Attestation-Challenge'])
    expect((await push(provider.headers(undefined, provider.proof({ iat: 1, challenge })))).status).to.equal(201)
    authority.now += 300
    expectError(await push(provider.headers(undefined, provider.proof({ challenge }))), 'use_attestation_challenge')
  })

  it('refuses the proofs of an earlier process, which it cannot remember', async () => {
    const headers = provider.headers()
    expect((await push(headers)).status).to.equal(201)
    const started = authority.now + 1
    authority = await makeAuthority({ store: authority.store, walletAttestation: 'required', clock: () => started })
    authority.providers.set(provider.keyId, ORG)
    expectError(await push(headers, { issuer_state: undefined }), 'use_attestation_challenge')
  })

  it('binds the code to the wallet that pushed the request', async () => {
    const code = await codeFor(provider.headers())
    const other = new WalletProvider(authority)
    expectError(await redeem(code, other.headers()), 'invalid_grant')
    expect((await redeem(code, provider.headers())).status).to.equal(200)
    await begin('accepted')
    const bound = await codeFor(provider.headers())
    expectError(await redeem(bound, {} as Headers, { client_id: CLIENT }), 'invalid_grant')
    expect((await redeem(bound, provider.headers())).status).to.equal(200)
  })

  it('names the provider on the authorization page by its registered name', async () => {
    const request_uri = String(parsed(await push(provider.headers())).request_uri)
    const page = await authority.oid4vci.authorize.show(new URLSearchParams({ client_id: CLIENT, request_uri }))
    expect(page.body).to.contain('Wallets Ltd').and.contain('Verified wallet').and.not.contain('Unverified app')
    expect(page.body).to.contain(`<q>${CLIENT}</q>`)
  })

  it('refuses the card when the provider has been removed since the token', async () => {
    const accessToken = String(parsed(await token(provider.headers())).access_token)
    authority.providers.clear()
    expectError(await wallet.requestCredential(accessToken), 'credential_request_denied')
    expect(authority.issuing.orders).to.have.length(0)
  })

  it('refuses a token that a wallet got without an attestation, before one was demanded', async () => {
    await begin('accepted')
    const accessToken = await wallet.token(offer)
    const { store } = authority
    const restarted = await makeAuthority({ store, walletAttestation: 'required' })
    const again = Object.assign(new Wallet(restarted), { dpopKey: wallet.dpopKey })
    const reply: Reply = await again.requestCredential(accessToken)
    expect([reply.status, parsed(reply).error]).to.deep.equal([401, 'invalid_token'])
  })
})
