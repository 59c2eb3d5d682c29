/**
 * The light client: from a head one already trusts to a later one, by seals alone. It keeps nothing and asks nobody;
 * what it cannot rule out is that more than a third of the trusted validators lie together.
 */
import { equalBytes, fromHex, type Hex, toHex } from '../lib/bytes.ts'
import { DAY, type UnixSeconds } from '../lib/time.ts'
import { mismatch, ProofError } from './errors.ts'
import { blockHash, type Header } from './header.ts'
import type { LedgerProfile } from './profile.ts'
import { quorum, validatorsOf, verifySeals } from './seals.ts'

/** A block known to be the ledger's, and who may seal what follows. */
export interface TrustedHead {
  readonly height: number
  readonly hash: Hex
  readonly time: UnixSeconds
  /** The set that sealed it: lower-case addresses. */
  readonly validators: readonly Hex[]
}

/** Seconds for which validators are held to what they sealed. After that, one begins again from a fresh profile. */
export const TRUST_PERIOD = 30 * DAY
/** How far a header may lie ahead of our clock, in seconds. */
export const MAX_AHEAD = 10

/** Where trust begins. */
export function checkpointOf({
  checkpoint,
  validators,
}: Pick<LedgerProfile, 'checkpoint' | 'validators'>): TrustedHead {
  return { ...checkpoint, validators: validators.map(address => address.toLowerCase() as Hex) }
}

/** The newer of two heads, such as the profile's and one followed to before. */
export const newerOf = (a: TrustedHead, b: TrustedHead): TrustedHead => (b.height > a.height ? b : a)

/**
 * The header as the newest head, if it follows from what is trusted: sealed by a quorum of its own set, that set the
 * trusted one or vouched for by more than a third of it, neither from the future nor from before, within the trust
 * period.
 * @throws {ProofError} PROOF_FUTURE, PROOF_TRUST_EXPIRED, PROOF_ROLLBACK, PROOF_EQUIVOCATION, PROOF_SET_UNTRUSTED,
 * PROOF_QUORUM_MISSING, PROOF_SEAL_FOREIGN, PROOF_SEAL_INVALID, PROOF_HASH_MISMATCH, PROOF_MALFORMED
 */
export function followHeader(trusted: TrustedHead, header: Header, now: UnixSeconds): TrustedHead {
  const { number, timestamp } = header
  if (timestamp > now + MAX_AHEAD) {
    const detail = { code: 'PROOF_FUTURE', block: number, time: timestamp, now } as const
    throw new ProofError(detail, `block ${number} is ${timestamp - now} s ahead. Set this device's clock.`)
  }
  checkTrustPeriod(trusted, now)
  if (number < trusted.height || (number > trusted.height && timestamp < trusted.time)) {
    const detail = { code: 'PROOF_ROLLBACK', block: number, seen: trusted.height } as const
    throw new ProofError(detail, `block ${number} is older than block ${trusted.height}, which was seen before`)
  }
  const hash = toHex(blockHash(header))
  // Nothing new: whatever seals this copy carries, the block is the one trusted.
  if (number === trusted.height && hash === trusted.hash) return trusted
  const validators = verifyVouchedHeader(trusted.validators, header)
  if (number === trusted.height) throw equivocation(number, trusted.hash, hash)
  if (number === trusted.height + 1 && !equalBytes(header.parentHash, fromHex(trusted.hash))) {
    throw equivocation(trusted.height, trusted.hash, toHex(header.parentHash))
  }
  return { height: number, hash, time: timestamp, validators }
}

/**
 * Follows a path of headers, oldest first. A step may leave out any number of blocks, as long as the sets overlap.
 * @throws {ProofError} as `followHeader` does
 */
export function followPath(trusted: TrustedHead, path: readonly Header[], now: UnixSeconds): TrustedHead {
  // Headers up to the trusted head add nothing, except the last one: it is the one asked about.
  const ahead = path.filter((header, i) => header.number > trusted.height || i === path.length - 1)
  return ahead.reduce((from, header) => followHeader(from, header, now), trusted)
}

/** @throws {ProofError} PROOF_TRUST_EXPIRED */
export function checkTrustPeriod({ time }: TrustedHead, now: UnixSeconds): void {
  if (now - time <= TRUST_PERIOD) return
  throw new ProofError(
    { code: 'PROOF_TRUST_EXPIRED', trustedAt: time, now },
    'What is known of the validators is over 30 days old. Get a fresh ledger profile from the authority.',
  )
}

/**
 * Checks that the header is sealed by a quorum of its own set, and that `trusted` vouches for that set: it is the same
 * one, or enough of the trusted sealed the header (more than a third; of fewer than four, a quorum). Says nothing about
 * order or time.
 * @returns the header's set
 * @throws {ProofError} PROOF_SET_UNTRUSTED, PROOF_QUORUM_MISSING, PROOF_SEAL_FOREIGN, PROOF_SEAL_INVALID
 */
export function verifyVouchedHeader(trusted: readonly Hex[], header: Header): readonly Hex[] {
  const validators = validatorsOf(header)
  const known = new Set(trusted)
  const same = validators.length === known.size && validators.every(address => known.has(address))
  const signers = verifySeals(header, validators)
  if (same) return validators
  const needed = known.size < 4 ? quorum(known.size) : Math.floor(known.size / 3) + 1
  const got = signers.filter(address => known.has(address)).length
  if (got < needed) {
    const detail = { code: 'PROOF_SET_UNTRUSTED', block: header.number, needed, got } as const
    throw new ProofError(
      detail,
      `block ${header.number} is sealed by another set, and by ${got} of the ${needed} trusted validators it needs`,
    )
  }
  return validators
}

function equivocation(block: number, trusted: Hex, shown: Hex): ProofError {
  const detail = { code: 'PROOF_EQUIVOCATION', block, trusted, shown } as const
  return new ProofError(
    detail,
    `there are two blocks ${block}, ${trusted} and ${shown}. Keep both and tell the authority.`,
  )
}

/** @throws {ProofError} PROOF_WRONG_CHAIN */
export function checkChain(expected: number, actual: bigint | number): void {
  if (BigInt(expected) === BigInt(actual)) return
  const detail = { code: 'PROOF_WRONG_CHAIN', expected: String(expected), actual: String(actual) } as const
  throw new ProofError(detail, `this is of ledger ${actual}, and the profile of ledger ${expected}`)
}

/** @throws {ProofError} PROOF_HASH_MISMATCH unless `header` is the parent of `child` */
export function checkParent(header: Header, child: Header): void {
  const hash = blockHash(header)
  if (child.number !== header.number + 1 || !equalBytes(child.parentHash, hash)) {
    throw mismatch(`the parent of block ${child.number}`, toHex(child.parentHash), toHex(hash))
  }
}
