import { fromBase64url, fromHex, fromUtf8, type Hex, toBase64url, utf8 } from '../../lib/bytes.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { Bucket } from '../../store/buckets.ts'
import { StoreError } from '../../store/errors.ts'
import { bytesCodec, jsonCodec, type Store, Table, textCodec } from '../../store/store.ts'
import type { Vault } from '../../store/vault.ts'
import type { LossChannel } from './channels.ts'

/** Somebody reported a phone lost. Holds no personal data in the clear. */
export interface LossReport {
  /** 16 random bytes, base64url. */
  readonly id: string
  readonly channel: LossChannel
  /** Who reported, as the journal names them. */
  readonly by: string
  readonly person: Hex
  /** The cards that it locks. */
  readonly credentials: readonly string[]
  /**
   * The reason, base64url, sealed under the person's key: of a telecom, its signed report. Null when the ledger has its
   * salted hash, and the reason is stored beside that (status-reasons.ts).
   */
  readonly sealedReason: string | null
  readonly at: UnixSeconds
  /** When the ledger had each of the cards as suspended or revoked. Null: not yet. */
  readonly doneAt: UnixSeconds | null
}

/** What locks one card at present: the channels of all reports about it that nobody closed. */
export interface CardLock {
  readonly channels: readonly LossChannel[]
  /** The newest report. */
  readonly report: string
  readonly at: UnixSeconds
}

export class LossRecords {
  readonly reports: Table<string, LossReport>
  /** The reports that the ledger does not have yet. */
  readonly pending: Table<string, Uint8Array>
  readonly locks: Table<string, CardLock>

  constructor(store: Store) {
    this.reports = new Table(store, Bucket.lossReport, textCodec, jsonCodec())
    this.pending = new Table(store, Bucket.lossPending, textCodec, bytesCodec)
    this.locks = new Table(store, Bucket.cardLock, textCodec, jsonCodec())
  }
}

const contextOf = (report: string) => `loss report ${report}`
const isErased = (error: unknown): boolean => error instanceof StoreError && error.code === 'STORE_PERSON_ERASED'

/** @returns null for a person who was erased: their cards can be locked, and no reason is stored */
export function sealReason(vault: Vault, person: Uint8Array, report: string, reason: string): string | null {
  try {
    return toBase64url(vault.seal(person, contextOf(report), utf8(reason)))
  } catch (error) {
    if (isErased(error)) return null
    throw error
  }
}

/** @returns undefined if it is not stored here any more, or the person was erased */
export function openReason(vault: Vault, { id, person, sealedReason }: LossReport): string | undefined {
  if (sealedReason === null) return undefined
  try {
    return fromUtf8(vault.open(fromHex(person), contextOf(id), fromBase64url(sealedReason)))
  } catch (error) {
    if (isErased(error)) return undefined
    throw error
  }
}
