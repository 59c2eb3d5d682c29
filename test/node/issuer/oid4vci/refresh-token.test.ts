import { expect } from 'chai'
import { hashOf } from '../../../../node/issuer/bearer-secrets.ts'
import type { OfferHandout } from '../../../../node/issuer/offers/offer.ts'
import type { Exchange, Reply } from '../../../../node/issuer/oid4vci/exchange.ts'
import { DAY, MINUTE } from '../../../../node/lib/time.ts'
import { makeKey } from '../../credential/support.ts'
import { exchange, form, makeAuthority, parsed, type TestAuthority } from './authority.ts'
import { authorizationResponse, redeemCode } from './code-flow.ts'
import { expectError, Wallet } from './wallet.ts'
import { CLIENT, WalletProvider } from './wallet-provider.ts'

describe('refresh tokens', () => {
  let authority: TestAuthority
  let wallet: Wallet
  let offer: OfferHandout

  beforeEach(async () => {
    authority = await makeAuthority()
    wallet = new Wallet(authority)
    offer = await authority.offer()
  })

  const redeemed = async (change: Readonly<Record<string, string>> = {}, headers: Partial<Exchange> = {}) => {
    const reply = await wallet.requestToken(offer, change, headers)
    expect(reply.status, reply.body).to.equal(200)
    return parsed(reply) as { access_token: string; refresh_token: string }
  }
  const refresh = (
    token: string,
    change: Readonly<Record<string, string | undefined>> = {},
    headers: Partial<Exchange> = {},
    by = wallet,
  ): Promise<Reply> => {
    const body = form({ grant_type: 'refresh_token', refresh_token: token, ...change })
    const dpop = by.dpop(by.endpoints.token)
    return authority.oid4vci.token.handle(exchange(body, { dpop, ...headers }))
  }
  /** A wallet that has its card. */
  const holder = async () => {
    const tokens = await redeemed()
    const reply = await wallet.requestCredential(tokens.access_token)
    expect(reply.status, reply.body).to.equal(200)
    return { ...tokens, credential: parsed(reply).credentials }
  }

  it('gives another access token of the same application, also when the first one has long expired', async () => {
    const { refresh_token, credential } = await holder()
    authority.now += 400 * DAY
    await authority.oid4vci.sweep()
    const reply = await refresh(refresh_token)
    expect(reply.status, reply.body).to.equal(200)
    expect(reply.headers).to.include({ 'Cache-Control': 'no-store', Pragma: 'no-cache' })
    const { access_token, ...rest } = parsed(reply)
    expect(access_token, 'its requests can wait').to.match(/^refreshed\.[\w-]{43}$/)
    expect(rest).to.deep.equal({ token_type: 'DPoP', expires_in: 900, scope: 'urn:dojang:kr:resident:1' })
    // The test's issuer repeats a card for ever.
    const again = await wallet.requestCredential(String(access_token))
    expect(parsed(again).credentials, again.body).to.deep.equal(credential)
  })

  it('is not rotated: a wallet that got no response asks again', async () => {
    const { refresh_token } = await holder()
    await refresh(refresh_token)
    const reply = await refresh(refresh_token)
    expect(reply.status, reply.body).to.equal(200)
  })

  it('names the credential again for a wallet that requested by identifier', async () => {
    const authorization_details = JSON.stringify([
      { type: 'openid_credential', credential_configuration_id: 'resident' },
    ])
    const { refresh_token } = await redeemed({ authorization_details })
    expect(parsed(await refresh(refresh_token)).authorization_details).to.deep.equal([
      {
        type: 'openid_credential',
        credential_configuration_id: 'resident',
        credential_identifiers: [offer.applicationId],
      },
    ])
  })

  it('lets a wallet fetch its card after the first access token has expired', async () => {
    const { refresh_token } = await redeemed()
    authority.now += 16 * MINUTE
    const token = String(parsed(await refresh(refresh_token)).access_token)
    const reply = await wallet.requestCredential(token)
    expect(reply.status, reply.body).to.equal(200)
  })

  it('is stored as a hash only', async () => {
    const { refresh_token } = await redeemed()
    const secret = refresh_token.slice(refresh_token.indexOf('.') + 1)
    let stored = ''
    for await (const [, value] of authority.store.range(new Uint8Array([0]), new Uint8Array([0xff]))) {
      stored += Buffer.from(value).toString('latin1')
    }
    expect(stored).to.not.include(secret)
    expect(stored).to.include(hashOf(refresh_token))
  })

  describe('refuses', () => {
    it('the token of another phone: a stolen one is worth nothing without the key', async () => {
      const { refresh_token } = await holder()
      expectError(await refresh(refresh_token, {}, {}, new Wallet(authority)), 'invalid_grant')
      expectError(await refresh(refresh_token, {}, { dpop: undefined }), 'invalid_dpop_proof')
    })

    it('the token of another application, a changed one, and none', async () => {
      const { refresh_token } = await holder()
      offer = await authority.offer()
      const other = await redeemed()
      const mixed = `${other.refresh_token.split('.')[0]}.${refresh_token.split('.')[1]}`
      for (const token of [mixed, refresh_token.slice(0, -1), '', 'A', '.', `${offer.applicationId}.`]) {
        expectError(await refresh(token), token === '' ? 'invalid_request' : 'invalid_grant')
      }
      expectError(await refresh(refresh_token, { refresh_token: undefined }), 'invalid_request')
    })

    it('an access token in its place, and it in place of an access token', async () => {
      const { access_token, refresh_token } = await holder()
      expectError(await refresh(access_token), 'invalid_grant')
      expect((await wallet.requestCredential(refresh_token)).status).to.equal(401)
    })

    it('another client, another scope and another card', async () => {
      const { refresh_token } = await redeemed({ client_id: 'w' })
      const details = JSON.stringify([{ type: 'openid_credential', credential_configuration_id: 'driver' }])
      expectError(await refresh(refresh_token, { client_id: 'v' }), 'invalid_grant')
      expectError(await refresh(refresh_token, { scope: 'urn:dojang:kr:driver:1' }), 'invalid_scope')
      expectError(await refresh(refresh_token, { authorization_details: details }), 'invalid_authorization_details')
      expect((await refresh(refresh_token, { client_id: 'w', scope: 'urn:dojang:kr:resident:1' })).status).to.equal(200)
    })

    it('a card that was revoked or replaced, has expired, or belongs to somebody who was erased', async () => {
      const { refresh_token } = await holder()
      authority.ended.add(offer.applicationId)
      expectError(await refresh(refresh_token), 'invalid_grant')
    })

    it('the token of an earlier redemption, after the application got a newer offer', async () => {
      const { refresh_token } = await redeemed()
      const newer = await authority.offers.create(offer.applicationId)
      expectError(await refresh(refresh_token), 'invalid_grant')
      const token = await wallet.token(newer)
      expect((await wallet.requestCredential(token)).status).to.equal(200)
      expectError(await refresh(refresh_token), 'invalid_grant')
    })

    it('a cancelled application', async () => {
      const { refresh_token } = await redeemed()
      await authority.applications.cancel(offer.applicationId)
      expectError(await refresh(refresh_token), 'invalid_grant')
    })
  })

  describe('and the credential endpoint', () => {
    const asked = async (refusal: TestAuthority['refusal']) => {
      const { refresh_token } = await holder()
      authority.refusal = refusal
      const { access_token } = parsed(await refresh(refresh_token))
      return wallet.requestCredential(String(access_token))
    }

    it('which says why there is no next card', async () => {
      for (const [refusal, words] of [
        ['not_due', 'neither outdated nor about to expire'],
        ['counter', 'at the counter'],
        ['suspended', 'suspended'],
        ['ended', 'apply for a new one'],
      ] as const) {
        const reply = await asked(refusal)
        expectError(reply, 'credential_request_denied')
        expect(parsed(reply).error_description).to.include(words)
        offer = await authority.offer()
      }
    })

    it('which asks the wallet to come back while another card is being undone', async () => {
      const reply = await asked('replacing')
      expect([reply.status, reply.headers['Retry-After']]).to.deep.equal([503, '1'])
    })
  })

  describe('and the state of the card', () => {
    const ask = (accessToken: string, by = wallet) => {
      const { cardState } = authority.oid4vci
      const dpop = by.dpop(by.endpoints.cardState, accessToken)
      return cardState.handle(exchange('', { authorization: `DPoP ${accessToken}`, dpop }))
    }
    const token = async (headers: () => Partial<Exchange> = () => ({})) => {
      const { refresh_token } = await redeemed({}, headers())
      return String(parsed(await refresh(refresh_token, {}, headers())).access_token)
    }

    it('which has no personal data', async () => {
      authority.state = {
        ...{ dueFrom: 1000, expiresAt: 2000, isOutdated: true, atHome: true },
        suspension: { by: 'telecom', since: 1500 },
      }
      const reply = await ask(await token())
      expect(reply.status, reply.body).to.equal(200)
      expect(reply.headers['Cache-Control']).to.equal('no-store')
      expect(parsed(reply)).to.deep.equal({
        renewal: { from: 1000, until: 2000, at: 'home' },
        outdated: true,
        suspension: { by: 'telecom', since: 1500 },
        wallet_stopped: false,
      })
    })

    it('which is told to nobody else, and not before there is a card', async () => {
      const accessToken = await token()
      expect((await ask(accessToken, new Wallet(authority))).status).to.equal(401)
      expect((await authority.oid4vci.cardState.handle(exchange(''))).status).to.equal(401)
      expectError(await ask(accessToken), 'invalid_request')
    })

    it('which says that the provider of the wallet was stopped meanwhile', async () => {
      const provider = new WalletProvider(authority)
      const accessToken = await token(() => provider.headers())
      authority.state = { dueFrom: 1000, expiresAt: 2000, isOutdated: false, atHome: false, suspension: null }
      expect(parsed(await ask(accessToken))).to.deep.include({ wallet_stopped: false })
      authority.providers.delete(provider.keyId)
      expect(parsed(await ask(accessToken))).to.deep.include({ wallet_stopped: true })
    })
  })

  describe('of an attested wallet', () => {
    let provider: WalletProvider

    beforeEach(() => {
      provider = new WalletProvider(authority)
    })

    it('needs the attestation of the same instance, by the same provider', async () => {
      const { refresh_token } = await redeemed({}, provider.headers())
      expect((await refresh(refresh_token, {}, provider.headers())).status).to.equal(200)
      expectError(await refresh(refresh_token), 'invalid_client', 400)
      const instance = new WalletProvider(authority, undefined, provider.key)
      expectError(await refresh(refresh_token, {}, instance.headers()), 'invalid_grant')
      const cnf = { jwk: provider.instance.jwk }
      const other = new WalletProvider(authority, 3)
      expectError(await refresh(refresh_token, {}, provider.headers(other.attestation({ cnf }))), 'invalid_grant')
    })

    it('takes another key of its provider, and ends while that is not admitted', async () => {
      const { refresh_token } = await redeemed({}, provider.headers())
      const key = new WalletProvider(authority, undefined, makeKey())
      const renewedKey = provider.headers(key.attestation({ cnf: { jwk: provider.instance.jwk } }))
      expect((await refresh(refresh_token, {}, renewedKey)).status).to.equal(200)
      authority.providers.delete(provider.keyId)
      expectError(await refresh(refresh_token, {}, provider.headers()), 'invalid_client_attestation')
    })

    it('ends when the authorization code that gave it comes a second time', async () => {
      const flow = { authority, wallet, offer }
      const code = String((await authorizationResponse(flow, provider.headers())).get('code'))
      const reply = await redeemCode(flow, code, provider.headers())
      const refreshToken = String(parsed(reply).refresh_token)
      expect((await refresh(refreshToken, { client_id: CLIENT }, provider.headers())).status).to.equal(200)
      expectError(await redeemCode(flow, code, provider.headers()), 'invalid_grant')
      expectError(await refresh(refreshToken, {}, provider.headers()), 'invalid_grant')
    })
  })
})
