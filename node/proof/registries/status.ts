/** Statuses as the ledger holds them: two bits each, numbered as the Token Status List numbers them (§7.1). */
export const CredentialStatus = { VALID: 0, INVALID: 1, SUSPENDED: 2 } as const
export type CredentialStatus = (typeof CredentialStatus)[keyof typeof CredentialStatus]
export type StatusName = keyof typeof CredentialStatus

/** The names, by number. */
export const STATUSES = ['VALID', 'INVALID', 'SUSPENDED'] as const satisfies readonly StatusName[]

export const STATUS_BITS = 2
/** A word is one storage slot. A list's words, concatenated, are the list as it is published. */
export const WORD_BYTES = 32
export const STATUSES_PER_WORD = (WORD_BYTES * 8) / STATUS_BITS

/** Of one list, as StatusRegistry.sol bounds it. */
export const MAX_CAPACITY = 2 ** 24

/** The number of the word that holds this index. */
export const wordOfIndex = (index: number): number => Math.floor(index / STATUSES_PER_WORD)
