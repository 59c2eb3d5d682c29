import { sha256 } from '#crypto'
import { fromHex, type Hex, toBase64url, toHex, utf8 } from '../lib/bytes.ts'
import type { Random } from '../lib/random.ts'
import type { Clock, UnixSeconds } from '../lib/time.ts'
import type { Bucket } from '../store/buckets.ts'
import { bytesCodec, type Codec, jsonCodec, type Store, Table, type WriteOp } from '../store/store.ts'

interface Expiring {
  readonly expiresAt: UnixSeconds
}

/** Of a union, each member without it. */
export type WithoutExpiry<T> = T extends unknown ? Omit<T, 'expiresAt'> : never

/**
 * Records that are found by a secret: 32 random bytes, base64url. Only the secret's SHA-256 is stored, so a reader of the
 * database cannot present a secret.
 */
export class BearerSecrets<T extends Expiring> {
  readonly #table: Table<Uint8Array, T>

  constructor(
    private readonly store: Store,
    bucket: Bucket,
    private readonly clock: Clock,
    private readonly random: Random,
    codec: Codec<T> = jsonCodec(),
  ) {
    this.#table = new Table(store, bucket, bytesCodec, codec)
  }

  /**
   * Creates a secret, and the operation to commit before the secret is sent.
   * @param lifetime seconds
   * @param prefix tells whoever sees the secret of what kind it is
   */
  create(record: WithoutExpiry<T>, lifetime: number, prefix = ''): { readonly secret: string; readonly op: WriteOp } {
    const secret = prefix + toBase64url(this.random(32))
    return { secret, op: this.replace(secret, record, lifetime) }
  }

  /** Stores another record under the same secret. @param lifetime seconds from now */
  replace(secret: string, record: WithoutExpiry<T>, lifetime: number): WriteOp {
    return this.#table.put(keyOf(secret), { ...record, expiresAt: this.clock() + lifetime } as unknown as T)
  }

  /** @returns undefined for an unknown or expired secret */
  find(secret: string): T | undefined {
    return this.findByHash(hashOf(secret))
  }

  findByHash(hash: Hex): T | undefined {
    const found = this.#table.get(fromHex(hash))
    return found && this.clock() < found.expiresAt ? found : undefined
  }

  end(secret: string): WriteOp {
    return this.#table.del(keyOf(secret))
  }

  /** Ends a secret of which only the hash is known. */
  endByHash(hash: Hex): WriteOp {
    return this.#table.del(fromHex(hash))
  }

  /** Deletes expired records. */
  async sweep(): Promise<void> {
    const now = this.clock()
    const deletions: WriteOp[] = []
    for await (const [key, { expiresAt }] of this.#table.entries())
      if (now >= expiresAt) deletions.push(this.#table.del(key))
    if (deletions.length > 0) await this.store.commit(deletions)
  }
}

const keyOf = (secret: string) => sha256(utf8(secret))

export const hashOf = (secret: string): Hex => toHex(keyOf(secret))
