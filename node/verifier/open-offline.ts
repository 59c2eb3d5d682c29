/** Opens a verifier from what is stored on the device. It never uses a network. */
import type { Clock } from '../lib/time.ts'
import type { Warn } from '../lib/warn.ts'
import { ProofError } from '../proof/errors.ts'
import { type LedgerProfile, verifyProfile } from '../proof/profile.ts'
import { requireSeals } from './open.ts'
import type { Preset } from './presets/preset.ts'
import { openStoredSnapshot } from './replica/proved-snapshot.ts'
import { ReplicaView } from './replica/view.ts'
import { Verifier } from './verifier.ts'

export interface OfflineOptions {
  /** The text of the profile. */
  readonly profile: string
  /** Thumbprint of the profile's signing key, from another source than the profile. */
  readonly pinned: string
  readonly snapshot: Uint8Array
  /** The highest version of the profile seen so far (`profile.version`). An older one is refused. */
  readonly minVersion?: number
  /** The block of the newest snapshot seen so far (`block`). An older one is refused. */
  readonly minBlock?: number
  readonly presets: readonly Preset[]
  readonly clock: Clock
  /** See `VerifierOptions`. */
  readonly warn?: Warn
}

export interface OfflineVerifier {
  readonly verifier: Verifier
  readonly profile: LedgerProfile
  /** The block of the snapshot. Every verdict is as of it. */
  readonly block: number
}

/**
 * @throws {ProofError} PROOF_PROFILE_INVALID; PROOF_ROLLBACK for a snapshot from before `minBlock`; and as `Replica.open`
 * does, also if the profile no longer leads to the snapshot (PROOF_SET_UNTRUSTED)
 * @throws {VerifierError} VERIFIER_CONFIGURATION `seals` for a ledger without seals
 */
export function openOfflineVerifier(options: OfflineOptions): OfflineVerifier {
  const { pinned, snapshot, minVersion, minBlock = 0, presets, clock, warn } = options
  const profile = verifyProfile(options.profile, pinned, minVersion)
  requireSeals(profile)
  let refusal: unknown
  const stored = openStoredSnapshot(snapshot, profile, clock(), error => {
    refusal = error
  })
  if (!stored) throw refusal
  const { replica } = stored
  const block = replica.head.height
  if (block < minBlock) {
    throw new ProofError(
      { code: 'PROOF_ROLLBACK', block, seen: minBlock },
      `This snapshot is of block ${block}, and one of block ${minBlock} was loaded before. Get the newest one.`,
    )
  }
  const view = new ReplicaView(() => replica)
  return { verifier: new Verifier({ profile, view, clock, presets, ...(warn ? { warn } : {}) }), profile, block }
}
