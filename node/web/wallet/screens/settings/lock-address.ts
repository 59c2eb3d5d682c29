/** The page for locking is on the origin of the wallet, where its passkeys are. */
export const lockAddress = (): string => `${location.origin}/lock/`
