/**
 * What a face provider asserts: a JWS of type `face-assertion+jwt` with
 * `{session, portrait, match, liveness, iat}`, whose key is in its header as `x5c` or `jwk`. The trust registry says
 * whether that key is of an organisation that may compare faces.
 */
import { sha256 } from '#crypto'
import type { P256Signer } from '../../keys/signer.ts'
import { type Hex, toBase64url } from '../../lib/bytes.ts'
import { type JwsKind, signJws } from '../../lib/jose/jws.ts'
import { ParseError } from '../../lib/parse-error.ts'
import type { Clock, UnixSeconds } from '../../lib/time.ts'
import { IssuerError } from '../errors.ts'
import { type AttesterJwt, verifyAttesterJwt } from '../oid4vci/attestation/attester.ts'
import type { AssertionFault } from './assertion-fault.ts'

const ASSERTION: JwsKind = { typ: 'face-assertion+jwt', maxLength: 8192, numbers: 'any' }
/** Seconds. The person stands at the camera when it is made. */
const MAX_AGE = 120
const MAX_AHEAD = 10

export interface FaceFacts {
  readonly session: string
  /** SHA-256 of the image of the chip, base64url. */
  readonly portrait: string
  /** Whether the face is that of the portrait. */
  readonly match: boolean
  /** Whether a living person stood at the camera. */
  readonly liveness: boolean
}

export interface FaceAssertion {
  readonly facts: FaceFacts
  /** The organisation that asserts it. */
  readonly provider: number
}

export const portraitHash = (portrait: Uint8Array): string => toBase64url(sha256(portrait))

/** What the assertion has to be about. */
export interface FaceExpectation {
  readonly session: string
  readonly isPortrait: (hash: string) => boolean
  /** The organisation of the key, if it may compare faces now. */
  readonly providerOf: (keyId: Hex) => Promise<number | null>
  readonly clock: Clock
}

/**
 * Whether the face matched is not judged here.
 * @throws {IssuerError} ISSUER_FACE_ASSERTION
 * @throws {LedgerError} if the provider cannot be looked up
 */
export async function verifyFaceAssertion(text: string, expected: FaceExpectation): Promise<FaceAssertion> {
  const { payload, attester } = parse(text)
  const { session, portrait, match, liveness, iat } = payload
  if (typeof session !== 'string' || typeof portrait !== 'string') throw refused('malformed')
  if (typeof match !== 'boolean' || typeof liveness !== 'boolean') throw refused('malformed')
  if (session !== expected.session) throw refused('session')
  if (!expected.isPortrait(portrait)) throw refused('portrait')
  if (!isFresh(iat, expected.clock())) throw refused('time')
  const provider = await expected.providerOf(attester)
  if (provider === null) throw refused('provider')
  return { facts: { session, portrait, match, liveness }, provider }
}

export function signFaceAssertion(
  facts: FaceFacts,
  now: UnixSeconds,
  signer: P256Signer & { readonly x5c: readonly string[] },
): string {
  return signJws({ typ: ASSERTION.typ, x5c: [...signer.x5c] }, { ...facts, iat: now }, data => signer.sign(data))
}

function parse(text: string): AttesterJwt {
  try {
    return verifyAttesterJwt(text, ASSERTION, false)
  } catch (error) {
    throw error instanceof ParseError ? refused('malformed', error) : error
  }
}

const isFresh = (iat: unknown, now: UnixSeconds): boolean =>
  typeof iat === 'number' && iat >= now - MAX_AGE && iat <= now + MAX_AHEAD

const NEXT: Readonly<Record<AssertionFault, string>> = {
  malformed: 'It is not a JWT that its key signed.',
  session: 'It is about another session.',
  portrait: 'It is about another portrait.',
  time: 'It is too old, or from the future. Check the clock of the face provider.',
  provider: 'Its key is not that of a face provider that is admitted now.',
  replayed: 'It was used before.',
}

export const refused = (reason: AssertionFault, cause?: unknown): IssuerError =>
  new IssuerError(
    { code: 'ISSUER_FACE_ASSERTION', reason },
    `The answer of the face provider is refused. ${NEXT[reason]} Compare the face again.`,
    cause === undefined ? undefined : { cause },
  )
