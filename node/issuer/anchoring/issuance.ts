import { concat, fromUtf8, type Hex, readU32be, readU64be, u32be, u64be, utf8 } from '../../lib/bytes.ts'
import { MINUTE, type UnixSeconds } from '../../lib/time.ts'
import { Bucket } from '../../store/buckets.ts'
import { bytesCodec, type Codec, jsonCodec, type Store, Table, textCodec, type WriteOp } from '../../store/store.ts'

/** The progress of one application's order. It suffices to deliver the same credential after a crash. */
export interface Issuance {
  readonly credentialId: string
  /** RFC 7638 thumbprint of the holder key. */
  readonly holderThumbprint: string
  readonly person: Hex
  /** Null for a temporary card, which has no leaf. */
  readonly root: Hex | null
  readonly leafIndex: number | null
  /** The wallet's notification (OpenID4VCI §11). Null before it arrives; many wallets send none. */
  readonly notified: 'accepted' | 'failed' | null
  /**
   * The prepared credential, or the signed temporary card, sealed under the person's key. Null when it cannot be fetched
   * again.
   */
  readonly sealedPrepared: Uint8Array | null
}

interface StoredIssuance {
  readonly credentialId: string
  readonly holder: string
  readonly person: Hex
  readonly root: Hex | null
  readonly slot: number | null
  readonly told: 'accepted' | 'failed' | null
  readonly taken: boolean
}

/** Whether the credential of the issuance is a temporary card (temporary.ts). */
export const isTemporary = ({ root }: Pick<Issuance, 'root'>): boolean => root === null

/** uint32be length ‖ JSON ‖ sealed prepared credential. The JSON has the member names of the first version. */
const codec: Codec<Issuance> = {
  encode: ({ credentialId, holderThumbprint, person, root, leafIndex, notified, sealedPrepared }) => {
    const facts: StoredIssuance = {
      credentialId,
      holder: holderThumbprint,
      person,
      root,
      slot: leafIndex,
      told: notified,
      taken: sealedPrepared === null,
    }
    const json = utf8(JSON.stringify(facts))
    return concat(u32be(json.length), json, sealedPrepared ?? new Uint8Array())
  },
  decode: bytes => {
    const end = 4 + readU32be(bytes)
    const facts = JSON.parse(fromUtf8(bytes.subarray(4, end))) as StoredIssuance
    const { credentialId, holder, person, root, slot, told, taken } = facts
    const sealedPrepared = taken ? null : bytes.subarray(end)
    return { credentialId, holderThumbprint: holder, person, root, leafIndex: slot, notified: told, sealedPrepared }
  },
}

/** Seconds after its anchor in which a credential can be fetched again. Then it counts as accepted. */
export const REFETCH_SECONDS = 10 * MINUTE

/** A credential whose place a temporary card took, with the root of its batch. */
export interface Superseded {
  readonly credentialId: string
  readonly root: Hex
}

/** A task of the settler whose time has come. */
export interface SettlementTask {
  readonly application: string
  /** Ids of credentials to reinstate. If empty, and there is no `superseded`, the issuance is to be settled. */
  readonly reinstate: readonly string[]
  /** A credential that is never delivered, because a temporary card came first. It ends when its batch is anchored. */
  readonly superseded?: Superseded
  /** Whether the credential can still be fetched again, so that its prepared form must remain. */
  readonly stillFetchable: boolean
  /** Removes the task. */
  readonly removeOp: WriteOp
}

/** Stored instead of the list of credentials to reinstate. */
const STILL_FETCHABLE = 'fetchable'

/** As stored. */
type Due = readonly string[] | typeof STILL_FETCHABLE | { readonly superseded: Superseded }

/** The issuances by application, and the tasks of the settler by time. */
export class Issuances {
  readonly #table: Table<string, Issuance>
  readonly #due: Table<Uint8Array, Due>
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

  /** Adds the task to settle the issuance at that time. */
  due(application: string, time: UnixSeconds): WriteOp {
    return this.#due.put(this.#dueOf(time, application), [])
  }

  /** Adds the task to reinstate the credentials that an order suspended whose batch was refused. */
  reinstate(application: string, credentials: readonly string[], time: UnixSeconds): WriteOp {
    return this.#due.put(this.#dueOf(time, application), credentials)
  }

  /** Adds the task to end a credential that a temporary card superseded. The key differs from that of the other tasks. */
  supersede(application: string, superseded: Superseded, time: UnixSeconds): WriteOp {
    return this.#due.put(this.#dueOf(time, `${application} ${superseded.credentialId}`), { superseded })
  }

  /**
   * Stores a wallet's notification, and adds the task to act on it, so that a crash loses neither. A wallet that accepted
   * its credential may fetch it again within the ten minutes. A wallet that reported a failure may not.
   */
  notified(application: string, notified: 'accepted' | 'failed', now: UnixSeconds): WriteOp[] {
    const issuance = this.get(application)
    if (!issuance?.sealedPrepared || issuance.notified) return []
    const due = this.#dueOf(now, application)
    // There is such a task already if the ten minutes end in this second: then the credential cannot be fetched again.
    const mark = notified === 'accepted' && !this.#due.has(due) ? STILL_FETCHABLE : []
    return [this.put(application, { ...issuance, notified }), this.#due.put(due, mark)]
  }

  /** Deletes the prepared credential, which cannot be fetched again afterwards. */
  discardPrepared(application: string, issuance: Issuance): WriteOp {
    return this.#table.put(application, { ...issuance, sealedPrepared: null })
  }

  remove(application: string): WriteOp {
    return this.#table.del(application)
  }

  /** The tasks whose time has come, in order. */
  async dueAt(now: UnixSeconds): Promise<SettlementTask[]> {
    const found: SettlementTask[] = []
    for await (const [key, due] of this.#due.entries()) {
      if (Number(readU64be(key)) > now) break
      const stillFetchable = due === STILL_FETCHABLE
      const reinstate = Array.isArray(due) ? due : []
      const superseded = typeof due === 'object' && 'superseded' in due ? { superseded: due.superseded } : {}
      const removeOp = this.#due.del(key)
      // Application ids have no space.
      const [application] = fromUtf8(key.subarray(8)).split(' ') as [string]
      found.push({ application, reinstate, ...superseded, stillFetchable, removeOp })
    }
    return found
  }
}
