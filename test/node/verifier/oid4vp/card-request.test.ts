/** A card request that a program keeps in memory: what it asks, who may answer it, and who may read the result. */
import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { exportJWK, generateKeyPair } from 'jose'
import { authorityKeyIds } from '../../../../node/credential/certificate.ts'
import { makeLeafCertificate, makeRootCertificate, toX5c } from '../../../../node/keys/certificates.ts'
import { makeP256Pem, SoftwareSigner } from '../../../../node/keys/signer.ts'
import type { VerifierError } from '../../../../node/verifier/errors.ts'
import { askerFromPem } from '../../../../node/verifier/oid4vp/asker.ts'
import {
  CardRequest,
  type CardRequestOptions,
  type WalletReply,
} from '../../../../node/verifier/oid4vp/card-request.ts'
import { parseRequestObject } from '../../../../node/verifier/oid4vp/wallet-side/request-object.ts'
import { verifyRequestObject } from '../../../../node/verifier/oid4vp/wallet-side/verify-request.ts'
import { allPresets } from '../../../../node/verifier/presets/all.ts'
import { requestPolicyOf } from '../../../../node/verifier/presets/request-policy.ts'
import { Verifier } from '../../../../node/verifier/verifier.ts'
import { presetNamed } from '../../../support/presets.ts'
import { issuer, keyOf, MemoryView, NOW, noFaults, profile } from '../support.ts'
import { answerWith, encrypt, makeRequestSigner, readRequest } from './support.ts'

const SHOP = 'https://shop.example'
const pemOf = (der: string) => `-----BEGIN CERTIFICATE-----\n${der}\n-----END CERTIFICATE-----\n`
const refusal = (error: VerifierError) => error.detail

/** A shop that made a request, and a wallet that fetched it. */
async function asked(change: Partial<CardRequestOptions> = {}) {
  const time = { now: NOW }
  const view = new MemoryView()
  const verifier = new Verifier({ profile, view, clock: () => time.now, presets: allPresets, warn: noFaults })
  const request = await CardRequest.create({
    ...{ verifier, asker: await makeRequestSigner(SHOP), preset: 'website' },
    ...{ requestUri: `${SHOP}/checks/1/request`, responseUri: `${SHOP}/checks/1/response` },
    ...{ clock: () => time.now, random: (length: number) => new Uint8Array(randomBytes(length)) },
    ...change,
  })
  const fetched = await request.requestObject()
  const object = readRequest(fetched.body)
  const answer = (changes = {}) => encrypt(object, answerWith(view, object, time.now), changes)
  return { time, view, request, fetched, object, answer }
}

const told = (request: CardRequest, code?: string) => {
  const result = request.result(code)
  return result === null ? 'pending' : keyOf(result)
}
const errorOf = ({ status, body }: WalletReply) => (status === 200 ? null : JSON.parse(body).error)
const codeOf = ({ body }: WalletReply): string => {
  const { redirect_uri } = JSON.parse(body) as { redirect_uri: string }
  return new URLSearchParams(new URL(redirect_uri).hash.slice(1)).get('response_code') ?? ''
}

