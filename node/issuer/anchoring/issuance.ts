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
  /** The prepared credential under the person's key; null once it cannot be fetched again. */
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
  /** The wallet's word is to be acted on, and the card can still be fetched again: what it is made of stays. */
  readonly fetchable: boolean
  /** Strikes it off. */
  readonly done: WriteOp
}

/** In the place of credentials to be given back. */
const FETCHABLE = 'fetchable'

/** Issuances by application, and when each one's prepared credential is to be dropped. */
export class Issuances {
  readonly #table: Table<string, Issuance>
  readonly #due: Table<Uint8Array, readonly string[] | typeof FETCHABLE>
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

  /**
   * The wallet's word, to be acted on at once: it survives a crash before that is done. A card that it accepted it may
   * still ask for again, as long as any other; one that it could not keep is over.
   */
  told(application: string, told: 'accepted' | 'failed', now: UnixSeconds): WriteOp[] {
    const issuance = this.get(application)
    if (!issuance?.sealed || issuance.told) return []
    const due = this.#dueOf(now, application)
    // Where it is due for good at this very moment, that says all.
    const mark = told === 'accepted' && !this.#due.has(due) ? FETCHABLE : []
    return [this.put(application, { ...issuance, told }), this.#due.put(due, mark)]
  }

  taken(application: string, issuance: Issuance): WriteOp {
    return this.#table.put(application, { ...issuance, sealed: null })
  }

  drop(application: string): WriteOp {
    return this.#table.del(application)
  }

  async dueBefore(now: UnixSeconds): Promise<Due[]> {
    const found = []
    for await (const [key, due] of this.#due.entries()) {
      if (Number(readU64be(key)) > now) break
      const fetchable = due === FETCHABLE
      const release = due === FETCHABLE ? [] : due
      found.push({ application: fromUtf8(key.subarray(8)), release, fetchable, done: this.#due.del(key) })
    }
    return found
  }
}
