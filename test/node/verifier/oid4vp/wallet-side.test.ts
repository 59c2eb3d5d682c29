/** The wallet's side: which request objects it refuses, and what an answer is. */
import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { compactDecrypt, generateKeyPair } from 'jose'
import { signJws } from '../../../../node/lib/jose/jws.ts'
import { MINUTE } from '../../../../node/lib/time.ts'
import { type RequestProblem, VerifierError } from '../../../../node/verifier/errors.ts'
import { makeResponseKey } from '../../../../node/verifier/oid4vp/response/key.ts'
import { encryptAnswer } from '../../../../node/verifier/oid4vp/wallet-side/answer.ts'
import { parseRequestObject } from '../../../../node/verifier/oid4vp/wallet-side/request-object.ts'
import {
  isInTerm,
  type RequestExpectation,
  verifyRequestObject,
} from '../../../../node/verifier/oid4vp/wallet-side/verify-request.ts'
import { random } from '../../../support/world.ts'
import { makeIssuer, NOW } from '../support.ts'

const shop = await makeIssuer('https://shop.example')
const other = await makeIssuer('https://other.example')
const responseKey = await makeResponseKey(random)
const { d: _, ...publicKey } = responseKey.jwk
const hashOf = (x5c: string) =>
  `x509_hash:${createHash('sha256').update(Buffer.from(x5c, 'base64')).digest('base64url')}`
const clientId = hashOf(shop.x5c[0] as string)
const query = {
  credentials: [
    { id: 'a', format: 'dc+sd-jwt', meta: { vct_values: ['urn:x'] }, claims: [{ path: ['age_equal_or_over', '19'] }] },
  ],
}
const plain = {
  aud: 'https://self-issued.me/v2',
  client_id: clientId,
  response_type: 'vp_token',
  response_mode: 'direct_post.jwt',
  response_uri: 'https://shop.example/response',
  nonce: 'n-0S6_WzA2Mj',
  state: 'af0ifjsldkj',
  dcql_query: query,
  client_metadata: {
    jwks: { keys: [{ ...publicKey, kid: responseKey.kid, use: 'enc', alg: 'ECDH-ES' }] },
    encrypted_response_enc_values_supported: ['A128GCM', 'A256GCM'],
  },
  iat: NOW,
  exp: NOW + 5 * MINUTE,
}
const expected: RequestExpectation = { clientId, walletNonce: null, posted: true, haip: false, now: NOW }

interface Change {
  readonly payload?: Record<string, unknown>
  readonly header?: Record<string, unknown>
  readonly signer?: typeof shop
  readonly expected?: Partial<RequestExpectation>
}

function read({ payload, header, signer = shop, expected: changed }: Change = {}) {
  const jws = signJws({ typ: 'oauth-authz-req+jwt', x5c: shop.x5c, ...header }, { ...plain, ...payload }, data =>
    signer.signer.sign(data),
  )
  return verifyRequestObject(parseRequestObject(jws), { ...expected, ...changed })
}

function problemOf(act: () => unknown): RequestProblem {
  try {
    act()
  } catch (error) {
    if (error instanceof VerifierError && error.detail.code === 'VERIFIER_REQUEST_REFUSED') return error.detail.reason
    throw error
  }
  throw new Error('it was accepted')
}

