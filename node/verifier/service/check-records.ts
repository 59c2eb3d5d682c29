/**
 * Signed records of checks, for presets that demand one (`record: "check"`): that a check was made, when, with which verdict
 * and on which knowledge. A record is a compact JWS (ES256) by the registered request key. It contains no claim, and nothing
 * that says whose card it was. The numbers have no gap, so a reader sees whether one is missing.
 */
import type { CertifiedSigner } from '../../keys/certified.ts'
import { readU64be, u64be } from '../../lib/bytes.ts'
import { signJws } from '../../lib/jose/jws.ts'
import type { Clock } from '../../lib/time.ts'
import { Bucket } from '../../store/buckets.ts'
import { type Codec, type Store, Table, textCodec, type WriteOp } from '../../store/store.ts'
import type { Session } from '../oid4vp/session.ts'
import type { Preset } from '../presets/preset.ts'
import { requestPurposeOf } from '../presets/request-policy.ts'
import type { Verdict } from '../verdict.ts'

export const CHECK_RECORD_TYPE = 'dojang-check-record+jwt'

const number: Codec<number> = { encode: u64be, decode: bytes => Number(readU64be(bytes)) }

export class CheckRecords {
  readonly #records: Table<number, string>

  private constructor(
    store: Store,
    private readonly signer: CertifiedSigner,
    private readonly clock: Clock,
    private next: number,
  ) {
    this.#records = new Table(store, Bucket.checkRecord, number, textCodec)
  }

  static async open(store: Store, signer: CertifiedSigner, clock: Clock): Promise<CheckRecords> {
    const table = new Table(store, Bucket.checkRecord, number, textCodec)
    let next = 0
    for await (const [last] of table.entries(new Uint8Array(), { reverse: true, limit: 1 })) next = last + 1
    return new CheckRecords(store, signer, clock, next)
  }

  /** To be committed with the verdict, at once: the operations get their numbers in the order of the calls. */
  of(session: Session, preset: Preset, { outcome, reason, asOf }: Verdict): WriteOp[] {
    if (preset.record !== 'check' || reason === 'timed_out') return []
    const record = {
      number: this.next,
      request: session.id,
      ...(session.caller !== undefined && { key: session.caller }),
      preset: preset.id,
      policy: requestPurposeOf(preset),
      iat: this.clock(),
      outcome,
      reason,
      as_of: asOf,
    }
    const { signer } = this
    const header = { typ: CHECK_RECORD_TYPE, x5c: signer.x5c }
    return [
      this.#records.put(
        this.next++,
        signJws(header, record, data => signer.sign(data)),
      ),
    ]
  }

  /** @returns at most `limit` records from this number on */
  async list(from: number, limit: number): Promise<{ readonly records: readonly string[]; readonly next: number }> {
    const records: string[] = []
    for (let at = from; at < this.next && records.length < limit; at++) {
      const record = this.#records.get(at)
      // Its commit has not ended yet.
      if (record === undefined) break
      records.push(record)
    }
    return { records, next: from + records.length }
  }
}
