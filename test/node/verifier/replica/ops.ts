import { concat, u32be } from '../../../../node/lib/bytes.ts'

/** Index, from, to. */
export type StatusOp = readonly [index: number, from: number, to: number]

export const encodeOps = (ops: readonly StatusOp[]): Uint8Array =>
  concat(...ops.map(([index, from, to]) => u32be(index * 256 + from * 16 + to)))
