/**
 * One check of the checker's side, in the modes in which the checker asks: two-way and rendezvous.
 *
 *   begin ─▶ requestMessage shown or sent ─▶ answer received ─▶ judge ─▶ verdict
 *
 * The request is signed, can be answered for 60 seconds, and once. An answer is bound to it by the nonce and the audience
 * in the key bindings, and is encrypted to its key. It needs no network but what the verifier's view needs.
 */

import { toBase64url } from '../../lib/bytes.ts'
import { signJwsAsync } from '../../lib/jose/jws.ts'
import type { JsonObject } from '../../lib/json.ts'
import { ParseError } from '../../lib/parse-error.ts'
import type { Random } from '../../lib/random.ts'
import { type Clock, MINUTE, type UnixSeconds } from '../../lib/time.ts'
import { verdictWithout } from '../check.ts'
import { alreadyAnswered, VerifierError } from '../errors.ts'
import type { Asker } from '../oid4vp/asker.ts'
import { clientIdOf } from '../oid4vp/client-id.ts'
import { requestObjectParts } from '../oid4vp/request/request-object.ts'
import { decryptResponse } from '../oid4vp/response/decrypt.ts'
import { makeResponseKey } from '../oid4vp/response/key.ts'
import { parseVpToken } from '../oid4vp/response/vp-token.ts'
import { findingOf } from '../oid4vp/response/wallet-error.ts'
import type { ResponseKey } from '../oid4vp/session.ts'
import type { Policy, PresentationWindow } from '../policy.ts'
import type { Finding } from '../verdict.ts'
import type { VerifiedPresentation, Verifier } from '../verifier.ts'
import { openAnswer, requestMessage } from './two-way.ts'

/** Seconds in which a request can be answered. */
export const CHECK_LIFETIME = 60
/** The clocks of phones rarely differ by more than a minute. That an answer is new is proved by the nonce. */
export const IN_PERSON_WINDOW: PresentationWindow = { maxAge: CHECK_LIFETIME + MINUTE, maxAhead: MINUTE }

export interface CheckOptions {
  readonly asker: Asker
  /** The text of the registered request policy. */
  readonly requestPolicy: string
  /** What is asked and what is required: `policyOf` of a preset, so it has a query. */
  readonly policy: Policy
  /** Where a wallet with a network may post its answer instead (`direct_post.jwt`). */
  readonly responseUri?: string
  readonly verifier: Verifier
  readonly clock: Clock
  readonly random: Random
}

/** The form that a wallet posted to the `responseUri` (OpenID4VP 1.0 §8.3.1). */
export type PostedAnswer = ReadonlyMap<string, string>

interface CheckSession {
  readonly nonce: string
  readonly state: string
  readonly responseKey: ResponseKey
  readonly audience: string
  readonly expiresAt: UnixSeconds
}

export class InPersonCheck {
  /** The request for the wallet: bytes for `framesOf`, or for a rendezvous. */
  readonly message: Uint8Array
  readonly expiresAt: UnixSeconds
  #isAnswered = false

  private constructor(
    private readonly options: CheckOptions,
    private readonly session: CheckSession,
    message: Uint8Array,
  ) {
    this.message = message
    this.expiresAt = session.expiresAt
  }

  static async begin(options: CheckOptions): Promise<InPersonCheck> {
    const { asker, policy, requestPolicy, responseUri = null, clock, random } = options
    if (policy.query === null) throw new TypeError('a check asks for something')
    const now = clock()
    const session = {
      nonce: toBase64url(random(16)),
      state: toBase64url(random(8)),
      responseKey: await makeResponseKey(random),
      audience: clientIdOf('x509_hash', asker.x5c[0] ?? '', ''),
      expiresAt: now + CHECK_LIFETIME,
    }
    const { header, payload } = requestObjectParts(
      { session, clientId: session.audience, responseUri, query: policy.query, policy: requestPolicy, now },
      asker.x5c,
    )
    const requestObject = await signJwsAsync(header, payload, asker.sign)
    return new InPersonCheck(options, session, await requestMessage(requestObject))
  }

  /** Whether an answer can still be judged. */
  get isOpen(): boolean {
    return !this.#isAnswered && this.options.clock() < this.expiresAt
  }

  /**
   * Judges an answer. If it is not one to this request, or cannot be read, the check stays open: see `isOpen`.
   * @param answer what a wallet showed or sent: a message of the kind `answer`, or what it posted to
   * `responseUri`
   * @throws {VerifierError} VERIFIER_ALREADY_ANSWERED
   */
  async judge(answer: Uint8Array | PostedAnswer): Promise<VerifiedPresentation> {
    const { verifier, policy } = this.options
    const { responseKey, state, nonce, audience } = this.session
    if (this.#isAnswered) throw alreadyAnswered()
    if (!this.isOpen) return this.#without({ outcome: 'retry', reason: 'timed_out' })
    const opened = await this.#open(answer, responseKey)
    if ('outcome' in opened) return this.#without(opened)
    // Checked again, because another answer may have been opened at the same time.
    if (this.#isAnswered) throw alreadyAnswered()
    if (opened.content.state !== state) return this.#without({ outcome: 'replayed', reason: null })
    this.#isAnswered = true
    if (opened.content.error !== undefined) return this.#without(findingOf(opened.content.error))
    const presentation = parseVpToken(opened.content.vp_token)
    if (!presentation) return this.#without(MALFORMED)
    return verifier.verify(presentation, { nonce, audience, policy, window: IN_PERSON_WINDOW })
  }

  async #open(answer: Uint8Array | PostedAnswer, key: ResponseKey): Promise<Opened | Finding> {
    try {
      if (!(answer instanceof Uint8Array)) return await openPosted(answer, key)
      const content = await openAnswer(answer, key)
      return content === null ? { outcome: 'retry', reason: 'wrong_audience' } : { content }
    } catch (error) {
      if (error instanceof ParseError || error instanceof VerifierError) return MALFORMED
      throw error
    }
  }

  #without(finding: Finding): VerifiedPresentation {
    return { ...verdictWithout(finding, this.options.clock()), disclosed: null }
  }
}

interface Opened {
  readonly content: JsonObject
}

/** An error is not encrypted, since a wallet may be unable to do that (§8.3.1, §8.5). It needs the state of the request. */
async function openPosted(form: PostedAnswer, key: ResponseKey): Promise<Opened | Finding> {
  const [response, error, state] = ['response', 'error', 'state'].map(name => form.get(name))
  if (response !== undefined) return { content: await decryptResponse(response, key) }
  return error === undefined || state === undefined ? MALFORMED : { content: { error, state } }
}

const MALFORMED: Finding = { outcome: 'unreadable', reason: 'malformed' }
