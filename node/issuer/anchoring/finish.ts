/**
 * The last step of an issuance: an anchored card is signed and delivered. What that needs is stored under the person's
 * key, so a wallet that asks again gets the same card, also after a crash.
 */
import { completeCredential } from '../../credential/complete.ts'
import { decodePrepared, encodePrepared, type PreparedCredential } from '../../credential/prepared.ts'
import { decodeReceipt, encodeReceipt, type Receipt } from '../../credential/receipt.ts'
import type { P256Signer } from '../../keys/signer.ts'
import { concat, fromHex, readU32be, u32be } from '../../lib/bytes.ts'
import type { Vault } from '../../store/vault.ts'
import type { Credentials } from '../credentials.ts'
import { IssuerError } from '../errors.ts'
import type { Issued, IssueOrder } from '../order.ts'
import type { Batches } from './batches.ts'
import type { Issuance } from './issuance.ts'
import type { Replacement } from './replacement.ts'

export interface FinisherOptions {
  readonly vault: Vault
  readonly signer: P256Signer
  readonly batches: Batches
  readonly credentials: Credentials
  readonly replacement: Replacement
}

export interface AnchoredCard {
  readonly credentialId: string
  readonly prepared: PreparedCredential
  readonly receipt: Receipt
  /** Ids of the cards that it ends. */
  readonly replaces: readonly string[]
}

export class Finisher {
  constructor(private readonly options: FinisherOptions) {}

  /** What `repeat` needs, sealed. */
  seal({ person, application }: IssueOrder, prepared: PreparedCredential, receipt: Receipt): Uint8Array {
    const encoded = encodeReceipt(receipt)
    const plain = concat(u32be(encoded.length), encoded, encodePrepared(prepared))
    return this.options.vault.seal(person, context(application), plain)
  }

  /** Resolves when none of the cards that it ends can be used any more. */
  async finish({ credentialId, prepared, receipt, replaces }: AnchoredCard): Promise<Issued> {
    if (replaces.length > 0) {
      await this.options.credentials.caughtUp()
      await this.options.replacement.suspendOld(replaces)
    }
    return this.#sign(credentialId, prepared, receipt)
  }

  /**
   * The card of an application that has one.
   * @param holder thumbprint of the key for which it is asked
   * @throws {IssuerError} ISSUER_ALREADY_ISSUED for another key, or when the card cannot be fetched again;
   * ISSUER_ANCHOR_REFUSED
   * @throws {LedgerError} LEDGER_UNREACHABLE while its batch is not anchored
   */
  async repeat(application: string, issuance: Issuance, holder: string): Promise<Issued> {
    const { batches, credentials, replacement, vault } = this.options
    const { credentialId, person, root, sealed } = issuance
    if (issuance.holder !== holder || !sealed || issuance.notified === 'failed') {
      throw new IssuerError(
        { code: 'ISSUER_ALREADY_ISSUED', application },
        'This application has its card already. For another phone a new application is needed.',
      )
    }
    await batches.settled(root)
    await replacement.suspendOld(credentials.get(credentialId).replaces)
    const plain = vault.open(fromHex(person), context(application), sealed)
    const end = 4 + readU32be(plain)
    return this.#sign(credentialId, decodePrepared(plain.subarray(end)), decodeReceipt(plain.subarray(4, end)))
  }

  #sign(credentialId: string, prepared: PreparedCredential, receipt: Receipt): Issued {
    return { credentialId, credential: completeCredential(prepared, receipt, data => this.options.signer.sign(data)) }
  }
}

const context = (application: string) => `issuance ${application}`
