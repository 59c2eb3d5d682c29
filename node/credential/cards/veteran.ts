import type { CardDefinition } from '../card.ts'
import { ageClaims, issueClaims, personClaims } from './identity.ts'

export const veteran: CardDefinition = {
  id: 'veteran',
  vct: 'urn:dojang:kr:veteran:1',
  display: {
    name: { ko: '모바일 국가보훈등록증', en: 'Mobile Veterans Card' },
    description: { ko: '국가보훈등록증과 효력이 같은 모바일 신분증', en: 'The veterans registration card, on a phone' },
  },
  claims: [
    ...personClaims,
    {
      path: ['veteran_number'],
      disclosure: 'selective',
      kind: 'text',
      required: true,
      source: 'veteranNumber',
      display: { ko: '보훈번호', en: 'Veterans number' },
    },
    {
      path: ['veteran_category'],
      disclosure: 'selective',
      kind: 'text',
      required: true,
      source: 'veteranCategory',
      display: { ko: '보훈대상 구분', en: 'Entitlement' },
    },
    {
      path: ['disability_grade'],
      disclosure: 'selective',
      kind: 'text',
      required: false,
      source: 'disabilityGrade',
      display: { ko: '상이등급', en: 'Disability grade' },
    },
    ...issueClaims,
    ...ageClaims,
  ],
  validity: { years: 3 },
  channels: ['counter', 'online'],
  minimumKeyStorage: 'software',
}
