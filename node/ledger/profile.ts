import type { P256Signer } from '../keys/signer.ts'
import { toHex } from '../lib/bytes.ts'
import { signJws } from '../lib/jws.ts'
import { DAY } from '../lib/time.ts'
import { blockHash, type Header } from '../proof/header.ts'
import { verifyVouched } from '../proof/light-client.ts'
import { type LedgerProfile, PROFILE_TYPE } from '../proof/profile.ts'

/** The profile as it is given out (proof/profile.ts opens it). */
export function signProfile(profile: LedgerProfile, signer: P256Signer): string {
  return signJws({ typ: PROFILE_TYPE, jwk: signer.publicKey.jwk }, { ...profile }, data => signer.sign(data))
}

/** Verifiers begin from a checkpoint for thirty days, so that one who comes later needs a newer one long before. */
const CHECKPOINT_AGE = 7 * DAY

/**
 * The profile with the newest block as its checkpoint, once the old one is a week old: the next version, to be signed.
 * @returns null while the old one will do, and on a ledger without seals
 * @throws {ProofError} if the validators of the old checkpoint do not vouch for this block: then a person has to look
 */
export function withNewCheckpoint(profile: LedgerProfile, header: Header): LedgerProfile | null {
  const { checkpoint, validators, version, seals } = profile
  if (seals === 'none' || header.timestamp - checkpoint.time < CHECKPOINT_AGE) return null
  return {
    ...profile,
    version: version + 1,
    validators: verifyVouched(validators, header),
    checkpoint: { height: header.number, hash: toHex(blockHash(header)), time: header.timestamp },
  }
}
