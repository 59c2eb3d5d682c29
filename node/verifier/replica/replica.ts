/**
 * A replica contains the whole state of the registries, proved at one head, and answers from memory. Deltas from any
 * source bring it forward. A delta whose result is not exactly what the next sealed head commits to changes nothing:
 * the replica stays at its last proved head, and its age increases.
 */
import type { UnixSeconds } from '../../lib/time.ts'
import { ProofError } from '../../proof/errors.ts'
import { checkpointOf, newerOf, type TrustedHead } from '../../proof/light-client.ts'
import { parseDelta } from './delta.ts'
import { type HeadSection, type ReplicaProfile, verifyHead } from './head.ts'
import { encodeSnapshot, openSnapshot, type SnapshotOptions } from './snapshot.ts'
import { ReplicaState } from './state.ts'

export class Replica {
  #head: TrustedHead
  #section: HeadSection | null
  #state: ReplicaState

  private constructor(
    readonly profile: ReplicaProfile,
    head: TrustedHead,
    section: HeadSection | null,
    state: ReplicaState,
  ) {
    this.#head = head
    this.#section = section
    this.#state = state
  }

  /**
   * @param seen the newest head that was proved before, under this same profile (for another profile: `headTrustedBy`).
   * An older snapshot is refused as rolled back
   * @throws {ProofError} as `openSnapshot` does
   */
  static open(bytes: Uint8Array, profile: ReplicaProfile, now: UnixSeconds, seen?: TrustedHead): Replica {
    const { head, section, state } = openSnapshot(bytes, profile, trustedHeadOf(profile, seen), now)
    return new Replica(profile, head, section, state)
  }

  /**
   * The replica of a ledger before its registries are deployed, for a source that supplies all logs from the first
   * block. It answers nothing until the first delta is proved.
   */
  static empty(profile: ReplicaProfile): Replica {
    const state = new ReplicaState(profile)
    state.undoLog.start()
    const genesis = { height: 0, hash: profile.genesis, time: 0, validators: [] }
    return new Replica(profile, genesis, null, state)
  }

  /** The head at which this state is proved. */
  get head(): TrustedHead {
    return this.#head
  }

  /** False only before the first proof. */
  get proved(): boolean {
    return this.#section !== null
  }

  get state(): ReplicaState {
    return this.#state
  }

  /**
   * Brings the replica to the delta's head, or changes nothing.
   * @throws {ProofError} PROOF_GAP, PROOF_EQUIVOCATION, PROOF_INCOMPLETE, PROOF_MALFORMED, and as `followHeader` does
   */
  apply(bytes: Uint8Array, now: UnixSeconds): void {
    const { from, section, blocks } = parseDelta(bytes, this.profile.chainId)
    const { height, hash } = this.#head
    if (from.height !== height) {
      const detail = { code: 'PROOF_GAP', from: from.height, at: height } as const
      throw new ProofError(
        detail,
        `these changes begin at block ${from.height}, and this replica is at block ${height}`,
      )
    }
    if (from.hash !== hash) {
      const detail = { code: 'PROOF_EQUIVOCATION', block: height, trusted: hash, shown: from.hash } as const
      throw new ProofError(
        detail,
        `these changes continue a different block ${height} than the one that was proved here`,
      )
    }
    const trusted = this.proved ? this.#head : checkpointOf(this.profile)
    const { head, roots } = verifyHead(trusted, section, this.profile, now)
    try {
      for (const block of blocks) this.#state.apply(block)
      this.#state.prove(roots)
    } catch (error) {
      this.#state.undoLog.rollback()
      throw error
    }
    this.#state.undoLog.commit()
    this.#head = head
    this.#section = section
  }

  /**
   * A snapshot of the present state. Its headers are those of the last delta, unless `path` is given. They suffice for
   * a verifier that trusts the validators of the profile, or those after them.
   * @throws {ProofError} PROOF_GAP before the first proof
   */
  export(options: SnapshotOptions & { readonly path?: HeadSection['path'] } = {}): Uint8Array {
    if (!this.#section) {
      throw new ProofError({ code: 'PROOF_GAP', from: 0, at: 0 }, 'nothing is proved yet. Wait for the first head.')
    }
    const section = { ...this.#section, path: options.path ?? this.#section.path.slice(-1) }
    return encodeSnapshot(this.profile, section, this.#state, options)
  }
}

function trustedHeadOf(profile: ReplicaProfile, seen: TrustedHead | undefined): TrustedHead {
  const checkpoint = checkpointOf(profile)
  return seen ? newerOf(checkpoint, seen) : checkpoint
}
