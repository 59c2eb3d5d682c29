import type { P256Signer } from '../../keys/signer.ts'
import { toHex } from '../../lib/bytes.ts'
import { signJws } from '../../lib/jose/jws.ts'
import { DAY, type UnixSeconds } from '../../lib/time.ts'
import { blockHash, type Header } from '../../proof/header.ts'
import { verifyVouchedHeader } from '../../proof/light-client.ts'
import { type LedgerProfile, PROFILE_JWS } from '../../proof/profile.ts'

/** The profile as it is given out (proof/profile.ts opens it). */
export function signProfile(profile: LedgerProfile, signer: P256Signer): string {
  return signJws({ typ: PROFILE_JWS.typ, jwk: signer.publicKey.jwk }, { ...profile }, data => signer.sign(data))
}

/**
 * Verifiers can begin from a checkpoint for thirty days. With a new one each day, whoever takes today's profile has
 * nearly all of them.
 */
const CHECKPOINT_AGE = DAY

/** Whether the profile's checkpoint should be a newer block; never on a ledger without seals. */
export const isCheckpointOld = ({ checkpoint, seals }: LedgerProfile, now: UnixSeconds): boolean =>
  seals === 'qbft' && now - checkpoint.time >= CHECKPOINT_AGE

/**
 * What changes in the profile when this block becomes its checkpoint.
 * @throws {ProofError} if the validators of the old checkpoint do not vouch for this block: then a person has to look
 */
export function checkpointAt(
  { validators }: LedgerProfile,
  header: Header,
): Pick<LedgerProfile, 'validators' | 'checkpoint'> {
  return {
    validators: verifyVouchedHeader(validators, header),
    checkpoint: { height: header.number, hash: toHex(blockHash(header)), time: header.timestamp },
  }
}
