/**
 * The calls of an organisation's own accounts, as transaction data. Decisions of the council go through Governance:
 * governance.ts.
 */
import { type Hex, toHex } from '../lib/bytes.ts'
import { anchorLog, statusRegistry, trustRegistry } from './contracts.ts'

/**
 * Gas limits that a call never exceeds. Gas is free on this ledger, and an estimate would have to wait for earlier
 * transactions.
 */
export const GasLimit = {
  anchor: 200_000n,
  openList: 200_000n,
  set: (ops: number): bigint => 100_000n + 30_000n * BigInt(ops),
} as const

export interface AnchorCall {
  /** keccak256 of `issue:<vct>`. */
  readonly purpose: Hex
  readonly root: Hex
  /** Leaves, including padding. */
  readonly count: number
  readonly manifest: Hex
}

export const encodeAnchor = ({ purpose, root, count, manifest }: AnchorCall): Hex =>
  anchorLog.encodeFunctionData('anchor', [purpose, root, count, manifest]) as Hex

/** @param ops as `encodeStatusOps` returns them */
export const encodeSet = (list: bigint, ops: Uint8Array, cause: Hex): Hex =>
  statusRegistry.encodeFunctionData('set', [list, toHex(ops), cause]) as Hex

/** @param capacity a multiple of 128, at most 2^24 */
export const encodeOpenList = (capacity: number, dailyLimit: number): Hex =>
  statusRegistry.encodeFunctionData('openList', [capacity, dailyLimit]) as Hex

export const encodeStopAccount = (account: Hex): Hex =>
  trustRegistry.encodeFunctionData('stopAccount', [account]) as Hex
