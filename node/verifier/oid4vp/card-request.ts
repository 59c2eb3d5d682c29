/**
 * One request for a card over OpenID4VP 1.0, for a program that keeps its requests in memory:
 *
 *   create ─▶ link shown (or as a QR code) ─▶ wallet fetches `requestObject` ─▶ wallet posts to `respond` ─▶ `result`
 *
 * It can be answered once, within five minutes. An answer needs the state of the request, and is encrypted to its key. What
 * a wallet sends never throws: the wallet gets the reply, and the request stays open unless it was answered.
 * Why: docs/decisions/161.
 */
import { sha256Base64url } from '#crypto'
import { toBase64url } from '../../lib/bytes.ts'
import { encryptJwe } from '../../lib/jose/jwe.ts'
import { signJwsAsync } from '../../lib/jose/jws.ts'
import type { JsonValue } from '../../lib/json.ts'
import type { Random } from '../../lib/random.ts'
import { type Clock, MINUTE, type UnixSeconds } from '../../lib/time.ts'
import { verdictWithout } from '../check.ts'
import { alreadyAnswered, invalidResponse, responseCodeUsed, responseCodeWrong, VerifierError } from '../errors.ts'
import { checkPolicy, type Policy } from '../policy.ts'
import { policyOf } from '../presets/preset.ts'
import { requestPolicyOf } from '../presets/request-policy.ts'
import type { Finding } from '../verdict.ts'
import type { VerifiedPresentation, Verifier } from '../verifier.ts'
import type { Asker } from './asker.ts'
import { clientIdOf } from './client-id.ts'
import { requestObjectParts } from './request/request-object.ts'
import { parseRequestEncryption } from './request/wallet-metadata.ts'
import { requestLink } from './request-link.ts'
import { makeResponseKey } from './response/key.ts'
import { parseResponse } from './response/parse.ts'
import { parseVpToken } from './response/vp-token.ts'
import { findingOf } from './response/wallet-error.ts'
import type { ResponseKey } from './session.ts'
import { isSecure } from './wallet-side/verify-request.ts'

/** The time in which a request can be answered. */
const LIFETIME = 5 * MINUTE

export interface CardRequestOptions {
  readonly verifier: Verifier
  readonly asker: Asker
  /** The id of the preset: what is asked for and required. */
  readonly preset: string
  /** Only this card of the preset is requested. Default: any of its cards. */
  readonly card?: string
  /** The holder stands here: the portrait is requested too. Default: no. */
  readonly inPerson?: boolean
  /** Where the wallet fetches the request object (`request_uri`). This address and the next one are of this request only. */
  readonly requestUri: string
  /** Where the wallet posts its answer (`response_uri`): https, or http on this device itself. */
  readonly responseUri: string
  /**
   * For a wallet on the same device: the page to which the wallet sends the browser back (`redirect_uri`), with
   * `#response_code=…`. The result then needs this code (OpenID4VP 1.0 §14.2; HAIP 1.0 §5.1 requires the redirect).
   */
  readonly redirectUri?: string
  /** Authority Key Identifiers in base64url: only cards of these authorities are requested. Default: any card. */
  readonly trustedAuthorities?: readonly string[]
  /** The text of the registered request policy. Default: that of the preset. */
  readonly requestPolicy?: string
  readonly clock: Clock
  readonly random: Random
}

/** What the wallet gets: the three parts of an HTTP response. */
export interface WalletReply {
  readonly status: number
  readonly type: string
  readonly body: string
}

/** A form as servers parse it. Whatever a stranger sent. */
export type WalletForm = Readonly<Record<string, unknown>>

interface Secrets {
  readonly nonce: string
  readonly state: string
  readonly responseKey: ResponseKey
  readonly responseCode: string
  readonly expiresAt: UnixSeconds
}

