import type { Preset } from './preset.ts'

/** For opening an account: the law requires identification by real name and number; no one-way presentation. */
export const bank: Preset = {
  id: 'bank',
  name: { ko: '은행', en: 'Bank' },
  purpose: {
    ko: '계좌 개설을 위한 실명 확인',
    en: 'Identification by real name to open an account',
  },
  cards: [
    {
      card: 'resident',
      vct: 'urn:dojang:kr:resident:1',
      claims: [
        ['family_name'],
        ['given_name'],
        ['birthdate'],
        ['personal_administrative_number'],
        ['address'],
        ['date_of_issuance'],
      ],
    },
    {
      card: 'driver',
      vct: 'urn:dojang:kr:driver:1',
      claims: [
        ['family_name'],
        ['given_name'],
        ['birthdate'],
        ['personal_administrative_number'],
        ['address'],
        ['document_number'],
        ['date_of_issuance'],
      ],
    },
    {
      card: 'foreigner',
      vct: 'urn:dojang:kr:foreigner:1',
      claims: [
        ['family_name'],
        ['given_name'],
        ['birthdate'],
        ['personal_administrative_number'],
        ['address'],
        ['date_of_issuance'],
      ],
    },
  ],
  portrait: 'in_person',
  anchor: 'always',
  maxAge: 180,
  oneWay: false,
  record: 'check',
}
