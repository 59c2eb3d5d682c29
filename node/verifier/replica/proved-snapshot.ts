/**
 * Opens snapshots that were proved before: after a time offline, or under a newer profile. The proof remains valid, so
 * neither the clock nor the trust period is checked again. The view reports the age, and the policy judges it.
 * Why: docs/decisions/069.
 */
import { toHex } from '../../lib/bytes.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { ProofError } from '../../proof/errors.ts'
import { blockHash, type Header } from '../../proof/header.ts'
import { checkpointOf, followPath, type TrustedHead, verifyVouchedHeader } from '../../proof/light-client.ts'
import type { ReplicaProfile } from './head.ts'
import { Replica } from './replica.ts'
import { snapshotPath } from './snapshot.ts'

/**
 * The head of the snapshot, if the profile leads to it. From the checkpoint forwards, headers are followed. For an
 * earlier block, the profile's own validators must have sealed it: a validator that retired before may have sold its
 * key (docs/decisions/070).
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
 * @param head the head of the snapshot, which the caller proved before or got from `headTrustedBy`
 * @throws {ProofError} as `openSnapshot` does, also if the snapshot is of another head
 */
export function openProvedSnapshot(bytes: Uint8Array, profile: ReplicaProfile, head: TrustedHead): Replica {
  const { validators, ...checkpoint } = head
  return Replica.open(bytes, { ...profile, validators, checkpoint }, head.time)
}

export interface StoredSnapshot {
  readonly replica: Replica
  /** The profile no longer leads to it: it counts with its age, and nothing may be built on it. */
  readonly needsUpdate: boolean
}

/**
 * Opens a snapshot that this program stored itself. Null if the profile no longer leads to it. Every other error is
 * thrown.
 * @throws {ProofError} as `Replica.open`
 */
export function openStoredSnapshot(
  bytes: Uint8Array,
  profile: ReplicaProfile,
  now: UnixSeconds,
  onRefused?: (error: unknown) => void,
): StoredSnapshot | null {
  try {
    return { replica: Replica.open(bytes, profile, now), needsUpdate: false }
  } catch (error) {
    if (!(error instanceof ProofError) || !['PROOF_ROLLBACK', 'PROOF_SET_UNTRUSTED'].includes(error.code)) throw error
  }
  try {
    return { replica: openProvedSnapshot(bytes, profile, headTrustedBy(bytes, profile)), needsUpdate: true }
  } catch (error) {
    if (!(error instanceof ProofError)) throw error
    onRefused?.(error)
    return null
  }
}
