/** Changes of status as `StatusRegistry.set` takes them: four bytes each (contracts/types/StatusOp.sol). */
import { concatAll, readU32be, u32be } from '../../lib/bytes.ts'
import { malformed } from '../errors.ts'
import { type CredentialStatus, STATUSES } from './status.ts'

const OP_BYTES = 4

export interface StatusOp {
  readonly idx: number
  readonly from: CredentialStatus
  readonly to: CredentialStatus
}

/** Ascending by index, as the contract demands; the caller names each index once. */
export function encodeStatusOps(ops: readonly StatusOp[]): Uint8Array {
  const sorted = [...ops].sort((a, b) => a.idx - b.idx)
  return concatAll(sorted.map(({ idx, from, to }) => u32be(((idx << 8) | (from << 4) | to) >>> 0)))
}

/**
 * One by one: as objects, the changes of a hostile log would take twenty times the memory of its bytes.
 * @throws {ProofError} PROOF_MALFORMED for what the contract never emits: no change at all, part of one, or a status
 * that there is not
 */
export function* parseStatusOps(bytes: Uint8Array): Generator<StatusOp> {
  if (bytes.length === 0 || bytes.length % OP_BYTES !== 0) {
    throw malformed('log', 'changes of status come in fours of bytes')
  }
  for (let at = 0; at < bytes.length; at += OP_BYTES) {
    const op = readU32be(bytes, at)
    yield { idx: op >>> 8, from: statusIn(op >>> 4), to: statusIn(op) }
  }
}

function statusIn(bits: number): CredentialStatus {
  const status = bits & 15
  if (status >= STATUSES.length) throw malformed('log', 'a change of status that no list takes')
  return status as CredentialStatus
}
