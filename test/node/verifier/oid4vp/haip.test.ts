/** The verifier with HAIP on: what it asks, and which answers it refuses. docs/haip.md names these tests. */
import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { CompactEncrypt, generateKeyPair, importJWK, SignJWT } from 'jose'
import { parseJws, type Sign, signJws } from '../../../../node/lib/jose/jws.ts'
import { VerifierError } from '../../../../node/verifier/errors.ts'
import type { CreateOptions } from '../../../../node/verifier/oid4vp/create-options.ts'
import { parseRequestObject } from '../../../../node/verifier/oid4vp/wallet-side/request-object.ts'
import { verifyRequestObject } from '../../../../node/verifier/oid4vp/wallet-side/verify-request.ts'
import { selfSigned } from '../../issuer/oid4vci/self-signed.ts'
import { certifiedKey } from '../../issuer/oid4vci/wallet-provider.ts'
import { keyOf, NOW } from '../support.ts'
import { answerWith, encrypt, makeWorld, readRequest } from './support.ts'

const URL_ = 'https://verifier.example'
const redirectUri = 'https://shop.example/done'

/** A request that a wallet has fetched. */
async function asked(options: CreateOptions = { device: 'other' }) {
  const world = await makeWorld(URL_, { haip: true })
  const { id } = await world.presentations.create('website', options)
  const text = world.presentations.requestObject(id)
  const request = readRequest(text)
  const answer = answerWith(world.view, request, world.time.now)
  return { ...world, id, text, request, answer }
}

async function refusal(act: Promise<unknown>) {
  const error = await act.then(
    () => 'accepted',
    thrown => thrown,
  )
  return error instanceof VerifierError ? error.detail : error
}

describe('a verifier with HAIP', () => {
  it('signs its requests, by the hash of a certificate that is neither self-signed nor a trust anchor', async () => {
    const { text, request, signer } = await asked()
    const { header, payload } = parseJws(text, { typ: 'oauth-authz-req+jwt' })
    expect(header).to.deep.include({ alg: 'ES256', x5c: signer.x5c })
    expect(header.x5c).to.have.length(1)
    expect(request.client_id).to.match(/^x509_hash:[\w-]{43}$/)
    expect(payload).to.deep.include({ response_type: 'vp_token', response_mode: 'direct_post.jwt' })
    expect(payload).to.have.property('dcql_query').and.not.have.property('presentation_definition')
    for (const credential of request.dcql_query.credentials) expect(credential).to.include({ format: 'dc+sd-jwt' })
  })

  it('takes answers in both content encryptions, and lists both', async () => {
    for (const enc of ['A128GCM', 'A256GCM']) {
      const { presentations, id, request, answer } = await asked()
      expect(request.client_metadata).to.deep.include({
        encrypted_response_enc_values_supported: ['A128GCM', 'A256GCM'],
      })
      await presentations.respond(id, await encrypt(request, answer, { enc }))
      const result = await presentations.awaitVerdict(id, 0)
      expect(result.state === 'done' && keyOf(result.verdict), enc).to.equal('valid')
    }
  })

  it('refuses an answer that is not encrypted, and the request stays open', async () => {
    const { presentations, id, request, answer } = await asked()
    const invalid = { code: 'VERIFIER_RESPONSE_INVALID' }
    const clear = { vp_token: JSON.stringify(answer.vp_token), state: request.state }
    expect(await refusal(presentations.respond(id, clear))).to.deep.include(invalid)
    const { privateKey } = await generateKeyPair('ES256')
    const signed = await new SignJWT({ ...answer, state: request.state })
      .setProtectedHeader({ alg: 'ES256' })
      .sign(privateKey)
    expect(await refusal(presentations.respond(id, { response: signed }))).to.deep.include(invalid)
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const none = `${part({ alg: 'none' })}.${part({ ...answer, state: request.state })}.`
    expect(await refusal(presentations.respond(id, { response: none }))).to.deep.include(invalid)
    expect((await presentations.awaitVerdict(id, 0)).state).to.equal('pending')
  })

  it('refuses an answer with another algorithm, another curve, or to the key of another request', async () => {
    const { presentations, id, request, answer } = await asked()
    const other = await asked()
    const content = new TextEncoder().encode(JSON.stringify({ ...answer, state: request.state }))
    const [own] = request.client_metadata.jwks.keys
    if (!own) throw new Error('the request has a key')
    const curve = await generateKeyPair('ECDH-ES', { crv: 'P-384' })
    const jwes = [
      new CompactEncrypt(content).setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' }).encrypt(curve.publicKey),
      new CompactEncrypt(content)
        .setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', kid: String(own.kid) })
        .encrypt(await importJWK(own, 'ECDH-ES+A256KW')),
      new CompactEncrypt(content)
        .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A128CBC-HS256', kid: String(own.kid) })
        .encrypt(await importJWK(own, 'ECDH-ES')),
      encrypt(other.request, answer, { state: request.state }).then(({ response }) => response),
    ]
    for (const response of await Promise.all(jwes)) {
      expect(await refusal(presentations.respond(id, { response }))).to.include({ code: 'VERIFIER_RESPONSE_INVALID' })
    }
    expect((await presentations.awaitVerdict(id, 0)).state).to.equal('pending')
  })

  it('has to be told where the wallet is: without a redirect URI, on another device', async () => {
    const { presentations } = await makeWorld(URL_, { haip: true })
    const code = 'VERIFIER_CONFIGURATION'
    expect(await refusal(presentations.create('website'))).to.deep.equal({ code, reason: 'device' })
    expect(await refusal(presentations.create('website', { device: 'same' }))).to.deep.include({ code })
    const clear = { redirectUri: 'http://shop.example/done' }
    expect(await refusal(presentations.create('website', clear))).to.deep.equal({ code, reason: 'redirectUri' })
    await presentations.create('website', { device: 'other' })
    await presentations.create('website', { redirectUri: 'http://localhost:3000/done' })
    // Off, as before.
    await (await makeWorld(URL_)).presentations.create('website')
  })

  it('on the same device redirects every answer, and tells the verdict only to whoever brings the code', async () => {
    for (const declines of [false, true]) {
      const { presentations, id, request, answer } = await asked({ redirectUri })
      const form = declines ? { error: 'access_denied', state: request.state } : await encrypt(request, answer)
      const { redirect_uri = '' } = await presentations.respond(id, form)
      expect(redirect_uri.startsWith(`${redirectUri}#response_code=`)).to.equal(true)
      for (const code of [undefined, '', 'x'.repeat(22)]) {
        expect(await refusal(presentations.awaitVerdict(id, 0, { responseCode: code }))).to.include({
          code: 'VERIFIER_RESPONSE_CODE',
        })
      }
      const code = redirect_uri.split('=')[1]
      expect((await presentations.awaitVerdict(id, 0, { responseCode: code })).state).to.equal('done')
    }
  })
})

