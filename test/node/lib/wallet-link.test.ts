import { expect } from 'chai'
import { toWalletApp, toWalletPage } from '../../../node/lib/wallet-link.ts'

describe('links to wallets', () => {
  const offer = 'openid-credential-offer://?credential_offer_uri=http%3A%2F%2Flocalhost%3A4100%2Foid4vci%2Foffers%2Fa'
  const request =
    'openid4vp://?client_id=x509_hash%3Aabc&request_uri=https%3A%2F%2Fid.example%2Fr&request_uri_method=post'

  it('have two forms with one query', () => {
    expect(toWalletPage('https://wallet.example', offer)).to.equal(
      'https://wallet.example/wallet/offer?credential_offer_uri=http%3A%2F%2Flocalhost%3A4100%2Foid4vci%2Foffers%2Fa',
    )
    expect(toWalletPage('https://wallet.example', request)).to.match(
      /^https:\/\/wallet\.example\/wallet\/request\?client_id=/,
    )
  })

  it('lead back to where they came from', () => {
    expect(toWalletApp('offer', toWalletPage('http://localhost:4103', offer))).to.equal(offer)
    expect(toWalletApp('request', toWalletPage('http://localhost:4103', request))).to.equal(request)
  })
})
