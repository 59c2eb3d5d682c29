import { CredentialStatus } from '../credential/status-list.ts'
import { concatAll, u32be } from '../lib/bytes.ts'

export type StatusName = keyof typeof CredentialStatus

/** @throws {TypeError} if it is the number of no status */
export function statusName(value: number): StatusName {
  const found = (Object.keys(CredentialStatus) as StatusName[]).find(name => CredentialStatus[name] === value)
  if (!found) throw new TypeError(`no status has the number ${value}`)
  return found
}

/** One change as the status registry takes it (contracts/types/StatusOp.sol). */
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

export function decodeStatusOps(bytes: Uint8Array): StatusOp[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: bytes.length / 4 }, (_, i) => {
    const word = view.getUint32(4 * i)
    return { idx: word >>> 8, from: ((word >>> 4) & 15) as CredentialStatus, to: (word & 15) as CredentialStatus }
  })
}
