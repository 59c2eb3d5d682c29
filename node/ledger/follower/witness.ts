import type { P256Signer } from '../../keys/signer.ts'
import { signJws } from '../../lib/jose/jws.ts'
import type { LedgerProfile } from '../../proof/profile.ts'
import { HEAD_JWS, type WitnessedHead } from '../../proof/witness.ts'
import type { LedgerHead } from '../ledger.ts'

/** Signs a witness's statement (proof/witness.ts) that it executed the ledger up to this head. */
export function signHead(
  { chainId, genesis }: Pick<LedgerProfile, 'chainId' | 'genesis'>,
  head: LedgerHead,
  signer: P256Signer,
): string {
  const said: WitnessedHead = { chainId, genesis, height: head.number, hash: head.hash, time: head.timestamp }
  return signJws({ typ: HEAD_JWS.typ, jwk: signer.publicKey.jwk }, { ...said }, data => signer.sign(data))
}
