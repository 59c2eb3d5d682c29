/** Composes the renewals of cards. */
import type { Cards } from '../credential/cards.ts'
import type { AnchoringPipeline } from '../issuer/anchoring/pipeline.ts'
import type { Applications } from '../issuer/applications/applications.ts'
import type { Credentials } from '../issuer/credentials.ts'
import type { Installations } from '../issuer/installations/installations.ts'
import { RenewalAtHome } from '../issuer/renewal/at-home.ts'
import { Chains } from '../issuer/renewal/chains.ts'
import { CurrentCards } from '../issuer/renewal/current-cards.ts'
import { Renewals } from '../issuer/renewal/renewals.ts'
import type { Reports } from '../issuer/reports.ts'
import type { Suspensions } from '../issuer/suspensions.ts'
import type { Clock } from '../lib/time.ts'
import type { ResidentRegister } from '../residents/register.ts'
import type { Store } from '../store/store.ts'
import type { Vault } from '../store/vault.ts'

export interface RenewalParts {
  readonly cards: Cards
  readonly store: Store
  readonly vault: Vault
  readonly applications: Applications
  readonly credentials: Credentials
  readonly suspensions: Suspensions
  readonly reports: Reports
  readonly installations: Installations
  readonly residents: ResidentRegister
  readonly issuing: AnchoringPipeline
  readonly clock: Clock
}

export function composeRenewals({ store, issuing, ...parts }: RenewalParts): Renewals {
  const chains = new Chains(store)
  const current = new CurrentCards({ ...parts, chains, issued: issuing })
  return new Renewals({ ...parts, chains, current, issued: issuing, issuing, atHome: new RenewalAtHome(parts) })
}
