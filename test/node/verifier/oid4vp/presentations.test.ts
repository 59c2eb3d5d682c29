import { expect } from 'chai'
import { CompactEncrypt, decodeProtectedHeader, importJWK } from 'jose'
import { sha256 } from '#crypto'
import { fromUtf8, toBase64url, toHex } from '../../../../node/lib/bytes.ts'
import { isSignedBy, parseJws } from '../../../../node/lib/jose/jws.ts'
import { HOUR } from '../../../../node/lib/time.ts'
import { VerifierError, type VerifierFailure } from '../../../../node/verifier/errors.ts'
import { clientIdOf } from '../../../../node/verifier/oid4vp/client-id.ts'
import type { PresentationResult } from '../../../../node/verifier/oid4vp/verdicts.ts'
import { requestPolicyOf } from '../../../../node/verifier/presets/request-policy.ts'
import { presetNamed } from '../../../support/presets.ts'
import { hong } from '../../credential/support.ts'
import { keyOf, NOW } from '../support.ts'
import { answerWith, encrypt, makeWorld, readRequest, URL_ } from './support.ts'

async function refusal(act: Promise<unknown> | (() => unknown)): Promise<VerifierFailure['code']> {
  try {
    await (typeof act === 'function' ? act() : act)
  } catch (error) {
    if (error instanceof VerifierError) return error.code
    throw error
  }
  throw new Error('nothing was refused')
}

const told = (result: PresentationResult): string => (result.state === 'done' ? keyOf(result.verdict) : result.state)

/** A request shown and fetched. */
async function asked(preset = 'website', options = {}) {
  const world = await makeWorld()
  const created = await world.presentations.create(preset, options)
  const { id } = created
  const request = readRequest(world.presentations.requestObject(id))
  const answer = (changes = {}) => encrypt(request, answerWith(world.view, request, world.time.now), changes)
  return { ...world, ...created, request, answer }
}

