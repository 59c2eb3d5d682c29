/** What a witness says of a head it executed: a compact ES256 JWS. */
import { importP256 } from '#crypto'
import type { P256Signer } from '../../keys/signer.ts'
import type { Hex } from '../../lib/bytes.ts'
import { parseP256Jwk, thumbprint } from '../../lib/jwk.ts'
import { parseJws, signJws } from '../../lib/jws.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import type { LedgerProfile } from '../../proof/profile.ts'
import type { LedgerHead } from '../ledger.ts'

export const HEAD_TYPE = 'dojang-head+jwt'

export interface WitnessedHead {
  readonly chainId: number
  readonly genesis: Hex
  readonly height: number
  readonly hash: Hex
  readonly time: UnixSeconds
}

export function signHead(
  { chainId, genesis }: Pick<LedgerProfile, 'chainId' | 'genesis'>,
  head: LedgerHead,
  signer: P256Signer,
): string {
  const said: WitnessedHead = { chainId, genesis, height: head.number, hash: head.hash, time: head.timestamp }
  return signJws({ typ: HEAD_TYPE, jwk: signer.publicKey.jwk }, { ...said }, data => signer.sign(data))
}

/**
 * What a witness of the profile said.
 * @returns the head and the witness's key (RFC 7638 thumbprint); null if no witness of this ledger said it
 */
export function verifyWitnessedHead(
  text: string,
  { chainId, genesis, witnesses }: Pick<LedgerProfile, 'chainId' | 'genesis' | 'witnesses'>,
): { head: WitnessedHead; witness: string } | null {
  try {
    const jws = parseJws(text)
    if (jws.header.typ !== HEAD_TYPE || jws.header.alg !== 'ES256') return null
    const jwk = parseP256Jwk(jws.header.jwk)
    const witness = thumbprint(jwk)
    if (!witnesses.keys.includes(witness)) return null
    if (!importP256(jwk).verify(jws.signingInput, jws.signature)) return null
    const head = jws.payload as unknown as WitnessedHead
    if (head.chainId !== chainId || head.genesis !== genesis) return null
    if (!Number.isSafeInteger(head.height) || !/^0x[0-9a-f]{64}$/.test(head.hash)) return null
    return { head, witness }
  } catch {
    return null
  }
}
