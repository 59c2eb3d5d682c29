import type { ColumnValue } from './card.ts'

/** The facts of the resident register about one person that cards need. */
export interface ResidentFacts {
  readonly familyName: string
  readonly givenName: string
  /** `YYYY-MM-DD` */
  readonly birthdate: string
  readonly sex: 'M' | 'F'
  /** As registered, on one line. */
  readonly address: string
  /** Code of the municipality of the registered address: decides where one may apply. Not a claim. */
  readonly municipality: string
  /** `YYMMDD-SNNNNNN` */
  readonly personalNumber: string
  /** JPEG, PNG or WebP, at most 4,096 bytes. */
  readonly portrait: Uint8Array
  readonly licence: LicenceFacts | null
  readonly veteran: VeteranFacts | null
  /** Personal numbers of the person's legal guardians (법정대리인). Absent: none. Not a claim. */
  readonly guardians?: readonly string[]
  /** The values of the columns that card definitions add, by name. A column without a value is absent. */
  readonly columns: ReadonlyMap<string, ColumnValue>
  /** The person's present identity card. Null: there is none. Absent: the register does not say. Not a claim. */
  readonly document?: PresentDocument | null
}

/** An identity card that is the person's present one. One that was replaced or reported lost is never here. */
export interface PresentDocument {
  /** As in its machine-readable zone: 6 to 9 capital letters and digits. */
  readonly number: string
  /** Whether it has a chip, with which its holder can get a mobile card. */
  readonly chip: boolean
}

export const isDocumentNumber = (text: string): boolean => /^[A-Z0-9]{6,9}$/.test(text)

/** An alien registration number has 5 to 8 as its seventh digit. */
export const isForeignNumber = (personalNumber: string): boolean => /^\d{6}-[5-8]/.test(personalNumber)

export interface LicenceFacts {
  readonly number: string
  readonly privileges: readonly LicencePrivilege[]
}

export interface LicencePrivilege {
  /** As on the licence, such as `1종 보통`. */
  readonly category: string
  /** `YYYY-MM-DD` */
  readonly issued: string
  /** Condition codes, such as `A` (automatic gearbox only). The list is empty if there are none. */
  readonly conditions: readonly string[]
}

export interface VeteranFacts {
  readonly number: string
  /** The entitlement as registered, such as `국가유공자`. */
  readonly category: string
  readonly disabilityGrade: string | null
}

/** The facts of the issue. Dates are Korean calendar days, `YYYY-MM-DD`. */
export interface IssueFacts {
  readonly issuedOn: string
  readonly expiresOn: string
  readonly issuingAuthority: string
}

export const PORTRAIT_LIMIT = 4096
