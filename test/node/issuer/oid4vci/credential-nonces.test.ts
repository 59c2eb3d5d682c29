import { expect } from 'chai'
import { CredentialNonces } from '../../../../node/issuer/oid4vci/nonce/credential-nonces.ts'
import { NOW, random } from '../../credential/support.ts'

describe('c_nonces', () => {
  const key = new Uint8Array(32).fill(1)

  it('are remembered as used for as long as they are valid', () => {
    let now = NOW
    const nonces = new CredentialNonces(key, () => now, random)
    const nonce = nonces.create()
    for (; nonces.check(nonce); now += 30) {
      expect(nonces.use(new Set([nonce])), `${now - NOW} seconds later`).to.equal(now === NOW)
    }
    expect(now - NOW).to.equal(300)
  })

  it('all become invalid when more were used than can be remembered', () => {
    const nonces = new CredentialNonces(key, () => NOW, random, 3)
    const made = Array.from({ length: 4 }, () => nonces.create())
    for (const nonce of made.slice(0, 3)) expect(nonces.use(new Set([nonce]))).to.equal(true)
    expect(made.every(nonce => nonces.check(nonce))).to.equal(true)
    expect(nonces.use(new Set([made[3] as string]))).to.equal(true)
    expect(
      made.some(nonce => nonces.check(nonce)),
      'a used nonce is accepted again',
    ).to.equal(false)
    expect(nonces.check(nonces.create())).to.equal(true)
  })
})
