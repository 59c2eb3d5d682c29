import { toBase64url } from '../../lib/bytes.ts'
import type { Random } from '../../lib/random.ts'
import { Bucket } from '../../store/buckets.ts'
import { jsonCodec, type Store, Table, textCodec, type WriteOp } from '../../store/store.ts'
import type { CredentialRecord } from '../credential-record.ts'
import { type Installation, type InstallationFacts, isSameInstallation } from './installation.ts'
import { PhoneCards } from './phone-cards.ts'

/** An installation, and the operations that store it, to be committed with its card. None if it is stored already. */
export interface ChosenInstallation {
  readonly installation: Installation
  readonly ops: readonly WriteOp[]
}

/**
 * The installations, each named by the credentials on it. One of which the ledger refused the only card stays without a
 * credential, and then means nothing.
 */
export class Installations {
  readonly #table: Table<string, Installation>
  readonly #phones: PhoneCards

  constructor(
    store: Store,
    private readonly random: Random,
  ) {
    this.#table = new Table(store, Bucket.installation, textCodec, jsonCodec())
    this.#phones = new PhoneCards(store)
  }

  /** Undefined for a credential of a version that stored no installations. */
  of({ installation }: Pick<CredentialRecord, 'installation'>): Installation | undefined {
    return installation === undefined ? undefined : this.#table.get(installation)
  }

  /** The one of these that has the same facts, or a new one. */
  choose(facts: InstallationFacts, known: readonly (Installation | undefined)[]): ChosenInstallation {
    const found = known.find(one => one !== undefined && isSameInstallation(one, facts))
    if (found) return { installation: found, ops: [] }
    const { walletProvider, dpopKey, lineTag, keyStorage } = facts
    const installation = { id: toBase64url(this.random(16)), walletProvider, dpopKey, lineTag, keyStorage }
    return {
      installation,
      ops: [this.#table.put(installation.id, installation), this.#phones.addInstallation(installation)],
    }
  }
}