describe('presentations', () => {
  describe('a request', () => {
    it('is a link with the client id and the URL of the request object', async () => {
      const { requestUrl, id, request, expiresAt } = await asked()
      const url = new URL(requestUrl)
      expect(url.protocol).to.equal('openid4vp:')
      expect(Object.fromEntries(url.searchParams)).to.deep.equal({
        client_id: request.client_id,
        request_uri: `${URL_}/presentations/${id}/request`,
        request_uri_method: 'post',
      })
      expect(expiresAt).to.equal(NOW + 300)
    })

    it('is signed, with exactly the members that OpenID4VP 1.0 requires', async () => {
      const { presentations, id, signer } = await asked()
      const text = presentations.requestObject(id, 'wallet-nonce')
      const jws = parseJws(text, { typ: 'oauth-authz-req+jwt' })
      const { header, payload } = jws
      expect(header).to.deep.equal({ alg: 'ES256', typ: 'oauth-authz-req+jwt', x5c: signer.x5c })
      expect(isSignedBy(jws, signer.publicKey)).to.equal(true)
      const { nonce, state, dcql_query, verifier_info, client_metadata, ...rest } = payload
      expect(rest).to.deep.equal({
        aud: 'https://self-issued.me/v2',
        client_id: `x509_hash:${toBase64url(sha256(Buffer.from(signer.x5c[0] ?? '', 'base64')))}`,
        response_type: 'vp_token',
        response_mode: 'direct_post.jwt',
        response_uri: `${URL_}/presentations/${id}/response`,
        wallet_nonce: 'wallet-nonce',
        iat: NOW,
        exp: NOW + 300,
      })
      expect(nonce).to.match(/^[\w-]{32}$/)
      expect(state).to.match(/^[\w-]{22}$/)
      expect(dcql_query).to.have.property('credentials')
      expect(verifier_info).to.deep.equal([
        { format: 'dojang-request-policy', data: requestPolicyOf(presetNamed('website')) },
      ])
      const { jwks, ...metadata } = client_metadata as { jwks: { keys: Record<string, string>[] } }
      expect(metadata).to.deep.equal({
        encrypted_response_enc_values_supported: ['A128GCM', 'A256GCM'],
        vp_formats_supported: { 'dc+sd-jwt': { 'sd-jwt_alg_values': ['ES256'], 'kb-jwt_alg_values': ['ES256'] } },
      })
      expect(jwks.keys).to.have.length(1)
      expect(Object.keys(jwks.keys[0] ?? {})).to.have.members(['kty', 'crv', 'x', 'y', 'kid', 'use', 'alg'])
    })

    it('has its own nonce, state and key each time', async () => {
      const { presentations } = await makeWorld()
      const made = await Promise.all(['bank', 'bank', 'age'].map(preset => presentations.create(preset)))
      const requests = made.map(({ id }) => readRequest(presentations.requestObject(id)))
      for (const pick of [
        (request: (typeof requests)[0]) => request.nonce,
        (request: (typeof requests)[0]) => request.state,
        (request: (typeof requests)[0]) => request.client_metadata.jwks.keys[0]?.x,
      ]) {
        expect(new Set(requests.map(pick)).size).to.equal(3)
      }
    })

    it('requests the portrait if the holder is present', async () => {
      const paths = async (inPerson: boolean) => {
        const { request } = await asked('age', { inPerson })
        return request.dcql_query.credentials[0]?.claims.map(({ path }) => path.join('/'))
      }
      expect(await paths(true)).to.deep.equal(['age_equal_or_over/19', 'portrait'])
      expect(await paths(false)).to.deep.equal(['age_equal_or_over/19'])
    })

    it('is refused for an unknown preset or an invalid redirect URI', async () => {
      const { presentations } = await makeWorld()
      expect(await refusal(presentations.create('casino'))).to.equal('VERIFIER_PRESET_UNKNOWN')
      for (const redirectUri of ['javascript:alert(1)', '/relative', 'https://a.example/#x']) {
        expect(await refusal(presentations.create('bank', { redirectUri }))).to.equal('VERIFIER_CONFIGURATION')
      }
    })

    it('can use a DNS name as client id, if the URL has one', async () => {
      const { signer } = await makeWorld()
      const leaf = signer.x5c[0] ?? ''
      expect(clientIdOf('x509_san_dns', leaf, URL_)).to.equal('x509_san_dns:verifier.example')
      expect(await refusal(() => clientIdOf('x509_san_dns', leaf, 'http://127.0.0.1:4100'))).to.equal(
        'VERIFIER_CONFIGURATION',
      )
    })
  })

  describe('an answer', () => {
    it('ends in a verdict for the waiting caller, and its claims can be read once', async () => {
      const { presentations, id, answer } = await asked()
      expect(await presentations.awaitVerdict(id, 0)).to.deep.equal({ state: 'pending' })
      const waiting = presentations.awaitVerdict(id, 10_000)
      expect(await presentations.respond(id, await answer())).to.deep.equal({})
      const result = await waiting
      expect(told(result)).to.equal('valid')
      if (result.state !== 'done') throw new Error('it is done')
      expect(result.disclosed?.[0]?.claims).to.deep.equal({
        family_name: '홍',
        given_name: '길동',
        birthdate: '2006-02-28',
      })
      const again = await presentations.awaitVerdict(id, 0)
      expect(again).to.deep.include({ verdict: result.verdict, disclosed: null })
    })

    it('may use either content encryption, and no other', async () => {
      for (const enc of ['A128GCM', 'A256GCM']) {
        const { presentations, id, answer } = await asked()
        await presentations.respond(id, await answer({ enc }))
        expect(told(await presentations.awaitVerdict(id, 0))).to.equal('valid')
      }
      const { presentations, id, answer } = await asked()
      expect(await refusal(presentations.respond(id, await answer({ enc: 'A128CBC-HS256' })))).to.equal(
        'VERIFIER_RESPONSE_INVALID',
      )
    })

    it('is accepted once: a second, a different and a concurrent one are refused', async () => {
      const { presentations, id, answer, view } = await asked()
      const form = await answer()
      const other = await answer()
      const both = await Promise.allSettled([presentations.respond(id, form), presentations.respond(id, other)])
      expect(both.map(({ status }) => status)).to.have.members(['fulfilled', 'rejected'])
      expect(await refusal(() => presentations.respond(id, form))).to.equal('VERIFIER_ALREADY_ANSWERED')
      expect(await refusal(() => presentations.requestObject(id))).to.equal('VERIFIER_ALREADY_ANSWERED')
      const before = await presentations.awaitVerdict(id, 0)
      view.statuses.set(77, 'INVALID')
      expect(told(await presentations.awaitVerdict(id, 0))).to.equal(told(before))
    })

    it('to another request is refused, by its key, its state or its nonce', async () => {
      const { presentations, id, request, answer, view, time } = await asked()
      const other = readRequest(presentations.requestObject((await presentations.create('website')).id))
      const invalid = 'VERIFIER_RESPONSE_INVALID'
      const otherKey = other.client_metadata.jwks.keys[0] ?? {}
      const { kid: _, ...withoutKid } = otherKey
      const ownKid = { ...otherKey, kid: request.client_metadata.jwks.keys[0]?.kid ?? '' }
      for (const key of [otherKey, withoutKid, ownKid]) {
        expect(await refusal(presentations.respond(id, await answer({ key })))).to.equal(invalid)
      }
      expect(await refusal(presentations.respond(id, await answer({ state: other.state })))).to.equal(invalid)
      // The request is still open; a presentation made for the other nonce answers it, badly.
      const replayed = answerWith(view, { ...request, nonce: other.nonce }, time.now)
      await presentations.respond(id, await encrypt(request, replayed))
      expect(told(await presentations.awaitVerdict(id, 0))).to.equal('replayed')
    })

    it('in the clear, too long, or garbage leaves the request open', async () => {
      const { presentations, id, request, answer, view, time } = await asked()
      const bare = answerWith(view, request, time.now)
      const forms: Record<string, unknown>[] = [
        {},
        { ...bare, state: request.state },
        { response: 'a.b.c.d.e' },
        { response: ['twice'] },
        { response: 'a'.repeat(300_000) },
        { error: 'access_denied' },
        { error: 'access_denied', state: 'guessed' },
        await encrypt(request, { vp_token: 'x'.repeat(300_000) }),
      ]
      for (const form of forms) {
        expect(await refusal(presentations.respond(id, form))).to.equal('VERIFIER_RESPONSE_INVALID')
      }
      expect(told(await presentations.awaitVerdict(id, 0))).to.equal('pending')
      await presentations.respond(id, await answer())
      expect(told(await presentations.awaitVerdict(id, 0))).to.equal('valid')
    })

    it('of the wrong shape, well encrypted, is unreadable', async () => {
      for (const vp_token of [undefined, 'text', [], { resident: 'text' }, { resident: [] }, { resident: [{}] }]) {
        const { presentations, id, request } = await asked()
        await presentations.respond(id, await encrypt(request, { vp_token }))
        expect(told(await presentations.awaitVerdict(id, 0))).to.equal('unreadable/malformed')
      }
    })

    it('of another format, however deep, ends in the verdict unreadable', async () => {
      const { presentations, id, request } = await asked()
      let deep: unknown = 'claim'
      for (let i = 0; i < 20; i++) deep = { credentialSubject: deep }
      await presentations.respond(id, await encrypt(request, { vp_token: { resident: [deep] } }))
      expect(told(await presentations.awaitVerdict(id, 0))).to.equal('unreadable/malformed')
    })

    it('gets the reason of its refusal: the key, or the content', async () => {
      const reason = async (payload: string) => {
        const { presentations, id, request } = await asked()
        const jwk = request.client_metadata.jwks.keys[0] ?? {}
        const jwe = new CompactEncrypt(new TextEncoder().encode(payload))
        jwe.setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: jwk.kid ?? '' })
        const response = await jwe.encrypt(await importJWK(jwk, 'ECDH-ES'))
        const error = await presentations.respond(id, { response }).catch(thrown => thrown)
        return error instanceof VerifierError && 'reason' in error.detail ? error.detail.reason : error
      }
      expect(await reason('eyJhbGciOiJFUzI1NiJ9.e30.x')).to.equal('its encrypted content is not a JSON object')
      expect(await reason('{"state":"a","state":"b"}')).to.equal('its encrypted content is not a JSON object')
      expect(await reason('{"state":"a"}')).to.equal('its state is not that of this request')
    })

    it('may be a refusal, encrypted or not', async () => {
      const errors = {
        access_denied: 'retry/declined',
        wallet_unavailable: 'retry/declined',
        vp_formats_not_supported: 'unreadable/unsupported',
      }
      for (const [error, expected] of Object.entries(errors)) {
        const { presentations, id, request } = await asked()
        await presentations.respond(id, await encrypt(request, { error }))
        expect(told(await presentations.awaitVerdict(id, 0))).to.equal(expected)
        const clear = await asked()
        await clear.presentations.respond(clear.id, { error, state: clear.request.state })
        expect(told(await clear.presentations.awaitVerdict(clear.id, 0))).to.equal(expected)
      }
    })
  })

  describe('on the same device', () => {
    it('gives the verdict only to the browser that the wallet redirected', async () => {
      const { presentations, id, answer } = await asked('website', { redirectUri: 'https://shop.example/done?x=1' })
      const { redirect_uri = '' } = await presentations.respond(id, await answer())
      const [, code = ''] = /^https:\/\/shop\.example\/done\?x=1#response_code=([\w-]{22})$/.exec(redirect_uri) ?? []
      expect(await refusal(presentations.awaitVerdict(id, 0))).to.equal('VERIFIER_RESPONSE_CODE')
      expect(await refusal(presentations.awaitVerdict(id, 0, { responseCode: 'guessed' }))).to.equal(
        'VERIFIER_RESPONSE_CODE',
      )
      const result = await presentations.awaitVerdict(id, 0, { responseCode: code })
      expect(told(result)).to.equal('valid')
      expect(result).to.have.property('disclosed').that.is.not.null
    })
  })

  it('redirects to the normalised URI', async () => {
    const ways = [
      ['https://shop.example', 'https://shop.example/'],
      [' https://가게.example/\r\nb ü', 'https://xn--o39akk.example/b%20%C3%BC'],
    ] as const
    for (const [redirectUri, expected] of ways) {
      const { presentations, id, answer } = await asked('website', { redirectUri })
      const { redirect_uri = '' } = await presentations.respond(id, await answer())
      expect(redirect_uri.split('#')[0]).to.equal(expected)
    }
  })

  describe('time', () => {
    it('ends a request after five minutes, with a verdict that says so', async () => {
      const { presentations, id, answer, time } = await asked()
      const form = await answer()
      time.now += 299
      expect(told(await presentations.awaitVerdict(id, 0))).to.equal('pending')
      time.now += 1
      expect(await refusal(() => presentations.respond(id, form))).to.equal('VERIFIER_SESSION_EXPIRED')
      expect(await refusal(() => presentations.requestObject(id))).to.equal('VERIFIER_SESSION_EXPIRED')
      expect(told(await presentations.awaitVerdict(id, 0))).to.equal('retry/timed_out')
    })

    it('deletes a request in the end, and refuses an unknown one', async () => {
      const { presentations, id, time, store } = await asked()
      time.now += HOUR
      await presentations.sweep()
      for (const unknown of [id, 'guessed']) {
        expect(await refusal(presentations.awaitVerdict(unknown, 0))).to.equal('VERIFIER_SESSION_UNKNOWN')
        expect(await refusal(() => presentations.requestObject(unknown))).to.equal('VERIFIER_SESSION_UNKNOWN')
        expect(await refusal(() => presentations.respond(unknown, {}))).to.equal('VERIFIER_SESSION_UNKNOWN')
      }
      let left = 0
      for await (const _ of store.range(new Uint8Array([0x50]), new Uint8Array([0x51]))) left++
      expect(left).to.equal(0)
    })

    it('releases waiting callers when the verifier closes or their time is over', async () => {
      const { presentations, id } = await asked()
      expect(await presentations.awaitVerdict(id, 5)).to.deep.equal({ state: 'pending' })
      const waiting = presentations.awaitVerdict(id, 60_000)
      presentations.close()
      expect(await waiting).to.deep.equal({ state: 'pending' })
    })
  })

  describe('what is stored', () => {
    it('survives a restart: the request and the verdict, but not the claims', async () => {
      const { restarted, id, answer } = await asked()
      const form = await answer()
      await restarted().respond(id, form)
      const result = await restarted().awaitVerdict(id, 0)
      expect(told(result)).to.equal('valid')
      expect(result).to.have.property('disclosed', null)
      expect(await refusal(() => restarted().respond(id, form))).to.equal('VERIFIER_ALREADY_ANSWERED')
    })

    it('contains no id, nonce, state, key or personal data in clear', async () => {
      const { presentations, id, request, answer, store } = await asked('bank', { inPerson: true })
      const form = await answer()
      await presentations.respond(id, form)
      const needles = [
        id,
        request.nonce,
        request.state,
        form.response.slice(-30),
        '홍',
        '길동',
        hong.personalNumber,
        hong.address,
        'valid',
      ]
      let records = 0
      for await (const [key, value] of store.range(new Uint8Array(), new Uint8Array([0xff]))) {
        records++
        const text = `${Buffer.from(key).toString('latin1')}${Buffer.from(value).toString('latin1')}`
        for (const needle of needles) {
          expect(text).not.to.include(Buffer.from(needle).toString('latin1'))
          expect(toHex(value)).not.to.include(Buffer.from(needle).toString('hex'))
        }
      }
      expect(records).to.be.greaterThan(0)
    })

    it('is a verdict without a claim value', async () => {
      const { presentations, id, answer } = await asked('bank', { inPerson: true })
      await presentations.respond(id, await answer())
      const result = await presentations.awaitVerdict(id, 0)
      if (result.state !== 'done') throw new Error('it is done')
      expect(keyOf(result.verdict)).to.equal('valid')
      for (const value of [hong.personalNumber, hong.address, '길동', 'data:image']) {
        expect(JSON.stringify(result.verdict)).not.to.include(value)
        expect(JSON.stringify(result.disclosed)).to.include(JSON.stringify(value).slice(1, -1))
      }
    })
  })

  it('encrypts to a key with its id in the header, as wallets do', async () => {
    const { answer, request } = await asked()
    const { kid } = decodeProtectedHeader((await answer()).response)
    expect(kid).to.equal(request.client_metadata.jwks.keys[0]?.kid)
    expect(fromUtf8(new TextEncoder().encode(kid))).to.match(/^[\w-]{11}$/)
  })
})
