/**
 * Card definitions are data. To add a kind of card, add a file to `cards/` and a line to `cards/all.ts`; no other code
 * names a card.
 */

export type Language = 'ko' | 'en'
export type Texts = Readonly<Record<Language, string>>

/** How the wallet stores the holder key, weakest first (the names of OpenID4VCI 1.0, Appendix D.2). */
export const KEY_STORAGES = [
  'software',
  'iso_18045_basic',
  'iso_18045_enhanced-basic',
  'iso_18045_moderate',
  'iso_18045_high',
] as const
export type KeyStorage = (typeof KEY_STORAGES)[number]

/** Where a card can be applied for. */
export const CHANNELS = ['counter', 'online', 'chip'] as const
export type Channel = (typeof CHANNELS)[number]

/** How a claim's value is shown. */
export type ClaimKind = 'text' | 'date' | 'image' | 'number' | 'boolean' | 'address' | 'list'

/** Which fact of the register or of the issue a claim states: see `claim-readers.ts`. */
export type ClaimSource =
  | 'familyName'
  | 'givenName'
  | 'birthdate'
  | 'sex'
  | 'nationalities'
  | 'address'
  | 'personalNumber'
  | 'portrait'
  | 'ageReached'
  | 'issuingAuthority'
  | 'issuedOn'
  | 'expiresOn'
  | 'licenceNumber'
  | 'licencePrivileges'
  | 'veteranNumber'
  | 'veteranCategory'
  | 'disabilityGrade'

export interface ClaimDefinition {
  /**
   * The claim's name, or the name of its parent and its own name. A parent is an object that is always in the payload.
   */
  readonly path: readonly [string] | readonly [string, string]
  /**
   * `always`: in the payload, visible to every verifier. `selective`: a disclosure of its own, shown only if the holder
   * agrees.
   */
  readonly disclosure: 'always' | 'selective'
  readonly kind: ClaimKind
  /**
   * If false, a value that the register lacks becomes a disclosure of JSON `null`. All cards of a kind then have the
   * same number of digests, so a verifier cannot distinguish an absent value from a withheld one.
   */
  readonly required: boolean
  readonly source: ClaimSource
  readonly display: Texts
}

export interface CardDefinition {
  /** Short and stable: the card's name on the command line, and the OpenID4VCI credential configuration id. */
  readonly id: string
  readonly vct: string
  readonly display: { readonly name: Texts; readonly description: Texts }
  readonly claims: readonly ClaimDefinition[]
  readonly validity: { readonly years: number }
  readonly channels: readonly Channel[]
  /** For a stronger level than `software` every wallet must attest its keys, whatever the setting for attestations says. */
  readonly minimumKeyStorage: KeyStorage
}

/** A claim's name in errors and tables, such as `age_equal_or_over/19`. */
export const claimName = (claim: ClaimDefinition): string => claim.path.join('/')
