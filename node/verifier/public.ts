/**
 * `dojang/verifier`, and the package `dojang-verifier`: from a ledger profile and an endpoint to a verdict, in Node, in
 * browsers and in workers. docs/sdk.md explains it with examples.
 *
 *   const { verifier } = await openVerifier('https://id.example.kr', thumbprintOfTheAuthority)
 *   const verdict = await verifier.verify(presentation, { preset: 'age', nonce, audience })
 *   if (verdict.outcome === 'valid') serve(verdict.disclosed)
 *   else show(verdict.sentence.ko, verdict.nextStep.ko)
 */
import type { Random } from '../lib/random.ts'
import { systemClock } from '../lib/time.ts'
import { type CardRequestOptions as CardOptions, CardRequest } from './oid4vp/card-request.ts'
import { type OpenedVerifier, type OpenVerifierOptions as Options, openVerifier as open } from './open.ts'
import { type OfflineOptions, type OfflineVerifier, openOfflineVerifier as openOffline } from './open-offline.ts'
import { allPresets } from './presets/all.ts'
import { type WebhookOptions as Delivery, verifyWebhook as verifyDelivery, type WebhookMessage } from './webhook.ts'

export { systemClock } from '../lib/time.ts'
export { ProofError } from '../proof/errors.ts'
export { type LedgerProfile, openProfile, verifyProfile } from '../proof/profile.ts'
export type { Disclosed } from './check.ts'
export type { CardQuery } from './dcql/query.ts'
export { checkQuery } from './dcql/validate.ts'
export { VerifierError } from './errors.ts'
export { type CheckedEvidence, checkEvidence } from './evidence/check.ts'
export { type CheckOptions, InPersonCheck, type PostedAnswer } from './in-person/check.ts'
export { FrameReader, type FrameResult, type Frames, framesOf } from './in-person/frames.ts'
export { judgeOneWay, type OneWayCheck } from './in-person/one-way.ts'
export { type Seen, SeenPresentations, type SeenStore } from './in-person/seen.ts'
export { type Asker, askerFromPem } from './oid4vp/asker.ts'
export type { CardRequest, WalletForm, WalletReply } from './oid4vp/card-request.ts'
export type { OpenedVerifier } from './open.ts'
export type { OfflineVerifier } from './open-offline.ts'
export { type Condition, DEFAULT_POLICY, type Policy, type PresentationWindow, REMOTE_WINDOW } from './policy.ts'
export { allPresets, presetById } from './presets/all.ts'
export { type Preset, policyOf, queryOf, type RequestOptions } from './presets/preset.ts'
export { requestPolicyOf } from './presets/request-policy.ts'
export { HttpHeadSource } from './replica/http-source.ts'
export { Replica } from './replica/replica.ts'
export type { HeadSource } from './replica/source.ts'
export { ReplicaUpdater } from './replica/updater.ts'
export { ReplicaView } from './replica/view.ts'
export { HttpStatusLists } from './status/port.ts'
export { TokenStatusLists } from './status/source.ts'
export type { Outcome, Reason, Sentences, Verdict } from './verdict.ts'
export { type VerifiedPresentation, Verifier, type VerifyOptions } from './verifier.ts'
export type { LedgerView, PinnedView } from './view.ts'
export { ProvenView } from './views/proven.ts'
export type { WebhookMessage } from './webhook.ts'

type WithDefaults<T, Names extends keyof T> = Omit<T, Names> & Partial<Pick<T, Names>>

/** Default clock: the system's. `presets`: those that the program adds to the ones that every install has. */
export type OpenVerifierOptions = WithDefaults<Options, 'clock'>
export type OfflineVerifierOptions = WithDefaults<OfflineOptions, 'clock' | 'presets'>
/** Default clock and random bytes: the system's. */
export type CardRequestOptions = WithDefaults<CardOptions, 'clock' | 'random'>

/** Default clock: the system's. */
export type WebhookOptions = WithDefaults<Delivery, 'clock'>

/** Unpredictable bytes of the platform. */
export const systemRandom: Random = length => crypto.getRandomValues(new Uint8Array(length))

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
  return open(endpoint, pinned, { clock: systemClock, ...options, presets: withOwn(options.presets) })
}

/**
 * A verifier that never uses a network, for a device that gets its profile and its snapshots as files. Each verdict has
 * the age of the snapshot: a good status counts within the `maxAge` of the preset, a bad one at any age.
 * @throws {ProofError} and {VerifierError} as in open-offline.ts: PROOF_PROFILE_INVALID, PROOF_ROLLBACK,
 * VERIFIER_CONFIGURATION, and as `Replica.open` does
 */
export function openOfflineVerifier(options: OfflineVerifierOptions): OfflineVerifier {
  return openOffline({ clock: systemClock, ...options, presets: withOwn(options.presets) })
}

/**
 * A request for a card over OpenID4VP 1.0, signed by a relying party. The caller keeps the request and routes the wallet's
 * two calls to it (`requestObject`, `respond`).
 * @throws {VerifierError} VERIFIER_PRESET_UNKNOWN, VERIFIER_CONFIGURATION
 */
export function requestCard(options: CardRequestOptions): Promise<CardRequest> {
  return CardRequest.create({ clock: systemClock, random: systemRandom, ...options })
}

/**
 * A delivery to your webhook, if it is genuine. It is a hint and contains no claim: fetch the result with your API key.
 * @throws {VerifierError} VERIFIER_WEBHOOK
 */
export const verifyWebhook = (options: WebhookOptions): WebhookMessage =>
  verifyDelivery({ clock: systemClock, ...options })

/** The program's own come first, so that one of them may replace a preset of the same name. */
const withOwn = (own: OpenVerifierOptions['presets'] = []) => [...own, ...allPresets]
