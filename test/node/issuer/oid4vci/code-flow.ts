/** The authorization code flow of an attested wallet, of which a test can change every member. */
import { sha256 } from '#crypto'
import type { OfferHandout } from '../../../../node/issuer/offers/offer.ts'
import type { Exchange, Reply } from '../../../../node/issuer/oid4vci/exchange.ts'
import { toBase64url, utf8 } from '../../../../node/lib/bytes.ts'
import { exchange, form, parsed, type TestAuthority } from './authority.ts'
import type { Wallet } from './wallet.ts'
import { CLIENT } from './wallet-provider.ts'

export const VERIFIER = 'v'.repeat(43)
export const REDIRECT = 'https://wallet.example/cb'

export type Headers = Partial<Exchange>
export type Change = Readonly<Record<string, string | undefined>>

interface Flow {
  /** Which may be another process than the one that the wallet began with. */
  readonly authority: TestAuthority
  readonly wallet: Wallet
  readonly offer: OfferHandout
}

export function pushRequest({ authority, wallet, offer }: Flow, headers: Headers, change: Change = {}): Promise<Reply> {
  const members = {
    response_type: 'code',
    client_id: CLIENT,
    redirect_uri: REDIRECT,
    code_challenge: toBase64url(sha256(utf8(VERIFIER))),
    code_challenge_method: 'S256',
    scope: 'urn:dojang:kr:resident:1',
    issuer_state: wallet.grants(offer.offerUrl).authorization_code.issuer_state,
    ...change,
  }
  return authority.oid4vci.par.handle(exchange(form(members), headers))
}

/** The parameters with which the browser returns to the wallet, after the applicant has typed the code. */
export async function authorizationResponse(flow: Flow, headers: Headers): Promise<URLSearchParams> {
  const request_uri = String(parsed(await pushRequest(flow, headers)).request_uri)
  const body = form({ client_id: CLIENT, request_uri, tx_code: flow.offer.txCode })
  const reply = await flow.authority.oid4vci.authorize.submit(exchange(body))
  return new URL(String(reply.headers.Location)).searchParams
}

export function redeemCode(flow: Omit<Flow, 'offer'>, code: string, headers: Headers, change: Change = {}) {
  const { authority, wallet } = flow
  const members = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT, code_verifier: VERIFIER, ...change }
  const dpop = wallet.dpop(wallet.endpoints.token)
  return authority.oid4vci.token.handle(exchange(form(members), { dpop, ...headers }))
}
