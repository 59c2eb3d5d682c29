/**
 * Requests to wallets and their responses, over OpenID4VP 1.0:
 *
 *   create ─▶ request shown (link or QR) ─▶ wallet fetches the signed request ─▶ wallet posts its encrypted answer
 *                                                                                   │
 *   awaitVerdict ◀── verdict on disk, claims in memory until read once ◀────────────┘
 *
 * A request can be answered once, within five minutes. The response must contain the state of the request and be encrypted
 * to its key; otherwise the request stays open. Anybody who saw the QR code can fetch the request like a wallet, and
 * decline it or answer it with their own card (docs/decisions/064).
 */
import type { CertifiedSigner } from '../../keys/certified.ts'
import { equalSecret } from '../../keys/secret.ts'
import { toBase64url } from '../../lib/bytes.ts'
import { encryptJwe } from '../../lib/jose/jwe.ts'
import type { JsonValue } from '../../lib/json.ts'
import type { Random } from '../../lib/random.ts'
import { type Clock, MINUTE } from '../../lib/time.ts'
import type { Store } from '../../store/store.ts'
import type { Vault } from '../../store/vault.ts'
import { verdictWithout } from '../check.ts'
import { alreadyAnswered, invalidResponse, sessionUnknown, VerifierError } from '../errors.ts'
import { type Preset, policyOf, queryOf, type RequestOptions } from '../presets/preset.ts'
import type { Presets } from '../presets/presets.ts'
import { requestPolicyOf } from '../presets/request-policy.ts'
import type { Verifier } from '../verifier.ts'
import { clientIdOf } from './client-id.ts'
import { type CreateOptions, parseCreateOptions, presetOf } from './create-options.ts'
import { type Device, HostedPages, requestIdOf } from './hosted-pages.ts'
import { createRequestObject } from './request/request-object.ts'
import { parseRequestEncryption } from './request/wallet-metadata.ts'
import { requestLink } from './request-link.ts'
import { makeResponseKey } from './response/key.ts'
import { parseResponse } from './response/parse.ts'
import { parseVpToken } from './response/vp-token.ts'
import { findingOf } from './response/wallet-error.ts'
import { LIFETIME, type Session, Sessions } from './session.ts'
import type { ClientIdPrefix } from './setting.ts'
import { type PresentationResult, type Reader, Verdicts, type VerdictsOptions } from './verdicts.ts'

export interface PresentationsOptions {
  readonly verifier: Verifier
  readonly presets: Presets
  readonly signer: CertifiedSigner
  readonly store: Store
  readonly vault: Vault
  /** No slash at the end. */
  readonly publicUrl: string
  readonly clock: Clock
  readonly random: Random
  /** Default `x509_hash`, as HAIP 1.0 requires. */
  readonly clientId?: ClientIdPrefix
  /** The rules of HAIP 1.0 (docs/haip.md). Default: off. */
  readonly haip?: boolean
  /** Authority Key Identifiers in base64url: only cards of these authorities are requested. Default: any card. */
  readonly trustedAuthorities?: readonly string[]
  readonly alsoCommit?: VerdictsOptions['alsoCommit']
  readonly afterVerdict?: VerdictsOptions['afterVerdict']
}

export interface CreatedPresentation {
  readonly id: string
  /** Used as a link on the same device, or as a QR code for another. */
  readonly requestUrl: string
  /** With a return URL: where the service shows the request to a browser. */
  readonly pageUrl?: string
  readonly expiresAt: number
}

export class Presentations {
  readonly pages: HostedPages
  readonly #sessions: Sessions
  readonly #clientId: string
  readonly #verdicts: Verdicts
  #sweptAt = 0

