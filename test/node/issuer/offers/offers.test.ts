import { expect } from 'chai'
import { makeAuthority, type TestAuthority } from '../oid4vci/authority.ts'
import { PRE_AUTHORIZED, Wallet } from '../oid4vci/wallet.ts'

describe('offers', () => {
  let authority: TestAuthority

  beforeEach(async () => {
    authority = await makeAuthority()
  })

  it('are given by reference and by value, with the same credential offer', async () => {
    const { offerUrl, offerUrlByValue, txCode, expiresAt } = await authority.offer()
    expect(offerUrl).to.match(
      /^openid-credential-offer:\/\/\?credential_offer_uri=http%3A%2F%2Flocalhost%3A4100%2Foid4vci%2Foffers%2F[\w-]{32}$/,
    )
    expect(txCode).to.match(/^\d{6}$/)
    expect(expiresAt).to.equal(authority.now + 300)
    const byValue = JSON.parse(new URL(offerUrlByValue).searchParams.get('credential_offer') ?? '') as object
    expect(Object.keys(byValue)).to.have.members(['credential_issuer', 'credential_configuration_ids', 'grants'])
    expect(byValue).to.deep.include({
      credential_issuer: 'http://localhost:4100',
      credential_configuration_ids: ['resident'],
      grants: new Wallet(authority).grants(offerUrl),
    })
    expect(new Wallet(authority).grants(offerUrl)[PRE_AUTHORIZED].tx_code).to.include({
      input_mode: 'numeric',
      length: 6,
    })
  })

  it('name only the grant that was asked for, and that grant works', async () => {
    const application = async () => (await authority.offer()).applicationId
    const wallet = new Wallet(authority)
    const preAuthorized = await authority.offers.create(await application(), 'pre-authorized')
    expect(Object.keys(wallet.grants(preAuthorized.offerUrl))).to.deep.equal([PRE_AUTHORIZED])
    await wallet.token(preAuthorized)
    const code = await authority.offers.create(await application(), 'code')
    const { authorization_code, ...others } = wallet.grants(code.offerUrl)
    expect(others).to.deep.equal({})
    expect(authority.offers.byIssuerState(authorization_code.issuer_state)).to.be.a('string')
    const restarted = new Wallet(await makeAuthority({ store: authority.store }))
    expect(restarted.grants(code.offerUrl)).to.deep.equal({ authorization_code })
  })

  it('are served again after a restart, although the store contains no code', async () => {
    const { offerUrl } = await authority.offer()
    const restarted = await makeAuthority({ store: authority.store })
    expect(new Wallet(restarted).grants(offerUrl)).to.deep.equal(new Wallet(authority).grants(offerUrl))
  })

  it('are unknown with another master key or another id', async () => {
    await authority.offer()
    expect(authority.offers.object('A'.repeat(32))).to.equal(undefined)
    expect(authority.offers.byIssuerState('x')).to.equal(undefined)
  })

  it('differ in every secret', async () => {
    const seen = new Set<string>()
    for (let i = 0; i < 20; i++) {
      const grants = new Wallet(authority).grants((await authority.offer()).offerUrl)
      seen.add(grants[PRE_AUTHORIZED]['pre-authorized_code']).add(grants.authorization_code.issuer_state)
    }
    expect(seen.size).to.equal(40)
  })
})
