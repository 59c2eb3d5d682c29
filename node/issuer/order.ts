import type { CardDefinition, KeyStorage } from '../credential/card.ts'
import type { Hex } from '../lib/bytes.ts'
import type { P256Jwk } from '../lib/crypto.ts'
import type { WriteOp } from '../store/store.ts'

/** A request to issue one credential. The creator of the order has checked all members. */
export interface IssueOrder {
  /** An application gets one credential: the same one again for the same key, and an error for another key. */
  readonly application: string
  readonly person: Uint8Array
  readonly card: CardDefinition
  /** The key of a verified key proof. It becomes `cnf.jwk`. */
  readonly holderKey: P256Jwk
  /**
   * The properties of the wallet that are proven, for the manifest entry (docs/auditor.md, Manifests). The wallet provider
   * is null if there is no attestation.
   */
  readonly keyStorage: KeyStorage
  readonly walletProvider: string | null
  /** Thumbprint of the DPoP key to which the access token is bound. */
  readonly dpopKey: string
  /** Tag of the line that was verified with the application; null without one. */
  readonly lineTag: Hex | null
  /**
   * The credential that this one renews while nobody identified its holder again; absent for an application. Nobody may have
   * suspended it, up to the moment of the delivery.
   */
  readonly renews?: string
  /** Committed together with the batch of the credential. */
  readonly ops: readonly WriteOp[]
}

export interface Issued {
  /** The SD-JWT VC with all its disclosures. */
  readonly credential: string
  readonly credentialId: string
}

export interface Issuing {
  /**
   * Resolves with the signed credential when its anchor is on the ledger, or with a temporary one if the ledger is out of
   * reach.
   * @throws {IssuerError} ISSUER_ALREADY_ISSUED if the application has a credential for another key, or one that cannot be
   * fetched again; ISSUER_TEMPORARY_LIMIT
   * @throws {LedgerError} LEDGER_UNREACHABLE for a renewal while the ledger is out of reach
   */
  issue(order: IssueOrder): Promise<Issued>
}
