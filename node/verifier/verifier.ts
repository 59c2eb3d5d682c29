/**
 * The five-line verifier:
 *
 *   const verifier = new Verifier({ profile, view, clock: systemClock })
 *   const verdict = await verifier.verify(presentation, { nonce, audience })
 *   if (verdict.outcome === 'valid') greet(verdict.disclosed)
 *   else show(verdict.sentence, verdict.nextStep)
 */
import type { Clock } from '../lib/time.ts'
import type { Warn } from '../lib/warn.ts'
import { check, type Disclosed } from './check.ts'
import type { TrustProfile } from './context.ts'
import { warnOnConsole } from './fault.ts'
import { IssuerKeys } from './issuer-keys.ts'
import {
  checkExpected,
  checkPolicy,
  checkWindow,
  DEFAULT_POLICY,
  type Policy,
  type PresentationWindow,
  REMOTE_WINDOW,
} from './policy.ts'
import type { StatusListSource } from './status/source.ts'
import type { Verdict } from './verdict.ts'
import type { LedgerView } from './view.ts'

export interface VerifierOptions {
  readonly profile: TrustProfile
  readonly view: LedgerView
  readonly clock: Clock
  /** A second source of status. The stricter of the two counts. */
  readonly statusLists?: StatusListSource
  /** Receives internal faults, without personal data. Default: the console. */
  readonly warn?: Warn
}

export interface VerifyOptions {
  /** The nonce that was sent to this wallet for this check. It must never be used again. */
  readonly nonce: string
  /** The verifier's identifier for the wallet: with OpenID4VP, the whole client identifier. */
  readonly audience: string
  readonly policy?: Policy
  readonly window?: PresentationWindow
}

export interface VerifiedPresentation extends Verdict {
  /** `null` unless the outcome is `valid`. This is personal data; the rest of a verdict may be stored. */
  readonly disclosed: readonly Disclosed[] | null
}

export class Verifier {
  readonly #keys = new IssuerKeys()

  constructor(private readonly options: VerifierOptions) {}

  /**
   * Returns a verdict for every presentation, even an unreadable one.
   * @throws {VerifierError} VERIFIER_CONFIGURATION if an expectation or a member of the policy is missing or invalid
   */
  async verify(
    presentation: string | Readonly<Record<string, readonly string[]>>,
    { nonce, audience, policy = DEFAULT_POLICY, window = REMOTE_WINDOW }: VerifyOptions,
  ): Promise<VerifiedPresentation> {
    const { profile, view, clock, statusLists = null, warn = warnOnConsole } = this.options
    checkExpected({ nonce, audience })
    checkPolicy(policy)
    checkWindow(window)
    const expected = { nonce, audience, window }
    const keys = this.#keys
    const now = clock()
    const { verdict, disclosed } = await check({
      presentation,
      expected,
      policy,
      profile,
      view,
      keys,
      statusLists,
      now,
      warn,
    })
    return { ...verdict, disclosed }
  }
}
