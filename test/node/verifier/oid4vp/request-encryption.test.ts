/** Wallets that demand an encrypted request object (OpenID4VP 1.0 §5.10), with another library's decryption. */
import { expect } from 'chai'
import { compactDecrypt, exportJWK, generateKeyPair, type JWK } from 'jose'
import { VerifierError } from '../../../../node/verifier/errors.ts'
import { keyOf } from '../support.ts'
import { answerWith, encrypt, makeWorld, readRequest } from './support.ts'

async function makeKey(crv = 'P-256') {
  const { privateKey, publicKey } = await generateKeyPair('ECDH-ES', { crv, extractable: true })
  return { privateKey, jwk: await exportJWK(publicKey) }
}

async function created() {
  const world = await makeWorld()
  const { id } = await world.presentations.create('website')
  return { ...world, id }
}

const ENC = 'request_object_encryption_enc_values_supported'
const ALG = 'request_object_encryption_alg_values_supported'

describe('an encrypted request object', () => {
  it('is the signed request object, encrypted to the key in wallet_metadata', async () => {
    const { presentations, id, view, time } = await created()
    const { privateKey, jwk } = await makeKey()
    const metadata = {
      vp_formats_supported: { 'dc+sd-jwt': null },
      jwks: { keys: [{ ...jwk, kid: 'w-1', use: 'enc', alg: 'ECDH-ES' }] },
      [ALG]: ['ECDH-ES+A256KW', 'ECDH-ES'],
      [ENC]: ['A128GCM', 'A256GCM'],
    }
    const form = { wallet_nonce: 'n-1', wallet_metadata: JSON.stringify(metadata) }
    const sent = await presentations.postedRequestObject(id, form)
    const { plaintext, protectedHeader } = await compactDecrypt(sent, privateKey)
    expect(protectedHeader).to.deep.include({ alg: 'ECDH-ES', enc: 'A256GCM', kid: 'w-1', cty: 'JWT' })
    const request = readRequest(new TextDecoder().decode(plaintext))
    expect(request.wallet_nonce).to.equal('n-1')
    await presentations.respond(id, await encrypt(request, answerWith(view, request, time.now)))
    const result = await presentations.awaitVerdict(id, 0)
    expect(result.state === 'done' && keyOf(result.verdict)).to.equal('valid')
  })

  it('is encrypted to the first key that is meant for it', async () => {
    const { presentations, id } = await created()
    const [sign, other, agree] = await Promise.all([makeKey(), makeKey('P-384'), makeKey()])
    const keys: JWK[] = [
      { ...sign.jwk, use: 'sig' },
      { ...sign.jwk, key_ops: ['verify'] },
      { ...sign.jwk, alg: 'ES256' },
      { ...sign.jwk, alg: 'ECDH-ES+A128KW' },
      other.jwk,
      { kty: 'RSA', n: 'AQAB', e: 'AQAB' },
      { ...agree.jwk, key_ops: [] },
    ]
    const sent = await presentations.postedRequestObject(id, { wallet_metadata: JSON.stringify({ jwks: { keys } }) })
    const { protectedHeader } = await compactDecrypt(sent, agree.privateKey)
    // Without a list, the default of encrypted responses.
    expect(protectedHeader.enc).to.equal('A128GCM')
    expect(protectedHeader).not.to.have.property('kid')
  })

  it('is not made if the wallet sends no keys', async () => {
    const { presentations, id } = await created()
    for (const wallet_metadata of [undefined, '{}', '{"vp_formats_supported":{"dc+sd-jwt":{}},"constructor":1}']) {
      const sent = await presentations.postedRequestObject(id, { wallet_nonce: 'n', wallet_metadata })
      expect(readRequest(sent).wallet_nonce).to.equal('n')
    }
  })

  it('is refused, and nothing is sent in the clear, if it cannot be encrypted as the wallet demands', async () => {
    const { presentations, id } = await created()
    const { jwk } = await makeKey()
    const { privateKey } = await makeKey()
    const keys = (...list: unknown[]) => ({ jwks: { keys: list } })
    const refused: unknown[] = [
      keys({ ...jwk, use: 'sig' }),
      keys({ ...jwk, key_ops: ['sign'] }),
      keys({ ...jwk, key_ops: 'deriveKey' }),
      keys({ ...jwk, y: jwk.x }),
      keys(await exportJWK(privateKey)),
      keys((await makeKey('P-384')).jwk),
      keys('key', null, 7),
      keys(),
      keys(...Array(17).fill(jwk)),
      { jwks: null },
      { jwks: [jwk] },
      { jwks: { keys: { 0: jwk } } },
      { ...keys(jwk), [ENC]: ['A128CBC-HS256'] },
      { ...keys(jwk), [ENC]: 'A128GCM' },
      { ...keys(jwk), [ALG]: ['RSA-OAEP'] },
      [],
      'text',
    ]
    const forms = [...refused.map(each => JSON.stringify(each)), '', '{', ['{}', '{}'], '{"a":1,"a":1}']
    for (const wallet_metadata of forms) {
      const error = await presentations.postedRequestObject(id, { wallet_metadata }).catch(thrown => thrown)
      expect(error, String(wallet_metadata)).to.be.instanceOf(VerifierError)
      expect(error.code).to.equal('VERIFIER_WALLET_METADATA')
    }
    // The request is still open.
    expect(readRequest(presentations.requestObject(id)).nonce).to.have.length(32)
  })
})
