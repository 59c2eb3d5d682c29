/** How far each machine client was told, in the database. */
import type { UnixSeconds } from '../../lib/time.ts'
import { Bucket } from '../../store/buckets.ts'
import { readHead } from '../../store/journal-chain.ts'
import { jsonCodec, type Store, Table, textCodec } from '../../store/store.ts'

export interface WebhookCursor {
  /** Number of the first journal entry that the client was not told. */
  readonly next: number
  /** How often the delivery of that entry failed. */
  readonly failures: number
  /** Not to be tried again before. */
  readonly notBefore: UnixSeconds
  /** When it failed too often. Then nothing is sent until somebody resumes it. */
  readonly parkedAt: UnixSeconds | null
}

export const cursorsTable = (store: Store): Table<string, WebhookCursor> =>
  new Table(store, Bucket.machineWebhook, textCodec, jsonCodec())

export const cursorAt = (next: number): WebhookCursor => ({ next, failures: 0, notBefore: 0, parkedAt: null })

/** The cursor of a new client: it receives only the events after its registration. */
export const firstCursor = (store: Store): WebhookCursor => cursorAt(readHead(store).count)
