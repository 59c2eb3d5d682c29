/**
 * The authorization code flow (OpenID4VCI 1.0 §5, RFC 6749 §4.1): the wallet pushes its request, the browser goes to the
 * issuer's page, and comes back with a code.
 *
 *   begin ─▶ pushed request, stored ─▶ the issuer's page ─▶ /wallet/returned?code&state&iss ─▶ finish ─▶ an access token
 *
 * The request is on disk before the page is left, so any page of this browser can finish it. Another site can send the
 * browser to the same address with words of its own. They do nothing unless they contain the state of the stored request,
 * which only the issuer learned, and the code works only with the stored verifier and this wallet's key.
 * Why: docs/decisions/171.
 */
import { sha256 } from '#crypto'
import { toBase64url, utf8 } from '../../../../lib/bytes.ts'
import { HOUR, type UnixSeconds } from '../../../../lib/time.ts'
import { type ReturnProblem, WalletError, walletError } from '../errors.ts'
import { answerInvalid, hostOf, jsonOf, type Reply } from '../http.ts'
import type { IssuerStanding } from '../offer.ts'
import type { StoreChange, WalletPorts } from '../ports.ts'
import { attestWallet } from './attestation.ts'
import { Dpop, errorOf } from './dpop.ts'
import type { IssuerMetadata } from './metadata.ts'
import { invalid } from './offer-link.ts'
import { type AccessToken, issuerRefused, postForm, requestToken, walletStopped } from './token.ts'

const SETTING = 'authorization'
/** Seconds in which the holder has to come back. The issuer may give less. */
const LIFETIME = HOUR
const MAX_URI = 2048
const MAX_CODE = 4096

/** What is stored while the holder is on the issuer's page. */
interface AuthorizationRecord {
  readonly metadata: IssuerMetadata
  readonly standing: IssuerStanding
  readonly state: string
  /** The secret of PKCE (RFC 7636). */
  readonly verifier: string
  readonly redirectUri: string
  readonly expiresAt: UnixSeconds
}

/** What the issuer authorized. */
export interface Authorized extends Pick<AuthorizationRecord, 'metadata' | 'standing'> {
  readonly token: AccessToken
}

export class Authorizing {
  constructor(private readonly ports: WalletPorts) {}

  /**
   * Pushes a request and stores it, in place of an earlier one.
   * @returns the address of the issuer's page
   * @throws {WalletError} WALLET_STOPPED, WALLET_ISSUER_REFUSED, WALLET_UNREACHABLE, WALLET_ANSWER_INVALID, WALLET_STORAGE
   */
  async begin(metadata: IssuerMetadata, standing: IssuerStanding, issuerState: string | null): Promise<string> {
    const { settings, random, store, clock, returnUri: redirectUri } = this.ports
    const { server } = metadata
    if (!server.authorization) throw invalid('no_grant')
    const secret = () => toBase64url(random(32))
    const [state, verifier] = [secret(), secret()]
    const form = {
      response_type: 'code',
      client_id: settings.name,
      redirect_uri: redirectUri,
      state,
      code_challenge: toBase64url(sha256(utf8(verifier))),
      code_challenge_method: 'S256',
      ...cardOf(metadata),
      ...(issuerState !== null && { issuer_state: issuerState }),
    }
    const requestUri = await this.#push(metadata, form, server.authorization.par)
    const record = { metadata, standing, state, verifier, redirectUri, expiresAt: clock() + LIFETIME }
    await store.commit([{ table: 'setting', key: SETTING, put: record satisfies AuthorizationRecord }])
    const page = new URL(server.authorization.page)
    page.searchParams.set('client_id', settings.name)
    page.searchParams.set('request_uri', requestUri)
    return page.href
  }

