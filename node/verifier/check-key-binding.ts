import { CredentialError, type KeyBindingProblem } from '../credential/errors.ts'
import { type KeyBinding, verifyKeyBinding } from '../credential/sd-jwt/key-binding.ts'
import type { SdJwt } from '../credential/sd-jwt/parse.ts'
import type { P256PublicKey } from '../lib/crypto.ts'
import type { UnixSeconds } from '../lib/time.ts'
import type { PresentationWindow } from './policy.ts'
import type { Recorder } from './recorder.ts'
import type { Finding } from './verdict.ts'

/** The values that the holder must have signed for this check. */
export interface Expectation {
  /** With OpenID4VP, the whole client identifier, including its prefix (OpenID4VP 1.0, Appendix B.3.6). */
  readonly audience: string
  readonly nonce: string
  readonly window: PresentationWindow
}

const BROKEN: Readonly<Record<KeyBindingProblem, Finding>> = {
  missing: { outcome: 'wrong_holder', reason: null },
  malformed: { outcome: 'unreadable', reason: 'malformed' },
  signature: { outcome: 'wrong_holder', reason: null },
  // The holder signed, but other disclosures are shown.
  sd_hash: { outcome: 'forged', reason: 'bad_disclosure' },
}

/** Checks that the holder key signed what is presented, and then audience, nonce and times (RFC 9901 §7.3, step 5). */
export function checkKeyBinding(
  sdJwt: SdJwt,
  holder: P256PublicKey,
  expected: Expectation,
  now: UnixSeconds,
  recorder: Recorder,
): void {
  let binding: KeyBinding
  try {
    binding = verifyKeyBinding(sdJwt, holder)
  } catch (error) {
    if (!(error instanceof CredentialError) || error.detail.code !== 'CREDENTIAL_KEY_BINDING') throw error
    const { reason } = error.detail
    recorder.fail('key_binding', BROKEN[reason], { reason })
    return
  }
  recorder.pass('key_binding')
  // All of them are judged, and the worst finding counts.
  if (binding.audience === expected.audience) recorder.pass('audience')
  else recorder.fail('audience', { outcome: 'retry', reason: 'wrong_audience' })
  if (binding.nonce === expected.nonce) recorder.pass('nonce')
  else recorder.fail('nonce', { outcome: 'replayed', reason: null })
  checkFreshness(binding, expected.window, now, recorder)
}

/** `exp` and `nbf` (RFC 7519 §4.1.4 and §4.1.5) are optional, and count if the wallet sets them. */
function checkFreshness(
  { iat, exp, nbf }: KeyBinding,
  { maxAge, maxAhead }: PresentationWindow,
  now: UnixSeconds,
  recorder: Recorder,
): void {
  const age = now - iat
  const ahead = Math.max(iat, nbf ?? iat) - now
  const over = exp !== null && !(now < exp + maxAhead)
  if (over || !(age <= maxAge)) recorder.fail('freshness', { outcome: 'retry', reason: 'stale_presentation' }, { age })
  else if (!(ahead <= maxAhead)) recorder.fail('freshness', { outcome: 'retry', reason: 'clock' }, { age })
  else recorder.pass('freshness', { age })
}
