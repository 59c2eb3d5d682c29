import type { ClaimDefinition } from '../card.ts'

/**
 * Claims about the person, which every card contains. Their names are those of the EUDI PID and of OpenID Connect,
 * where these define one. All claims are selective. Each age threshold is a separate claim, so that a holder can
 * disclose "19 or over" without the date of birth.
 */
export const personClaims: readonly ClaimDefinition[] = [
  {
    path: ['family_name'],
    disclosure: 'selective',
    kind: 'text',
    required: true,
    source: 'familyName',
    display: { ko: '성', en: 'Family name' },
  },
  {
    path: ['given_name'],
    disclosure: 'selective',
    kind: 'text',
    required: true,
    source: 'givenName',
    display: { ko: '이름', en: 'Given name' },
  },
  {
    path: ['birthdate'],
    disclosure: 'selective',
    kind: 'date',
    required: true,
    source: 'birthdate',
    display: { ko: '생년월일', en: 'Date of birth' },
  },
  {
    path: ['sex'],
    disclosure: 'selective',
    kind: 'number',
    required: true,
    source: 'sex',
    display: { ko: '성별', en: 'Sex' },
  },
  {
    path: ['address'],
    disclosure: 'selective',
    kind: 'address',
    required: true,
    source: 'address',
    display: { ko: '주소', en: 'Address' },
  },
  {
    path: ['personal_administrative_number'],
    disclosure: 'selective',
    kind: 'text',
    required: true,
    source: 'personalNumber',
    display: { ko: '주민등록번호', en: 'Resident registration number' },
  },
  {
    path: ['portrait'],
    disclosure: 'selective',
    kind: 'image',
    required: true,
    source: 'portrait',
    display: { ko: '사진', en: 'Portrait' },
  },
]

/** The age thresholds in Korean law: youth protection, voting, contracts, welfare. */
const AGE_THRESHOLDS = [17, 18, 19, 20, 65] as const

export const ageClaims: readonly ClaimDefinition[] = AGE_THRESHOLDS.map(age => ({
  path: ['age_equal_or_over', String(age)],
  disclosure: 'selective',
  kind: 'boolean',
  required: true,
  source: 'ageReached',
  display: { ko: `만 ${age}세 이상`, en: `${age} or over` },
}))

export const issueClaims: readonly ClaimDefinition[] = [
  {
    path: ['issuing_authority'],
    disclosure: 'selective',
    kind: 'text',
    required: true,
    source: 'issuingAuthority',
    display: { ko: '발급기관', en: 'Issuing authority' },
  },
  {
    path: ['date_of_issuance'],
    disclosure: 'selective',
    kind: 'date',
    required: true,
    source: 'issuedOn',
    display: { ko: '발급일', en: 'Date of issue' },
  },
  {
    path: ['date_of_expiry'],
    disclosure: 'selective',
    kind: 'date',
    required: true,
    source: 'expiresOn',
    display: { ko: '만료일', en: 'Date of expiry' },
  },
]
