import { expect } from 'chai'
import { exchange, makeAuthority, parsed, type TestAuthority } from './authority.ts'
import { expectError, PRE_AUTHORIZED, Wallet } from './wallet.ts'

describe('token endpoint', () => {
  let authority: TestAuthority
  let wallet: Wallet

  beforeEach(async () => {
    authority = await makeAuthority()
    wallet = new Wallet(authority)
  })

  it('returns a DPoP token for a code and its transaction code, with only members of the standard', async () => {
    const reply = await wallet.requestToken(await authority.offer())
    expect(reply.status).to.equal(200)
    expect(reply.headers).to.include({ 'Cache-Control': 'no-store', Pragma: 'no-cache' })
    expect(reply.headers['DPoP-Nonce']).to.be.a('string')
    const { access_token, refresh_token, ...rest } = parsed(reply)
    expect(access_token).to.match(/^[\w-]{43}$/)
    expect(refresh_token).to.match(/^[\w-]{22}\.[\w-]{43}$/)
    expect(rest).to.deep.equal({ token_type: 'DPoP', expires_in: 900, scope: 'urn:dojang:kr:resident:1' })
  })

  it('ignores unknown members', async () => {
    const reply = await wallet.requestToken(await authority.offer(), {
      client_id: 'w',
      redirect_uri: 'x:/',
      format: 'y',
    })
    expect(reply.status).to.equal(200)
  })

  it('returns identifiers for authorization_details, and refuses those of another card', async () => {
    const details = (id: string) =>
      JSON.stringify([{ type: 'openid_credential', credential_configuration_id: id, extra: { x: 1 } }])
    const offer = await authority.offer()
    expectError(
      await wallet.requestToken(offer, { authorization_details: details('driver') }),
      'invalid_authorization_details',
    )
    expectError(await wallet.requestToken(offer, { authorization_details: '[' }), 'invalid_authorization_details')
    expectError(
      await wallet.requestToken(offer, { authorization_details: '[{"type":"payment"}]' }),
      'invalid_authorization_details',
    )
    const reply = await wallet.requestToken(offer, { authorization_details: details('resident') })
    expect(parsed(reply), 'what is granted stands in one place').to.not.have.property('scope')
    expect(parsed(reply).authorization_details).to.deep.equal([
      {
        type: 'openid_credential',
        credential_configuration_id: 'resident',
        credential_identifiers: [offer.applicationId],
      },
    ])
  })

  describe('refuses', () => {
    it('a wrong code: invalid_grant', async () => {
      const offer = await authority.offer()
      expectError(await wallet.requestToken(offer, { 'pre-authorized_code': 'A'.repeat(43) }), 'invalid_grant')
    })

    it('a reused code: invalid_grant, with the same key and with another', async () => {
      const offer = await authority.offer()
      await wallet.token(offer)
      expectError(await wallet.requestToken(offer), 'invalid_grant')
      expectError(await new Wallet(authority).requestToken(offer), 'invalid_grant')
    })

    it('the second of two redemptions at the same time', async () => {
      const offer = await authority.offer()
      const replies = await Promise.all([wallet.requestToken(offer), new Wallet(authority).requestToken(offer)])
      expect(replies.map(({ status }) => status).sort()).to.deep.equal([200, 400])
    })

    it('an expired code: invalid_grant, from the exact second on, and also after a sweep', async () => {
      const [offer, other] = [await authority.offer(), await authority.offer()]
      authority.now += 299
      await wallet.token(other)
      authority.now += 1
      expectError(await wallet.requestToken(offer), 'invalid_grant')
      const code = wallet.codeOf(offer)
      authority.now += 7200
      await authority.oid4vci.sweep()
      expect(authority.offers.byCode(code)).to.equal(undefined)
      expect(authority.applications.require(offer.applicationId).state).to.equal('expired')
      expectError(await wallet.requestToken(other, { 'pre-authorized_code': code }), 'invalid_grant')
    })

    it('a code that a newer offer of the application replaced', async () => {
      const offer = await authority.offer()
      const newer = await authority.offers.create(offer.applicationId)
      expectError(await wallet.requestToken(offer), 'invalid_grant')
      await wallet.token(newer)
    })

    it('a code of a cancelled application', async () => {
      const offer = await authority.offer()
      await authority.applications.cancel(offer.applicationId)
      expectError(await wallet.requestToken(offer), 'invalid_grant')
    })

    it('a wrong tx_code: invalid_grant, and after five of them the right one too', async () => {
      const offer = await authority.offer()
      const wrong = offer.txCode === '000000' ? '000001' : '000000'
      for (let i = 0; i < 4; i++) expectError(await wallet.requestToken(offer, { tx_code: wrong }), 'invalid_grant')
      expect(authority.applications.require(offer.applicationId).state).to.equal('offered')
      expectError(await wallet.requestToken(offer, { tx_code: wrong }), 'invalid_grant')
      expectError(await wallet.requestToken(offer), 'invalid_grant')
      expect(authority.applications.require(offer.applicationId).state).to.equal('cancelled')
    })

    it('more than five concurrent guesses', async () => {
      const offer = await authority.offer()
      const guesses = Array.from({ length: 20 }, (_, i) => String(i).padStart(6, '0')).filter(
        code => code !== offer.txCode,
      )
      await Promise.all(guesses.map(tx_code => wallet.requestToken(offer, { tx_code })))
      const { wrongTxCodes, state } = authority.applications.require(offer.applicationId)
      expect({ wrongTxCodes, state }).to.deep.equal({ wrongTxCodes: 5, state: 'cancelled' })
    })

    it('further tries with a new offer: they count per application', async () => {
      const offer = await authority.offer()
      for (let i = 0; i < 4; i++) await wallet.requestToken(offer, { tx_code: 'x' })
      const newer = await authority.offers.create(offer.applicationId)
      await wallet.requestToken(newer, { tx_code: 'x' })
      expectError(await wallet.requestToken(newer), 'invalid_grant')
    })

    it('a missing tx_code or code: invalid_request, which does not count as a try', async () => {
      const offer = await authority.offer()
      expectError(await wallet.requestToken(offer, { tx_code: undefined }), 'invalid_request')
      expectError(await wallet.requestToken(offer, { 'pre-authorized_code': undefined }), 'invalid_request')
      expect(authority.applications.require(offer.applicationId).wrongTxCodes).to.equal(0)
    })

    it('another or no grant type, a repeated parameter, JSON, bytes', async () => {
      const offer = await authority.offer()
      expectError(await wallet.requestToken(offer, { grant_type: 'password' }), 'unsupported_grant_type')
      expectError(await wallet.requestToken(offer, { grant_type: undefined }), 'invalid_request')
      const { token } = authority.oid4vci
      // A parameter without a value counts as omitted, but may still not be repeated (RFC 6749 §3.2).
      for (const twice of ['tx_code=1&tx_code=2', 'tx_code=&tx_code=1', 'tx_code=1&tx_code=']) {
        const form = exchange(`grant_type=${PRE_AUTHORIZED}&pre-authorized_code=x&${twice}`)
        expectError(await token.handle({ ...form, dpop: wallet.dpop(wallet.endpoints.token) }), 'invalid_request')
      }
      expectError(await token.handle(exchange({ grant_type: PRE_AUTHORIZED })), 'invalid_request')
      expectError(await token.handle(exchange(new Uint8Array([0xff, 0xfe]))), 'invalid_request')
    })

    it('client authentication, which it does not support: invalid_client', async () => {
      const offer = await authority.offer()
      // If the client used a header, the 401 must name its scheme (RFC 6749 §5.2, RFC 9110 §15.5.2).
      for (const [authorization, challenge] of [
        ['Basic eDp5', 'Basic realm="dojang"'],
        ['DPoP token', 'DPoP realm="dojang"'],
        ['"x", y', 'Basic realm="dojang"'],
      ] as const) {
        const reply = await wallet.requestToken(offer, {}, { authorization })
        expectError(reply, 'invalid_client', 401)
        expect(reply.headers['WWW-Authenticate']).to.equal(challenge)
      }
      for (const body of [{ client_assertion: 'x.y.z' }, { client_secret: 'x' }]) {
        expectError(await wallet.requestToken(offer, body), 'invalid_client')
      }
      await wallet.token(offer)
    })
  })

  it('stores neither code, transaction code nor token in the clear', async () => {
    const offer = await authority.offer()
    const secrets = [wallet.codeOf(offer), offer.txCode, await wallet.token(offer)]
    const found: string[] = []
    for await (const [key, value] of authority.store.range(new Uint8Array([0]), new Uint8Array([0xff]))) {
      const text = Buffer.concat([key, value]).toString('latin1')
      // A time in the journal may contain the same six digits, so the transaction code is searched as a JSON value.
      for (const secret of secrets) if (text.includes(secret.length === 6 ? `"${secret}"` : secret)) found.push(secret)
    }
    expect(found).to.deep.equal([])
  })

  describe('when the store fails', () => {
    const broken = async (commit: TestAuthority['store']['commit']) => {
      const offer = await authority.offer()
      const { store } = authority
      const whole = store.commit.bind(store)
      store.commit = commit
      const outcome = await wallet.requestToken(offer).then(() => 'answered', String)
      store.commit = whole
      expect(outcome).to.equal('Error: power cut')
      return offer
    }

    it('refused: the code is still valid', async () => {
      const offer = await broken(() => Promise.reject(new Error('power cut')))
      await wallet.token(offer)
    })

    it('stored, then lost: the code is used, and the card can be issued with a new offer', async () => {
      const { store } = authority
      const whole = store.commit.bind(store)
      const offer = await broken(async ops => {
        await whole(ops)
        throw new Error('power cut')
      })
      expectError(await wallet.requestToken(offer), 'invalid_grant')
      const token = await wallet.token(await authority.offers.create(offer.applicationId))
      expect((await wallet.requestCredential(token)).status).to.equal(200)
      expect(authority.issuing.orders).to.have.length(1)
    })
  })
})
