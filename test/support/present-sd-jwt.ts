import type { Disclosure } from '../../node/credential/sd-jwt/disclosure.ts'
import type { SdJwt } from '../../node/credential/sd-jwt/parse.ts'
import { type ClaimPath, processDisclosures } from '../../node/credential/sd-jwt/process.ts'

/**
 * Selects disclosures as a holder does (RFC 9901 §7.2). If a disclosure is left out, those inside it are left out too.
 * A key binding is left out.
 * @throws {CredentialError} CREDENTIAL_BAD_DISCLOSURE
 */
export function presentSdJwt(sdJwt: SdJwt, keep: (path: ClaimPath, disclosure: Disclosure) => boolean): string {
  const kept = new Map<Disclosure, ClaimPath>()
  const dropped: ClaimPath[] = []
  for (const { path, disclosure } of processDisclosures(sdJwt.unverifiedPayload, sdJwt.disclosures).placements) {
    // A disclosure comes before those inside it.
    if (dropped.some(outer => isInside(path, outer)) || !keep(path, disclosure)) dropped.push(path)
    else kept.set(disclosure, path)
  }
  const jwt = sdJwt.presented.slice(0, sdJwt.presented.indexOf('~') + 1)
  const shown = sdJwt.disclosures.filter(disclosure => kept.has(disclosure))
  return `${jwt}${shown.map(disclosure => `${disclosure.encoded}~`).join('')}`
}

const isInside = (path: ClaimPath, outer: ClaimPath): boolean =>
  path.length > outer.length && outer.every((name, i) => path[i] === name)