export class CardRequest {
  /** `openid4vp://…`: a link for a wallet on the same device, or the content of a QR code for another device. */
  readonly link: string
  readonly expiresAt: UnixSeconds
  readonly #clientId: string
  readonly #policy: Policy
  readonly #redirectUri: string | null
  #isAnswered = false
  #result: VerifiedPresentation | null = null
  #timedOut: VerifiedPresentation | null = null
  #codeUsed = false

  private constructor(
    private readonly options: CardRequestOptions,
    private readonly secrets: Secrets,
  ) {
    const { asker, verifier, inPerson = false, card, trustedAuthorities, requestUri, responseUri } = options
    const preset = verifier.preset(options.preset)
    if (card !== undefined && !preset.cards.some(each => each.card === card)) {
      throw invalid('card', `The preset asks for ${preset.cards.map(each => each.card).join(', ')}. Use one of them.`)
    }
    requireUrl('requestUri', requestUri)
    requireUrl('responseUri', responseUri)
    this.#redirectUri = options.redirectUri === undefined ? null : requireUrl('redirectUri', options.redirectUri)
    this.#policy = policyOf(preset, {
      inPerson,
      ...(card !== undefined && { card }),
      ...(trustedAuthorities && { trustedAuthorities }),
    })
    // Now, and not when the wallet answers: a preset of the program may be incomplete.
    checkPolicy(this.#policy)
    this.#clientId = clientIdOf('x509_hash', asker.x5c[0] ?? '', responseUri)
    this.link = requestLink(this.#clientId, requestUri)
    this.expiresAt = secrets.expiresAt
  }

  /** @throws {VerifierError} VERIFIER_PRESET_UNKNOWN, VERIFIER_CONFIGURATION */
  static async create(options: CardRequestOptions): Promise<CardRequest> {
    const { clock, random } = options
    return new CardRequest(options, {
      nonce: toBase64url(random(24)),
      state: toBase64url(random(16)),
      responseCode: toBase64url(random(16)),
      responseKey: await makeResponseKey(random),
      expiresAt: clock() + LIFETIME,
    })
  }

  /** Whether the wallet can still answer. */
  get isOpen(): boolean {
    return !this.#isAnswered && this.options.clock() < this.expiresAt
  }

  /**
   * The reply to a wallet that fetches the request (OpenID4VP 1.0 §5.10): the signed request object, with the wallet's
   * nonce, and encrypted if the wallet demands it.
   * @param form what the wallet posted; nothing for a GET
   */
  requestObject(form?: WalletForm): Promise<WalletReply> {
    return this.#reply(async () => {
      if (!this.isOpen) throw over(this.#isAnswered)
      const { wallet_metadata: metadata, wallet_nonce: nonce } = formOf(form)
      const encryption = parseRequestEncryption(metadata)
      const signed = await this.#signed(nonce)
      const body = encryption ? await encryptJwe(signed, encryption, { cty: 'JWT' }) : signed
      return { status: 200, type: 'application/oauth-authz-req+jwt', body }
    })
  }

  /**
   * The reply to a wallet that posts its answer (§8.2). When this resolves with the status 200, there is a `result`.
   * @param form what the wallet posted
   */
  respond(form: WalletForm): Promise<WalletReply> {
    return this.#reply(async () => {
      if (!this.isOpen) throw over(this.#isAnswered)
      const answer = await parseResponse(formOf(form), this.secrets)
      if (typeof answer.state !== 'string' || !isEqual(answer.state, this.secrets.state)) {
        throw invalidResponse('its state is not that of this request')
      }
      // Checked again, because another answer may have been decrypted at the same time. From here on, this one counts.
      if (!this.isOpen) throw over(this.#isAnswered)
      this.#isAnswered = true
      this.#result = await this.#judge(answer)
      const redirect = `${this.#redirectUri}#response_code=${this.secrets.responseCode}`
      return json(200, this.#redirectUri === null ? {} : { redirect_uri: redirect })
    })
  }

  /**
   * The verdict, or null until there is one. A request that nobody answered in time has `retry/timed_out`. The claims are
   * handed out once: later calls get the verdict without them.
   * @param responseCode from the redirect, if there is a `redirectUri`. It counts once (docs/decisions/162)
   * @throws {VerifierError} VERIFIER_RESPONSE_CODE, VERIFIER_CODE_USED
   */
  result(responseCode?: string): VerifiedPresentation | null {
    if (!this.#isAnswered && this.options.clock() >= this.expiresAt) {
      // From here on no answer counts, even if the clock is set back.
      this.#isAnswered = true
      this.#timedOut = this.#without({ outcome: 'retry', reason: 'timed_out' })
    }
    if (this.#timedOut) return this.#timedOut
    const found = this.#result
    if (found === null) return null
    if (this.#redirectUri !== null) this.#redeemCode(responseCode)
    this.#result = { ...found, disclosed: null }
    return found
  }

  #redeemCode(given: unknown): void {
    if (typeof given !== 'string' || !isEqual(given, this.secrets.responseCode)) throw responseCodeWrong()
    if (this.#codeUsed) throw responseCodeUsed()
    this.#codeUsed = true
  }

  #signed(walletNonce: unknown): Promise<string> {
    const { asker, responseUri, verifier, requestPolicy, preset, clock } = this.options
    const { header, payload } = requestObjectParts(
      {
        session: this.secrets,
        clientId: this.#clientId,
        responseUri,
        // A preset always has a query.
        query: this.#policy.query ?? { credentials: [] },
        policy: requestPolicy ?? requestPolicyOf(verifier.preset(preset)),
        ...(typeof walletNonce === 'string' ? { walletNonce } : {}),
        now: clock(),
      },
      asker.x5c,
    )
    return signJwsAsync(header, payload, asker.sign)
  }

  async #judge({ error, vp_token }: Readonly<Record<string, JsonValue>>): Promise<VerifiedPresentation> {
    if (error !== undefined) return this.#without(findingOf(error))
    const presentation = parseVpToken(vp_token)
    if (!presentation) return this.#without({ outcome: 'unreadable', reason: 'malformed' })
    const { nonce } = this.secrets
    return this.options.verifier.verify(presentation, { nonce, audience: this.#clientId, policy: this.#policy })
  }

  async #reply(make: () => Promise<WalletReply>): Promise<WalletReply> {
    try {
      return await make()
    } catch (error) {
      if (!(error instanceof VerifierError)) throw error
      return json(400, { error: 'invalid_request', error_description: error.message })
    }
  }

  #without(finding: Finding): VerifiedPresentation {
    return { ...verdictWithout(finding, this.options.clock()), disclosed: null }
  }
}

const json = (status: number, body: object): WalletReply => {
  return { status, type: 'application/json', body: JSON.stringify(body) }
}

/** A server may have parsed a body that is no form. */
const formOf = (form: unknown): WalletForm => (typeof form === 'object' && form !== null ? (form as WalletForm) : {})

/** By their digests, so that the duration says nothing about the text. */
const isEqual = (given: string, expected: string): boolean => sha256Base64url(given) === sha256Base64url(expected)

const over = (isAnswered: boolean): VerifierError =>
  isAnswered
    ? alreadyAnswered()
    : new VerifierError({ code: 'VERIFIER_SESSION_EXPIRED' }, 'This request has expired. Create a new one.')

/** Normalised (RFC 3986 §4.3), because a wallet's parser may be stricter than this one. Wallets refuse http elsewhere. */
function requireUrl(reason: string, uri: string): string {
  if (URL.canParse(uri) && isSecure(new URL(uri)) && !uri.includes('#')) return new URL(uri).href
  throw invalid(reason, `${reason} is an absolute https URL without a fragment, or http on this device itself.`)
}

const invalid = (reason: string, message: string): VerifierError =>
  new VerifierError({ code: 'VERIFIER_CONFIGURATION', reason }, message)
