import type { Clock } from '../../lib/time.ts'
import type { Vault } from '../../store/vault.ts'
import type { AnchoringPipeline } from '../anchoring/pipeline.ts'
import { type Application, personOf } from '../applications/application.ts'
import type { Applications } from '../applications/applications.ts'
import type { CredentialRecord } from '../credential-record.ts'
import type { Credentials } from '../credentials.ts'
import type { Chains } from './chains.ts'

export interface CurrentCardsOptions {
  readonly vault: Pick<Vault, 'knows'>
  readonly applications: Pick<Applications, 'require'>
  readonly chains: Chains
  readonly credentials: Pick<Credentials, 'get' | 'statusOf'>
  readonly issued: Pick<AnchoringPipeline, 'issuanceOf'>
  readonly clock: Clock
}

export interface CurrentCard {
  /** Of this card: one that renewed the first, or the first itself. */
  readonly application: Application
  readonly id: string
  readonly record: CredentialRecord
}

/** The card that the wallet of an application has, or should have. */
export class CurrentCards {
  constructor(private readonly options: CurrentCardsOptions) {}

  /**
   * The newest card that the wallet did not report as failed. Undefined if there is none yet, or the ledger refused its
   * batch.
   * @param first the application of the wallet's refresh token
   */
  of(first: Application): CurrentCard | undefined {
    const { applications, chains, credentials, issued } = this.options
    for (let id: string | null = chains.newest(first.id); id !== null; ) {
      const application: Application = applications.require(id)
      const issuance = issued.issuanceOf(id)
      if (issuance && issuance.notified !== 'failed') {
        return { application, id: issuance.credentialId, record: credentials.get(issuance.credentialId) }
      }
      id = application.renews
    }
    return undefined
  }

  /**
   * Whether the card is revoked or expired, or its holder was erased. A card that is not there yet can still be issued.
   * @throws {StatusError} STATUS_LIST_UNKNOWN
   */
  hasEnded(first: Application): boolean {
    const { vault, credentials, clock } = this.options
    if (!vault.knows(personOf(first))) return true
    const current = this.of(first)
    if (!current) return false
    return clock() >= current.record.expiresAt || credentials.statusOf(current.record) === 'INVALID'
  }
}
