import type { CardDefinition, KeyStorage } from '../credential/card.ts'
import type { P256Jwk } from '../lib/crypto.ts'
import type { WriteOp } from '../store/store.ts'

/** One card to be issued: everything the pipeline needs, checked by whoever makes it. */
export interface IssueOrder {
  /** Issued once: the same application with the same key gets the same credential again, with another key a refusal. */
  readonly application: string
  readonly person: Uint8Array
  readonly card: CardDefinition
  /** Proven by a key proof; becomes `cnf.jwk`. */
  readonly holderKey: P256Jwk
  /**
   * As the manifest entry states them (docs/auditor.md, Manifests): what is proven of the wallet; null for one that
   * nobody attests.
   */
  readonly keyStorage: KeyStorage
  readonly walletProvider: string | null
  /** Committed together with the batch that holds the card. */
  readonly ops: readonly WriteOp[]
}

export interface Issued {
  /** The SD-JWT VC with all its disclosures, as delivered. */
  readonly credential: string
  readonly credentialId: string
}

export interface Issuing {
  /**
   * Resolves when the anchor is on the ledger and the signed credential can be delivered.
   * @throws {IssuerError} ISSUER_ALREADY_ISSUED when the application was used with another key, or its card is taken
   */
  issue(order: IssueOrder): Promise<Issued>
}
