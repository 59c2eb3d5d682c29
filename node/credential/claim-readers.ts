/** How the value of each claim is read from the register and the issue. `undefined`: the register does not have it. */

import { toBase64 } from '../lib/base64.ts'
import type { JsonValue } from '../lib/json.ts'
import { type BuiltInSource, type ClaimDefinition, type ClaimKind, COLUMN_PREFIX } from './card.ts'
import { ageOn, isDate } from './dates.ts'
import { imageType } from './image.ts'
import {
  type IssueFacts,
  isForeignNumber,
  type LicencePrivilege,
  PORTRAIT_LIMIT,
  type ResidentFacts,
} from './subject.ts'

type ClaimReader = (resident: ResidentFacts, issue: IssueFacts, claim: ClaimDefinition) => JsonValue | undefined

/** The register has a value, and the card cannot state it. */
export class MalformedFact extends Error {}

export function readClaim(claim: ClaimDefinition, resident: ResidentFacts, issue: IssueFacts): JsonValue | undefined {
  const { source } = claim
  if (isColumn(source)) return resident.columns.get(source.slice(COLUMN_PREFIX.length))
  return claimReaders[source](resident, issue, claim)
}

const isColumn = (source: string): source is `column:${string}` => source.startsWith(COLUMN_PREFIX)

/** How a claim that states the fact is shown. */
export const KIND_OF_SOURCE: Readonly<Record<BuiltInSource, ClaimKind>> = {
  familyName: 'text',
  givenName: 'text',
  birthdate: 'date',
  sex: 'number',
  nationalities: 'list',
  address: 'address',
  personalNumber: 'text',
  foreignerNumber: 'text',
  portrait: 'image',
  ageReached: 'boolean',
  issuingAuthority: 'text',
  issuedOn: 'date',
  expiresOn: 'date',
  licenceNumber: 'text',
  licencePrivileges: 'list',
  veteranNumber: 'text',
  veteranCategory: 'text',
  disabilityGrade: 'text',
}

const claimReaders: Readonly<Record<BuiltInSource, ClaimReader>> = {
  familyName: resident => text(resident.familyName),
  givenName: resident => text(resident.givenName),
  birthdate: resident => date(resident.birthdate),
  // ISO/IEC 5218, as in the PID.
  sex: resident => (resident.sex === 'M' ? 1 : 2),
  // The register states no nationality. Its residents are nationals, except those with an alien registration number.
  nationalities: resident => (isForeignNumber(resident.personalNumber) ? undefined : ['KR']),
  // OpenID Connect Core §5.1.1: an object with `formatted` where the address is not split into parts.
  address: resident => (resident.address === '' ? undefined : { formatted: resident.address, country: 'KR' }),
  personalNumber: resident => text(resident.personalNumber),
  foreignerNumber: resident => (isForeignNumber(resident.personalNumber) ? resident.personalNumber : undefined),
  portrait: resident => portrait(resident.portrait),
  ageReached: (resident, issue, claim) => {
    // The format of the date is checked for `birthdate`, which is in every card that states an age.
    return resident.birthdate === '' ? undefined : ageOn(resident.birthdate, issue.issuedOn) >= Number(claim.path[1])
  },
  issuingAuthority: (_, issue) => text(issue.issuingAuthority),
  issuedOn: (_, issue) => date(issue.issuedOn),
  expiresOn: (_, issue) => date(issue.expiresOn),
  licenceNumber: resident => text(resident.licence?.number),
  licencePrivileges: resident => resident.licence?.privileges.map(privilege),
  veteranNumber: resident => text(resident.veteran?.number),
  veteranCategory: resident => text(resident.veteran?.category),
  disabilityGrade: resident => text(resident.veteran?.disabilityGrade ?? undefined),
}

const text = (value: string | undefined): string | undefined => (value === '' ? undefined : value)

function date(value: string): string | undefined {
  if (value === '') return undefined
  if (!isDate(value)) throw new MalformedFact()
  return value
}

function privilege(one: LicencePrivilege): JsonValue {
  if (one.category === '' || !isDate(one.issued)) throw new MalformedFact()
  return {
    vehicle_category_code: one.category,
    issue_date: one.issued,
    codes: one.conditions.map(code => ({ code })),
  }
}

/** A data URL, which any wallet can show. */
function portrait(image: Uint8Array): string | undefined {
  if (image.length === 0) return undefined
  const type = imageType(image)
  if (type === undefined || image.length > PORTRAIT_LIMIT) throw new MalformedFact()
  return `data:${type};base64,${toBase64(image)}`
}
