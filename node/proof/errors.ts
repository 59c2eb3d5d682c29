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
  /** A header by another set of validators, of whom too few are trusted. */
  | { readonly code: 'PROOF_SET_UNTRUSTED'; readonly block: number; readonly needed: number; readonly got: number }
  /** What is trusted is too old to follow anything from: former validators may since have sealed another past. */
  | { readonly code: 'PROOF_TRUST_EXPIRED'; readonly trustedAt: number; readonly now: number }
  /** A header from later than now. */
  | { readonly code: 'PROOF_FUTURE'; readonly block: number; readonly time: number; readonly now: number }
  /** Older than what was seen before. */
  | { readonly code: 'PROOF_ROLLBACK'; readonly block: number; readonly seen: number }
  /** Two blocks of one height, both sealed: the validators, or who passed them on, told two stories. */
  | { readonly code: 'PROOF_EQUIVOCATION'; readonly block: number; readonly trusted: string; readonly shown: string }
  /** Of another ledger than the profile's. */
  | { readonly code: 'PROOF_WRONG_CHAIN'; readonly expected: string; readonly actual: string }
  /** What was handed over is not all that the ledger holds: something was left out, added or changed. */
  | { readonly code: 'PROOF_INCOMPLETE'; readonly part: string; readonly expected: string; readonly actual: string }
  /** Too few of the profile's witnesses say that they have this block too. */
  | { readonly code: 'PROOF_WITNESS_MISSING'; readonly block: number; readonly needed: number; readonly got: number }
  /** Changes that do not begin where we are. */
  | { readonly code: 'PROOF_GAP'; readonly from: number; readonly at: number }

export class ProofError extends DojangError<ProofFailure> {
  override name = 'ProofError'
}

export function malformed(what: string, reason: string, cause?: unknown): ProofError {
  return new ProofError({ code: 'PROOF_MALFORMED', what, reason }, `${what} is malformed: ${reason}`, { cause })
}

export function mismatch(what: string, expected: string, actual: string): ProofError {
  const detail = { code: 'PROOF_HASH_MISMATCH', what, expected, actual } as const
  return new ProofError(detail, `${what} hashes to ${actual}, not to ${expected}`)
}
