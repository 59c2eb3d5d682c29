/**
 * Snapshots that were proved before and are opened again: by a verifier that was offline meanwhile, or under a profile
 * that came since. What they prove does not change by waiting, so neither the clock nor the trust period is asked
 * again: how old they are is the view's to say, and the policy's to judge.
 * Why: docs/decisions/069.
 */
import { toHex } from '../../lib/bytes.ts'
import { blockHash, type Header } from '../../proof/header.ts'
import { checkpointOf, followPath, type TrustedHead, verifyVouchedHeader } from '../../proof/light-client.ts'
import type { ReplicaProfile } from './head.ts'
import { Replica } from './replica.ts'
import { snapshotPath } from './snapshot.ts'

/**
 * The snapshot's head, if the profile leads to it: forwards from its checkpoint; backwards only where its own
 * validators vouch for that very block, for whoever retired before may have sold its key (docs/decisions/070).
 * @throws {ProofError} PROOF_MALFORMED, PROOF_WRONG_CHAIN, and as `followPath` does
 */
export function headTrustedBy(bytes: Uint8Array, profile: ReplicaProfile): TrustedHead {
  const checkpoint = checkpointOf(profile)
  const path = snapshotPath(bytes, profile)
  const last = path.at(-1) as Header
  if (last.number >= checkpoint.height) return followPath(checkpoint, path, last.timestamp)
  const validators = verifyVouchedHeader(checkpoint.validators, last)
  return { height: last.number, hash: toHex(blockHash(last)), time: last.timestamp, validators }
}

/**
 * @param head the snapshot's own, which the caller proved before, or has from `headTrustedBy`
 * @throws {ProofError} as `openSnapshot` does; whatever it is of, nothing but that head is taken
 */
export function openProvedSnapshot(bytes: Uint8Array, profile: ReplicaProfile, head: TrustedHead): Replica {
  const { validators, ...checkpoint } = head
  return Replica.open(bytes, { ...profile, validators, checkpoint }, head.time)
}
