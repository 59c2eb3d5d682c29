/** The holder's side of RFC 9901 §7.2: selects disclosures and binds them to one verifier and nonce. */
import type { JsonObject } from '../../lib/json.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { malformed } from '../errors.ts'
import { createKeyBinding } from './key-binding.ts'
import { parseSdJwt, type SdJwt } from './parse.ts'
import { type ClaimPath, processDisclosures } from './process.ts'

/** A claims path pointer (OpenID4VP 1.0 §7): names of members, positions in arrays, `null` for every element. */
export type PathPointer = readonly (string | number | null)[]

export interface PresentOptions {
  /** The claims to disclose. A disclosure that contains one of them, and those inside it, are disclosed with it. */
  readonly disclose: readonly PathPointer[]
  readonly nonce: string
  readonly audience: string
  readonly iat: UnixSeconds
  /** ES256 with the holder key: r ‖ s, 64 bytes. */
  readonly sign: (signingInput: Uint8Array) => Uint8Array | Promise<Uint8Array>
}

/**
 * An SD-JWT+KB with no more than what is asked.
 * @param credential an SD-JWT as the issuer delivered it, without a key binding
 * @throws {CredentialError} CREDENTIAL_MALFORMED, CREDENTIAL_UNSUPPORTED, CREDENTIAL_BAD_DISCLOSURE
 */
export async function present(credential: string, options: PresentOptions): Promise<string> {
  const { disclose, nonce, audience, iat, sign } = options
  const binding = createKeyBinding(withDisclosures(credential, disclose), { audience, nonce, iat })
  const signature = await sign(binding.signingInput)
  if (signature.length !== 64) throw new TypeError('an ES256 signature has 64 bytes')
  return binding.complete(signature)
}

/**
 * The SD-JWT with the disclosures that the paths need, in the issuer's order.
 * @throws {CredentialError} as `present`
 */
export function withDisclosures(credential: string, disclose: readonly PathPointer[]): string {
  const sdJwt = parseOwn(credential)
  const needed = new Set(
    processDisclosures(sdJwt.unverifiedPayload, sdJwt.disclosures)
      .placements.filter(({ path }) => disclose.some(asked => meets(path, asked)))
      .map(({ disclosure }) => disclosure),
  )
  const jwt = sdJwt.presented.slice(0, sdJwt.presented.indexOf('~') + 1)
  const shown = sdJwt.disclosures.filter(disclosure => needed.has(disclosure))
  return `${jwt}${shown.map(({ encoded }) => `${encoded}~`).join('')}`
}

/**
 * All claims of a credential, as if everything was disclosed. The signature is **not verified**: this is for a holder's
 * own card, which was verified when it was received.
 * @throws {CredentialError} as `present`
 */
export function credentialClaims(credential: string): JsonObject {
  const sdJwt = parseOwn(credential)
  return processDisclosures(sdJwt.unverifiedPayload, sdJwt.disclosures).payload
}

function parseOwn(credential: string): SdJwt {
  const sdJwt = parseSdJwt(credential)
  if (sdJwt.keyBinding !== null) throw malformed('it is already bound to a verifier')
  return sdJwt
}

/** Whether a disclosure lies on the way to the asked claim, or inside it. */
const meets = (path: ClaimPath, asked: PathPointer): boolean =>
  path.every((part, i) => i >= asked.length || part === asked[i] || (asked[i] === null && typeof part === 'number'))
