import { expect } from 'chai'
import { verifyCredential } from '../../../../node/credential/credential.ts'
import { verifyKeyBinding } from '../../../../node/credential/sd-jwt/key-binding.ts'
import { parseSdJwt } from '../../../../node/credential/sd-jwt/parse.ts'
import { credentialClaims, type PathPointer, present } from '../../../../node/credential/sd-jwt/present.ts'
import { oracle, oracleTime } from '../oracle.ts'
import { holder, hong, issueOne, issuer, NOW, refusal } from '../support.ts'

const { text } = issueOne()
const options = { nonce: 'n-0S6', audience: 'x509_hash:abc', iat: NOW, sign: holder.sign }
const disclosedBy = async (...disclose: PathPointer[]) =>
  verifyCredential(parseSdJwt(await present(text, { ...options, disclose })), issuer.publicKey)

describe('presenting (RFC 9901 §7.2)', () => {
  it('discloses the asked claims and nothing else', async () => {
    const { placements, claims } = await disclosedBy(['family_name'], ['age_equal_or_over', '19'])
    expect(placements.map(({ path }) => path.join('.')).sort()).to.deep.equal(['age_equal_or_over.19', 'family_name'])
    expect(claims.family_name).to.equal(hong.familyName)
  })

  it('discloses what is inside an asked claim, and what contains it', async () => {
    const all = await disclosedBy(['age_equal_or_over'])
    expect(all.placements.every(({ path }) => path[0] === 'age_equal_or_over')).to.equal(true)
    expect(all.placements.length).to.be.greaterThan(3)
    expect((await disclosedBy(['family_name', 'absent'])).placements.map(({ path }) => path[0])).to.deep.equal([
      'family_name',
    ])
  })

  it('discloses nothing for a path that the card does not have', async () => {
    for (const path of [['no_such_claim'], [null], [0], ['age_equal_or_over', null]] as PathPointer[]) {
      expect((await disclosedBy(path)).placements, JSON.stringify(path)).to.deep.equal([])
    }
  })

  it('binds the presentation to audience, nonce and time', async () => {
    const shown = parseSdJwt(await present(text, { ...options, disclose: [['family_name']] }))
    expect(verifyKeyBinding(shown, holder.publicKey)).to.include({
      audience: options.audience,
      nonce: options.nonce,
      iat: NOW,
    })
  })

  it('is accepted by @sd-jwt/sd-jwt-vc', async () => {
    const shown = await present(text, { ...options, disclose: [['family_name'], ['portrait']] })
    const { payload, kb } = await oracle().verify(shown, { ...oracleTime, keyBindingNonce: options.nonce })
    expect(payload.family_name).to.equal(hong.familyName)
    expect(kb?.payload.aud).to.equal(options.audience)
  })

  it('refuses a card that is bound already, and a signature of another length', async () => {
    const bound = await present(text, { ...options, disclose: [] })
    refusal('CREDENTIAL_MALFORMED', () => credentialClaims(bound))
    let thrown: unknown
    await present(text, { ...options, disclose: [], sign: () => new Uint8Array(63) }).catch(error => {
      thrown = error
    })
    expect(thrown).to.be.instanceOf(TypeError)
  })

  it('reads all claims of a card', () => {
    expect(credentialClaims(text)).to.include({ family_name: hong.familyName, vct: 'urn:dojang:kr:resident:1' })
  })
})
