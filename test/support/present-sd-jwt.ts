import type { Disclosure } from '../../node/credential/sd-jwt/disclosure.ts'
import type { SdJwt } from '../../node/credential/sd-jwt/parse.ts'
import { type ClaimPath, processDisclosures } from '../../node/credential/sd-jwt/process.ts'

/**
 * The holder's choice: the same credential with fewer disclosures (RFC 9901 §7.2). A claim inside one that is kept
 * back is kept back with it. The key binding, if there was one, is left out.
 * @throws {CredentialError} CREDENTIAL_BAD_DISCLOSURE
 */
export function presentSdJwt(sdJwt: SdJwt, keep: (path: ClaimPath, disclosure: Disclosure) => boolean): string {
  const kept = new Map<Disclosure, ClaimPath>()
  const dropped: ClaimPath[] = []
  for (const { path, disclosure } of processDisclosures(sdJwt.unverifiedPayload, sdJwt.disclosures).placements) {
    // Parents come before what is inside them.
    if (dropped.some(outer => isInside(path, outer)) || !keep(path, disclosure)) dropped.push(path)
    else kept.set(disclosure, path)
  }
  const jwt = sdJwt.presented.slice(0, sdJwt.presented.indexOf('~') + 1)
  const shown = sdJwt.disclosures.filter(disclosure => kept.has(disclosure))
  return `${jwt}${shown.map(disclosure => `${disclosure.encoded}~`).join('')}`
}

const isInside = (path: ClaimPath, outer: ClaimPath): boolean =>
  path.length > outer.length && outer.every((name, i) => path[i] === name)
