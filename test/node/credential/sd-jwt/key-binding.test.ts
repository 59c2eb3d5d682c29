import { createHash } from 'node:crypto'
import { expect } from 'chai'
import type { KeyBindingProblem } from '../../../../node/credential/errors.ts'
import {
  createKeyBinding,
  type KeyBindingExpectation,
  verifyKeyBinding,
} from '../../../../node/credential/sd-jwt/key-binding.ts'
import { parseSdJwt } from '../../../../node/credential/sd-jwt/parse.ts'
import { toBase64url, utf8 } from '../../../../node/lib/bytes.ts'
import { presentSdJwt } from '../../../support/present-sd-jwt.ts'
import { oracle, oracleTime } from '../oracle.ts'
import { holder, issueOne, makeKey, NOW, refusal, type TestKey } from '../support.ts'

const { text } = issueOne()
const shown = presentSdJwt(parseSdJwt(text), path => path[0] === 'family_name')
const expected: KeyBindingExpectation = {
  audience: 'x509_hash:abc',
  nonce: 'n-0S6',
  now: NOW,
  maxAge: 300,
  maxAhead: 10,
}

function present(presented = shown, claims: object = {}, header: object = {}, key: TestKey = holder): string {
  const part = (value: unknown) => toBase64url(utf8(JSON.stringify(value)))
  const payload = {
    iat: NOW,
    aud: expected.audience,
    nonce: expected.nonce,
    sd_hash: createHash('sha256').update(presented).digest('base64url'),
    ...claims,
  }
  const signingInput = `${part({ alg: 'ES256', typ: 'kb+jwt', ...header })}.${part(payload)}`
  return `${presented}${signingInput}.${toBase64url(key.sign(utf8(signingInput)))}`
}

const verify = (one: string, change: Partial<KeyBindingExpectation> = {}) =>
  verifyKeyBinding(parseSdJwt(one), holder.publicKey, { ...expected, ...change })

describe('key binding (RFC 9901 §7.3)', () => {
  it('accepts its own', () => {
    const binding = createKeyBinding(shown, { audience: expected.audience, nonce: expected.nonce, iat: NOW })
    const bound = binding.complete(holder.sign(binding.signingInput))
    expect(verify(bound).iat).to.equal(NOW)
  })

  it('accepts that of @sd-jwt/sd-jwt-vc, and the other way round', async () => {
    const theirs = await oracle().present<Record<string, unknown>>(
      text,
      { family_name: true },
      { kb: { payload: { iat: NOW, aud: expected.audience, nonce: expected.nonce } } },
    )
    expect(verify(theirs).payload).to.deep.include({ aud: expected.audience })
    const { kb } = await oracle().verify(present(), { ...oracleTime, keyBindingNonce: expected.nonce })
    expect(kb?.payload.nonce).to.equal(expected.nonce)
  })

  it('carries further claims along', () => {
    expect(verify(present(shown, { transaction_data_hashes: ['x'] })).payload.transaction_data_hashes).to.deep.equal([
      'x',
    ])
  })

  const refused: Record<string, [KeyBindingProblem, string]> = {
    'none at all': ['missing', shown],
    'another key': ['signature', present(shown, {}, {}, makeKey())],
    'a changed signature': ['signature', `${present().slice(0, -4)}AAAA`],
    'fewer disclosures than bound': ['sd_hash', present().replace(/~[^~]+~([^~]+)$/, '~$1')],
    'a binding moved to another card': [
      'sd_hash',
      `${presentSdJwt(parseSdJwt(issueOne().text), () => false)}${present().split('~').at(-1)}`,
    ],
    'another audience': ['audience', present(shown, { aud: 'x509_hash:ABC' })],
    'a list of audiences': ['malformed', present(shown, { aud: [expected.audience] })],
    'another nonce': ['nonce', present(shown, { nonce: 'n-0S7' })],
    'no nonce': ['malformed', present(shown, { nonce: undefined })],
    'no iat': ['malformed', present(shown, { iat: undefined })],
    'no sd_hash': ['malformed', present(shown, { sd_hash: undefined })],
    'alg none': ['malformed', present(shown, {}, { alg: 'none' })],
    'the type of a credential': ['malformed', present(shown, {}, { typ: 'dc+sd-jwt' })],
    'a critical header': ['malformed', present(shown, {}, { crit: ['x'] })],
    rubbish: ['malformed', `${shown}x`],
    'too old': ['stale', present(shown, { iat: NOW - 301 })],
    'from the future': ['future', present(shown, { iat: NOW + 11 })],
    'its own end past': ['stale', present(shown, { exp: NOW - 10 })],
    'its own beginning to come': ['future', present(shown, { nbf: NOW + 11 })],
    'an end that is no time': ['malformed', present(shown, { exp: String(NOW + 300) })],
    'a beginning that is no time': ['malformed', present(shown, { nbf: null })],
  }
  for (const [what, [reason, one]] of Object.entries(refused)) {
    it(`refuses ${what}: ${reason}`, () => {
      expect(refusal('CREDENTIAL_KEY_BINDING', () => verify(one)).reason).to.equal(reason)
    })
  }

  it('takes its window literally', () => {
    expect(verify(present(shown, { iat: NOW - 300 })).iat).to.equal(NOW - 300)
    expect(verify(present(shown, { iat: NOW + 10 })).iat).to.equal(NOW + 10)
    expect(verify(present(shown, { exp: NOW - 9, nbf: NOW + 10 })).iat).to.equal(NOW)
    expect(verify(present(shown, { iat: NOW - 0.25, battery: 0.5 })).iat).to.equal(NOW - 1)
  })

  it('does not repeat nonce, audience or claims in its error', () => {
    const error = refusalOf(() => verify(present(shown, { nonce: 'secret-nonce' })))
    expect(JSON.stringify(error)).not.to.include('secret-nonce').and.not.include('홍')
  })
})

function refusalOf(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new Error('nothing was refused')
}
