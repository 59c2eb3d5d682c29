import { DojangError } from '../lib/errors.ts'

/** What a proof can be refused for. Each is final: asking again about the same bytes gives the same answer. */
export type ProofFailure =
  /** The bytes are not what they claim to be: not canonical RLP, a wrong length, a missing member. */
  | { readonly code: 'PROOF_MALFORMED'; readonly what: string; readonly reason: string }
  /** What was handed over does not hash to what was promised. */
  | { readonly code: 'PROOF_HASH_MISMATCH'; readonly what: string; readonly expected: string; readonly actual: string }
  /** A seal that no key made, or a second one by the same validator. */
  | { readonly code: 'PROOF_SEAL_INVALID'; readonly block: number; readonly seal: number; readonly reason: string }
  /** A seal by someone outside the set. */
  | { readonly code: 'PROOF_SEAL_FOREIGN'; readonly block: number; readonly signer: string }
  /** A ledger profile that is malformed, wrongly signed, or signed by another key than the pinned one. */
  | { readonly code: 'PROOF_PROFILE_INVALID'; readonly reason: string }
  /** Too few validators sealed the block. */
  | { readonly code: 'PROOF_QUORUM_MISSING'; readonly block: number; readonly needed: number; readonly got: number }

export class ProofError extends DojangError<ProofFailure> {
  override name = 'ProofError'
}

export function malformed(what: string, reason: string, cause?: unknown): ProofError {
  return new ProofError({ code: 'PROOF_MALFORMED', what, reason }, `${what} is malformed: ${reason}`, { cause })
}
