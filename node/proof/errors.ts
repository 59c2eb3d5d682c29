import { DojangError } from '../lib/errors.ts'

/** Why a proof is refused. Every refusal is final: the same bytes are always refused for the same reason. */
export type ProofFailure =
  /** The bytes do not have the format: not canonical RLP, a wrong length, a missing member. */
  | { readonly code: 'PROOF_MALFORMED'; readonly what: string; readonly reason: string }
  /** The hash of the data is not the expected one. */
  | { readonly code: 'PROOF_HASH_MISMATCH'; readonly what: string; readonly expected: string; readonly actual: string }
  /** A seal that no key made, or a second seal of the same validator. */
  | { readonly code: 'PROOF_SEAL_INVALID'; readonly block: number; readonly seal: number; readonly reason: string }
  /** A seal of an account that is not in the set of validators. */
  | { readonly code: 'PROOF_SEAL_FOREIGN'; readonly block: number; readonly signer: string }
  /** A ledger profile that is malformed, wrongly signed, or signed by another key than the pinned one. */
  | { readonly code: 'PROOF_PROFILE_INVALID'; readonly reason: string }
  /** Too few validators sealed the block. */
  | { readonly code: 'PROOF_QUORUM_MISSING'; readonly block: number; readonly needed: number; readonly got: number }
  /** A header of another set of validators, and too few of the trusted validators sealed it. */
  | { readonly code: 'PROOF_SET_UNTRUSTED'; readonly block: number; readonly needed: number; readonly got: number }
  /** The trusted head is too old: former validators may have sealed another history since. */
  | { readonly code: 'PROOF_TRUST_EXPIRED'; readonly trustedAt: number; readonly now: number }
  /** A header whose time is in the future. */
  | { readonly code: 'PROOF_FUTURE'; readonly block: number; readonly time: number; readonly now: number }
  /** A header that is older than one seen before. */
  | { readonly code: 'PROOF_ROLLBACK'; readonly block: number; readonly seen: number }
  /** Two sealed blocks of the same height: validators signed two histories. */
  | { readonly code: 'PROOF_EQUIVOCATION'; readonly block: number; readonly trusted: string; readonly shown: string }
  /** The data belongs to another ledger than the profile. */
  | { readonly code: 'PROOF_WRONG_CHAIN'; readonly expected: string; readonly actual: string }
  /** The data is not exactly what the ledger has: something was omitted, added or changed. */
  | { readonly code: 'PROOF_INCOMPLETE'; readonly part: string; readonly expected: string; readonly actual: string }
  /** Too few witnesses of the profile signed this block. */
  | { readonly code: 'PROOF_WITNESS_MISSING'; readonly block: number; readonly needed: number; readonly got: number }
  /** A checkpoint of the transparency log that is malformed, of another log, or wrongly signed. */
  | { readonly code: 'PROOF_CHECKPOINT_INVALID'; readonly reason: string }
  /** Too few witnesses of the ledger's log cosigned a tree that has this block or a close ancestor of it. */
  | { readonly code: 'PROOF_LOG_MISSING'; readonly block: number; readonly needed: number; readonly got: number }
  /** The changes do not begin at the present head. */
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