  /**
   * Redeems the code of an address at which the browser came back. While the issuer gave no answer, it can be tried again.
   * @returns the token, and the change to be committed with what is stored of it
   * @throws {WalletError} WALLET_RETURN_REFUSED; as `requestToken`
   */
  async finish(address: string): Promise<{ readonly authorized: Authorized; readonly change: StoreChange }> {
    const { store, clock, settings } = this.ports
    const response = parametersOf(address)
    const record = (await store.get('setting', SETTING)) as AuthorizationRecord | undefined
    // Whoever does not know the state can neither finish nor end what the holder began.
    if (!response || !record || response.state !== record.state) throw refused('unknown')
    if (clock() >= record.expiresAt) throw await this.#ended('expired')
    if (response.iss !== record.metadata.server.issuer) throw await this.#ended('other_issuer')
    if (response.error !== null) throw await this.#ended(problemOf(response.error))
    const { code } = response
    if (code === null || code === '' || code.length > MAX_CODE) throw await this.#ended('refused')
    const { metadata, standing, verifier, redirectUri } = record
    const dpop = await Dpop.of(metadata.server.issuer, this.ports)
    const attestation = await attestWallet(metadata, dpop, this.ports)
    const grant = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }
    const form = { ...grant, client_id: settings.name }
    try {
      const token = await requestToken(metadata, form, dpop, this.ports, attestation)
      return { authorized: { metadata, standing, token }, change: END }
    } catch (error) {
      if (error instanceof WalletError && error.code === 'WALLET_CODE_REFUSED') throw await this.#ended('expired')
      throw error
    }
  }

  async #push(metadata: IssuerMetadata, form: Readonly<Record<string, string>>, url: string): Promise<string> {
    const { server } = metadata
    const dpop = await Dpop.of(server.issuer, this.ports)
    const attestation = await attestWallet(metadata, dpop, this.ports)
    const reply = await postForm(server, url, form, dpop, this.ports.fetcher, attestation)
    if (reply.status !== 201) throw pushRefused(reply, url)
    const { request_uri: requestUri } = jsonOf(reply, url)
    if (typeof requestUri === 'string' && requestUri !== '' && requestUri.length <= MAX_URI) return requestUri
    throw answerInvalid(hostOf(url), 'it has no request_uri')
  }

  async #ended(reason: ReturnProblem): Promise<WalletError> {
    await this.ports.store.commit([END])
    return refused(reason)
  }
}

const END: StoreChange = { table: 'setting', key: SETTING, del: true }

/** §5.1: by its scope, which HAIP demands, or else by authorization_details. */
function cardOf({ card, issuer, server }: IssuerMetadata): Readonly<Record<string, string>> {
  if (card.scope) return { scope: card.scope }
  const locations = server.issuer === issuer ? {} : { locations: [issuer] }
  const detail = { type: 'openid_credential', credential_configuration_id: card.configuration, ...locations }
  return { authorization_details: JSON.stringify([detail]) }
}

type Response = Readonly<Record<'state' | 'iss' | 'code' | 'error', string | null>>

/** Null if a parameter is there twice, of which two readers could take different ones. */
function parametersOf(address: string): Response | null {
  if (!URL.canParse(address)) return null
  const { searchParams } = new URL(address)
  const names = ['state', 'iss', 'code', 'error'] as const
  if (names.some(name => searchParams.getAll(name).length > 1)) return null
  return Object.fromEntries(names.map(name => [name, searchParams.get(name)])) as Response
}

/** RFC 6749 §4.1.2.1. The issuer's own words are not shown: nobody proved who wrote them. */
function problemOf(error: string): ReturnProblem {
  if (error === 'access_denied') return 'declined'
  return error === 'temporarily_unavailable' || error === 'server_error' ? 'unavailable' : 'refused'
}

function pushRefused(reply: Reply, url: string) {
  const error = errorOf(reply.text)?.error
  if (error === 'invalid_client_attestation') return walletStopped()
  return error === undefined ? answerInvalid(hostOf(url), `status ${reply.status}`) : issuerRefused(error, reply.status)
}

const refused = (reason: ReturnProblem) =>
  walletError(
    { code: 'WALLET_RETURN_REFUSED', reason },
    `The issuer's page led back without a card: ${reason}. Begin again in the wallet.`,
  )
