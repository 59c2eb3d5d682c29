/**
 * The mode one-way, for queues: the phone shows a presentation that nobody asked for. It is made anew every 15 seconds and
 * accepted for a minute at most, so a recording is soon worthless, and a checker accepts each one once. Whoever relays a
 * code live to another place can use it there, and it is not encrypted: presets decide whether that is acceptable
 * (`oneWay`). Format: docs/in-person-one-way.md.
 */
import { type JsonValue, parseJsonObject } from '../../lib/json.ts'
import { ParseError, wrongValue } from '../../lib/parse-error.ts'
import type { Clock } from '../../lib/time.ts'
import { verdictWithout } from '../check.ts'
import { VerifierError } from '../errors.ts'
import { parseVpToken } from '../oid4vp/response/vp-token.ts'
import type { VpToken } from '../oid4vp/wallet-side/answer.ts'
import type { Policy, PresentationWindow } from '../policy.ts'
import type { Finding } from '../verdict.ts'
import type { VerifiedPresentation, Verifier } from '../verifier.ts'
import { contentOf, toMessage } from './message.ts'
import { MAX_TEXT, pack, unpack } from './packing.ts'
import type { SeenPresentations } from './seen.ts'

/** Seconds after which the wallet makes a new presentation. */
export const RENEWAL = 15
/** A code that was just renewed is still read for half a minute; the clocks may differ by 15 seconds. */
export const ONE_WAY_WINDOW: PresentationWindow = { maxAge: 45, maxAhead: 15 }

/** The audience in the key bindings. A code for one purpose is no answer to another. */
export const oneWayAudience = (preset: string): string => `dojang:one-way:${preset}`

export interface OneWayPreset {
  readonly id: string
  readonly oneWay: boolean
}

/**
 * For the wallet and the checker, before they begin.
 * @throws {VerifierError} VERIFIER_ONE_WAY_REFUSED
 */
export function requireOneWay({ id, oneWay }: OneWayPreset): void {
  if (oneWay) return
  throw new VerifierError(
    { code: 'VERIFIER_ONE_WAY_REFUSED', preset: id },
    'This purpose needs a request by the checker. Let the phone scan the code of the checker instead.',
  )
}

/**
 * For the wallet. Every key binding in it has the audience `oneWayAudience(preset)` and the same nonce, which is random and
 * used for this message only.
 * @throws {VerifierError} VERIFIER_ONE_WAY_REFUSED
 */
export async function oneWayMessage(preset: OneWayPreset, nonce: string, vpToken: VpToken): Promise<Uint8Array> {
  requireOneWay(preset)
  return toMessage('one_way', await pack(JSON.stringify({ nonce, vp_token: vpToken })))
}

export interface OneWayCheck {
  readonly preset: OneWayPreset
  /** `policyOf` of the preset. */
  readonly policy: Policy
  readonly verifier: Verifier
  readonly seen: SeenPresentations
  readonly clock: Clock
}

/**
 * For the checker. A presentation that this checker has seen is `replayed`.
 * @throws {VerifierError} VERIFIER_ONE_WAY_REFUSED
 */
export async function judgeOneWay(message: Uint8Array, check: OneWayCheck): Promise<VerifiedPresentation> {
  const { preset, policy, verifier, seen, clock } = check
  requireOneWay(preset)
  const without = (finding: Finding) => ({ ...verdictWithout(finding, clock()), disclosed: null })
  const shown = await parseOneWay(message)
  if (shown === null) return without({ outcome: 'unreadable', reason: 'malformed' })
  // Before the check, so that of two scans at the same time one is refused.
  const isNew = await seen.add(shown.nonce, clock())
  if (isNew === 'seen') return without({ outcome: 'replayed', reason: null })
  // By the time that it is shown again there is room.
  if (isNew === 'full') return without({ outcome: 'retry', reason: 'stale_presentation' })
  const { nonce, presentation } = shown
  return verifier.verify(presentation, { nonce, audience: oneWayAudience(preset.id), policy, window: ONE_WAY_WINDOW })
}

interface OneWayContent {
  readonly nonce: string
  readonly presentation: Readonly<Record<string, readonly string[]>>
}

async function parseOneWay(message: Uint8Array): Promise<OneWayContent | null> {
  try {
    const { nonce, vp_token } = parseJsonObject(await unpack(contentOf(message, 'one_way')), { maxLength: MAX_TEXT })
    const presentation = parseVpToken(vp_token)
    return presentation ? { nonce: parseNonce(nonce), presentation } : null
  } catch (error) {
    if (error instanceof ParseError) return null
    throw error
  }
}

/** Of at least 128 bits. */
const NONCE = /^[\w-]{22,64}$/

function parseNonce(value: JsonValue | undefined): string {
  if (typeof value !== 'string' || !NONCE.test(value))
    throw wrongValue('nonce', 'a text of 22 to 64 letters is expected')
  return value
}
