import type { P256Signer } from '../keys/signer.ts'
import { signJws } from '../lib/jws.ts'
import { type LedgerProfile, PROFILE_TYPE } from '../proof/profile.ts'

/** The profile as it is given out (proof/profile.ts opens it). */
export function signProfile(profile: LedgerProfile, signer: P256Signer): string {
  return signJws({ typ: PROFILE_TYPE, jwk: signer.publicKey.jwk }, { ...profile }, data => signer.sign(data))
}
