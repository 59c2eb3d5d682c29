/** What a clerk's screen shows of an application, and the wait for its next change. */
import {
  type ApplicationState,
  type JobState,
  type RefusalReason,
  TX_CODE_TRIES,
} from '../../credential/application.ts'
import type { ApplicationKind } from '../../credential/card.ts'
import type { Cards } from '../../credential/cards.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import type { AnchoringPipeline } from '../anchoring/pipeline.ts'
import type { Installation } from '../installations/installation.ts'
import type { Personalisation } from '../personalisation/jobs.ts'
import type { Application, Redemption } from './application.ts'
import type { Applications } from './applications.ts'

export interface ApplicationView {
  readonly applicationId: string
  /** Rises with each change, and when the card is anchored. Names what the clerk saw. */
  readonly version: number
  readonly state: ApplicationState
  readonly card: string
  readonly kind: ApplicationKind
  readonly chip: boolean | null
  readonly fee: number
  readonly times: Readonly<Partial<Record<ApplicationState, UnixSeconds>>>
  /** Whether a line of the applicant was verified. */
  readonly lineVerified: boolean
  /** How many transaction codes may still be tried. A new offer gives no new ones. */
  readonly txCodesLeft: number
  readonly redemption: Omit<Redemption, 'token'> | null
  readonly refusal: RefusalReason | null
  /** The state of the plastic card at its producer; null for a mobile card, and before the identity check. */
  readonly job: JobState | null
  readonly credentialId: string | null
  /** The wallet that got the card. */
  readonly installation: ShownInstallation | null
  /** The block of the card's anchor. Null until then: nobody can have the card. */
  readonly block: number | null
}

/** Without the thumbprint and the tag, which no screen needs. */
export interface ShownInstallation extends Pick<Installation, 'id' | 'walletProvider' | 'keyStorage'> {
  readonly lineVerified: boolean
}

export class ApplicationWatch {
  constructor(
    private readonly cards: Cards,
    private readonly applications: Applications,
    private readonly pipeline: Pick<AnchoringPipeline, 'credentialOf' | 'installationOf' | 'anchorBlock'>,
    private readonly personalisation: Pick<Personalisation, 'get'>,
  ) {}

  show(application: Application): ApplicationView {
    const { id, vct, kind, chip, fee, state, times, redemption, refusal, lineTag, wrongTxCodes } = application
    const block = this.pipeline.anchorBlock(id)
    return {
      applicationId: id,
      version: this.versionOf(application),
      ...{ state, kind, chip, fee, times, refusal, block },
      card: this.cards.byVct(vct)?.id ?? vct,
      lineVerified: lineTag !== null,
      txCodesLeft: Math.max(0, TX_CODE_TRIES - wrongTxCodes),
      redemption: redemption && withoutToken(redemption),
      job: this.personalisation.get(id)?.state ?? null,
      credentialId: this.pipeline.credentialOf(id) ?? null,
      installation: shownOf(this.pipeline.installationOf(id)),
    }
  }

  /** The order of a card is one change, and its anchor is the next one. `issued` is final, so no other follows. */
  versionOf({ id, version }: Application): number {
    return this.pipeline.anchorBlock(id) === null ? version : version + 1
  }

  /**
   * Resolves when the application has another version than the one that was seen, or with the same one when `until` aborts.
   * @throws {IssuerError} ISSUER_APPLICATION_UNKNOWN
   */
  async next(id: string, seen: number | undefined, until: AbortSignal): Promise<ApplicationView> {
    for (;;) {
      const application = this.applications.require(id)
      if (this.versionOf(application) !== seen || until.aborted) return this.show(application)
      await this.applications.waiting.change(id, until)
    }
  }
}

function shownOf(installation: Installation | undefined): ShownInstallation | null {
  if (!installation) return null
  const { id, walletProvider, keyStorage, lineTag } = installation
  return { id, walletProvider, keyStorage, lineVerified: lineTag !== null }
}

function withoutToken({ token: _, ...shown }: Redemption): Omit<Redemption, 'token'> {
  return shown
}
