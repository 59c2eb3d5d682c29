import { CredentialError } from '../credential/errors.ts'
import { verifyKeyBinding } from '../credential/sd-jwt/key-binding.ts'
import type { SdJwt } from '../credential/sd-jwt/parse.ts'
import type { P256PublicKey } from '../lib/crypto.ts'
import { parseJws } from '../lib/jws.ts'
import type { UnixSeconds } from '../lib/time.ts'
import type { PresentationWindow } from './policy.ts'
import type { Recorder } from './recorder.ts'
import type { Finding } from './verdict.ts'

/** What the holder must have signed for this check and no other. */
export interface Expectation {
  /** Over OpenID4VP, the whole client identifier, its prefix included (OpenID4VP 1.0, Appendix B.3.6). */
  readonly audience: string
  readonly nonce: string
  readonly window: PresentationWindow
}

/** What is wrong with who signed, or over what; everything else is about when and for whom. */
const BROKEN: Readonly<Record<'missing' | 'malformed' | 'signature' | 'sd_hash', Finding>> = {
  missing: { outcome: 'wrong_holder', reason: null },
  malformed: { outcome: 'unreadable', reason: 'malformed' },
  signature: { outcome: 'wrong_holder', reason: null },
  // Signed by the holder, but over other disclosures than are shown.
  sd_hash: { outcome: 'forged', reason: 'bad_disclosure' },
}

export function checkKeyBinding(
  sdJwt: SdJwt,
  holder: P256PublicKey,
  expected: Expectation,
  now: UnixSeconds,
  recorder: Recorder,
): void {
  const { audience, nonce, window } = expected
  try {
    verifyKeyBinding(sdJwt, holder, { audience, nonce, now, ...window })
  } catch (error) {
    if (!(error instanceof CredentialError) || error.detail.code !== 'CREDENTIAL_KEY_BINDING') throw error
    const { reason } = error.detail
    if (reason === 'missing' || reason === 'malformed' || reason === 'signature' || reason === 'sd_hash') {
      recorder.fail('key_binding', BROKEN[reason], { reason })
      return
    }
  }
  recorder.pass('key_binding')
  // The signature holds, so these are the holder's words. All three are judged, for the worst of them is told.
  const said = parseJws(sdJwt.keyBinding ?? '').payload
  if (said.aud === audience) recorder.pass('audience')
  else recorder.fail('audience', { outcome: 'retry', reason: 'wrong_audience' })
  if (said.nonce === nonce) recorder.pass('nonce')
  else recorder.fail('nonce', { outcome: 'replayed', reason: null })
  const age = now - Number(said.iat)
  // What cannot be compared is not within any limit. `exp` and `nbf` are the wallet's to set, and count if it does.
  const over = said.exp !== undefined && !(now - Number(said.exp) < window.maxAhead)
  const ahead = Math.max(-age, Number(said.nbf ?? said.iat) - now)
  if (over || !(age <= window.maxAge)) {
    recorder.fail('freshness', { outcome: 'retry', reason: 'stale_presentation' }, { age })
  } else if (!(ahead <= window.maxAhead)) recorder.fail('freshness', { outcome: 'retry', reason: 'clock' }, { age })
  else recorder.pass('freshness', { age })
}