describe('a wallet with HAIP', () => {
  const audience = 'https://self-issued.me/v2'

  /** A request of whoever has this key, as a wallet with the rules on reads it. */
  async function read(x5c: readonly string[], sign: Sign, clientId?: string, haip = true) {
    const { text } = await asked()
    const { payload } = parseJws(text, { typ: 'oauth-authz-req+jwt' })
    const hash = createHash('sha256')
      .update(Buffer.from(x5c[0] ?? '', 'base64'))
      .digest('base64url')
    const client_id = clientId ?? `x509_hash:${hash}`
    const signed = signJws({ typ: 'oauth-authz-req+jwt', x5c }, { ...payload, aud: audience, client_id }, sign)
    const expected = { clientId: client_id, walletNonce: null, posted: true, haip, now: NOW }
    return verifyRequestObject(parseRequestObject(signed), expected)
  }
  const refused = async (request: Promise<unknown>) => {
    const detail = await refusal(request)
    return typeof detail === 'object' && 'reason' in detail ? detail.reason : detail
  }

  it('refuses a request of a self-signed certificate, and one whose x5c has the trust anchor', async () => {
    const self = await selfSigned({ subject: 'CN=shop', issuer: 'CN=root' })
    expect(await refused(read(self.x5c, self.key.sign))).to.equal('certificate')
    expect((await read(self.x5c, self.key.sign, undefined, false)).nonce).to.be.a('string')
    const { key, x5c, root } = await certifiedKey(NOW)
    expect((await read(x5c, key.sign)).nonce).to.be.a('string')
    expect(await refused(read([...x5c, root], key.sign))).to.equal('certificate')
  })

  it('refuses a client identifier by DNS name, and the hash of another certificate', async () => {
    const { key, x5c } = await certifiedKey(NOW)
    expect(await refused(read(x5c, key.sign, 'x509_san_dns:wallet.example'))).to.equal('unsupported')
    expect((await read(x5c, key.sign, 'x509_san_dns:wallet.example', false)).nonce).to.be.a('string')
    expect(await refused(read(x5c, key.sign, `x509_hash:${'A'.repeat(43)}`))).to.equal('client_id')
    const other = await certifiedKey(NOW)
    expect(await refused(read(x5c, other.key.sign))).to.equal('signature')
  })
})
