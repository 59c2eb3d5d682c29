/** All routes of operators and machines. A subject with routes of its own has a line here. */
import type { Router } from 'express'
import { type CredentialsParts, credentialsRoutes } from './credentials-routes.ts'
import { localToken } from './local-token.ts'
import { type Authenticator, mountRoutes } from './mount.ts'
import { type OffersParts, offersRoutes } from './offers-routes.ts'
import { withDocument } from './openapi.ts'
import { type PresentationsParts, presentationsRoutes } from './presentations-routes.ts'
import { type ReconcileParts, reconcileRoutes } from './reconcile-routes.ts'
import { type ResidentsParts, residentsRoutes } from './residents-routes.ts'
import { type RolloutParts, rolloutRoutes } from './rollout-routes.ts'
import type { Route } from './route.ts'

export interface OperatorParts
  extends CredentialsParts,
    OffersParts,
    PresentationsParts,
    ReconcileParts,
    ResidentsParts,
    RolloutParts {
  /** Of the local command line. */
  readonly token: string
}

export interface OperatorOptions {
  /** Beside the token of the local command line. */
  readonly authenticators?: readonly Authenticator[]
  readonly checkAnswers?: boolean
}

export const operatorTable = (parts: OperatorParts): Route[] =>
  withDocument([
    ...residentsRoutes(parts),
    ...offersRoutes(parts),
    ...credentialsRoutes(parts),
    ...presentationsRoutes(parts),
    ...reconcileRoutes(parts),
    ...rolloutRoutes(parts),
  ])

export function operatorRouter(parts: OperatorParts, options: OperatorOptions = {}): Router {
  const { authenticators = [], checkAnswers = false } = options
  return mountRoutes(operatorTable(parts), {
    authenticators: [localToken(parts.token), ...authenticators],
    guardOpen: () => undefined,
    checkAnswers,
  })
}
