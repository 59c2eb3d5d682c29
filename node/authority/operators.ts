/** Composes the accounts of operators, their sessions, and what two of them decide. */
import { Accounts } from '../issuer/operators/accounts.ts'
import { Challenges } from '../issuer/operators/challenges.ts'
import { ManyStatuses } from '../issuer/operators/many-statuses.ts'
import { Passkeys } from '../issuer/operators/passkeys.ts'
import { Proposals } from '../issuer/operators/proposals.ts'
import { Sessions } from '../issuer/operators/sessions.ts'
import type { Vault } from '../store/vault.ts'
import type { AuthorityBase } from './base.ts'
import type { IssuerParts } from './issuer.ts'

export interface OperatorsParts {
  readonly accounts: Accounts
  readonly passkeys: Passkeys
  readonly sessions: Sessions
  readonly proposals: Proposals
}

export function composeOperators(
  { config, store, clock, random, warn }: AuthorityBase,
  vault: Vault,
  { journal, credentials, revocations: limit }: IssuerParts,
): OperatorsParts {
  const { operatorUrl } = config
  const accounts = new Accounts({ store, vault, journal, clock, random, operatorUrl })
  const challenges = new Challenges(clock, random)
  return {
    accounts,
    passkeys: new Passkeys({ accounts, challenges, operatorUrl, name: config.authority.ko }),
    sessions: new Sessions({ store, journal, accounts, clock, random }),
    proposals: new Proposals({
      ...{ store, vault, journal, accounts, limit, clock, random },
      manyStatuses: new ManyStatuses(credentials, warn),
    }),
  }
}
