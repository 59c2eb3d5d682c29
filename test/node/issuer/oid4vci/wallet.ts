/** A wallet of which a test can change every member of every message. */
import { expect } from 'chai'
import { sha256 } from '#crypto'
import type { CounterHandout } from '../../../../node/issuer/applications/clerk-acts.ts'
import type { CredentialOffer, OfferHandout } from '../../../../node/issuer/offers/offer.ts'
import type { Exchange, Reply } from '../../../../node/issuer/oid4vci/exchange.ts'
import { toBase64url, utf8 } from '../../../../node/lib/bytes.ts'
import { signJws } from '../../../../node/lib/jose/jws.ts'
import { makeKey, random, type TestKey } from '../../credential/support.ts'
import { exchange, form, parsed, type TestAuthority } from './authority.ts'

export const PRE_AUTHORIZED = 'urn:ietf:params:oauth:grant-type:pre-authorized_code'

type Members = Readonly<Record<string, unknown>>

export class Wallet {
  readonly dpopKey: TestKey = makeKey()
  readonly holderKey: TestKey = makeKey()

  constructor(readonly authority: TestAuthority) {}

  get endpoints() {
    return this.authority.oid4vci.endpoints
  }

  nonces(): { dpop: string; c: string } {
    const reply = this.authority.oid4vci.nonce()
    return { dpop: String(reply.headers['DPoP-Nonce']), c: String(parsed(reply).c_nonce) }
  }

  dpop(url: string, accessToken?: string, claims: Members = {}, header: Members = {}, key = this.dpopKey): string {
    const payload = {
      jti: toBase64url(random(16)),
      htm: 'POST',
      htu: url,
      iat: this.authority.now,
      nonce: this.nonces().dpop,
      ...(accessToken !== undefined && { ath: toBase64url(sha256(utf8(accessToken))) }),
      ...claims,
    }
    return signJws({ typ: 'dpop+jwt', jwk: key.jwk, ...header }, payload, key.sign)
  }

  proof(claims: Members = {}, header: Members = {}, key = this.holderKey): string {
    const payload = { aud: this.endpoints.issuer, iat: this.authority.now, nonce: this.nonces().c, ...claims }
    return signJws({ typ: 'openid4vci-proof+jwt', jwk: key.jwk, ...header }, payload, key.sign)
  }

  codeOf({ offerUrl }: Pick<OfferHandout, 'offerUrl'>): string {
    return this.grants(offerUrl)[PRE_AUTHORIZED]['pre-authorized_code']
  }

  /** Of an offer with both grants. */
  grants(offerUrl: string): Required<CredentialOffer['grants']> {
    const uri = new URL(offerUrl).searchParams.get('credential_offer_uri') ?? ''
    const offer = this.authority.offers.object(uri.slice(uri.lastIndexOf('/') + 1))
    if (!offer) throw new Error('no such offer')
    return offer.grants as Required<CredentialOffer['grants']>
  }

  /** The token request, with members and headers changed or (undefined) left out. */
  requestToken(
    offer: OfferHandout | CounterHandout,
    change: Readonly<Record<string, string | undefined>> = {},
    headers: Partial<Exchange> = {},
  ): Promise<Reply> {
    const body = form({
      grant_type: PRE_AUTHORIZED,
      'pre-authorized_code': 'pre-authorized_code' in change ? '' : this.codeOf(offer),
      tx_code: offer.txCode ?? undefined,
      ...change,
    })
    return this.authority.oid4vci.token.handle(exchange(body, { dpop: this.dpop(this.endpoints.token), ...headers }))
  }

  async token(
    offer: OfferHandout | CounterHandout,
    change: Readonly<Record<string, string | undefined>> = {},
  ): Promise<string> {
    const reply = await this.requestToken(offer, change)
    expect(reply.status, reply.body).to.equal(200)
    return String(parsed(reply).access_token)
  }

  requestCredential(accessToken: string, change: Members = {}, headers: Partial<Exchange> = {}): Promise<Reply> {
    const url = this.endpoints.credential
    const body = { credential_configuration_id: 'resident', proofs: { jwt: [this.proof()] }, ...change }
    return this.authority.oid4vci.credential.handle(
      exchange(body, { authorization: `DPoP ${accessToken}`, dpop: this.dpop(url, accessToken), ...headers }),
    )
  }

  notify(accessToken: string, body: Members, headers: Partial<Exchange> = {}): Promise<Reply> {
    const url = this.endpoints.notification
    return this.authority.oid4vci.notification.handle(
      exchange(body, { authorization: `DPoP ${accessToken}`, dpop: this.dpop(url, accessToken), ...headers }),
    )
  }
}

export function expectError(reply: Reply, error: string, status = 400): void {
  expect(`${reply.status} ${parsed(reply).error}`, reply.body).to.equal(`${status} ${error}`)
  expect(reply.headers['Cache-Control']).to.equal('no-store')
  expect(Object.keys(parsed(reply)).sort()).to.deep.equal(['error', 'error_description'])
  // RFC 6749 §5.2: the characters that an error_description may contain.
  expect(parsed(reply).error_description).to.match(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/)
}

/** A protected resource names the error in WWW-Authenticate, too. */
export function expectChallenge(reply: Reply, error: string, status = 401): void {
  expectError(reply, error, status)
  expect(reply.headers['WWW-Authenticate']).to.match(
    new RegExp(`^DPoP error="${error}", error_description="[^"]+", algs="ES256"$`),
  )
}
