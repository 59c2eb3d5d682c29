/**
 * The light client leads from a trusted head to a later one by the seals of the validators alone. It does no I/O and
 * stores nothing. It cannot detect that more than a third of the trusted validators lie together.
 */
import { equalBytes, fromHex, type Hex, toHex } from '../lib/bytes.ts'
import { DAY, type UnixSeconds } from '../lib/time.ts'
import { mismatch, ProofError } from './errors.ts'
import { blockHash, type Header } from './header.ts'
import type { LedgerProfile } from './profile.ts'
import { quorum, validatorsOf, verifySeals } from './seals.ts'

/** A block that is known to be the ledger's, with the validators that may seal the blocks after it. */
export interface TrustedHead {
  readonly height: number
  readonly hash: Hex
  readonly time: UnixSeconds
  /** The set of validators that sealed it: lower-case addresses. */
  readonly validators: readonly Hex[]
}

/**
 * Seconds after a head during which its validators are trusted to vouch for later blocks. After that, a new profile is
 * needed.
 */
export const TRUST_PERIOD = 30 * DAY
/** Seconds that the time of a header may be ahead of our clock. */
export const MAX_AHEAD = 10

/** The head from which a light client with this profile starts to trust. */
export function checkpointOf({
  checkpoint,
  validators,
}: Pick<LedgerProfile, 'checkpoint' | 'validators'>): TrustedHead {
  return { ...checkpoint, validators: validators.map(address => address.toLowerCase() as Hex) }
}

/** The newer of two heads. */
export const newerOf = (a: TrustedHead, b: TrustedHead): TrustedHead => (b.height > a.height ? b : a)

/**
 * Checks a header and returns it as the trusted head. A quorum of its own set of validators must have sealed it. That
 * set must be the trusted one, or more than a third of the trusted set must have sealed the header. The header must be
 * neither in the future nor older than the trusted head, and the trust period must not be over.
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
  // The same block: it is trusted already, whatever seals this copy has.
  if (number === trusted.height && hash === trusted.hash) return trusted
  const validators = verifyVouchedHeader(trusted.validators, header)
  if (number === trusted.height) throw equivocation(number, trusted.hash, hash)
  if (number === trusted.height + 1 && !equalBytes(header.parentHash, fromHex(trusted.hash))) {
    throw equivocation(trusted.height, trusted.hash, toHex(header.parentHash))
  }
  return { height: number, hash, time: timestamp, validators }
}

/**
 * Follows a path of headers, oldest first. A step may skip any number of blocks, as long as the sets overlap.
 * @throws {ProofError} as `followHeader` does
 */
export function followPath(trusted: TrustedHead, path: readonly Header[], now: UnixSeconds): TrustedHead {
  // Headers up to the trusted head need no check. The last one is always checked, since the caller asks about it.
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
 * Checks that a quorum of its own set sealed the header, and that `trusted` vouches for that set: both sets are the
 * same, or enough of the trusted validators sealed the header (more than a third; of fewer than four, a quorum). Does
 * not check order or time.
 * @returns the header's set of validators
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
      `another set of validators sealed block ${header.number}; ${got} trusted validators sealed it, and ${needed} are needed`,
    )
  }
  return validators
}

function equivocation(block: number, trusted: Hex, shown: Hex): ProofError {
  const detail = { code: 'PROOF_EQUIVOCATION', block, trusted, shown } as const
  return new ProofError(
    detail,
    `there are two different blocks ${block}, ${trusted} and ${shown}. Keep both and inform the authority.`,
  )
}

/** @throws {ProofError} PROOF_WRONG_CHAIN */
export function checkChain(expected: number, actual: bigint | number): void {
  if (BigInt(expected) === BigInt(actual)) return
  const detail = { code: 'PROOF_WRONG_CHAIN', expected: String(expected), actual: String(actual) } as const
  throw new ProofError(detail, `this belongs to ledger ${actual}, and the profile to ledger ${expected}`)
}

/** @throws {ProofError} PROOF_HASH_MISMATCH unless `header` is the parent of `child` */
export function checkParent(header: Header, child: Header): void {
  const hash = blockHash(header)
  if (child.number !== header.number + 1 || !equalBytes(child.parentHash, hash)) {
    throw mismatch(`the parent of block ${child.number}`, toHex(child.parentHash), toHex(hash))
  }
}
