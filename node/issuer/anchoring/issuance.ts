import { concat, fromUtf8, type Hex, readU32be, readU64be, u32be, u64be, utf8 } from '../../lib/bytes.ts'
import { MINUTE, type UnixSeconds } from '../../lib/time.ts'
import { Bucket } from '../../store/buckets.ts'
import { bytesCodec, type Codec, jsonCodec, type Store, Table, textCodec, type WriteOp } from '../../store/store.ts'

/** The progress of one application's order: enough to finish and deliver the same credential after a crash. */
export interface Issuance {
  readonly credentialId: string
  /** RFC 7638 thumbprint of the holder key. */
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

/** An issuance that is to be settled now. */
export interface Due {
  readonly application: string
  /** Credentials to be given back; empty: the issuance itself is to be settled. */
  readonly release: readonly string[]
  /** The card can still be fetched again: what is stored to finish it stays. */
  readonly fetchable: boolean
  /** Removes it. */
  readonly done: WriteOp
}

/** Stored instead of the credentials to be given back. */
const FETCHABLE = 'fetchable'

/** Issuances by application, and the times at which they are to be settled. */
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

  /** The issuance is to be settled at that time. */
  due(application: string, time: UnixSeconds): WriteOp {
    return this.#due.put(this.#dueOf(time, application), [])
  }

  /** For an issuance whose batch was refused: the credentials that it suspended, to be given back. */
  release(application: string, credentials: readonly string[], time: UnixSeconds): WriteOp {
    return this.#due.put(this.#dueOf(time, application), credentials)
  }

  /**
   * What the wallet said is stored before anything is done about it, so a crash does not lose it. A wallet that accepted
   * its card may still ask for it again, for as long as any other wallet. One that could not keep it may not.
   */
  notified(application: string, notified: 'accepted' | 'failed', now: UnixSeconds): WriteOp[] {
    const issuance = this.get(application)
    if (!issuance?.sealed || issuance.notified) return []
    const due = this.#dueOf(now, application)
    // If the ten minutes end in this very second, the card cannot be fetched again.
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
