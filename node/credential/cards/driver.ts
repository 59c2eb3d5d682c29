import type { CardDefinition } from '../card.ts'
import { ageClaims, issueClaims, personClaims } from './identity.ts'

/** The names of the licence claims are those of ISO/IEC 18013-5. */
export const driver: CardDefinition = {
  id: 'driver',
  vct: 'urn:dojang:kr:driver:1',
  display: {
    name: { ko: '모바일 운전면허증', en: 'Mobile Driver Licence' },
    description: { ko: '운전면허증과 효력이 같은 모바일 신분증', en: 'The driver licence, on a phone' },
  },
  claims: [
    ...personClaims,
    {
      path: ['document_number'],
      disclosure: 'selective',
      kind: 'text',
      required: true,
      source: 'licenceNumber',
      display: { ko: '면허번호', en: 'Licence number' },
    },
    {
      path: ['driving_privileges'],
      disclosure: 'selective',
      kind: 'list',
      required: true,
      source: 'licencePrivileges',
      display: { ko: '면허 종별과 조건', en: 'Vehicle categories and conditions' },
    },
    ...issueClaims,
    ...ageClaims,
  ],
  validity: { years: 3 },
  channels: ['counter', 'online', 'chip'],
  minimumKeyStorage: 'software',
}
