import { createHash } from 'node:crypto'
import { fromUtf8, toHex, utf8 } from '../../lib/bytes.ts'
import { MINUTE, type UnixSeconds } from '../../lib/time.ts'
import { Bucket } from '../../store/buckets.ts'
import { bytesCodec, type Store, Table, type WriteOp } from '../../store/store.ts'
import type { Vault } from '../../store/vault.ts'
import type { Preset } from '../presets/preset.ts'
import type { Verdict } from '../verdict.ts'

/** A request to a wallet, until its verdict was read. It never contains a claim value. */
export interface Session {
  /** Part of the request's URLs. The verdict is read by this id. */
  readonly id: string
  /** The API key that made it and may read its verdict; absent: the operators of this node. */
  readonly caller?: string
  readonly preset: string
  /** The preset itself, if the caller supplied it; absent: it is one of this install's. */
  readonly supplied?: Preset
  /** The only card of the preset that is requested; absent: any of them. */
  readonly card?: string
  readonly inPerson: boolean
  readonly createdAt: UnixSeconds
  readonly expiresAt: UnixSeconds
  readonly nonce: string
  readonly state: string
  /** P-256, created for this request only, so that it cannot decrypt other responses. */
  readonly responseKey: ResponseKey
  /** Same device: the URL to which the wallet redirects the browser, with the code that is needed to read the verdict. */
  readonly redirect: { readonly uri: string; readonly code: string } | null
  /** If the service shows the request to a browser (hosted-pages.ts). */
  readonly page?: {
    /** With its id, which is not the id of the request. */
    readonly url: string
    /** The wallet on the same device gives it to the browser that it opens. */
    readonly walletCode: string
    /** Digest of the cookie of the browser that opened it first; null: none did yet. */
    readonly browser: string | null
    readonly answeredOn?: 'same' | 'other'
  }
  /** Written once. */
  readonly verdict: Verdict | null
  /** Digest of the attempt for which the response code was exchanged; absent: it was not used yet. */
  readonly redeemedBy?: string
}

export interface ResponseKey {
  readonly kid: string
  /** The private key. It is stored only encrypted. */
  readonly jwk: Readonly<Record<string, unknown>>
}

/** The time in which a request can be answered. */
export const LIFETIME = 5 * MINUTE
/** The time after that in which its verdict can be read. */
const RETENTION = 10 * MINUTE

/** Sessions are encrypted under the install's master key. The database key is a hash, so the id is needed to find one. */
export class Sessions {
  readonly #table: Table<Uint8Array, Uint8Array>

  constructor(
    private readonly store: Store,
    private readonly vault: Vault,
  ) {
    this.#table = new Table(store, Bucket.presentation, bytesCodec, bytesCodec)
  }

  get(id: string): Session | undefined {
    const key = keyOf(id)
    const sealed = this.#table.get(key)
    return sealed && this.#open(key, sealed)
  }

  put(session: Session): WriteOp {
    const key = keyOf(session.id)
    return this.#table.put(key, this.vault.sealForInstall(contextOf(key), utf8(JSON.stringify(session))))
  }

  async commit(session: Session, others: readonly WriteOp[] = []): Promise<void> {
    await this.store.commit([this.put(session), ...others])
  }

  /**
   * Deletes the requests whose verdict cannot be read any more.
   * @returns the deleted ids, and the ids of those that nobody answered in time and that have no verdict yet
   */
  async sweep(
    now: UnixSeconds,
  ): Promise<{ readonly deleted: readonly string[]; readonly unanswered: readonly string[] }> {
    const deleted: string[] = []
    const unanswered: string[] = []
    const ops: WriteOp[] = []
    for await (const [key, sealed] of this.#table.entries()) {
      const { id, expiresAt, verdict } = this.#open(key, sealed)
      if (now >= expiresAt + RETENTION) {
        deleted.push(id)
        ops.push(this.#table.del(key))
      } else if (now >= expiresAt && verdict === null) unanswered.push(id)
    }
    await this.store.commit(ops)
    return { deleted, unanswered }
  }

  #open(key: Uint8Array, sealed: Uint8Array): Session {
    return JSON.parse(fromUtf8(this.vault.openForInstall(contextOf(key), sealed))) as Session
  }
}

const keyOf = (id: string): Uint8Array => createHash('sha256').update(id).digest()
const contextOf = (key: Uint8Array): string => `presentation ${toHex(key)}`
