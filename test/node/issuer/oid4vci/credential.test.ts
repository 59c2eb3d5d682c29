import { expect } from 'chai'
import { CompactEncrypt, compactDecrypt, exportJWK, generateKeyPair, importJWK } from 'jose'
import { verifyCredential } from '../../../../node/credential/credential.ts'
import { parseSdJwt } from '../../../../node/credential/sd-jwt/parse.ts'
import { MAX_BODY } from '../../../../node/issuer/oid4vci/exchange.ts'
import { utf8 } from '../../../../node/lib/bytes.ts'
import { thumbprint } from '../../../../node/lib/jose/jwk.ts'
import { issuer, makeKey } from '../../credential/support.ts'
import { makeAuthority, parsed, type TestAuthority } from './authority.ts'
import { expectChallenge, expectError, Wallet } from './wallet.ts'

describe('credential endpoint', () => {
  let authority: TestAuthority
  let wallet: Wallet
  let applicationId: string
  let token: string

  beforeEach(async () => {
    authority = await makeAuthority()
    wallet = new Wallet(authority)
    const offer = await authority.offer()
    applicationId = offer.applicationId
    token = await wallet.token(offer)
  })

  const withProofs = (...jwt: unknown[]) => wallet.requestCredential(token, { proofs: { jwt } })

  it('returns an SD-JWT VC bound to the proven key, and only members of the standard', async () => {
    const reply = await wallet.requestCredential(token)
    expect(reply.status, reply.body).to.equal(200)
    expect(reply.headers).to.include({ 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
    const { credentials, notification_id, ...rest } = parsed(reply) as {
      credentials: { credential: string }[]
    } & Record<string, unknown>
    expect(rest).to.deep.equal({})
    expect(notification_id).to.match(/^[\w-]{43}$/)
    expect(credentials).to.have.length(1)
    const credential = verifyCredential(parseSdJwt(String(credentials[0]?.credential)), issuer.publicKey)
    expect(thumbprint(credential.holder)).to.equal(thumbprint(wallet.holderKey.jwk))
    expect(credential.vct).to.equal('urn:dojang:kr:resident:1')
    expect(authority.applications.require(applicationId).state).to.equal('issued')
  })

  it('returns the same credential again for the same key, and none for another key', async () => {
    const first = parsed(await wallet.requestCredential(token))
    expect(parsed(await wallet.requestCredential(token))).to.deep.equal(first)
    const other = wallet.proof({}, {}, makeKey())
    expectError(await withProofs(other), 'credential_request_denied')
    const { ops } = authority.issuing.orders[1] ?? {}
    expect(ops, 'the application is not issued twice').to.deep.equal([])
  })

  it('processes one request of an application at a time', async () => {
    const replies = await Promise.all([wallet.requestCredential(token), wallet.requestCredential(token)])
    expect(replies.map(({ status }) => status)).to.deep.equal([200, 200])
    expect(replies[0]?.body).to.equal(replies[1]?.body)
  })

  it('verifies all proofs, and issues for the key of the first', async () => {
    const second = makeKey()
    const reply = await withProofs(wallet.proof(), wallet.proof({}, {}, second))
    expect(parsed(reply).credentials).to.have.length(1)
    expect(authority.issuing.orders[0]?.holderKey).to.deep.equal(wallet.holderKey.jwk)
    expectError(
      await withProofs(wallet.proof(), wallet.proof({ aud: 'https://other.example' }, {}, second)),
      'invalid_proof',
    )
  })

  it('accepts a kid beside the jwk, an iss that is the client, and unknown members', async () => {
    const proof = wallet.proof({ iss: 'anyone', exp: authority.now + 60, nbf: authority.now - 60 }, { kid: '0' })
    const reply = await wallet.requestCredential(token, {
      proofs: { jwt: [proof] },
      format: 'dc+sd-jwt',
      vct: 'x',
      doctype: 'y',
      proof: { proof_type: 'jwt', jwt: 'z' },
    })
    expect(reply.status, reply.body).to.equal(200)
  })

  it('refuses each wrong proof: invalid_proof', async () => {
    const key = makeKey()
    const { audience, ...wrong }: Record<string, string> = {
      audience: wallet.proof({ aud: 'https://another-issuer.example' }),
      'audience with a slash': wallet.proof({ aud: `${wallet.endpoints.issuer}/` }),
      typ: wallet.proof({}, { typ: 'JWT' }),
      'alg none': wallet.proof({}, { alg: 'none' }),
      crit: wallet.proof({}, { crit: ['b64'] }),
      'only a kid': wallet.proof({}, { jwk: undefined, kid: 'did:example:1#0' }),
      'x5c beside jwk': wallet.proof({}, { x5c: ['MIIB'] }),
      'private key shown': wallet.proof({}, { jwk: { ...key.jwk, d: 'AAAA' } }),
      'key off the curve': wallet.proof({}, { jwk: { ...key.jwk, y: key.jwk.x } }),
      'other key signed': wallet.proof({}, { jwk: key.jwk }),
      'no nonce': wallet.proof({ nonce: undefined }),
      'no iat': wallet.proof({ iat: undefined }),
      'iat far ahead': wallet.proof({ iat: authority.now + 600 }),
      expired: wallet.proof({ exp: authority.now - 300 }),
      'not in force yet': wallet.proof({ nbf: authority.now + 301 }),
      'exp that is no time': wallet.proof({ exp: 'never' }),
      'not a JWS': 'x.y',
    }
    expectError(await withProofs(audience), 'invalid_proof')
    for (const [what, jwt] of Object.entries(wrong)) {
      expect(`${what}: ${parsed(await withProofs(jwt)).error}`).to.equal(`${what}: invalid_proof`)
    }
    expect(authority.issuing.orders).to.have.length(0)
  })

  it('refuses a missing, empty, foreign or overlong list of proofs: invalid_proof', async () => {
    const lists = [
      undefined,
      {},
      { jwt: [] },
      { jwt: 'x' },
      { attestation: ['x'] },
      { jwt: [wallet.proof()], di_vp: [] },
      { jwt: [7] },
    ]
    for (const proofs of lists) expectError(await wallet.requestCredential(token, { proofs }), 'invalid_proof')
    expectError(await withProofs(...Array(33).fill(wallet.proof())), 'invalid_proof')
  })

  it('refuses a wrong, old or foreign nonce: invalid_nonce', async () => {
    const foreign = wallet.nonces().dpop
    const old = wallet.nonces().c
    const tampered = `${old[0] === 'A' ? 'B' : 'A'}${old.slice(1)}`
    expectError(await withProofs(wallet.proof({ nonce: 'x' })), 'invalid_nonce')
    expectError(await withProofs(wallet.proof({ nonce: foreign })), 'invalid_nonce')
    expectError(await withProofs(wallet.proof({ nonce: tampered })), 'invalid_nonce')
    expect((await withProofs(wallet.proof({ nonce: old }))).status).to.equal(200)
    authority.now += 300
    expectError(await withProofs(wallet.proof({ nonce: old })), 'invalid_nonce')
  })

  it('accepts a nonce for one request, in all of its proofs: then invalid_nonce', async () => {
    const { c } = wallet.nonces()
    const proof = wallet.proof({ nonce: c })
    expectError(await withProofs(wallet.proof({ nonce: c, aud: 'https://other.example' })), 'invalid_proof')
    expect((await withProofs(proof, wallet.proof({ nonce: c }, {}, makeKey()))).status, 'a refusal used it').to.equal(
      200,
    )
    expectError(await withProofs(proof), 'invalid_nonce')
    expectError(await withProofs(wallet.proof(), wallet.proof({ nonce: c })), 'invalid_nonce')
    expect((await withProofs(wallet.proof())).status).to.equal(200)
  })

  it('issues one card for several concurrent requests with the same proof', async () => {
    const proof = wallet.proof()
    const replies = await Promise.all(Array.from({ length: 5 }, () => withProofs(proof)))
    expect(replies.map(({ status }) => status).sort()).to.deep.equal([200, 400, 400, 400, 400])
  })

  it('accepts a c_nonce after a restart', async () => {
    const { c } = wallet.nonces()
    const again = await makeAuthority({ store: authority.store })
    const restarted = Object.assign(new Wallet(again), { dpopKey: wallet.dpopKey })
    const reply = await restarted.requestCredential(token, { proofs: { jwt: [restarted.proof({ nonce: c })] } })
    expect(reply.status, reply.body).to.equal(200)
  })

  it('refuses an unknown configuration and an unknown identifier with their error codes', async () => {
    const unknown = { credential_configuration_id: 'passport' }
    expectError(await wallet.requestCredential(token, unknown), 'unknown_credential_configuration')
    const identifier = { credential_configuration_id: undefined, credential_identifier: applicationId }
    expectError(await wallet.requestCredential(token, identifier), 'unknown_credential_identifier')
    expectChallenge(
      await wallet.requestCredential(token, { credential_configuration_id: 'driver' }),
      'insufficient_scope',
      403,
    )
  })

  it('accepts the identifier from authorization_details', async () => {
    const details = JSON.stringify([{ type: 'openid_credential', credential_configuration_id: 'resident' }])
    const offer = await authority.offer()
    const detailed = await wallet.token(offer, { authorization_details: details })
    const ask = (credential_identifier: string) =>
      wallet.requestCredential(detailed, { credential_configuration_id: undefined, credential_identifier })
    expectError(await ask('another'), 'unknown_credential_identifier')
    // §8.2: the configuration id must not be used then, and is no identifier either.
    expectError(await wallet.requestCredential(detailed), 'invalid_credential_request')
    expectError(await ask('resident'), 'unknown_credential_identifier')
    expect((await ask(offer.applicationId)).status).to.equal(200)
  })

  it('refuses a malformed request: invalid_credential_request', async () => {
    const neither = { credential_configuration_id: undefined }
    expectError(await wallet.requestCredential(token, neither), 'invalid_credential_request')
    expectError(await wallet.requestCredential(token, { credential_identifier: 'x' }), 'invalid_credential_request')
    expectError(await wallet.requestCredential(token, { credential_configuration_id: 7 }), 'invalid_credential_request')
    for (const body of ['', '[]', '{"a":1,"a":2}', '{', '"x"', '[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]']) {
      expectError(await wallet.requestCredential(token, {}, { body: utf8(body) }), 'invalid_credential_request')
    }
    expectError(await wallet.requestCredential(token, {}, { contentType: 'text/plain' }), 'invalid_credential_request')
  })

  it('refuses an iss that is not the client of the token: invalid_proof', async () => {
    const named = await wallet.token(await authority.offer(), { client_id: 'wallet-a' })
    const ask = (iss: string) => wallet.requestCredential(named, { proofs: { jwt: [wallet.proof({ iss })] } })
    expectError(await ask('wallet-b'), 'invalid_proof')
    expect((await ask('wallet-a')).status).to.equal(200)
  })

  it('refuses a cancelled application, and the token of a replaced offer: credential_request_denied', async () => {
    const cancelled = await authority.offer()
    const late = await wallet.token(cancelled)
    await authority.applications.cancel(cancelled.applicationId)
    expectError(await wallet.requestCredential(late), 'credential_request_denied')
    const newer = await wallet.token(await authority.offers.create(applicationId))
    expectError(await wallet.requestCredential(token), 'credential_request_denied')
    expect((await wallet.requestCredential(newer)).status).to.equal(200)
  })

  it('throws errors of the node, and the wallet can try again', async () => {
    authority.issuing.failure = new Error('ledger out of reach')
    const outcome = await wallet.requestCredential(token).then(() => 'answered', String)
    expect(outcome).to.equal('Error: ledger out of reach')
    expect(authority.applications.require(applicationId).state).to.equal('offered')
    authority.issuing.failure = null
    expect((await wallet.requestCredential(token)).status).to.equal(200)
  })

  describe('encryption', () => {
    const encrypted = async (change: Record<string, unknown>, header: Record<string, string> = {}) => {
      const metadata = authority.oid4vci.issuerMetadata as {
        credential_request_encryption: { jwks: { keys: { kid: string }[] } }
      }
      const [jwk] = metadata.credential_request_encryption.jwks.keys
      const request = { credential_configuration_id: 'resident', proofs: { jwt: [wallet.proof()] }, ...change }
      const jwe = await new CompactEncrypt(utf8(JSON.stringify(request)))
        .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A128GCM', kid: String(jwk?.kid), ...header })
        .encrypt(await importJWK({ ...jwk }, 'ECDH-ES'))
      return wallet.requestCredential(token, {}, { contentType: 'application/jwt', body: utf8(jwe) })
    }
    const responseKey = async () => {
      const { publicKey, privateKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true })
      return { jwk: { ...(await exportJWK(publicKey)), alg: 'ECDH-ES', kid: 'k1' }, privateKey }
    }

    it('decrypts a request, and encrypts the response with the requested parameters', async () => {
      const { jwk, privateKey } = await responseKey()
      const reply = await encrypted({ credential_response_encryption: { jwk, enc: 'A256GCM' } })
      expect(reply.status, reply.body).to.equal(200)
      expect(reply.headers['Content-Type']).to.equal('application/jwt')
      const { plaintext, protectedHeader } = await compactDecrypt(reply.body, privateKey)
      expect(protectedHeader).to.include({ alg: 'ECDH-ES', enc: 'A256GCM', kid: 'k1' })
      expect(JSON.parse(Buffer.from(plaintext).toString())).to.have.property('credentials')
    })

    it('accepts a compressed request, and compresses the response on demand', async () => {
      const { jwk, privateKey } = await responseKey()
      const usable = { ...jwk, use: 'enc', key_ops: ['deriveBits'] }
      const encryption = { jwk: usable, enc: 'A128GCM', zip: 'DEF' }
      const reply = await encrypted({ credential_response_encryption: encryption }, { zip: 'DEF' })
      expect(reply.status, reply.body).to.equal(200)
      const { plaintext, protectedHeader } = await compactDecrypt(reply.body, privateKey)
      expect(protectedHeader).to.include({ zip: 'DEF' })
      expect(JSON.parse(Buffer.from(plaintext).toString())).to.have.property('credentials')
      const plain = await encrypted({ credential_response_encryption: { ...encryption, zip: undefined } })
      expect((await compactDecrypt(plain.body, privateKey)).protectedHeader).to.not.have.property('zip')
    })

    it('refuses a compressed request that unpacks to more than an uncompressed one may have', async () => {
      const reply = await encrypted({ x: 'x'.repeat(MAX_BODY) }, { zip: 'DEF' })
      expectError(reply, 'invalid_encryption_parameters')
    })

    it('does not encrypt the response to an encrypted request that does not ask for it', async () => {
      expect(parsed(await encrypted({}))).to.have.property('credentials')
    })

    it('refuses unsupported and unsafe parameters: invalid_encryption_parameters', async () => {
      const { jwk } = await responseKey()
      const asked = { jwk, enc: 'A128GCM' }
      const wrong: unknown[] = [
        7,
        { enc: 'A128GCM' },
        { jwk },
        { ...asked, enc: 'A128CBC-HS256' },
        { ...asked, zip: 'GZ' },
        { ...asked, jwk: { ...jwk, use: 'sig' } },
        { ...asked, jwk: { ...jwk, key_ops: ['verify'] } },
        { ...asked, jwk: { ...jwk, key_ops: ['deriveBits', 'sign'] } },
        { ...asked, jwk: { ...jwk, key_ops: 'deriveBits' } },
        { ...asked, jwk: { ...jwk, alg: undefined } },
        { ...asked, jwk: { ...jwk, crv: 'P-384' } },
        { ...asked, jwk: { ...jwk, y: jwk.x } },
      ]
      for (const credential_response_encryption of wrong) {
        expectError(await encrypted({ credential_response_encryption }), 'invalid_encryption_parameters')
      }
      const inTheClear = await wallet.requestCredential(token, { credential_response_encryption: asked })
      expectError(inTheClear, 'invalid_encryption_parameters')
      expectError(await encrypted({}, { kid: 'another' }), 'invalid_encryption_parameters')
      expect(authority.issuing.orders, 'refused before anything is issued').to.have.length(0)
      const garbage = { contentType: 'application/jwt', body: utf8('a.b.c.d.e') }
      expectError(await wallet.requestCredential(token, {}, garbage), 'invalid_encryption_parameters')
    })
  })
})
