import { expect } from 'chai'
import { sha256 } from '#crypto'
import type { OfferHandout } from '../../../../node/issuer/offers/offer.ts'
import type { Reply } from '../../../../node/issuer/oid4vci/exchange.ts'
import { toBase64url, utf8 } from '../../../../node/lib/bytes.ts'
import { exchange, form, makeAuthority, parsed, type TestAuthority } from '../oid4vci/authority.ts'
import { expectChallenge, expectError, Wallet } from '../oid4vci/wallet.ts'

const VERIFIER = 'v'.repeat(43)
const CHALLENGE = toBase64url(sha256(utf8(VERIFIER)))
const REDIRECT = 'eu.example.wallet://callback'
const CLIENT = 'wallet-a'

type Change = Readonly<Record<string, string | undefined>>

describe('authorization code flow', () => {
  let authority: TestAuthority
  let wallet: Wallet
  let offer: OfferHandout

  beforeEach(async () => {
    authority = await makeAuthority()
    wallet = new Wallet(authority)
    offer = await authority.offer()
  })

  const push = (change: Change = {}, headers = {}) => {
    const body = form({
      response_type: 'code',
      client_id: CLIENT,
      redirect_uri: REDIRECT,
      code_challenge: CHALLENGE,
      code_challenge_method: 'S256',
      scope: 'openid urn:dojang:kr:resident:1',
      state: 'a&b',
      issuer_state: wallet.grants(offer.offerUrl).authorization_code.issuer_state,
      ...change,
    })
    return authority.oid4vci.par.handle(exchange(body, headers))
  }
  const pushed = async (change: Change = {}, headers = {}): Promise<string> => {
    const reply = await push(change, headers)
    expect(reply.status, reply.body).to.equal(201)
    return String(parsed(reply).request_uri)
  }
  const show = (requestUri: string, clientId = CLIENT) =>
    authority.oid4vci.authorize.show(new URLSearchParams({ client_id: clientId, request_uri: requestUri }))
  const submit = (requestUri: string, change: Change = {}) =>
    authority.oid4vci.authorize.submit(
      exchange(form({ client_id: CLIENT, request_uri: requestUri, tx_code: offer.txCode, ...change })),
    )
  const location = (reply: Reply) => {
    expect(reply.status, reply.body).to.equal(303)
    return new URL(String(reply.headers.Location))
  }
  const codeFor = async (change: Change = {}, headers = {}) =>
    String(location(await submit(await pushed(change, headers))).searchParams.get('code'))
  const redeem = (code: string, change: Change = {}, headers = {}) => {
    const members = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: REDIRECT,
      client_id: CLIENT,
      code_verifier: VERIFIER,
      ...change,
    }
    return authority.oid4vci.token.handle(
      exchange(form(members), { dpop: wallet.dpop(wallet.endpoints.token), ...headers }),
    )
  }

  it('leads from the pushed request and the page to a credential', async () => {
    const reply = await push()
    expect(Object.keys(parsed(reply))).to.deep.equal(['request_uri', 'expires_in'])
    const requestUri = String(parsed(reply).request_uri)
    expect(requestUri).to.match(/^urn:ietf:params:oauth:request_uri:[\w-]{43}$/)
    expect((await show(requestUri)).status).to.equal(200)
    const back = location(
      await submit(requestUri, { tx_code: ` ${offer.txCode.slice(0, 3)} ${offer.txCode.slice(3)} ` }),
    )
    expect(back.href.startsWith(`${REDIRECT}?`)).to.equal(true)
    expect(back.searchParams.get('state')).to.equal('a&b')
    expect(back.searchParams.get('iss')).to.equal(wallet.endpoints.issuer)
    const token = await redeem(String(back.searchParams.get('code')))
    expect(token.status, token.body).to.equal(200)
    const accessToken = String(parsed(token).access_token)
    const proofs = { jwt: [wallet.proof({ iss: CLIENT })] }
    expect((await wallet.requestCredential(accessToken, { proofs })).status).to.equal(200)
  })

  it('marks the offer as used for both grants', async () => {
    const code = await codeFor()
    const other = await codeFor()
    expect((await redeem(code)).status).to.equal(200)
    expectError(await redeem(code), 'invalid_grant')
    expectError(await redeem(other), 'invalid_grant')
    expectError(await wallet.requestToken(offer), 'invalid_grant')
  })

  it('revokes the access token when its code comes again, with or without the verifier', async () => {
    for (const change of [{}, { code_verifier: undefined }]) {
      offer = await authority.offer()
      const code = await codeFor()
      const accessToken = String(parsed(await redeem(code)).access_token)
      // The token is good: only its request is not.
      expectError(await wallet.requestCredential(accessToken, { proofs: {} }), 'invalid_proof')
      expectError(await redeem(code, change), 'invalid_grant')
      expectChallenge(await wallet.requestCredential(accessToken), 'invalid_token')
      expectError(await redeem(code, change), 'invalid_grant')
    }
    expect(authority.issuing.orders).to.have.length(0)
  })

  it('leaves no token that works for a code redeemed twice at once', async () => {
    const code = await codeFor()
    const replies = await Promise.all([redeem(code), redeem(code)])
    const granted = replies.filter(({ status }) => status === 200)
    expect(granted).to.have.length(1)
    const accessToken = String(parsed(granted[0] as Reply).access_token)
    expectChallenge(await wallet.requestCredential(accessToken), 'invalid_token')
  })

  it('returns one token for two concurrent redemptions of a code', async () => {
    const code = await codeFor()
    const replies = await Promise.all([redeem(code), redeem(code)])
    expect(replies.map(({ status }) => status).sort()).to.deep.equal([200, 400])
  })

  it('supports authorization_details', async () => {
    const details = JSON.stringify([{ type: 'openid_credential', credential_configuration_id: 'resident' }])
    const token = await redeem(await codeFor({ scope: undefined, authorization_details: details }))
    expect(parsed(token).authorization_details).to.have.length(1)
    expectError(
      await push({ authorization_details: details.replace('resident', 'driver') }),
      'invalid_authorization_details',
    )
  })

  describe('the pushed request', () => {
    it('must have PKCE with S256: no downgrade', async () => {
      expectError(await push({ code_challenge: undefined }), 'invalid_request')
      expectError(await push({ code_challenge_method: 'plain' }), 'invalid_request')
      expectError(await push({ code_challenge_method: undefined }), 'invalid_request')
      expectError(await push({ code_challenge: 'short' }), 'invalid_request')
    })

    it('must have the right response type, the issuer_state of an offer, its scope, and no nested request_uri', async () => {
      expectError(await push({ response_type: 'token' }), 'unsupported_response_type')
      expectError(await push({ response_mode: 'fragment' }), 'invalid_request')
      expectError(await push({ issuer_state: 'x' }), 'invalid_request')
      expectError(await push({ scope: 'openid' }), 'invalid_scope')
      expectError(await push({ scope: 'urn:dojang:kr:driver:1' }), 'invalid_scope')
      expectError(await push({ request_uri: 'urn:x' }), 'invalid_request')
      expectError(await push({}, { authorization: 'Basic eDp5' }), 'invalid_client', 401)
    })

    it('may not have a client_id with characters that people would misread', async () => {
      for (const client_id of ['정부24', 'wallet-a\u202e)tellaw-vog(', 'a\u0000b', 'a\tb', 'x'.repeat(1025)]) {
        expectError(await push({ client_id }), 'invalid_request')
      }
      await pushed({ client_id: "https://wallet.example/~a?b=c 'd'" })
    })

    it('may send the applicant only to https or to a private-use scheme with a dot, without credentials or fragment', async () => {
      for (const bad of [
        'javascript:alert(1)',
        'data:text/html,x',
        'http://wallet.example/cb',
        'https://user@wallet.example/cb',
        'https://wallet.example/cb#x',
        'https://a;script-src/cb',
        'http://127.0.0.1:8080/cb',
        'http://localhost/cb',
        'eudi-wallet://callback',
        'wallet:/cb',
        'com.:/cb',
        '.com:/cb',
        '/relative',
        'https://wallet.example/ü',
      ]) {
        expectError(await push({ redirect_uri: bad }), 'invalid_request')
      }
      for (const good of ['https://wallet.example/cb?x=1', 'com.example.app:/cb', 'com.example.my-app+x://cb'])
        await pushed({ redirect_uri: good })
    })

    it('is bound to the DPoP key that it proves or names', async () => {
      const dpop = wallet.dpop(wallet.endpoints.par)
      expectError(await push({ dpop_jkt: 'x' }, { dpop }), 'invalid_dpop_proof')
      const code = await codeFor({}, { dpop: wallet.dpop(wallet.endpoints.par) })
      const thief = new Wallet(authority)
      expectError(await redeem(code, {}, { dpop: thief.dpop(wallet.endpoints.token) }), 'invalid_grant')
      expect((await redeem(code)).status).to.equal(200)
    })
  })

  describe("the redirect URI of the install's own wallet", () => {
    const own = async (publicUrl: string, walletUrl: string) => {
      authority = await makeAuthority({ publicUrl, walletUrl })
      wallet = new Wallet(authority)
      offer = await authority.offer()
      return `${walletUrl}/wallet/returned`
    }

    it('may be http where issuer and wallet are on this machine, and is named as its own', async () => {
      const redirect_uri = await own('http://127.0.0.1:4100', 'http://localhost:4103')
      const requestUri = await pushed({ redirect_uri })
      const page = await show(requestUri)
      expect(page.body).to.contain('The wallet of this authority').and.contain('localhost:4103')
      expect(page.body).to.not.contain('Unverified app')
      expect(page.headers['Content-Security-Policy']).to.contain("form-action 'self' http://localhost:4103;")
      const back = location(await submit(requestUri))
      expect(back.href.startsWith(`${redirect_uri}?`)).to.equal(true)
      expect((await redeem(String(back.searchParams.get('code')), { redirect_uri })).status).to.equal(200)
    })

    it('is that one address: no other path, port, host or spelling of it', async () => {
      const redirect_uri = await own('http://127.0.0.1:4100', 'http://localhost:4103')
      for (const other of [
        `${redirect_uri}/`,
        `${redirect_uri}?x=1`,
        `${redirect_uri}#x`,
        redirect_uri.replace('returned', 'offer'),
        redirect_uri.replace('4103', '4104'),
        redirect_uri.replace('localhost', '127.0.0.1'),
        redirect_uri.replace('localhost', 'LOCALHOST'),
        redirect_uri.replace('http:', 'HTTP:'),
        redirect_uri.replace('//', '//user@'),
      ]) {
        expectError(await push({ redirect_uri: other }), 'invalid_request')
      }
    })

    it('is not http where applicants are on other machines: their localhost is not ours', async () => {
      for (const publicUrl of ['https://id.example.test', 'http://id.example.test', 'http://192.168.0.7:4100']) {
        const redirect_uri = await own(publicUrl, 'http://localhost:4103')
        expectError(await push({ redirect_uri }), 'invalid_request')
      }
      const redirect_uri = await own('https://id.example.test', 'https://wallet.example.test')
      expect((await show(await pushed({ redirect_uri }))).body).to.contain('The wallet of this authority')
    })
  })

  describe('a request without issuer_state', () => {
    const details = JSON.stringify([{ type: 'openid_credential', credential_configuration_id: 'driver' }])
    const bare = { issuer_state: undefined }

    it('is accepted for a scope or for authorization_details, and for nothing else', async () => {
      await pushed(bare)
      await pushed({ ...bare, scope: 'urn:dojang:kr:veteran:1 openid' })
      await pushed({ ...bare, scope: undefined, authorization_details: details })
      expectError(await push({ ...bare, scope: undefined }), 'invalid_scope')
      expectError(await push({ ...bare, scope: 'openid' }), 'invalid_scope')
      const unknown = details.replace('driver', 'library')
      expectError(await push({ ...bare, authorization_details: unknown }), 'invalid_authorization_details')
    })

    it('ends on a page that says where to apply, asks for no code, and leads back to the app', async () => {
      const requestUri = await pushed(bare)
      const page = await show(requestUri)
      expect(page.status).to.equal(200)
      expect(page.body).to.contain('Apply for the card in person').and.contain('접수처').and.contain('lang="en"')
      expect(page.body).to.not.contain('tx_code')
      expect(page.headers['Content-Security-Policy']).to.contain("form-action 'self' eu.example.wallet:;")
      expect((await submit(requestUri)).status).to.equal(200)
      const back = location(await submit(requestUri, { cancel: '1' }))
      expect(back.searchParams.get('error')).to.equal('access_denied')
      expect(back.searchParams.get('state')).to.equal('a&b')
      expect((await show(requestUri)).status).to.equal(400)
    })
  })

  describe('the page', () => {
    it('says that the app is not verified, and quotes what it says of itself', async () => {
      const lie = 'Ministry of the Interior: verified wallet'
      for (const change of [{}, { issuer_state: undefined }]) {
        const { body } = await show(await pushed({ client_id: lie, ...change }), lie)
        expect(body).to.contain('확인되지 않은 앱').and.contain('Unverified app')
        expect(body).to.contain('own words for itself, not verified').and.contain(`<q>${lie}</q>`)
        const elsewhere = body.replace(`<q>${lie}</q>`, '').replace(`name="client_id" value="${lie}"`, '')
        expect(elsewhere).to.not.contain(lie)
      }
    })

    it('cuts a long name, so that its text does not fill the screen', async () => {
      const long = 'x'.repeat(1000)
      const { body } = await show(await pushed({ client_id: long }), long)
      expect(body).to.contain(`<q>${'x'.repeat(64)}…</q>`)
    })

    it('runs no script, sends no referrer, is not framed, and names card and app in two languages', async () => {
      const page = await show(await pushed({ client_id: '<b>&"wallet' }), '<b>&"wallet')
      expect(page.headers['Content-Security-Policy']).to.match(
        /^default-src 'none'; style-src 'sha256-[\w+/=]+'; form-action 'self' eu.example.wallet:; base-uri 'none'; frame-ancestors 'none'$/,
      )
      expect(page.headers).to.include({ 'Referrer-Policy': 'no-referrer', 'Cache-Control': 'no-store' })
      expect(page.body).to.contain('<html lang="ko">').and.contain('lang="en"').and.contain('모바일 주민등록증')
      expect(page.body).to.contain('&lt;b&gt;&amp;&quot;wallet').and.not.contain('<b>').and.not.contain('<script')
      expect(page.body).to.contain('<label for="tx_code">')
    })

    it('allows its form to redirect only to the wallet', async () => {
      const page = await show(await pushed({ redirect_uri: 'https://wallet.example/cb?x=1' }))
      expect(page.headers['Content-Security-Policy']).to.contain("form-action 'self' https://wallet.example;")
    })

    it('is not shown for an unknown, foreign or expired request, which is never redirected', async () => {
      const requestUri = await pushed()
      expect((await show('urn:ietf:params:oauth:request_uri:x')).status).to.equal(400)
      expect((await show(requestUri, 'another')).status).to.equal(400)
      expect((await authority.oid4vci.authorize.show(new URLSearchParams('client_id=a&client_id=b'))).status).to.equal(
        400,
      )
      authority.now += 300
      expect((await show(requestUri)).status).to.equal(400)
      const reply = await submit(requestUri)
      expect([reply.status, reply.headers.Location]).to.deep.equal([400, undefined])
    })

    it('counts wrong codes together with those of the token endpoint, and redirects to the wallet after five', async () => {
      const requestUri = await pushed()
      await wallet.requestToken(offer, { tx_code: 'x' })
      await wallet.requestToken(offer, { tx_code: 'x' })
      const wrong = await submit(requestUri, { tx_code: 'x' })
      expect(wrong.status).to.equal(400)
      expect(wrong.body).to.contain('role="alert"').and.contain('Tries left: 2')
      await submit(requestUri, { tx_code: undefined })
      const back = location(await submit(requestUri, { tx_code: 'x' }))
      expect(back.searchParams.get('error')).to.equal('access_denied')
      expect(back.searchParams.get('code')).to.equal(null)
      expect(authority.applications.require(offer.applicationId).state).to.equal('cancelled')
      expectError(await wallet.requestToken(offer), 'invalid_grant')
    })

    it('redirects to the wallet if the applicant cancels, and the request ends', async () => {
      const requestUri = await pushed()
      const back = location(await submit(requestUri, { cancel: '1', tx_code: undefined }))
      expect(back.searchParams.get('error')).to.equal('access_denied')
      expect(back.searchParams.get('state')).to.equal('a&b')
      expect((await show(requestUri)).status).to.equal(400)
    })

    it('accepts the right code once for each request', async () => {
      const requestUri = await pushed()
      location(await submit(requestUri))
      expect((await submit(requestUri)).status).to.equal(400)
    })

    it('accepts the right code once if it is sent several times concurrently', async () => {
      const requestUri = await pushed()
      const replies = await Promise.all([1, 2, 3].map(() => submit(requestUri)))
      expect(replies.map(({ status }) => status).sort()).to.deep.equal([303, 400, 400])
    })

    it('redirects with access_denied if the offer has ended meanwhile', async () => {
      const requestUri = await pushed()
      await wallet.token(offer)
      expect(location(await submit(requestUri)).searchParams.get('error')).to.equal('access_denied')
    })
  })

  describe('the code', () => {
    it('is refused with another verifier, client or redirect_uri: invalid_grant; the right ones still work', async () => {
      const code = await codeFor()
      expectError(await redeem(code, { code_verifier: 'w'.repeat(43) }), 'invalid_grant')
      expectError(await redeem(code, { client_id: 'wallet-b' }), 'invalid_grant')
      expectError(await redeem(code, { redirect_uri: `${REDIRECT}/` }), 'invalid_grant')
      expectError(await redeem('x'), 'invalid_grant')
      expectError(await redeem(code, { code_verifier: undefined }), 'invalid_grant')
      expectError(await redeem(code, { code_verifier: 'short' }), 'invalid_request')
      expect((await redeem(code)).status).to.equal(200)
    })

    it('is valid for a minute, and cannot be used as a request_uri', async () => {
      const code = await codeFor()
      expect((await show(`urn:ietf:params:oauth:request_uri:${code}`)).status).to.equal(400)
      const requestUri = await pushed()
      expectError(await redeem(requestUri.slice(requestUri.lastIndexOf(':') + 1)), 'invalid_grant')
      authority.now += 60
      expectError(await redeem(code), 'invalid_grant')
    })

    it('is still valid if the offer expires after it was created', async () => {
      authority.now += 290
      const code = await codeFor()
      authority.now += 40
      await authority.offers.sweep()
      expect((await redeem(code)).status).to.equal(200)
    })

    it('is not redeemed for an application that was cancelled', async () => {
      const code = await codeFor()
      await authority.applications.cancel(offer.applicationId)
      expectError(await redeem(code), 'invalid_grant')
    })
  })
})
