/** What an issuer with HAIP on refuses, and that it serves a wallet that follows HAIP. docs/haip.md names these tests. */
import { expect } from 'chai'
import type { OfferHandout } from '../../../../node/issuer/offers/offer.ts'
import { toBase64url } from '../../../../node/lib/bytes.ts'
import { signJws } from '../../../../node/lib/jose/jws.ts'
import { random } from '../../credential/support.ts'
import { exchange, form, makeAuthority, parsed, type TestAuthority } from './authority.ts'
import {
  authorizationResponse,
  type Change,
  type Headers,
  pushRequest,
  REDIRECT,
  redeemCode,
  VERIFIER,
} from './code-flow.ts'
import { selfSigned } from './self-signed.ts'
import { expectError, Wallet } from './wallet.ts'
import { CLIENT, certifiedKey, ORG, WalletProvider } from './wallet-provider.ts'

const SCOPE = 'urn:dojang:kr:resident:1'

describe('an issuer with HAIP', () => {
  let authority: TestAuthority
  let wallet: Wallet
  let provider: WalletProvider
  let offer: OfferHandout

  beforeEach(async () => {
    authority = await makeAuthority({ haip: true })
    wallet = new Wallet(authority)
    provider = await WalletProvider.certified(authority)
    offer = await authority.offer()
  })

  const push = (change: Change = {}, headers: Headers = provider.headers()) =>
    pushRequest({ authority, wallet, offer }, headers, change)
  const authorized = () => authorizationResponse({ authority, wallet, offer }, provider.headers())
  const redeem = (code: string, change: Change = {}) =>
    redeemCode({ authority, wallet }, code, provider.headers(), change)
  const attestedProof = () => {
    const { c: nonce } = wallet.nonces()
    const key_attestation = provider.keyAttestation([wallet.holderKey], { nonce })
    return { proofs: { jwt: [wallet.proof({ nonce }, { key_attestation })] } }
  }

  it('gives a card by the authorization code flow: attested PAR, PKCE S256, iss, DPoP, an attested key', async () => {
    const answer = await authorized()
    expect(answer.get('iss')).to.equal(wallet.endpoints.issuer)
    const reply = await redeem(String(answer.get('code')))
    expect(reply.status, reply.body).to.equal(200)
    expect(parsed(reply).token_type).to.equal('DPoP')
    const card = await wallet.requestCredential(String(parsed(reply).access_token), attestedProof())
    expect(card.status, card.body).to.equal(200)
  })

  it('gives a card for a pre-authorized code too, to an attested wallet', async () => {
    expectError(await wallet.requestToken(offer), 'invalid_client')
    const reply = await wallet.requestToken(offer, {}, provider.headers())
    expect(reply.status, reply.body).to.equal(200)
    const card = await wallet.requestCredential(String(parsed(reply).access_token), attestedProof())
    expect(card.status, card.body).to.equal(200)
  })

  it('gives a refresh token, which needs DPoP and the attestation of the same wallet, and a next key that is attested', async () => {
    const { refresh_token } = parsed(await wallet.requestToken(offer, {}, provider.headers()))
    const body = form({ grant_type: 'refresh_token', refresh_token: String(refresh_token), client_id: CLIENT })
    const refresh = (headers: Headers) =>
      authority.oid4vci.token.handle(exchange(body, { dpop: wallet.dpop(wallet.endpoints.token), ...headers }))
    expectError(await refresh({}), 'invalid_client')
    expectError(await refresh({ ...provider.headers(), dpop: undefined }), 'invalid_dpop_proof')
    const other = await WalletProvider.certified(authority)
    expectError(await refresh(other.headers()), 'invalid_grant')
    const reply = await refresh(provider.headers())
    expect(reply.status, reply.body).to.equal(200)
    const token = String(parsed(reply).access_token)
    expectError(await wallet.requestCredential(token), 'invalid_proof')
    expect((await wallet.requestCredential(token, attestedProof())).status).to.equal(200)
  })

  it('takes both proof types, and refuses a key that is not attested', async () => {
    const token = async () => String(parsed(await wallet.requestToken(offer, {}, provider.headers())).access_token)
    const first = await token()
    expectError(await wallet.requestCredential(first), 'invalid_proof')
    const { c: nonce } = wallet.nonces()
    const proofs = { attestation: [provider.keyAttestation([wallet.holderKey], { nonce })] }
    expect((await wallet.requestCredential(first, { proofs })).status).to.equal(200)
  })

  it('refuses a request without an attestation at the PAR and token endpoints', async () => {
    expectError(await push({}, {}), 'invalid_client')
    const code = String((await authorized()).get('code'))
    const body = form({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT, code_verifier: VERIFIER })
    const dpop = wallet.dpop(wallet.endpoints.token)
    expectError(await authority.oid4vci.token.handle(exchange(body, { dpop })), 'invalid_client')
  })

  it('refuses an attestation that has expired, and one for another client', async () => {
    const expired = provider.attestation({ exp: authority.now })
    expectError(await push({}, provider.headers(expired)), 'use_fresh_attestation')
    expectError(await push({ client_id: 'https://other.example' }), 'invalid_client_attestation')
  })

  it('refuses attestations whose key is not in x5c, or whose x5c has a self-signed certificate', async () => {
    const { key, x5c, root } = await certifiedKey(authority.now)
    const bad: Record<string, readonly [WalletProvider, object]> = {
      'a jwk': [new WalletProvider(authority), {}],
      'the trust anchor': [new WalletProvider(authority, ORG, key, x5c), { x5c: [...x5c, root] }],
      'an empty list': [provider, { x5c: [] }],
      'no list': [provider, { x5c: 'x' }],
      'not base64': [provider, { x5c: ['*'] }],
      'a number in the list': [provider, { x5c: [...(provider.x5c ?? []), 1] }],
    }
    for (const [name, [other, header]] of Object.entries(bad)) {
      const reply = await push({}, other.headers(other.attestation({}, { ...header })))
      expect(parsed(reply).error, name).to.equal('invalid_client_attestation')
      const { access_token } = parsed(await wallet.requestToken(offer, {}, provider.headers()))
      const { c: nonce } = wallet.nonces()
      const proofs = { attestation: [other.keyAttestation([wallet.holderKey], { nonce }, { ...header })] }
      expectError(await wallet.requestCredential(String(access_token), { proofs }), 'invalid_proof')
      offer = await authority.offer()
    }
  })

  it('refuses a self-signed certificate of the provider, whatever names it has', async () => {
    for (const names of [
      { subject: 'CN=provider', issuer: 'CN=provider' },
      { subject: 'CN=provider', issuer: 'CN=root' },
    ]) {
      const { key, x5c } = await selfSigned(names)
      const other = new WalletProvider(authority, ORG, key, x5c)
      expectError(await push({}, other.headers()), 'invalid_client_attestation')
    }
  })

  it('refuses a JWT that is dated more than a minute ahead, and aud as a list', async () => {
    const ahead = { iat: authority.now + 61 }
    const near = { iat: authority.now + 10 }
    expect((await push({}, provider.headers(provider.attestation(near), provider.proof(near)))).status).to.equal(201)
    const refused = async (headers: Headers, error: string) => expectError(await push({}, headers), error)
    await refused(provider.headers(provider.attestation(ahead)), 'invalid_client_attestation')
    await refused(provider.headers(undefined, provider.proof(ahead)), 'use_attestation_challenge')
    const list = { aud: [wallet.endpoints.issuer] }
    await refused(provider.headers(undefined, provider.proof(list)), 'invalid_client_attestation')
    const dpop = (claims: object) => ({
      ...provider.headers(),
      dpop: wallet.dpop(wallet.endpoints.par, undefined, { ...claims }),
    })
    await refused(dpop(ahead), 'invalid_dpop_proof')
    expect((await push({}, dpop(near))).status).to.equal(201)
    const { access_token } = parsed(await wallet.requestToken(offer, {}, provider.headers()))
    const { c: nonce } = wallet.nonces()
    const late = provider.keyAttestation([wallet.holderKey], { nonce, ...ahead })
    expectError(
      await wallet.requestCredential(String(access_token), { proofs: { attestation: [late] } }),
      'invalid_proof',
    )
  })

  it('refuses PKCE plain, PKCE left out, and a wrong verifier', async () => {
    expectError(await push({ code_challenge_method: 'plain', code_challenge: VERIFIER }), 'invalid_request')
    expectError(await push({ code_challenge_method: undefined }), 'invalid_request')
    expectError(await push({ code_challenge: undefined }), 'invalid_request')
    expectError(
      await redeem(String((await authorized()).get('code')), { code_verifier: 'w'.repeat(43) }),
      'invalid_grant',
    )
    offer = await authority.offer()
    expectError(await redeem(String((await authorized()).get('code')), { code_verifier: undefined }), 'invalid_grant')
  })

  it('refuses an authorization request that was not pushed', async () => {
    const direct = new URLSearchParams({
      response_type: 'code',
      client_id: CLIENT,
      redirect_uri: REDIRECT,
      scope: SCOPE,
    })
    const reply = await authority.oid4vci.authorize.show(direct)
    expect(reply.status).to.equal(400)
    expect(reply.headers).not.to.have.property('Location')
  })

  it('demands a scope that names the card, also beside authorization_details', async () => {
    const details = JSON.stringify([{ type: 'openid_credential', credential_configuration_id: 'resident' }])
    expectError(await push({ scope: undefined }), 'invalid_scope')
    expectError(await push({ scope: undefined, authorization_details: details }), 'invalid_scope')
    expectError(await push({ scope: 'urn:dojang:kr:driver:1' }), 'invalid_scope')
    expect((await push({ authorization_details: details })).status).to.equal(201)
  })

  it('refuses alg none, another curve and a symmetric algorithm in each JWT of a wallet', async () => {
    const foreign = { kty: 'EC', crv: 'P-384', x: 'A'.repeat(64), y: 'A'.repeat(64) }
    for (const alg of ['none', 'ES384', 'HS256']) {
      expectError(await push({}, provider.headers(provider.attestation({}, { alg }))), 'invalid_client_attestation')
      expectError(
        await push({}, provider.headers(undefined, provider.proof({}, { alg }))),
        'invalid_client_attestation',
      )
      const dpop = wallet.dpop(wallet.endpoints.par, undefined, {}, { alg })
      expectError(await push({}, { ...provider.headers(), dpop }), 'invalid_dpop_proof')
    }
    const cnf = provider.attestation({ cnf: { jwk: foreign } })
    expectError(await push({}, provider.headers(cnf)), 'invalid_client_attestation')
    const dpop = wallet.dpop(wallet.endpoints.par, undefined, {}, { jwk: foreign })
    expectError(await push({}, { ...provider.headers(), dpop }), 'invalid_dpop_proof')
    const { access_token } = parsed(await wallet.requestToken(offer, {}, provider.headers()))
    for (const alg of ['none', 'ES384']) {
      const { c: nonce } = wallet.nonces()
      const proof = signJws(
        { typ: 'openid4vci-proof+jwt', jwk: wallet.holderKey.jwk, ...{ alg } },
        { aud: wallet.endpoints.issuer, iat: authority.now, nonce, jti: toBase64url(random(8)) },
        wallet.holderKey.sign,
      )
      expectError(await wallet.requestCredential(String(access_token), { proofs: { jwt: [proof] } }), 'invalid_proof')
    }
  })

  it('says in its metadata what it demands', () => {
    const { serverMetadata: server, issuerMetadata } = authority.oid4vci
    expect(server).to.deep.include({
      require_pushed_authorization_requests: true,
      token_endpoint_auth_methods_supported: ['attest_jwt_client_auth', 'attest_jwt_client_auth_dpop'],
      code_challenge_methods_supported: ['S256'],
      dpop_signing_alg_values_supported: ['ES256'],
      authorization_response_iss_parameter_supported: true,
      'pre-authorized_grant_anonymous_access_supported': false,
    })
    expect(issuerMetadata).to.include.keys('nonce_endpoint').and.not.include.keys('batch_credential_issuance')
    const configurations = Object.values(issuerMetadata.credential_configurations_supported as Record<string, object>)
    const scopes = configurations.map(each => (each as { scope?: unknown }).scope)
    expect(scopes.every(scope => typeof scope === 'string')).to.equal(true)
    expect(new Set(scopes).size, 'each scope is of one card').to.equal(configurations.length)
    for (const { proof_types_supported: types } of configurations as { proof_types_supported: object }[]) {
      expect(types).to.have.keys('jwt', 'attestation')
      expect(JSON.stringify(types).match(/"ES256"/g)).to.have.length(2)
    }
  })

  it('off changes nothing: a jwk, aud as a list and a clock five minutes ahead are accepted', async () => {
    authority = await makeAuthority({ walletAttestation: 'required' })
    wallet = new Wallet(authority)
    provider = new WalletProvider(authority)
    offer = await authority.offer()
    const at = { iat: authority.now + 299 }
    const proof = provider.proof({ ...at, aud: [wallet.endpoints.issuer] })
    const details = JSON.stringify([{ type: 'openid_credential', credential_configuration_id: 'resident' }])
    const change = { scope: undefined, authorization_details: details }
    expect((await push(change, provider.headers(provider.attestation(at), proof))).status).to.equal(201)
  })
})
