/**
 * Card definitions are data: JSON files, parsed by `card-file.ts`. The project's own are in `cards/`, an install's in
 * `<data>/cards`. No other code names a card.
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
export const CLAIM_KINDS = ['text', 'date', 'image', 'number', 'boolean', 'address', 'list'] as const
export type ClaimKind = (typeof CLAIM_KINDS)[number]

/** The facts of the register or of the issue that a claim may state: see `claim-readers.ts`. */
export const BUILT_IN_SOURCES = [
  'familyName',
  'givenName',
  'birthdate',
  'sex',
  'nationalities',
  'address',
  'personalNumber',
  'foreignerNumber',
  'portrait',
  'ageReached',
  'issuingAuthority',
  'issuedOn',
  'expiresOn',
  'licenceNumber',
  'licencePrivileges',
  'veteranNumber',
  'veteranCategory',
  'disabilityGrade',
] as const
export type BuiltInSource = (typeof BUILT_IN_SOURCES)[number]

/** A built-in fact, or a column that the card adds to the register. */
export type ClaimSource = BuiltInSource | `column:${string}`

export const COLUMN_PREFIX = 'column:'

/** How the cells of a column are parsed. A list is separated by semicolons. */
export const COLUMN_TYPES = ['text', 'date', 'number', 'boolean', 'list'] as const
export type ColumnType = (typeof COLUMN_TYPES)[number]
/** A date is text, `YYYY-MM-DD`. */
export type ColumnValue = string | number | boolean | readonly string[]

/** A column that the register needs for this card. A file may call it by its name or by either display name. */
export interface ColumnDefinition {
  readonly name: string
  readonly type: ColumnType
  readonly display: Texts
}

/** A card on a phone; or a plastic card with or without a chip: the first one at 17, for an old one, for a lost one. */
export const APPLICATION_KINDS = ['mobile', 'ic-first', 'ic-exchange', 'ic-replacement'] as const
export type ApplicationKind = (typeof APPLICATION_KINDS)[number]

export interface OfferedKind {
  readonly kind: ApplicationKind
  /** In won. */
  readonly fee: number
}

/** When an applicant needs the consent of a guardian (법정대리인). Either condition suffices. */
export interface ConsentRule {
  /** Applicants younger than this need it; null: at no age. */
  readonly underAge: number | null
  /** A boolean column of the register: applicants for whom it is true need it at any age. */
  readonly column: string | null
}

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
  /** Stated in the claim `issuing_authority`; null: the authority of the install. */
  readonly issuingAuthority: Texts | null
  readonly claims: readonly ClaimDefinition[]
  /** A card can be renewed in the last `renewalDays` of its validity. */
  readonly validity: { readonly years: number; readonly renewalDays: number }
  readonly channels: readonly Channel[]
  readonly applications: readonly OfferedKind[]
  /** In completed years. */
  readonly minimumAge: number
  readonly consent: ConsentRule | null
  readonly columns: readonly ColumnDefinition[]
  /** For a stronger level than `software` every wallet must attest its keys, whatever the setting for attestations says. */
  readonly minimumKeyStorage: KeyStorage
}

/** A claim's name in errors and tables, such as `age_equal_or_over/19`. */
export const claimName = (claim: ClaimDefinition): string => claim.path.join('/')
