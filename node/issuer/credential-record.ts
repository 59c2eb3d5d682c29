import type { Hex } from '../lib/bytes.ts'
import type { UnixSeconds } from '../lib/time.ts'
import { type Codec, jsonCodec } from '../store/store.ts'

/** What the issuer stores about one credential. It contains no claims. */
export interface CredentialRecord {
  readonly application: string
  /** Hex of the person's id. */
  readonly person: Hex
  /** Id of its card definition. */
  readonly cardId: string
  /** The status list's id on the ledger, decimal. */
  readonly list: string
  readonly idx: number
  /** Null for a temporary card, which has no leaf. */
  readonly root: Hex | null
  /** Index of its leaf in the batch. */
  readonly leafIndex: number | null
  readonly issuedAt: UnixSeconds
  readonly expiresAt: UnixSeconds
  /** Id of the installation that got it. Cards of earlier versions have none. */
  readonly installation?: string
  /** Earlier credentials of the same person that this one ends: of the same card, or on another phone. */
  readonly replaces: readonly string[]
  /**
   * Digest of the register's facts that the card states, base64url, sealed under the person's key. Cards of earlier
   * versions have none.
   */
  readonly sealedFacts?: string
}

type StoredRecord = Omit<CredentialRecord, 'cardId' | 'leafIndex'> & {
  readonly card: string
  readonly slot: number | null
}
const stored = jsonCodec<StoredRecord>()

/** On disk the card's id is named `card`, and the index of the leaf `slot`. */
export const recordCodec: Codec<CredentialRecord> = {
  encode: ({ application, person, cardId, list, idx, root, leafIndex, ...rest }) =>
    stored.encode({ application, person, card: cardId, list, idx, root, slot: leafIndex, ...rest }),
  decode: bytes => {
    const { card, slot, ...rest } = stored.decode(bytes)
    return { ...rest, cardId: card, leafIndex: slot }
  },
}
