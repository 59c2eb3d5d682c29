/** The wallet's side of the authorization code flow, with an issuer made of libraries of others. */
import { expect } from 'chai'
import { systemClock } from '../../../../../node/lib/time.ts'
import { openPhone, type Phone, walletRefusal } from '../../../../support/phone.ts'
import { firstOf, json, type Tamper, tamperedFetch } from '../../../../support/tampered-fetch.ts'
import { authority, ISSUER, IssuerOfOthers, type Manners, settings, VCT } from './others.ts'

const RETURN = 'https://wallet.example/wallet/returned'
const isToken = (url: URL) => url.pathname === '/issuer/token'

/** A server that the wallet cannot use as it is. */
const serverWith =
  (change: Readonly<Record<string, unknown>>): Tamper =>
  url => {
    if (!url.pathname.includes('oauth-authorization-server')) return undefined
    const metadata = {
      ...{ issuer: ISSUER, token_endpoint: `${ISSUER}/token`, authorization_endpoint: `${ISSUER}/authorize` },
      ...{ pushed_authorization_request_endpoint: `${ISSUER}/par`, code_challenge_methods_supported: ['S256'] },
      ...{ authorization_response_iss_parameter_supported: true, dpop_signing_alg_values_supported: ['ES256'] },
      ...change,
    }
    return json(metadata)
  }

