import { concat, fromUtf8, type Hex, readU32be, readU64be, u32be, u64be, utf8 } from '../../lib/bytes.ts'
import { MINUTE, type UnixSeconds } from '../../lib/time.ts'
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
  /** What the wallet said about it (OpenID4VCI §11); null until it says something, which many never do. */
  readonly notified: 'accepted' | 'failed' | null
  /** The prepared credential under the person's key; null once it cannot be fetched again. */
  readonly sealed: Uint8Array | null
}

const codec: Codec<Issuance> = {
  encode: ({ sealed, notified, ...facts }) => {
    const json = utf8(JSON.stringify({ ...facts, told: notified, taken: sealed === null }))
    return concat(u32be(json.length), json, sealed ?? new Uint8Array())
  },
  decode: bytes => {
    const end = 4 + readU32be(bytes)
    const { taken, told, ...facts } = JSON.parse(fromUtf8(bytes.subarray(4, end)))
    return { ...facts, notified: told, sealed: taken ? null : bytes.subarray(end) }
  },
}

/** For this long after its anchoring a card can be fetched again; then it counts as accepted. */
export const FETCH_AGAIN = 10 * MINUTE

/** Something to be settled. */
export interface Due {
  readonly application: string
  /** Credentials to be given back; empty: the issuance itself is to be looked at. */
  readonly release: readonly string[]
  /** The wallet's word is acted on now, and the card can still be fetched again: what it is made of stays. */
  readonly fetchable: boolean
  /** Removes it. */
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
   * The wallet's word. It is stored before anything is done about it, so a crash does not lose it. A wallet that accepted
   * its card may still ask for it again, for as long as any other wallet; one that could not keep it may not.
   */
  notified(application: string, notified: 'accepted' | 'failed', now: UnixSeconds): WriteOp[] {
    const issuance = this.get(application)
    if (!issuance?.sealed || issuance.notified) return []
    const due = this.#dueOf(now, application)
    // An issuance whose ten minutes end at this very second keeps that mark: nothing of it stays.
    const mark = notified === 'accepted' && !this.#due.has(due) ? FETCHABLE : []
    return [this.put(application, { ...issuance, notified }), this.#due.put(due, mark)]
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
