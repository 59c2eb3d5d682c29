import { createHash } from 'node:crypto'
import { expect } from 'chai'
import type { KeyBindingProblem } from '../../../../node/credential/errors.ts'
import { createKeyBinding, verifyKeyBinding } from '../../../../node/credential/sd-jwt/key-binding.ts'
import { parseSdJwt } from '../../../../node/credential/sd-jwt/parse.ts'
import { toBase64url, utf8 } from '../../../../node/lib/bytes.ts'
import { presentSdJwt } from '../../../support/present-sd-jwt.ts'
import { oracle, oracleTime } from '../oracle.ts'
import { holder, issueOne, makeKey, NOW, refusal, type TestKey } from '../support.ts'

const { text } = issueOne()
const shown = presentSdJwt(parseSdJwt(text), path => path[0] === 'family_name')
const expected = { audience: 'x509_hash:abc', nonce: 'n-0S6' }

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

const verify = (one: string) => verifyKeyBinding(parseSdJwt(one), holder.publicKey)

describe('key binding (RFC 9901 §7.3)', () => {
  it('accepts a key binding that it created', () => {
    const binding = createKeyBinding(shown, { audience: expected.audience, nonce: expected.nonce, iat: NOW })
    const bound = binding.complete(holder.sign(binding.signingInput))
    expect(verify(bound)).to.include({ ...expected, iat: NOW, exp: null, nbf: null })
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

  it('returns further claims', () => {
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
    'a list of audiences': ['malformed', present(shown, { aud: [expected.audience] })],
    'no nonce': ['malformed', present(shown, { nonce: undefined })],
    'no iat': ['malformed', present(shown, { iat: undefined })],
    'no sd_hash': ['malformed', present(shown, { sd_hash: undefined })],
    'alg none': ['malformed', present(shown, {}, { alg: 'none' })],
    'the type of a credential': ['malformed', present(shown, {}, { typ: 'dc+sd-jwt' })],
    'a critical header': ['malformed', present(shown, {}, { crit: ['x'] })],
    rubbish: ['malformed', `${shown}x`],
    'an end that is no time': ['malformed', present(shown, { exp: String(NOW + 300) })],
    'a beginning that is no time': ['malformed', present(shown, { nbf: null })],
  }
  for (const [what, [reason, one]] of Object.entries(refused)) {
    it(`refuses ${what}: ${reason}`, () => {
      expect(refusal('CREDENTIAL_KEY_BINDING', () => verify(one)).reason).to.equal(reason)
    })
  }

  it('returns what the holder signed, for the verifier to judge', () => {
    expect(verify(present(shown, { aud: 'another', nonce: 'other', iat: 1 }))).to.include({
      audience: 'another',
      nonce: 'other',
      iat: 1,
    })
    expect(verify(present(shown, { exp: NOW - 9, nbf: NOW + 10 }))).to.include({ exp: NOW - 9, nbf: NOW + 10 })
    expect(verify(present(shown, { iat: NOW - 0.25, battery: 0.5 })).iat).to.equal(NOW - 0.25)
  })

  it('does not repeat nonce, audience or claims in its error', () => {
    const error = refusalOf(() => verify(present(shown, { nonce: 'secret-nonce' }, {}, makeKey())))
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