describe('a card request', () => {
  it('is one that our wallet accepts, from its link to its signature', async () => {
    const { request, fetched, object } = await asked({ trustedAuthorities: ['s9tIpPmhxdiuNkHMEWNpYim8S8Y'] })
    expect(fetched).to.include({ status: 200, type: 'application/oauth-authz-req+jwt' })
    const link = Object.fromEntries(new URL(request.link).searchParams)
    expect(link).to.deep.equal({
      client_id: object.client_id,
      request_uri: `${SHOP}/checks/1/request`,
      request_uri_method: 'post',
    })
    for (const haip of [false, true]) {
      const expected = { clientId: link.client_id ?? '', walletNonce: null, posted: true, haip, now: NOW }
      const verified = verifyRequestObject(parseRequestObject(fetched.body), expected)
      expect(verified).to.deep.include({ responseUri: `${SHOP}/checks/1/response`, namesHost: true })
    }
    const payload = object as unknown as { verifier_info: { data: string }[]; dcql_query: { credentials: object[] } }
    expect(payload.verifier_info[0]?.data).to.equal(requestPolicyOf(presetNamed('website')))
    for (const credential of payload.dcql_query.credentials) {
      expect(credential).to.deep.include({
        trusted_authorities: [{ type: 'aki', values: ['s9tIpPmhxdiuNkHMEWNpYim8S8Y'] }],
      })
    }
  })

  it('contains the nonce of a wallet that posts, and is encrypted for one that demands it', async () => {
    const { request } = await asked()
    expect(readRequest((await request.requestObject({ wallet_nonce: 'w-1' })).body).wallet_nonce).to.equal('w-1')
    const jwk = await exportJWK((await generateKeyPair('ECDH-ES', { crv: 'P-256' })).publicKey)
    const metadata = (keys: readonly object[]) => ({
      wallet_metadata: JSON.stringify({
        jwks: { keys },
        request_object_encryption_enc_values_supported: ['A256GCM'],
      }),
    })
    const key = { ...jwk, kid: 'k', use: 'enc', alg: 'ECDH-ES' }
    expect((await request.requestObject(metadata([key]))).body.split('.')).to.have.length(5)
    expect(errorOf(await request.requestObject(metadata([])))).to.equal('invalid_request')
    expect(request.isOpen).to.equal(true)
  })

  it('ends in a verdict, whose claims are handed out once', async () => {
    const { request, answer } = await asked()
    expect(told(request)).to.equal('pending')
    expect(await request.respond(await answer())).to.deep.equal({ status: 200, type: 'application/json', body: '{}' })
    const result = request.result()
    expect(result && keyOf(result)).to.equal('valid')
    const names = Object.keys(result?.disclosed?.[0]?.claims ?? {})
    expect(names).to.have.members(['family_name', 'given_name', 'birthdate'])
    expect(request.result()).to.deep.equal({ ...result, disclosed: null })
  })

  it('counts one of twenty answers that arrive at once', async () => {
    const { request, answer } = await asked()
    const answers = await Promise.all(Array.from({ length: 20 }, () => answer()))
    const replies = await Promise.all(answers.map(each => request.respond(each)))
    expect(replies.filter(({ status }) => status === 200)).to.have.length(1)
    expect(replies.filter(({ status }) => status === 400)).to.have.length(19)
    expect(told(request)).to.equal('valid')
  })

  it('stays open for what is no answer to it', async () => {
    const { request, answer, object } = await asked()
    const other = await asked()
    const strange: readonly Record<string, unknown>[] = [
      {},
      null as unknown as Record<string, unknown>,
      'response=x' as unknown as Record<string, unknown>,
      [] as unknown as Record<string, unknown>,
      { response: 'x' },
      { response: 'x'.repeat(300_000) },
      { response: ['a', 'b'] },
      { vp_token: JSON.stringify({ resident: ['x'] }), state: object.state },
      { error: 'access_denied' },
      { error: 'access_denied', state: 'of-another' },
      JSON.parse('{"__proto__":{"response":"x"}}'),
      await answer({ state: 'of-another' }),
      await other.answer(),
    ]
    for (const form of strange) {
      expect(errorOf(await request.respond(form)), JSON.stringify(form).slice(0, 60)).to.equal('invalid_request')
      expect(request.isOpen).to.equal(true)
    }
    expect((await request.respond(await answer())).status).to.equal(200)
    expect(told(request)).to.equal('valid')
  })

  it('takes no answer after an error, and no error after an answer', async () => {
    const declined = await asked()
    const error = { error: 'access_denied', state: declined.object.state }
    expect((await declined.request.respond(error)).status).to.equal(200)
    expect(errorOf(await declined.request.respond(await declined.answer()))).to.equal('invalid_request')
    expect(told(declined.request)).to.equal('retry/declined')
    const shown = await asked()
    expect((await shown.request.respond(await shown.answer())).status).to.equal(200)
    const late = { error: 'access_denied', state: shown.object.state }
    expect(errorOf(await shown.request.respond(late))).to.equal('invalid_request')
    expect(errorOf(await shown.request.requestObject())).to.equal('invalid_request')
    expect(told(shown.request)).to.equal('valid')
  })

  it('gives the result on the same device for the response code, once', async () => {
    const { request, answer } = await asked({ redirectUri: `${SHOP}/back?cart=7` })
    const reply = await request.respond(await answer())
    expect(JSON.parse(reply.body).redirect_uri).to.match(
      /^https:\/\/shop\.example\/back\?cart=7#response_code=[\w-]{22}$/,
    )
    for (const code of [undefined, '', 'of-another-browser', { toString: () => codeOf(reply) } as unknown as string]) {
      expect(() => request.result(code))
        .to.throw()
        .with.nested.property('detail.code', 'VERIFIER_RESPONSE_CODE')
    }
    expect(told(request, codeOf(reply))).to.equal('valid')
    expect(() => request.result(codeOf(reply)))
      .to.throw()
      .with.nested.property('detail.code', 'VERIFIER_CODE_USED')
  })

  it('with trusted authorities takes no card of another authority', async () => {
    const toldWith = async (trustedAuthorities: readonly string[]) => {
      const { request, answer } = await asked({ trustedAuthorities })
      await request.respond(await answer())
      return told(request)
    }
    expect(await toldWith(authorityKeyIds(issuer.x5c))).to.equal('valid')
    expect(await toldWith(['s9tIpPmhxdiuNkHMEWNpYim8S8Y'])).to.equal('retry/claims_missing')
  })

  it('ends after five minutes', async () => {
    const { request, answer, time } = await asked()
    const late = await answer()
    time.now += 300
    expect(told(request)).to.equal('retry/timed_out')
    expect(errorOf(await request.respond(late))).to.equal('invalid_request')
    // One verdict, even if the clock is set back.
    time.now -= 300
    expect(errorOf(await request.respond(late))).to.equal('invalid_request')
    expect(told(request)).to.equal('retry/timed_out')
  })

  it('is refused at once for options that could not work', async () => {
    const wrong: readonly [Partial<CardRequestOptions>, object][] = [
      [{ preset: 'casino' }, { code: 'VERIFIER_PRESET_UNKNOWN', preset: 'casino' }],
      [{ preset: '__proto__' }, { code: 'VERIFIER_PRESET_UNKNOWN', preset: '__proto__' }],
      [{ card: 'passport' }, { code: 'VERIFIER_CONFIGURATION', reason: 'card' }],
      [{ requestUri: '/relative' }, { code: 'VERIFIER_CONFIGURATION', reason: 'requestUri' }],
      [{ responseUri: 'http://shop.example/answer' }, { code: 'VERIFIER_CONFIGURATION', reason: 'responseUri' }],
      [{ responseUri: 'ftp://shop.example' }, { code: 'VERIFIER_CONFIGURATION', reason: 'responseUri' }],
      [{ redirectUri: 'javascript:alert(1)' }, { code: 'VERIFIER_CONFIGURATION', reason: 'redirectUri' }],
      [{ redirectUri: `${SHOP}/#x` }, { code: 'VERIFIER_CONFIGURATION', reason: 'redirectUri' }],
    ]
    for (const [change, detail] of wrong) expect(await asked(change).catch(refusal)).to.deep.equal(detail)
  })
})

