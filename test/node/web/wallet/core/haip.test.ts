/** What the wallet knows of HAIP. docs/haip.md names these tests. */
import { expect } from 'chai'
import { isOfferLink } from '../../../../../node/web/wallet/core/issuing/offer-link.ts'
import { parseWalletSettings } from '../../../../../node/web/wallet/core/settings.ts'
import {
  fetchRequest,
  isRequestLink,
  parseRequestLink,
} from '../../../../../node/web/wallet/core/showing/request-link.ts'
import { kindOfLink } from '../../../../../node/web/wallet/links.ts'
import { walletRefusal } from '../../../../support/phone.ts'
import { random } from '../../../../support/world.ts'
import { settings } from './others.ts'

describe('the wallet and HAIP', () => {
  it('opens links of the schemes of HAIP: haip-vci and haip-vp', () => {
    const own = 'https://wallet.example'
    const offer = 'haip-vci://?credential_offer_uri=https%3A%2F%2Fid.example%2Fo'
    const request =
      'haip-vp://?client_id=x509_hash%3Aa&request_uri=https%3A%2F%2Fshop.example%2Fr&request_uri_method=post'
    expect([kindOfLink(offer, own), isOfferLink(offer)]).to.deep.equal(['offer', true])
    expect([kindOfLink(request, own), isRequestLink(request)]).to.deep.equal(['request', true])
    expect(parseRequestLink(request)).to.deep.equal({
      ...{ clientId: 'x509_hash:a', requestUri: 'https://shop.example/r', method: 'POST' },
    })
  })

  it('says to a verifier that it takes x509_hash only', async () => {
    const said = async (haip: boolean) => {
      let body = ''
      const fetcher = (async (_url: unknown, init: RequestInit) => {
        body = String(init.body)
        return new Response('', { status: 404 })
      }) as unknown as typeof fetch
      const link = { clientId: 'x509_hash:a', requestUri: 'https://shop.example/r', method: 'POST' } as const
      const ports = { fetcher, random, clock: () => 0, settings: { ...settings, haip } }
      expect(await walletRefusal(fetchRequest(link, ports))).to.deep.equal({ code: 'WALLET_REQUEST_EXPIRED' })
      return JSON.parse(new URLSearchParams(body).get('wallet_metadata') ?? '').client_id_prefixes_supported
    }
    expect(await said(true)).to.deep.equal(['x509_hash'])
    expect(await said(false)).to.deep.equal(['x509_hash', 'x509_san_dns'])
  })

  it('follows it if its install does, and an install that says nothing of it does not', () => {
    const parse = (haip?: unknown) => parseWalletSettings(JSON.stringify({ ...settings, haip })).haip
    expect([parse(true), parse(false), parse()]).to.deep.equal([true, false, false])
    expect(() => parse('yes')).to.throw()
  })
})
