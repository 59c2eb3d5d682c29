import { Bucket } from '../../store/buckets.ts'
import { type Store, Table, textCodec } from '../../store/store.ts'
import { type CredentialRecord, recordCodec } from '../credential-record.ts'
import type { Installations } from '../installations/installations.ts'

export interface ProviderCard {
  readonly id: string
  readonly record: CredentialRecord
}

/**
 * The cards on wallets of one provider, found by their installations. A card of a version that stored no installation
 * belongs to no provider.
 */
export class ProviderCards {
  readonly #records: Table<string, CredentialRecord>

  constructor(
    store: Store,
    private readonly installations: Pick<Installations, 'of'>,
  ) {
    this.#records = new Table(store, Bucket.credential, textCodec, recordCodec)
  }

  /** In the order of their ids. @param after the id after which to begin; '' for all */
  async *after(after: string, provider: string): AsyncIterable<ProviderCard> {
    for await (const [id, record] of this.#records.entries(undefined, { after })) {
      if (this.installations.of(record)?.walletProvider === provider) yield { id, record }
    }
  }

  /** The next ones, at most so many. Fewer: these are the last. */
  async next(after: string, provider: string, many: number): Promise<ProviderCard[]> {
    const found: ProviderCard[] = []
    for await (const card of this.after(after, provider)) {
      found.push(card)
      if (found.length === many) break
    }
    return found
  }
}