describe('the key of an asker', () => {
  it('is read from PEM, and signs as the certificate says', async () => {
    const signer = new SoftwareSigner(makeP256Pem())
    const { x5c, asker } = await certified(signer)
    expect(asker.x5c).to.deep.equal(x5c)
    const data = new Uint8Array(randomBytes(80))
    expect(signer.publicKey.verify(data, await asker.sign(data))).to.equal(true)
  })

  it('is refused with another certificate, of another kind, or if it is damaged, and never quoted', async () => {
    const signer = new SoftwareSigner(makeP256Pem())
    const { pem } = await certified(signer)
    const secret = signer.pkcs8.split('\n')[1] ?? ''
    const wrong: readonly [string, string, string][] = [
      [makeP256Pem(), pem, 'certificate'],
      [signer.pkcs8, '', 'certificate'],
      [signer.pkcs8, pem.replace('MII', 'MIJ'), 'certificate'],
      ['', pem, 'key'],
      [signer.pkcs8.replaceAll('PRIVATE', 'EC PRIVATE'), pem, 'key'],
      [signer.pkcs8.replace(secret, `${secret.slice(0, -4)}`), pem, 'key'],
    ]
    for (const [key, certificate, reason] of wrong) {
      const error = await askerFromPem(key, certificate).catch(each => each)
      expect(error.detail, reason).to.deep.equal({ code: 'VERIFIER_CONFIGURATION', reason })
      expect(`${error.stack} ${error.cause}`).to.not.include(secret.slice(8, 40))
    }
  })
})

async function certified(signer: SoftwareSigner) {
  const random = (length: number) => new Uint8Array(randomBytes(length))
  const ca = new SoftwareSigner(makeP256Pem())
  const root = await makeRootCertificate(ca, 'Root', NOW, random)
  const subject = { commonName: 'Shop', url: SHOP, notBefore: NOW, notAfter: NOW + 9 }
  const x5c = [toX5c(await makeLeafCertificate(ca, root, signer, subject, random))]
  const pem = pemOf(x5c[0] ?? '')
  return { x5c, pem, asker: await askerFromPem(signer.pkcs8, pem) }
}
