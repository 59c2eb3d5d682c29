/** The encoding of status changes for `StatusRegistry.set`: four bytes each (contracts/types/StatusOp.sol). */
import { concatAll, readU32be, u32be } from '../../lib/bytes.ts'
import { malformed } from '../errors.ts'
import { type CredentialStatus, STATUSES } from './status.ts'

const OP_BYTES = 4

export interface StatusOp {
  readonly idx: number
  readonly from: CredentialStatus
  readonly to: CredentialStatus
}

/** Sorts by index, as the contract requires. The caller must name each index only once. */
export function encodeStatusOps(ops: readonly StatusOp[]): Uint8Array {
  const sorted = [...ops].sort((a, b) => a.idx - b.idx)
  return concatAll(sorted.map(({ idx, from, to }) => u32be(((idx << 8) | (from << 4) | to) >>> 0)))
}

/**
 * Yields the changes one by one: a list of objects would need twenty times the memory of a hostile log.
 * @throws {ProofError} PROOF_MALFORMED for data that the contract never emits: no change, an incomplete change, or an
 * undefined status
 */
export function* parseStatusOps(bytes: Uint8Array): Generator<StatusOp> {
  if (bytes.length === 0 || bytes.length % OP_BYTES !== 0) {
    throw malformed('log', 'a change of status has four bytes')
  }
  for (let at = 0; at < bytes.length; at += OP_BYTES) {
    const op = readU32be(bytes, at)
    yield { idx: op >>> 8, from: statusIn(op >>> 4), to: statusIn(op) }
  }
}

function statusIn(bits: number): CredentialStatus {
  const status = bits & 15
  if (status >= STATUSES.length) throw malformed('log', 'a change to an undefined status')
  return status as CredentialStatus
}
