/** The signed transactions that have no outcome yet, by account and nonce. */
import { concat, readU64be, u64be } from '../../lib/bytes.ts'
import { Bucket } from '../../store/buckets.ts'
import { type Codec, jsonCodec, type Store, Table } from '../../store/store.ts'
import type { SignedTransaction } from './transaction.ts'

/** Stored until the outcome is on disk. The bucket contains the pending transactions. */
export interface OutboxEntry<Cause> extends SignedTransaction {
  readonly cause: Cause
}

export interface Pending<Cause> {
  readonly nonce: number
  readonly entry: OutboxEntry<Cause>
}

export interface OutboxKey {
  readonly address: Uint8Array
  readonly nonce: number
}

export type OutboxTable<Cause> = Table<OutboxKey, OutboxEntry<Cause>>

const outboxKey: Codec<OutboxKey> = {
  encode: ({ address, nonce }) => concat(address, u64be(nonce)),
  decode: bytes => ({ address: bytes.subarray(0, 20), nonce: Number(readU64be(bytes, 20)) }),
}

export const outboxTable = <Cause>(store: Store): OutboxTable<Cause> =>
  new Table(store, Bucket.outbox, outboxKey, jsonCodec())
