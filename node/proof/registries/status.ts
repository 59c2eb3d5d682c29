/** The statuses on the ledger: two bits each, with the numbers of the Token Status List (§7.1). */
export const CredentialStatus = { VALID: 0, INVALID: 1, SUSPENDED: 2 } as const
export type CredentialStatus = (typeof CredentialStatus)[keyof typeof CredentialStatus]
export type StatusName = keyof typeof CredentialStatus

/** The names, by number. */
export const STATUSES = ['VALID', 'INVALID', 'SUSPENDED'] as const satisfies readonly StatusName[]

export const STATUS_BITS = 2
/** A word is one storage slot. The concatenated words of a list are the Token Status List. */
export const WORD_BYTES = 32
export const STATUSES_PER_WORD = (WORD_BYTES * 8) / STATUS_BITS

/** The largest capacity of a list, as in StatusRegistry.sol. */
export const MAX_CAPACITY = 2 ** 24

/** The number of the word that holds this index. */
export const wordOfIndex = (index: number): number => Math.floor(index / STATUSES_PER_WORD)
