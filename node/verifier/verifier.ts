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
import { VerifierError } from './errors.ts'
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
import { type Preset, policyOf } from './presets/preset.ts'
import type { StatusListSource } from './status/source.ts'
import type { Verdict } from './verdict.ts'
import type { LedgerView } from './view.ts'

export interface VerifierOptions {
  readonly profile: TrustProfile
  readonly view: LedgerView
  readonly clock: Clock
  /** A second source of status. The stricter of the two counts. */
  readonly statusLists?: StatusListSource
  /** The presets that `verify` knows by name. Of two with the same id, the first counts. Default: none. */
  readonly presets?: readonly Preset[]
  /** Receives internal faults, without personal data. Default: the console. */
  readonly warn?: Warn
}

export interface VerifyOptions {
  /** The nonce that was sent to this wallet for this check. It must never be used again. */
  readonly nonce: string
  /** The verifier's identifier for the wallet: with OpenID4VP, the whole client identifier. */
  readonly audience: string
  /** The id of the preset that was requested, such as `age`. It takes the place of a policy. */
  readonly preset?: string
  /** With `preset`: whether it was requested in person, with the portrait. Default: no. */
  readonly inPerson?: boolean
  /** What is required of the card. Default: `DEFAULT_POLICY`, which requires no particular claim. */
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

  /** @throws {VerifierError} VERIFIER_PRESET_UNKNOWN */
  preset(id: string): Preset {
    const preset = this.options.presets?.find(each => each.id === id)
    if (preset) return preset
    const known = this.options.presets?.map(each => each.id).join(', ')
    throw new VerifierError(
      { code: 'VERIFIER_PRESET_UNKNOWN', preset: String(id).slice(0, 64) },
      known ? `There is no such preset. These are known: ${known}.` : 'This verifier was opened without presets.',
    )
  }

  /**
   * Returns a verdict for every presentation, even an unreadable one.
   * @param presentation whatever the wallet sent: an SD-JWT VC with its key binding, or a `vp_token` (OpenID4VP 1.0 §8.1)
   * @throws {VerifierError} VERIFIER_CONFIGURATION if an expectation or a member of the policy is missing or invalid, and
   * VERIFIER_PRESET_UNKNOWN: mistakes of the program, never of the wallet
   */
  async verify(
    presentation: string | Readonly<Record<string, readonly string[]>>,
    options: VerifyOptions,
  ): Promise<VerifiedPresentation> {
    const { profile, view, clock, statusLists = null, warn = warnOnConsole } = this.options
    const { nonce, audience, window = REMOTE_WINDOW } = options
    checkExpected({ nonce, audience })
    const policy = this.#policyOf(options)
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

  #policyOf({ preset, inPerson = false, policy }: VerifyOptions): Policy {
    if (preset === undefined) return policy ?? DEFAULT_POLICY
    if (policy === undefined) return policyOf(this.preset(preset), { inPerson })
    throw new VerifierError(
      { code: 'VERIFIER_CONFIGURATION', reason: 'policy' },
      'A preset and a policy were given, and one of them would not count. Leave one out.',
    )
  }
}
