import { expect } from 'chai'
import { Dpop } from '../../../../node/issuer/oid4vci/dpop/dpop.ts'
import { ReplayGuard } from '../../../../node/issuer/oid4vci/dpop/replay-guard.ts'
import { OAuthError } from '../../../../node/issuer/oid4vci/errors.ts'
import { ImportedKeys } from '../../../../node/issuer/oid4vci/imported-keys.ts'
import { signJws } from '../../../../node/lib/jose/jws.ts'
import { makeKey, NOW, random } from '../../credential/support.ts'
import { makeAuthority, parsed, type TestAuthority } from './authority.ts'
import { expectChallenge, expectError, Wallet } from './wallet.ts'

describe('DPoP at the token endpoint', () => {
  let authority: TestAuthority
  let wallet: Wallet

  beforeEach(async () => {
    authority = await makeAuthority()
    wallet = new Wallet(authority)
  })

  it('requests its nonce once, and the retry succeeds', async () => {
    const offer = await authority.offer()
    const url = wallet.endpoints.token
    const first = await wallet.requestToken(offer, {}, { dpop: wallet.dpop(url, undefined, { nonce: undefined }) })
    expectError(first, 'use_dpop_nonce')
    const dpop = wallet.dpop(url, undefined, { nonce: first.headers['DPoP-Nonce'] })
    expect((await wallet.requestToken(offer, {}, { dpop })).status).to.equal(200)
  })

  it('accepts htu with a query, with a fragment, or in another spelling', async () => {
    for (const htu of ['http://LOCALHOST:4100/oid4vci/token', 'http://localhost:4100/oid4vci/token?x=1#y']) {
      const dpop = wallet.dpop(wallet.endpoints.token, undefined, { htu })
      expect((await wallet.requestToken(await authority.offer(), {}, { dpop })).status, htu).to.equal(200)
    }
  })

  it('refuses each wrong member: invalid_dpop_proof', async () => {
    const offer = await authority.offer()
    const url = wallet.endpoints.token
    const key = makeKey()
    const privateJwk = { ...key.jwk, d: 'AAAA' }
    const proofs: Record<string, string | undefined> = {
      'no proof': undefined,
      'no JWS': 'x',
      'two proofs in one header': `${wallet.dpop(url)}, ${wallet.dpop(url)}`,
      typ: wallet.dpop(url, undefined, {}, { typ: 'JWT' }),
      'alg none': wallet.dpop(url, undefined, {}, { alg: 'none' }),
      'alg HS256': wallet.dpop(url, undefined, {}, { alg: 'HS256' }),
      crit: wallet.dpop(url, undefined, {}, { crit: ['exp'] }),
      'no jwk': wallet.dpop(url, undefined, {}, { jwk: undefined }),
      'private jwk': wallet.dpop(url, undefined, {}, { jwk: privateJwk }, key),
      'jwk off the curve': wallet.dpop(url, undefined, {}, { jwk: { ...key.jwk, y: key.jwk.x } }),
      'signature of another key': wallet.dpop(url, undefined, {}, { jwk: key.jwk }),
      'wrong htm': wallet.dpop(url, undefined, { htm: 'GET' }),
      'wrong htu': wallet.dpop(wallet.endpoints.credential),
      'htu of another host': wallet.dpop('http://localhost.evil.example/oid4vci/token'),
      'htu with a user': wallet.dpop('http://evil@localhost:4100/oid4vci/token'),
      'no jti': wallet.dpop(url, undefined, { jti: undefined }),
      'long jti': wallet.dpop(url, undefined, { jti: 'j'.repeat(257) }),
      'no iat': wallet.dpop(url, undefined, { iat: undefined }),
      'iat in the past': wallet.dpop(url, undefined, { iat: authority.now - 301 }),
      'iat in the future': wallet.dpop(url, undefined, { iat: authority.now + 301 }),
      expired: wallet.dpop(url, undefined, { exp: authority.now - 300 }),
      'not in force yet': wallet.dpop(url, undefined, { nbf: authority.now + 301 }),
    }
    for (const [what, dpop] of Object.entries(proofs)) {
      const reply = await wallet.requestToken(offer, {}, { dpop })
      expect(`${what}: ${parsed(reply).error}`).to.equal(`${what}: invalid_dpop_proof`)
      expectError(reply, 'invalid_dpop_proof')
    }
    await wallet.token(offer)
  })

  it('accepts each proof only once', async () => {
    const dpop = wallet.dpop(wallet.endpoints.token)
    const [offer, other] = [await authority.offer(), await authority.offer()]
    expect((await wallet.requestToken(offer, {}, { dpop })).status).to.equal(200)
    expectError(await wallet.requestToken(other, {}, { dpop }), 'invalid_dpop_proof')
  })

  it('refuses an old, a foreign and a malformed nonce: use_dpop_nonce with a new one', async () => {
    const offer = await authority.offer()
    const url = wallet.endpoints.token
    const foreign = new Wallet(await makeAuthority()).nonces().dpop
    const old = wallet.dpop(url)
    authority.now += 301
    const replies = [
      await wallet.requestToken(offer, {}, { dpop: old }),
      await wallet.requestToken(offer, {}, { dpop: wallet.dpop(url, undefined, { nonce: foreign }) }),
      await wallet.requestToken(offer, {}, { dpop: wallet.dpop(url, undefined, { nonce: wallet.nonces().c }) }),
      await wallet.requestToken(offer, {}, { dpop: wallet.dpop(url, undefined, { nonce: 7 }) }),
    ]
    for (const reply of replies) {
      expectError(reply, 'use_dpop_nonce')
      expect(reply.headers['DPoP-Nonce']).to.match(/^[\w-]{43}$/)
    }
  })
})

