/** The judgement of audience, nonce and times of a key binding (RFC 9901 §7.3, step 5). */
import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { parseSdJwt } from '../../../node/credential/sd-jwt/parse.ts'
import { signJws } from '../../../node/lib/jose/jws.ts'
import { checkKeyBinding } from '../../../node/verifier/check-key-binding.ts'
import { CREDENTIAL_CHECKS, Recorder } from '../../../node/verifier/recorder.ts'
import { findingKey } from '../../../node/verifier/verdict.ts'
import { holder, issueOne, NOW } from '../credential/support.ts'

const presented = issueOne().text
const expected = { audience: 'x509_hash:abc', nonce: 'n-0S6', window: { maxAge: 300, maxAhead: 10 } }

function check(claims: object): Recorder {
  const sd_hash = createHash('sha256').update(presented).digest('base64url')
  const payload = { iat: NOW, aud: expected.audience, nonce: expected.nonce, sd_hash, ...claims }
  const text = `${presented}${signJws({ typ: 'kb+jwt' }, payload, holder.sign)}`
  const recorder = new Recorder(CREDENTIAL_CHECKS)
  checkKeyBinding(parseSdJwt(text), holder.publicKey, expected, NOW, recorder)
  return recorder
}

const finding = (claims: object) => findingKey(check(claims).finding)

describe('key binding, judged', () => {
  it('is accepted for this verifier, this request and now', () => {
    const recorder = check({})
    expect(findingKey(recorder.finding)).to.equal('valid')
    for (const name of ['key_binding', 'audience', 'nonce', 'freshness'] as const) {
      expect(recorder.passed(name), name).to.equal(true)
    }
  })

  const refused: Record<string, [string, object]> = {
    'another audience': ['retry/wrong_audience', { aud: 'x509_hash:ABC' }],
    'another nonce': ['replayed', { nonce: 'n-0S7' }],
    'too old': ['retry/stale_presentation', { iat: NOW - 301 }],
    'from the future': ['retry/clock', { iat: NOW + 11 }],
    'its own end past': ['retry/stale_presentation', { exp: NOW - 10 }],
    'its own beginning to come': ['retry/clock', { nbf: NOW + 11 }],
  }
  for (const [what, [verdict, claims]] of Object.entries(refused)) {
    it(`refuses ${what}: ${verdict}`, () => expect(finding(claims)).to.equal(verdict))
  }

  it('applies the limits of the window exactly', () => {
    const inside = [
      { iat: NOW - 300 },
      { iat: NOW + 10 },
      { exp: NOW - 9, nbf: NOW + 10 },
      { iat: NOW - 0.25, battery: 0.5 },
    ]
    for (const claims of inside) expect(finding(claims), JSON.stringify(claims)).to.equal('valid')
  })

  it('judges each of them, and the worst counts', () => {
    const recorder = check({ aud: 'another', nonce: 'other', iat: NOW - 301 })
    for (const name of ['audience', 'nonce', 'freshness'] as const) {
      expect(recorder.failed(name), name).to.equal(true)
    }
    expect(findingKey(recorder.finding)).to.equal('replayed')
  })
})
