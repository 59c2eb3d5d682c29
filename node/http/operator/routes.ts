/** All routes of operators and machines. A subject with routes of its own has a line here. */
import type { Router } from 'express'
import type { MachineTokens } from '../../issuer/machines/tokens.ts'
import { type AccountsParts, accountsRoutes } from './accounts-routes.ts'
import { type ApiKeysParts, apiKeysRoutes } from './api-keys-routes.ts'
import { type ApplicationsParts, applicationsRoutes } from './applications-routes.ts'
import { type CardsParts, cardsRoutes } from './cards-routes.ts'
import { type CredentialsParts, credentialsRoutes } from './credentials-routes.ts'
import { type EnrolmentParts, enrolmentRoutes } from './enrolment-routes.ts'
import { type JournalParts, journalRoutes } from './journal-routes.ts'
import { type LinesParts, linesRoutes } from './lines-routes.ts'
import { localToken } from './local-token.ts'
import { type LossParts, lossRoutes } from './loss-routes.ts'
import { machineToken } from './machine-token.ts'
import { type MachinesParts, machinesRoutes } from './machines-routes.ts'
import { type MessagesParts, messagesRoutes } from './messages-routes.ts'
import { type Authenticator, mountRoutes } from './mount.ts'
import { type OffersParts, offersRoutes } from './offers-routes.ts'
import { withDocument } from './openapi.ts'
import { OwnPage } from './own-page.ts'
import { type PeopleParts, peopleRoutes } from './people-routes.ts'
import { type PersonalisationParts, personalisationRoutes } from './personalisation-routes.ts'
import { type PresentationsParts, presentationsRoutes } from './presentations-routes.ts'
import { type ProposalsParts, proposalsRoutes } from './proposals-routes.ts'
import { type ReconcileParts, reconcileRoutes } from './reconcile-routes.ts'
import { type ResidentsParts, residentsRoutes } from './residents-routes.ts'
import { type RolloutParts, rolloutRoutes } from './rollout-routes.ts'
import type { Route } from './route.ts'
import { bySession } from './session-cookie.ts'
import { type SessionParts, sessionRoutes } from './session-routes.ts'
import { type TillsParts, tillsRoutes } from './tills-routes.ts'
import { type WalletProvidersParts, walletProvidersRoutes } from './wallet-providers-routes.ts'

export interface OperatorParts
  extends AccountsParts,
    ApiKeysParts,
    CardsParts,
    ApplicationsParts,
    CredentialsParts,
    EnrolmentParts,
    JournalParts,
    LinesParts,
    LossParts,
    PeopleParts,
    PersonalisationParts,
    MachinesParts,
    MessagesParts,
    OffersParts,
    PresentationsParts,
    ProposalsParts,
    ReconcileParts,
    ResidentsParts,
    RolloutParts,
    SessionParts,
    TillsParts,
    WalletProvidersParts {
  /** Of the local command line. */
  readonly token: string
  readonly machineTokens: MachineTokens
  readonly operatorUrl: string
}

export interface OperatorOptions {
  /** Beside the token of the local command line and the sessions of operators. */
  readonly authenticators?: readonly Authenticator[]
  readonly checkAnswers?: boolean
}

export const operatorTable = (parts: OperatorParts): Route[] =>
  withDocument([
    ...sessionRoutes(parts),
    ...enrolmentRoutes(parts),
    ...accountsRoutes(parts),
    ...proposalsRoutes(parts),
    ...residentsRoutes(parts),
    ...linesRoutes(parts),
    ...lossRoutes(parts),
    ...messagesRoutes(parts),
    ...peopleRoutes(parts),
    ...machinesRoutes(parts),
    ...apiKeysRoutes(parts),
    ...offersRoutes(parts),
    ...cardsRoutes(parts),
    ...applicationsRoutes(parts),
    ...personalisationRoutes(parts),
    ...credentialsRoutes(parts),
    ...presentationsRoutes(parts),
    ...journalRoutes(parts),
    ...reconcileRoutes(parts),
    ...rolloutRoutes(parts),
    ...tillsRoutes(parts),
    ...walletProvidersRoutes(parts),
  ])

export function operatorRouter(parts: OperatorParts, options: OperatorOptions = {}): Router {
  const { authenticators = [], checkAnswers = false } = options
  const ownPage = new OwnPage(parts.operatorUrl)
  return mountRoutes(operatorTable(parts), {
    authenticators: [
      localToken(parts.token),
      bySession(parts.sessions, ownPage),
      machineToken(parts.machineTokens),
      ...authenticators,
    ],
    guardOpen: request => ownPage.requireNoOther(request),
    checkAnswers,
  })
}