describe('DPoP at a protected resource', () => {
  let authority: TestAuthority
  let wallet: Wallet
  let accessToken: string

  beforeEach(async () => {
    authority = await makeAuthority()
    wallet = new Wallet(authority)
    accessToken = await wallet.token(await authority.offer())
  })

  const withProof = (dpop: string | undefined) => wallet.requestCredential(accessToken, {}, { dpop })

  it('refuses a request without a proof, and a proof without ath or with the ath of another token', async () => {
    const url = wallet.endpoints.credential
    expectChallenge(await withProof(undefined), 'invalid_dpop_proof')
    expectChallenge(await withProof(wallet.dpop(url)), 'invalid_dpop_proof')
    expectChallenge(await withProof(wallet.dpop(url, 'another')), 'invalid_dpop_proof')
    expect(authority.issuing.orders).to.have.length(0)
  })

  it('refuses the proof of another key, so that a stolen token cannot be used', async () => {
    const thief = new Wallet(authority)
    expectChallenge(await withProof(thief.dpop(wallet.endpoints.credential, accessToken)), 'invalid_token')
    expect(authority.issuing.orders).to.have.length(0)
  })

  it('refuses a replayed proof, and one for another endpoint', async () => {
    const dpop = wallet.dpop(wallet.endpoints.credential, accessToken)
    expect((await withProof(dpop)).status).to.equal(200)
    expectChallenge(await withProof(dpop), 'invalid_dpop_proof')
    expectChallenge(await withProof(wallet.dpop(wallet.endpoints.notification, accessToken)), 'invalid_dpop_proof')
  })

  it('requests its nonce in WWW-Authenticate', async () => {
    const reply = await withProof(wallet.dpop(wallet.endpoints.credential, accessToken, { nonce: undefined }))
    expectChallenge(reply, 'use_dpop_nonce')
    expect(reply.headers['DPoP-Nonce']).to.be.a('string')
  })

  it('refuses an unknown token, an expired one, and one of another scheme: invalid_token; sends no code without a token', async () => {
    expectChallenge(await wallet.requestCredential('x'.repeat(43)), 'invalid_token')
    expectChallenge(
      await wallet.requestCredential(accessToken, {}, { authorization: `Bearer ${accessToken}` }),
      'invalid_token',
    )
    const none = await wallet.requestCredential(accessToken, {}, { authorization: undefined })
    expect([none.status, none.headers['WWW-Authenticate'], none.body]).to.deep.equal([401, 'DPoP algs="ES256"', ''])
    authority.now += 900
    expectChallenge(await wallet.requestCredential(accessToken), 'invalid_token')
  })
})

describe('the replay guard', () => {
  it('remembers an id for at least its lifetime, and at most twice as long', () => {
    let now = 0
    const guard = new ReplayGuard(10, 100, () => now, random, expect.fail)
    expect(guard.first('a')).to.equal(true)
    now = 19
    expect(guard.first('a')).to.equal(false)
    now = 29
    expect(guard.first('b')).to.equal(true)
    now = 40
    expect(guard.first('a')).to.equal(true)
  })

  it('makes all earlier nonces invalid when it is full, because it then forgets proofs', () => {
    let now = NOW
    const dpop = new Dpop(() => now, random, new ImportedKeys(), false, 4)
    const key = makeKey()
    const request = { method: 'POST', url: 'http://localhost/token' } as const
    const proof = (jti: string, nonce: string) =>
      signJws({ typ: 'dpop+jwt', jwk: key.jwk }, { jti, htm: 'POST', htu: request.url, iat: now, nonce }, key.sign)
    const nonce = dpop.nonce()
    const proofs = ['1', '2', '3', '4', '5'].map(jti => proof(jti, nonce))
    for (const each of proofs) dpop.verify(each, request)
    expect(() => dpop.verify(proofs[0], request))
      .to.throw(OAuthError)
      .with.property('error', 'use_dpop_nonce')
    dpop.verify(proof('1', dpop.nonce()), request)
    now += 1
    dpop.verify(proof('2', dpop.nonce()), request)
  })
})
