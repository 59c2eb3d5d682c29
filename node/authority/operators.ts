/** Composes the accounts of operators, their sessions, what two of them decide, the machine clients, and the tills. */
import { SimulatedTelecom } from '../issuer/loss/simulated-telecom.ts'
import { MachineClients } from '../issuer/machines/clients.ts'
import { MachineTokens } from '../issuer/machines/tokens.ts'
import { networkSender } from '../issuer/machines/webhook-sender.ts'
import { Webhooks } from '../issuer/machines/webhooks.ts'
import { Accounts } from '../issuer/operators/accounts.ts'
import { Challenges } from '../issuer/operators/challenges.ts'
import { ManyStatuses } from '../issuer/operators/many-statuses.ts'
import { Passkeys } from '../issuer/operators/passkeys.ts'
import { Proposals } from '../issuer/operators/proposals.ts'
import { Sessions } from '../issuer/operators/sessions.ts'
import { Suspensions } from '../issuer/suspensions.ts'
import type { Vault } from '../store/vault.ts'
import { Tills } from '../verifier/tills/tills.ts'
import type { AuthorityBase } from './base.ts'
import type { IssuerParts } from './issuer.ts'

export interface OperatorsParts {
  readonly accounts: Accounts
  readonly passkeys: Passkeys
  readonly sessions: Sessions
  readonly proposals: Proposals
  readonly machineClients: MachineClients
  readonly machineTokens: MachineTokens
  readonly webhooks: Webhooks
  readonly tills: Tills
  /** Null outside a demo. */
  readonly simulatedTelecom: SimulatedTelecom | null
}

export function composeOperators(
  { config, custody, org, store, clock, timer, random, warn }: AuthorityBase,
  vault: Vault,
  { journal, credentials, rollout, revocations: limit, walletStops, providerList }: IssuerParts,
): OperatorsParts {
  const { operatorUrl } = config
  const accounts = new Accounts({
    ...{ store, vault, journal, clock, random, operatorUrl },
    centres: () => rollout.policy?.centres.map(({ id }) => id) ?? null,
  })
  const challenges = new Challenges(clock, random)
  const loopback = config.mode !== 'production'
  const machineClients = new MachineClients({ store, journal, clock, random, loopback })
  const endpoint = `${operatorUrl}/oauth/token`
  const simulatedTelecom =
    config.mode === 'demo'
      ? new SimulatedTelecom({
          ...{ mode: config.mode, signer: custody.simulatedTelecom(), organisation: org, clients: machineClients },
          ...{ operatorUrl, publicUrl: config.publicUrl, clock, random },
        })
      : null
  return {
    accounts,
    simulatedTelecom,
    machineClients,
    machineTokens: new MachineTokens({ store, clients: machineClients, endpoint, clock, random }),
    tills: new Tills({
      ...{ store, journal, signer: custody.request, clock, random },
      open: config.mode === 'demo',
    }),
    webhooks: new Webhooks({
      ...{ store, journal, clients: machineClients, signer: custody.webhook, clock, warn },
      send: networkSender({ timer, loopback }),
    }),
    passkeys: new Passkeys({ accounts, challenges, operatorUrl, name: config.authority.ko }),
    sessions: new Sessions({ store, journal, accounts, clock, random }),
    proposals: new Proposals({
      ...{ store, vault, journal, accounts, limit, walletStops, providerList, clock, random },
      manyStatuses: new ManyStatuses(credentials, new Suspensions(store), warn),
    }),
  }
}
