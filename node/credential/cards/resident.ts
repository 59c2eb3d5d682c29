import type { CardDefinition } from '../card.ts'
import { ageClaims, issueClaims, personClaims } from './identity.ts'

export const resident: CardDefinition = {
  id: 'resident',
  vct: 'urn:dojang:kr:resident:1',
  display: {
    name: { ko: '모바일 주민등록증', en: 'Mobile Resident Card' },
    description: { ko: '주민등록증과 효력이 같은 모바일 신분증', en: 'The resident registration card, on a phone' },
  },
  claims: [
    ...personClaims,
    {
      path: ['nationalities'],
      disclosure: 'selective',
      kind: 'list',
      required: true,
      source: 'nationalities',
      display: { ko: '국적', en: 'Nationality' },
    },
    ...issueClaims,
    ...ageClaims,
  ],
  validity: { years: 3 },
  channels: ['counter', 'online', 'chip'],
  minimumKeyStorage: 'software',
}