describe('the authorization code flow of the wallet', function () {
  this.timeout(20_000)
  let issuer: IssuerOfOthers
  let phone: Phone
  let now: number

  const open = async (page: Manners['page'], ...tampers: readonly Tamper[]) => {
    issuer = new IssuerOfOthers(page ? { page } : {})
    now = systemClock()
    const fetcher = tamperedFetch(firstOf(...tampers, issuer.answers, authority))
    phone = await openPhone({ settings, fetcher, returnUri: RETURN, clock: () => now })
    await phone.wallet.setUp()
    return phone.wallet.openOffer(await issuer.offer())
  }
  const begun = async (page: Manners['page'] = 'scope', ...tampers: readonly Tamper[]): Promise<URL> => {
    const offer = await open(page, ...tampers)
    return new URL(await phone.wallet.authorize(offer))
  }
  const refusal = (address: string) => walletRefusal(phone.wallet.finishAuthorization(address))
  const received = async () => (await phone.wallet.receive(await phone.wallet.touch())).vct
  const tokenRequests = () => phone.requests.filter(({ url }) => isToken(new URL(url)))

  for (const page of ['scope', 'details'] as const) {
    it(`leads to a card that is named by ${page}: PAR, PKCE with S256, DPoP, issuer_state`, async () => {
      const at = await begun(page)
      const { request_uri } = Object.fromEntries(at.searchParams)
      expect(at.href).to.equal(
        `${ISSUER}/authorize?${new URLSearchParams({ tenant: '1', client_id: settings.name, request_uri: String(request_uri) })}`,
      )
      const { scope, authorization_details: details, ...pushed } = issuer.pushed
      expect(pushed).to.include({ response_type: 'code', client_id: settings.name, redirect_uri: RETURN })
      expect(pushed).to.include({ code_challenge_method: 'S256', issuer_state: 'state-of-the-offer' })
      expect(pushed.state).to.match(/^[\w-]{43}$/)
      expect(scope).to.equal(page === 'scope' ? 'student-card' : undefined)
      const asked = [{ type: 'openid_credential', credential_configuration_id: 'student' }]
      expect(details === undefined ? undefined : JSON.parse(String(details))).to.deep.equal(
        page === 'scope' ? undefined : asked,
      )
      expect(await phone.wallet.finishAuthorization(issuer.returnTo())).to.deep.include({ digits: null })
      expect(await received()).to.equal(VCT)
      expect(issuer.events).to.deep.equal(['credential_accepted'])
    })
  }

  it('begins without an offer, with a card that the issuer’s metadata name', async () => {
    await open('scope')
    const offers = await phone.wallet.cardsOf(ISSUER)
    expect(offers.map(({ card, signIn, txCode }) => [card.vct, signIn, txCode])).to.deep.equal([
      [VCT, { host: 'university.example' }, null],
    ])
    await phone.wallet.authorize(offers[0] as (typeof offers)[number])
    expect(issuer.pushed).to.include({ scope: 'student-card' }).and.not.have.property('issuer_state')
    await phone.wallet.finishAuthorization(issuer.returnTo())
    expect(await received()).to.equal(VCT)
  })

  it('is finished by another page of the browser, hours later not any more', async () => {
    await begun()
    phone = await phone.reopen()
    await phone.wallet.finishAuthorization(issuer.returnTo())
    phone = await phone.reopen()
    expect(await phone.wallet.pendingRedemption()).to.deep.include({ digits: null })
    expect(await received()).to.equal(VCT)

    await begun()
    now += 3600
    const requests = phone.requests.length
    expect(await refusal(issuer.returnTo())).to.deep.equal({ code: 'WALLET_RETURN_REFUSED', reason: 'expired' })
    expect(await refusal(issuer.returnTo())).to.deep.equal({ code: 'WALLET_RETURN_REFUSED', reason: 'unknown' })
    expect(phone.requests).to.have.length(requests)
  })

  it('is tried again when the issuer gave no answer, and redeems a code once', async () => {
    let isDown = true
    await begun('scope', url => {
      if (!isToken(url) || !isDown) return undefined
      return Promise.reject(new TypeError('no network'))
    })
    expect(await refusal(issuer.returnTo())).to.include({ code: 'WALLET_UNREACHABLE' })
    isDown = false
    const both = [1, 2].map(() => phone.wallet.finishAuthorization(issuer.returnTo()))
    await Promise.all(both)
    // The first that gave no answer, the first without a nonce, and the one with it.
    expect(tokenRequests()).to.have.length(3)
    expect(await refusal(issuer.returnTo())).to.deep.equal({ code: 'WALLET_RETURN_REFUSED', reason: 'unknown' })
    expect(tokenRequests()).to.have.length(3)
    expect(await received()).to.equal(VCT)
  })

  it('is not finished, and not ended, by whoever does not know the state', async () => {
    await begun()
    const real = issuer.returnTo()
    for (const foreign of [
      issuer.returnTo({ state: 'x'.repeat(43) }),
      issuer.returnTo({ state: '' }),
      issuer.returnTo({ state: 'x'.repeat(43), code: null, error: 'access_denied' }),
      real.replace(/state=[^&]*/, ''),
      `${real}&code=another`,
      `${real}&state=another`,
      `${RETURN}?code=a`,
      RETURN,
      'no address',
    ]) {
      expect(await refusal(foreign), foreign).to.deep.equal({ code: 'WALLET_RETURN_REFUSED', reason: 'unknown' })
    }
    expect(tokenRequests()).to.deep.equal([])
    await phone.wallet.finishAuthorization(real)
    expect(await received()).to.equal(VCT)
  })

  it('gives no code to a server when another answered, or nobody says who did', async () => {
    for (const iss of ['https://evil.example', `${ISSUER}/`, '', null]) {
      await begun()
      expect(await refusal(issuer.returnTo({ iss })), String(iss)).to.deep.equal({
        ...{ code: 'WALLET_RETURN_REFUSED', reason: 'other_issuer' },
      })
      expect(tokenRequests()).to.deep.equal([])
      expect(await refusal(issuer.returnTo())).to.include({ reason: 'unknown' })
    }
  })

  it('says why there is no card: declined, unavailable, refused, or a code that was used', async () => {
    const reasons = { access_denied: 'declined', server_error: 'unavailable', temporarily_unavailable: 'unavailable' }
    for (const [error, reason] of Object.entries({ ...reasons, invalid_scope: 'refused', constructor: 'refused' })) {
      await begun()
      const address = issuer.returnTo({ code: null, error, error_description: 'call 010-0000-0000' })
      expect(await refusal(address), error).to.deep.equal({ code: 'WALLET_RETURN_REFUSED', reason })
    }
    for (const [code, reason] of [
      ['another-code', 'expired'],
      ['x'.repeat(4097), 'refused'],
      [null, 'refused'],
    ] as const) {
      await begun()
      expect(await refusal(issuer.returnTo({ code }))).to.deep.equal({ code: 'WALLET_RETURN_REFUSED', reason })
      expect(await phone.wallet.pendingRedemption()).to.equal(null)
    }
  })

  it('in another tab leaves the card alone that is on its way in this one, and its key', async () => {
    const { promise: delivered, resolve: deliver } = Promise.withResolvers<void>()
    const { promise: asked, resolve: isAsked } = Promise.withResolvers<void>()
    await begun('scope', (url, init) => {
      if (url.pathname !== '/issuer/credential') return undefined
      isAsked()
      return delivered.then(() => issuer.answers(url, init, () => fetch(url, init)) as Promise<Response>)
    })
    await phone.wallet.finishAuthorization(issuer.returnTo())
    const coming = phone.wallet.receive(await phone.wallet.touch())
    await asked
    const other = await phone.reopen()
    await other.wallet.authorize(await other.wallet.openOffer(await issuer.offer()))
    await other.wallet.finishAuthorization(issuer.returnTo())
    deliver()
    const { id } = await coming
    expect(await phone.store.get('key', id), 'the key of the card').to.not.equal(undefined)
    expect(await other.wallet.pendingRedemption(), 'what the other tab got').to.not.equal(null)
  })

  it('replaces what was begun before', async () => {
    const offer = await open('scope')
    await phone.wallet.authorize(offer)
    const earlier = issuer.returnTo()
    await phone.wallet.authorize(offer)
    expect(await refusal(earlier)).to.include({ reason: 'unknown' })
    await phone.wallet.finishAuthorization(issuer.returnTo())
  })

  it('needs a server with pushed requests, PKCE with S256 and its name in the answer, by https', async () => {
    for (const change of [
      { pushed_authorization_request_endpoint: undefined },
      { authorization_endpoint: undefined },
      { code_challenge_methods_supported: ['plain'] },
      { code_challenge_methods_supported: undefined },
      { authorization_response_iss_parameter_supported: undefined },
    ]) {
      expect(await walletRefusal(open('scope', serverWith(change))), JSON.stringify(change)).to.deep.equal({
        ...{ code: 'WALLET_OFFER_INVALID', reason: 'no_grant' },
      })
    }
    for (const change of [
      { authorization_endpoint: 'javascript:alert(1)' },
      { authorization_endpoint: 'http://university.example/authorize' },
      { pushed_authorization_request_endpoint: 'http://university.example/par' },
    ]) {
      expect(await walletRefusal(open('scope', serverWith(change)))).to.include({ code: 'WALLET_ANSWER_INVALID' })
    }
  })

  it('says that the issuer refused the pushed request, and leaves the page for nothing', async () => {
    const answering =
      (answer: () => Promise<Response>): Tamper =>
      url =>
        url.pathname === '/issuer/par' ? answer() : undefined
    const refused = () => json({ error: 'invalid_request' }, 400)
    expect(await walletRefusal(begun('scope', answering(refused)))).to.deep.equal({
      ...{ code: 'WALLET_ISSUER_REFUSED', error: 'invalid_request', status: 400 },
    })
    const stopped = () => json({ error: 'invalid_client_attestation' }, 400)
    expect(await walletRefusal(begun('scope', answering(stopped)))).to.deep.equal({ code: 'WALLET_STOPPED' })
    for (const body of [{}, { request_uri: 1 }, { request_uri: '' }, { request_uri: 'x'.repeat(2049) }]) {
      const bad = walletRefusal(
        begun(
          'scope',
          answering(() => json(body, 201)),
        ),
      )
      expect(await bad).to.include({ code: 'WALLET_ANSWER_INVALID' })
    }
    expect(await phone.store.get('setting', 'authorization')).to.equal(undefined)
  })

  it('is not needed by an offer with a code: that is redeemed', async () => {
    const offer = await open(undefined)
    expect(offer.signIn).to.equal(null)
    expect(await phone.wallet.authorize(offer).catch(error => error)).to.be.instanceOf(TypeError)
  })
})
