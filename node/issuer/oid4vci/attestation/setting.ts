/** `accepted`: wallets may come without an attestation. `required`: they may not, and their keys must be attested too. */
export const WALLET_ATTESTATION = ['accepted', 'required'] as const
export type WalletAttestation = (typeof WALLET_ATTESTATION)[number]
