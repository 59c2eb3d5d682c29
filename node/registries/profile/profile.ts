import { isDeepStrictEqual } from 'node:util'
import type { P256Signer } from '../../keys/signer.ts'
import { type Hex, toHex } from '../../lib/bytes.ts'
import { signJws } from '../../lib/jose/jws.ts'
import { DAY, type UnixSeconds } from '../../lib/time.ts'
import { blockHash, type Header } from '../../proof/header.ts'
import { verifyVouchedHeader } from '../../proof/light-client.ts'
import { type LedgerProfile, PROFILE_JWS } from '../../proof/profile.ts'
import { validatorsOf } from '../../proof/seals.ts'

/** Signs a profile for publication (proof/profile.ts verifies it). */
export function signProfile(profile: LedgerProfile, signer: P256Signer): string {
  return signJws({ typ: PROFILE_JWS.typ, jwk: signer.publicKey.jwk }, { ...profile }, data => signer.sign(data))
}

/**
 * Verifiers can start from a checkpoint for thirty days. With a new checkpoint each day, today's profile can be used
 * for almost all of that time.
 */
const CHECKPOINT_AGE = DAY

/** Whether the profile needs a newer checkpoint; never on a ledger without seals. */
export const isCheckpointOld = ({ checkpoint, seals }: LedgerProfile, now: UnixSeconds): boolean =>
  seals === 'qbft' && now - checkpoint.time >= CHECKPOINT_AGE

/** Whether the header has another set of validators than the profile. */
export const hasOtherValidators = ({ validators, seals }: LedgerProfile, header: Header): boolean =>
  seals === 'qbft' && !isDeepStrictEqual(validatorsOf(header), validators)

/**
 * The changes of the profile if the last of these headers becomes its checkpoint.
 * @param path each header is vouched for by the validators of the one before, the first by those of the profile
 * @throws {ProofError} if the validators of the old checkpoint do not vouch for this block: an operator must then
 * examine the ledger
 */
export function checkpointAt(
  profile: LedgerProfile,
  path: readonly Header[],
): Pick<LedgerProfile, 'validators' | 'checkpoint'> {
  const header = path.at(-1) as Header
  return {
    validators: path.reduce<readonly Hex[]>(verifyVouchedHeader, profile.validators),
    checkpoint: { height: header.number, hash: toHex(blockHash(header)), time: header.timestamp },
  }
}
