/** Composes who may attest wallets, and the provider of the install's own wallet. */
import { ATTESTATIONS } from '../http/wallet-provider-routes.ts'
import { LedgerWalletProviders, type WalletProviders } from '../issuer/oid4vci/attestation/providers.ts'
import { AttestationEndpoint } from '../issuer/own-wallet/attestation-endpoint.ts'
import type { WalletStops } from '../issuer/wallet-stops/wallet-stops.ts'
import { isUnreachable } from '../ledger/errors.ts'
import type { Hex } from '../lib/bytes.ts'
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
  const lastKnown = providerRecords(view)
  const nameOf = async (keyId: Hex) => (await lastKnown(keyId))?.organisation?.name ?? null
  return new LedgerWalletProviders(registries, clock, stops, nameOf, lastKnown)
}

/** What the verifier's view has about a wallet provider's key; null if it does not answer. */
const providerRecords = (view: LedgerView) => async (keyId: Hex) => {
  const answer = await (await view.pin()).accreditation(keyId, purposeHash(PROVIDE_WALLET))
  return answer.known ? answer.value : null
}

export function composeOwnWallet(
  { config, custody, ledger, profileFile, org, clock }: AuthorityBase,
  view: LedgerView,
  providers: WalletProviders,
  stops: WalletStops,
): AttestationEndpoint {
  const registries = { ledger, addresses: addressesOf(profileFile.profile) }
  const ownGrant = async () => {
    try {
      return await readGrant(registries, org, purposeHash(PROVIDE_WALLET))
    } catch (error) {
      const known = isUnreachable(error) ? await providerRecords(view)(custody.walletProvider.keyId) : null
      if (!known) throw error
      return known.grant
    }
  }
  return new AttestationEndpoint({
    ...{ url: `${config.publicUrl}${ATTESTATIONS}`, signer: custody.walletProvider, providers, clock },
    isStopped: async () => stops.endsIssuing(org) || (await ownGrant()) !== null,
  })
}
