/** Composes who may attest wallets, and the provider of the install's own wallet. */
import { ATTESTATIONS } from '../http/wallet-provider-routes.ts'
import { LedgerWalletProviders, type WalletProviders } from '../issuer/oid4vci/attestation/providers.ts'
import { AttestationEndpoint } from '../issuer/own-wallet/attestation-endpoint.ts'
import type { WalletStops } from '../issuer/wallet-stops/wallet-stops.ts'
import { PROVIDE_WALLET, purposeHash } from '../proof/registries/purpose.ts'
import { addressesOf } from '../registries/contracts.ts'
import { readGrant } from '../registries/reads.ts'
import type { LedgerView } from '../verifier/view.ts'
import type { AuthorityBase } from './base.ts'

/** Reads from the ledger whether a provider is admitted. Its name is for display only, and comes from the verifier's view. */
export function openWalletProviders(
  { ledger, profileFile, clock }: AuthorityBase,
  view: LedgerView,
  stops: WalletStops,
): WalletProviders {
  const registries = { ledger, addresses: addressesOf(profileFile.profile) }
  return new LedgerWalletProviders(registries, clock, stops, async keyId => {
    const answer = await (await view.pin()).accreditation(keyId, purposeHash(PROVIDE_WALLET))
    return answer.known ? (answer.value.organisation?.name ?? null) : null
  })
}

export function composeOwnWallet(
  { config, custody, ledger, profileFile, org, clock }: AuthorityBase,
  providers: WalletProviders,
  stops: WalletStops,
): AttestationEndpoint {
  const registries = { ledger, addresses: addressesOf(profileFile.profile) }
  return new AttestationEndpoint({
    ...{ url: `${config.publicUrl}${ATTESTATIONS}`, signer: custody.walletProvider, providers, clock },
    isStopped: async () =>
      stops.endsIssuing(org) || (await readGrant(registries, org, purposeHash(PROVIDE_WALLET))) !== null,
  })
}