describe('the request object, as a wallet reads it', () => {
  it('is accepted from the holder of the key in its certificate', () => {
    const request = read()
    expect(request).to.include({ clientId, nonce: plain.nonce, state: plain.state, namesHost: true })
    expect(request.encryption).to.deep.include({ kid: responseKey.kid, enc: 'A256GCM' })
  })

  it('is accepted with a DNS name of its certificate', () => {
    const named = { client_id: 'x509_san_dns:shop.example' }
    expect(read({ payload: named, expected: { clientId: named.client_id } }).namesHost).to.equal(true)
    const elsewhere = { ...named, response_uri: 'https://collector.example/' }
    expect(read({ payload: elsewhere, expected: { clientId: named.client_id } }).namesHost).to.equal(false)
  })

  it('says whether the answer goes elsewhere than the certificate says', () => {
    expect(read({ payload: { response_uri: 'https://collector.example/' } }).namesHost).to.equal(false)
    expect(read({ payload: { response_uri: 'https://shop.example:8443/' } }).namesHost).to.equal(true)
  })

  it('needs no address where the answer returns the way it came', () => {
    expect(
      read({ payload: { response_uri: undefined }, expected: { posted: false, clientId: null } }).responseUri,
    ).to.equal(null)
  })

  it('is accepted with clocks that differ a little', () => {
    expect(read({ expected: { now: NOW - 4 * MINUTE } }).nonce).to.equal(plain.nonce)
    expect(read({ expected: { now: plain.exp + MINUTE } }).nonce).to.equal(plain.nonce)
  })

  const refused: Record<string, [RequestProblem, Change]> = {
    'signed by another key': ['signature', { signer: other }],
    'of a client that is not its certificate': [
      'client_id',
      { payload: { client_id: hashOf(other.x5c[0] as string) } },
    ],
    'with a certificate put in its place': ['signature', { header: { x5c: other.x5c } }],
    'of another client than its link': ['client_id', { expected: { clientId: 'x509_hash:abc' } }],
    'with a DNS name that is not in its certificate': [
      'client_id',
      { payload: { client_id: 'x509_san_dns:bank.example' }, expected: { clientId: 'x509_san_dns:bank.example' } },
    ],
    'of a client that only names itself': [
      'unsupported',
      { payload: { client_id: 'redirect_uri:https://shop.example' }, expected: { clientId: null } },
    ],
    'without a certificate': ['unsupported', { header: { x5c: undefined } }],
    'with rubbish for a certificate': ['certificate', { header: { x5c: ['AAAA'] } }],
    'with too many certificates': ['unsupported', { header: { x5c: Array(5).fill(shop.x5c[0]) } }],
    'not signed': ['unsupported', { header: { alg: 'none' } }],
    'of another type': ['unsupported', { header: { typ: 'JWT' } }],
    'with a critical header': ['unsupported', { header: { crit: ['b64'] } }],
    'for another audience': ['audience', { payload: { aud: 'https://wallet.example' } }],
    'without an audience': ['audience', { payload: { aud: undefined } }],
    expired: ['expired', { expected: { now: plain.exp + MINUTE + 1 } }],
    'from the future': ['not_yet_valid', { expected: { now: NOW - 6 * MINUTE } }],
    'not valid yet': ['not_yet_valid', { payload: { nbf: NOW + 3600 } }],
    'with the nonce of another wallet': [
      'wallet_nonce',
      { payload: { wallet_nonce: 'theirs' }, expected: { walletNonce: 'mine' } },
    ],
    'without the nonce of this wallet': ['wallet_nonce', { expected: { walletNonce: 'mine' } }],
    'without a nonce': ['malformed', { payload: { nonce: undefined } }],
    'with an empty nonce': ['malformed', { payload: { nonce: '' } }],
    'with a nonce beyond all measure': ['malformed', { payload: { nonce: 'n'.repeat(513) } }],
    'with a state that is no text': ['malformed', { payload: { state: 1 } }],
    'with a time that is no number': ['malformed', { payload: { exp: '2027' } }],
    'whose answer would not be encrypted': ['unsupported', { payload: { response_mode: 'direct_post' } }],
    'whose answer would be in an address': ['unsupported', { payload: { response_mode: 'fragment' } }],
    'for a code instead of a presentation': ['unsupported', { payload: { response_type: 'code' } }],
    'without a query': ['unsupported', { payload: { dcql_query: undefined } }],
    'with a query that asks for nothing': ['query', { payload: { dcql_query: { credentials: [] } } }],
    'with a query of another kind': ['query', { payload: { dcql_query: 'all' } }],
    'with transaction data': ['transaction_data', { payload: { transaction_data: ['e30'] } }],
    'without a key for the answer': ['encryption', { payload: { client_metadata: {} } }],
    'with a signing key for the answer': [
      'encryption',
      { payload: { client_metadata: { jwks: { keys: [{ ...publicKey, use: 'sig' }] } } } },
    ],
    'with a private key for the answer': [
      'encryption',
      { payload: { client_metadata: { jwks: { keys: [responseKey.jwk] } } } },
    ],
    'that wants an unknown encryption': [
      'encryption',
      { payload: { client_metadata: { ...plain.client_metadata, encrypted_response_enc_values_supported: ['RC4'] } } },
    ],
    'without an address': ['response_uri', { payload: { response_uri: undefined } }],
    'with an address that anybody can read': ['response_uri', { payload: { response_uri: 'http://shop.example/' } }],
    'with an address that is a script': ['response_uri', { payload: { response_uri: 'javascript:alert(1)' } }],
    'with an address that hides its host': [
      'response_uri',
      { payload: { response_uri: 'https://shop.example@evil/' } },
    ],
    'with two places for the answer': ['malformed', { payload: { redirect_uri: 'https://shop.example/' } }],
  }
  for (const [what, [problem, change]] of Object.entries(refused)) {
    it(`is refused ${what}: ${problem}`, () => {
      expect(problemOf(() => read(change))).to.equal(problem)
    })
  }

  it('is refused if it is rubbish or too long', () => {
    for (const text of ['', 'a.b.c', 'x'.repeat(70_000), `${'e30.'.repeat(3)}`]) {
      expect(problemOf(() => parseRequestObject(text))).to.equal('malformed')
    }
  })

  it('tells the term of its certificate', () => {
    const { certificate } = read()
    expect(isInTerm(certificate, NOW)).to.equal(true)
    expect(isInTerm(certificate, certificate.notAfter + 2 * MINUTE)).to.equal(false)
  })
})

describe("the wallet's answer", () => {
  it('is encrypted to the key of the request, compressed only if asked', async () => {
    const { privateKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256' })
    const request = read()
    const token = { a: [`eyJ${'a'.repeat(2000)}~`] }
    const [short, long] = [await encryptAnswer(request, token, 'DEF'), await encryptAnswer(request, token)]
    expect(short.length).to.be.lessThan(long.length / 2)
    for (const jwe of [short, long]) {
      const key = { ...responseKey.jwk, alg: 'ECDH-ES' }
      const { plaintext, protectedHeader } = await compactDecrypt(jwe, key as never)
      expect(JSON.parse(new TextDecoder().decode(plaintext))).to.deep.equal({ vp_token: token, state: plain.state })
      expect(protectedHeader).to.include({ alg: 'ECDH-ES', enc: 'A256GCM', kid: responseKey.kid })
      let refused = false
      await compactDecrypt(jwe, privateKey).catch(() => {
        refused = true
      })
      expect(refused).to.equal(true)
    }
  })
})