  constructor(private readonly options: PresentationsOptions) {
    const { store, vault, signer, publicUrl, clientId = 'x509_hash' } = options
    this.#sessions = new Sessions(store, vault)
    this.#verdicts = new Verdicts({ ...options, sessions: this.#sessions })
    this.#clientId = clientIdOf(clientId, signer.x5c[0] ?? '', publicUrl)
    const [sessions, verdicts] = [this.#sessions, this.#verdicts]
    this.pages = new HostedPages({
      ...{ ...options, sessions, verdicts },
      linkOf: (...of) => this.#link(...of),
      presetOf: session => this.#presetOf(session),
    })
  }

  /**
   * @param asked the id of a preset of this install, or a preset of the caller's own
   * @throws {VerifierError} VERIFIER_PRESET_UNKNOWN, VERIFIER_CONFIGURATION (create-options.ts)
   */
  async create(asked: string | Preset, options: CreateOptions = {}): Promise<CreatedPresentation> {
    const { clock, random, haip = false } = this.options
    const preset = typeof asked === 'string' ? presetOf(this.options.presets, asked) : asked
    const { card, inPerson, redirectUri } = parseCreateOptions(preset, options, haip)
    const { caller } = options
    const now = clock()
    if (now - this.#sweptAt >= MINUTE) await this.sweep()
    const pageId = options.returnUrl === undefined ? undefined : toBase64url(random(16))
    const session: Session = {
      id: pageId === undefined ? toBase64url(random(16)) : requestIdOf(pageId),
      ...(caller !== undefined && { caller }),
      preset: preset.id,
      ...(typeof asked !== 'string' && { supplied: asked }),
      ...(card !== undefined && { card }),
      inPerson,
      createdAt: now,
      expiresAt: now + LIFETIME,
      nonce: toBase64url(random(24)),
      state: toBase64url(random(16)),
      responseKey: await makeResponseKey(random),
      redirect: redirectUri === undefined ? null : { uri: redirectUri, code: toBase64url(random(16)) },
      ...(pageId !== undefined && { page: this.#newPage(pageId) }),
      verdict: null,
    }
    await this.#sessions.commit(session)
    const { id, expiresAt, page } = session
    return { id, requestUrl: this.#link(session, 'other'), expiresAt, ...(page && { pageUrl: page.url }) }
  }

  #newPage(pageId: string): NonNullable<Session['page']> {
    const url = `${new URL(this.options.publicUrl).origin}/ask/${pageId}`
    return { url, walletCode: toBase64url(this.options.random(16)), browser: null }
  }

  #link({ id }: Session, device: Device): string {
    return requestLink(this.#clientId, this.#url(id, 'request', device))
  }

  /** @throws {VerifierError} VERIFIER_SESSION_UNKNOWN, VERIFIER_SESSION_EXPIRED, VERIFIER_ALREADY_ANSWERED */
  requireOpen(id: string): void {
    this.#open(id)
  }

  /**
   * The signed request, for the wallet (OpenID4VP 1.0 §5.10).
   * @throws {VerifierError} VERIFIER_SESSION_UNKNOWN, VERIFIER_SESSION_EXPIRED, VERIFIER_ALREADY_ANSWERED
   */
  requestObject(id: string, walletNonce?: string, device: Device = 'other'): string {
    const session = this.#open(id)
    if (walletNonce !== undefined) this.pages.fetched(session, walletNonce)
    const preset = this.#presetOf(session)
    return createRequestObject(
      {
        session,
        clientId: this.#clientId,
        responseUri: this.#url(id, 'response', device),
        query: queryOf(preset, this.#requestOptions(session)),
        policy: requestPolicyOf(preset),
        showsDigits: session.page !== undefined && device === 'other',
        ...(walletNonce === undefined ? {} : { walletNonce }),
        now: this.options.clock(),
      },
      this.options.signer,
    )
  }

  /**
   * The request for a wallet that fetches it by POST (OpenID4VP 1.0 §5.10): with the wallet's nonce, and encrypted if the
   * wallet's metadata has keys for that.
   * @throws {VerifierError} as `requestObject`, and VERIFIER_WALLET_METADATA
   */
  async postedRequestObject(
    id: string,
    form: Readonly<Record<string, unknown>>,
    device: Device = 'other',
  ): Promise<string> {
    const { wallet_nonce: nonce, wallet_metadata: metadata } = form
    const signed = this.requestObject(id, typeof nonce === 'string' ? nonce : undefined, device)
    const encryption = parseRequestEncryption(metadata)
    return encryption ? encryptJwe(signed, encryption, { cty: 'JWT' }) : signed
  }

  /**
   * Processes the form that the wallet posted. When this resolves, the verdict is on disk.
   * @returns the body of the 200 (OpenID4VP 1.0 §8.2)
   * @throws {VerifierError} VERIFIER_RESPONSE_INVALID, after which the request can still be answered;
   * VERIFIER_SESSION_UNKNOWN, VERIFIER_SESSION_EXPIRED, VERIFIER_ALREADY_ANSWERED
   */
  async respond(
    id: string,
    form: Readonly<Record<string, unknown>>,
    device: Device = 'other',
  ): Promise<{ redirect_uri?: string }> {
    return this.#verdicts.exclusively(id, () => this.#respond(id, form, device))
  }

  /**
   * Waits for the verdict, at most `waitMs`. An expired request has the verdict `retry/timed_out`.
   * @throws {VerifierError} as `Verdicts.read`
   */
  awaitVerdict(id: string, waitMs: number, reader: Reader = {}): Promise<PresentationResult> {
    return this.#verdicts.read(id, waitMs, reader)
  }

  async sweep(): Promise<void> {
    this.#sweptAt = this.options.clock()
    this.pages.forget(await this.#verdicts.sweep())
  }

  close(): void {
    this.#verdicts.close()
  }

  async #respond(
    id: string,
    form: Readonly<Record<string, unknown>>,
    device: Device,
  ): Promise<{ redirect_uri?: string }> {
    const session = this.#open(id)
    const answer = await parseResponse(form, session)
    if (typeof answer.state !== 'string' || !equalSecret(answer.state, session.state)) {
      throw invalidResponse('its state is not that of this request')
    }
    const { verdict, disclosed } = await this.#judge(answer, session)
    const { page } = session
    await this.#verdicts.write(
      { ...session, ...(page && { page: { ...page, answeredOn: device } }) },
      verdict,
      disclosed,
    )
    // The wallet on another device would open the page in the wrong browser.
    if (page) return device === 'same' ? { redirect_uri: `${page.url}#wallet_code=${page.walletCode}` } : {}
    if (!session.redirect) return {}
    return { redirect_uri: `${session.redirect.uri}#response_code=${session.redirect.code}` }
  }

  async #judge(answer: Readonly<Record<string, JsonValue>>, session: Session) {
    const now = this.options.clock()
    if (answer.error !== undefined) {
      return { verdict: verdictWithout(findingOf(answer.error), now), disclosed: null }
    }
    const presentation = parseVpToken(answer.vp_token)
    if (!presentation) {
      return { verdict: verdictWithout({ outcome: 'unreadable', reason: 'malformed' }, now), disclosed: null }
    }
    const { disclosed, ...verdict } = await this.options.verifier.verify(presentation, {
      nonce: session.nonce,
      audience: this.#clientId,
      policy: policyOf(this.#presetOf(session), this.#requestOptions(session)),
    })
    return { verdict, disclosed }
  }

  #presetOf({ preset, supplied }: Session): Preset {
    return supplied ?? presetOf(this.options.presets, preset)
  }

  #open(id: string): Session {
    const session = this.#sessions.get(id)
    if (!session) throw sessionUnknown()
    if (session.verdict) throw alreadyAnswered()
    if (this.#verdicts.isOver(session)) {
      throw new VerifierError({ code: 'VERIFIER_SESSION_EXPIRED' }, 'This request has expired. Create a new one.')
    }
    return session
  }

  #requestOptions({ card, inPerson }: Session): RequestOptions {
    const { trustedAuthorities } = this.options
    return { inPerson, ...(card !== undefined && { card }), ...(trustedAuthorities && { trustedAuthorities }) }
  }

  #url(id: string, message: 'request' | 'response', device: Device): string {
    return `${this.options.publicUrl}/presentations/${id}/${message}${device === 'same' ? '?device=same' : ''}`
  }
}
