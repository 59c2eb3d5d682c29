/**
 * Tells whose line a telephone number is. Implemented by imported records (stored.ts), and by a telecom's service
 * (rest/lines.ts). It is only asked whether a line belongs to one given person.
 * Why: docs/decisions/120.
 */
export type LineOwner =
  /** The tag stands for the line in records. It is random, and means nothing after the person was erased. */
  { readonly owner: 'person'; readonly tag: Uint8Array } | { readonly owner: 'another' } | { readonly owner: 'unknown' }

export interface LinePort {
  /** @param number in any form that `parseLineNumber` reads; other text is an unknown line */
  ownerOf(number: string, person: Uint8Array): Promise<LineOwner>
}

/** Whose customer a line is, as far as the records of lines say. */
export interface LineCustomer {
  readonly person: Uint8Array
  readonly tag: Uint8Array
  /** The organisation of the telecom in the trust registry. Null: the records do not say. */
  readonly telecom: number | null
}
