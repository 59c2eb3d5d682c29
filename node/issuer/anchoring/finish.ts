/**
 * The last step of an order: the anchored credential is signed and delivered. The prepared credential is stored, sealed
 * under the person's key, so that a repeated request gets the same credential, also after a crash.
 */
import { completeCredential } from '../../credential/complete.ts'
import { decodePrepared, encodePrepared, type PreparedCredential } from '../../credential/prepared.ts'
import { decodeReceipt, encodeReceipt, type Receipt } from '../../credential/receipt.ts'
import type { P256Signer } from '../../keys/signer.ts'
import { isUnreachable } from '../../ledger/errors.ts'
import { concat, fromHex, readU32be, u32be } from '../../lib/bytes.ts'
import type { Vault } from '../../store/vault.ts'
import type { Credentials } from '../credentials.ts'
import { IssuerError } from '../errors.ts'
import type { IssuingGate } from '../gate.ts'
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
  readonly gate: IssuingGate
}

export interface AnchoredCredential {
  readonly credentialId: string
  readonly prepared: PreparedCredential
  readonly receipt: Receipt
  /** Ids of the credentials that must be suspended before it is delivered. */
  readonly suspends: readonly string[]
}

export class Finisher {
  constructor(private readonly options: FinisherOptions) {}

  /** Seals the prepared credential and its receipt, for `repeat`. */
  seal({ person, application }: IssueOrder, prepared: PreparedCredential, receipt: Receipt): Uint8Array {
    const encoded = encodeReceipt(receipt)
    const plain = concat(u32be(encoded.length), encoded, encodePrepared(prepared))
    return this.options.vault.seal(person, context(application), plain)
  }

  /** Signs a credential after the credentials that it replaces were suspended. */
  async finish({ credentialId, prepared, receipt, suspends }: AnchoredCredential): Promise<Issued> {
    if (suspends.length > 0) {
      await this.options.credentials.catchUp()
      await this.options.replacement.suspendOld(suspends)
    }
    return this.#sign(credentialId, prepared, receipt)
  }

  /**
   * Whether the credential of an application can be fetched again with this key.
   * @throws {IssuerError} ISSUER_ALREADY_ISSUED
   */
  requireRepeatable(application: string, issuance: Issuance, thumbprint: string): void {
    const { holderThumbprint, sealedPrepared, notified } = issuance
    if (holderThumbprint === thumbprint && sealedPrepared && notified !== 'failed') return
    throw new IssuerError(
      { code: 'ISSUER_ALREADY_ISSUED', application },
      'The card of this application was already issued. To get a card on another phone, make a new application.',
    )
  }

  /**
   * Signs the credential of an application that already has one.
   * @param thumbprint of the key in the request
   * @throws {IssuerError} ISSUER_ALREADY_ISSUED for another key, or if the credential cannot be fetched again;
   * ISSUER_ANCHOR_REFUSED
   * @throws {LedgerError} LEDGER_UNREACHABLE while its batch is not anchored
   */
  async repeat(application: string, issuance: Issuance, thumbprint: string): Promise<Issued> {
    const { batches, credentials, replacement, vault } = this.options
    this.requireRepeatable(application, issuance, thumbprint)
    const { credentialId, person, root, sealedPrepared } = issuance
    if (root === null || !sealedPrepared) throw new TypeError('a temporary card has no batch')
    await batches.whenAnchored(root)
    const suspends = replacement.suspendedBefore(credentials.get(credentialId))
    await this.#catchUp(suspends.length > 0)
    await replacement.suspendOld(suspends)
    const plain = vault.open(fromHex(person), context(application), sealedPrepared)
    const end = 4 + readU32be(plain)
    return this.#sign(credentialId, decodePrepared(plain.subarray(end)), decodeReceipt(plain.subarray(4, end)))
  }

  /** A card that replaces no other is delivered also if the ledger is out of reach by now: its anchor was seen. */
  async #catchUp(needed: boolean): Promise<void> {
    try {
      await this.options.credentials.catchUp()
    } catch (error) {
      if (needed || !isUnreachable(error)) throw error
    }
  }

  /**
   * The status is read again, because somebody with a stolen key may have changed it since the index was reserved.
   * @throws {IssuerError} ISSUER_CREDENTIAL_NOT_VALID, ISSUER_STOPPED
   */
  #sign(credentialId: string, prepared: PreparedCredential, receipt: Receipt): Issued {
    const { credentials, gate } = this.options
    gate.requireOpen()
    const status = credentials.statusOf(credentials.get(credentialId))
    if (status !== 'VALID') {
      throw new IssuerError(
        { code: 'ISSUER_CREDENTIAL_NOT_VALID', credential: credentialId, status },
        `The credential is ${status} on the ledger, so it is not delivered. Find out who changed its status.`,
      )
    }
    return { credentialId, credential: completeCredential(prepared, receipt, data => this.options.signer.sign(data)) }
  }
}

const context = (application: string) => `issuance ${application}`
