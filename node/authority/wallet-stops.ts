/** Composes the stops of wallet providers, and the list of providers that operators see. */
import type { Credentials } from '../issuer/credentials.ts'
import type { Installations } from '../issuer/installations/installations.ts'
import type { Journal } from '../issuer/journal.ts'
import type { RevocationLimit } from '../issuer/revocation-limit.ts'
import type { StatusCauses } from '../issuer/status-requests.ts'
import { Suspensions } from '../issuer/suspensions.ts'
import { Allowance } from '../issuer/wallet-stops/allowance.ts'
import { ProviderCards } from '../issuer/wallet-stops/provider-cards.ts'
import { ProviderList } from '../issuer/wallet-stops/provider-list.ts'
import { StopRunner } from '../issuer/wallet-stops/stop-runner.ts'
import type { WalletStops } from '../issuer/wallet-stops/wallet-stops.ts'
import type { UnixSeconds } from '../lib/time.ts'
import { addressesOf } from '../registries/contracts.ts'
import type { Submitter } from '../registries/sending/lane.ts'
import type { AuthorityBase } from './base.ts'

export interface WalletStopParts {
  readonly walletStops: WalletStops
  readonly stopRunner: StopRunner
  readonly providerList: ProviderList
}

interface Given {
  readonly stops: WalletStops
  readonly installations: Installations
  readonly credentials: Credentials
  readonly journal: Journal
  readonly revocations: RevocationLimit
  readonly ledgerTime: () => UnixSeconds
  readonly lane: Submitter<StatusCauses>
  readonly issuingLane: Submitter<StatusCauses>
}

export function composeWalletStops(
  { config: { walletAttestation }, ledger, profileFile: { profile }, store, clock, warn }: AuthorityBase,
  { stops, installations, credentials, journal, revocations: limit, ledgerTime, lane, issuingLane }: Given,
): WalletStopParts {
  const registries = { ledger, addresses: addressesOf(profile) }
  const allowance = new Allowance(registries, limit)
  const cards = new ProviderCards(store, installations)
  const suspensions = new Suspensions(store)
  const fromBlock = profile.contracts.trustRegistry.block
  return {
    walletStops: stops,
    providerList: new ProviderList({
      ...{ registries, fromBlock, walletAttestation, stops, cards, credentials, allowance, clock, ledgerTime },
    }),
    stopRunner: new StopRunner({
      ...{ store, stops, cards, credentials, suspensions, allowance, limit, journal, lane, issuingLane },
      ...{ ledgerTime, warn },
    }),
  }
}
