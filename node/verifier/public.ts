/**
 * `dojang/verifier`: from a ledger profile and an endpoint to a verdict, in Node and in browsers.
 *
 *   const { verifier } = await openVerifier('https://id.example.kr', thumbprintOfTheAuthority)
 *   const verdict = await verifier.verify(presentation, { nonce, audience })
 *   if (verdict.outcome === 'valid') greet(verdict.disclosed)
 *   else show(verdict.sentence.ko, verdict.nextStep.ko)
 */
import { systemClock } from '../lib/time.ts'
import { type OpenedVerifier, type OpenVerifierOptions as Options, openVerifier as open } from './open.ts'

export { ProofError } from '../proof/errors.ts'
export { type LedgerProfile, openProfile, verifyProfile } from '../proof/profile.ts'
export type { Disclosed } from './check.ts'
export type { CardQuery } from './dcql/query.ts'
export { checkQuery } from './dcql/validate.ts'
export { VerifierError } from './errors.ts'
export { checkEvidence } from './evidence/check.ts'
export type { OpenedVerifier } from './open.ts'
export { type Condition, DEFAULT_POLICY, type Policy, type PresentationWindow, REMOTE_WINDOW } from './policy.ts'
export { allPresets, presetById } from './presets/all.ts'
export { type Preset, policyOf, queryOf } from './presets/preset.ts'
export { requestPolicyOf } from './presets/request-policy.ts'
export { HttpHeadSource } from './replica/http-source.ts'
export { Replica } from './replica/replica.ts'
export type { HeadSource } from './replica/source.ts'
export { ReplicaUpdater } from './replica/updater.ts'
export { ReplicaView } from './replica/view.ts'
export { HttpStatusLists } from './status/port.ts'
export { TokenStatusLists } from './status/source.ts'
export type { Verdict } from './verdict.ts'
export { type VerifiedPresentation, Verifier, type VerifyOptions } from './verifier.ts'
export type { LedgerView, PinnedView } from './view.ts'
export { ProvenView } from './views/proven.ts'

export interface OpenVerifierOptions extends Omit<Options, 'clock'> {
  /** Default: the system's clock. */
  readonly clock?: Options['clock']
}

/**
 * @param endpoint the authority's public URL, or that of a mirror
 * @param pinned thumbprint of the profile's signing key, from another source than the endpoint
 * @throws {ProofError} PROOF_PROFILE_INVALID, and as `Replica.open` does for a given snapshot that is invalid
 * @throws {VerifierError} VERIFIER_CONFIGURATION if there is no profile, and for a ledger without seals, where nothing
 * can be proved
 */
export function openVerifier(
  endpoint: string,
  pinned: string,
  options: OpenVerifierOptions = {},
): Promise<OpenedVerifier> {
  return open(endpoint, pinned, { clock: systemClock, ...options })
}
