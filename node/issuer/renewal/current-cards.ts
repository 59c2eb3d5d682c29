import type { Clock } from '../../lib/time.ts'
import type { Vault } from '../../store/vault.ts'
import type { AnchoringPipeline } from '../anchoring/pipeline.ts'
import { type Application, personOf } from '../applications/application.ts'
import type { Credentials } from '../credentials.ts'

export interface CurrentCardsOptions {
  readonly vault: Pick<Vault, 'knows'>
  readonly credentials: Pick<Credentials, 'get' | 'statusOf'>
  readonly issued: Pick<AnchoringPipeline, 'credentialOf'>
  readonly clock: Clock
}

/** What became of the cards of issued applications. */
export class CurrentCards {
  constructor(private readonly options: CurrentCardsOptions) {}

  /**
   * Whether the application's card is revoked or expired, or its holder was erased. One whose batch the ledger refused can
   * still be issued.
   * @throws {StatusError} STATUS_LIST_UNKNOWN
   */
  hasEnded(application: Application): boolean {
    const { vault, credentials, issued, clock } = this.options
    if (!vault.knows(personOf(application))) return true
    const id = issued.credentialOf(application.id)
    if (id === undefined) return false
    const record = credentials.get(id)
    return clock() >= record.expiresAt || credentials.statusOf(record) === 'INVALID'
  }
}
