import { concat, fromUtf8, type Hex, readU32be, readU64be, u32be, u64be, utf8 } from '../../lib/bytes.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { Bucket } from '../../store/buckets.ts'
import { bytesCodec, type Codec, jsonCodec, type Store, Table, textCodec, type WriteOp } from '../../store/store.ts'

/** What became of one application's order: enough to finish and deliver the same credential after a crash. */
export interface Issuance {
  readonly credentialId: string
  /** RFC 7638, of the key the card is bound to. */
  readonly holder: string
  readonly person: Hex
  readonly root: Hex
  readonly slot: number
  /** What the wallet said of it (OpenID4VCI §11); null until it says something, which many never do. */
  readonly told: 'accepted' | 'failed' | null
  /** The prepared credential under the person's key; null once the wallet has taken the card. */
  readonly sealed: Uint8Array | null
}

const codec: Codec<Issuance> = {
  encode: ({ sealed, ...facts }) => {
    const json = utf8(JSON.stringify({ ...facts, taken: sealed === null }))
    return concat(u32be(json.length), json, sealed ?? new Uint8Array())
  },
  decode: bytes => {
    const end = 4 + readU32be(bytes)
    const { taken, ...facts } = JSON.parse(fromUtf8(bytes.subarray(4, end)))
    return { ...facts, sealed: taken ? null : bytes.subarray(end) }
  },
}

/** Something to be settled. */
export interface Due {
  readonly application: string
  /** Credentials to be given back; empty: the issuance itself is to be looked at. */
  readonly release: readonly string[]
  /** Strikes it off. */
  readonly done: WriteOp
}

/** Issuances by application, and when each one's prepared credential is to be dropped. */
export class Issuances {
  readonly #table: Table<string, Issuance>
  readonly #due: Table<Uint8Array, readonly string[]>
  readonly #dueOf = (time: UnixSeconds, application: string) => concat(u64be(time), utf8(application))

  constructor(store: Store) {
    this.#table = new Table(store, Bucket.issuance, textCodec, codec)
    this.#due = new Table(store, Bucket.issuanceDue, bytesCodec, jsonCodec())
  }

  get(application: string): Issuance | undefined {
    return this.#table.get(application)
  }

  put(application: string, issuance: Issuance): WriteOp {
    return this.#table.put(application, issuance)
  }

  /** When the issuance is to be settled. */
  due(application: string, time: UnixSeconds): WriteOp {
    return this.#due.put(this.#dueOf(time, application), [])
  }

  /** For an issuance that came to nothing: the credentials that it suspended, to be given back. */
  release(application: string, credentials: readonly string[], time: UnixSeconds): WriteOp {
    return this.#due.put(this.#dueOf(time, application), credentials)
  }

  /** The wallet's word, to be acted on at once: it survives a crash before that is done. */
  told(application: string, told: 'accepted' | 'failed', now: UnixSeconds): WriteOp[] {
    const issuance = this.get(application)
    if (!issuance?.sealed || issuance.told) return []
    return [this.put(application, { ...issuance, told }), this.due(application, now)]
  }

  taken(application: string, issuance: Issuance): WriteOp {
    return this.#table.put(application, { ...issuance, sealed: null })
  }

  drop(application: string): WriteOp {
    return this.#table.del(application)
  }

  async dueBefore(now: UnixSeconds): Promise<Due[]> {
    const found = []
    for await (const [key, release] of this.#due.entries()) {
      if (Number(readU64be(key)) > now) break
      found.push({ application: fromUtf8(key.subarray(8)), release, done: this.#due.del(key) })
    }
    return found
  }
}
