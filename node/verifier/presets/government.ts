import type { Preset } from './preset.ts'

/** For a civil-affairs counter: the person's record is found by the personal number. */
export const government: Preset = {
  id: 'government',
  name: { ko: '민원 창구', en: 'Public office' },
  purpose: { ko: '민원 처리를 위한 본인 확인', en: 'Identification for a public service' },
  cards: [
    {
      card: 'resident',
      vct: 'urn:dojang:kr:resident:1',
      claims: [['family_name'], ['given_name'], ['personal_administrative_number'], ['address']],
    },
    {
      card: 'veteran',
      vct: 'urn:dojang:kr:veteran:1',
      claims: [
        ['family_name'],
        ['given_name'],
        ['personal_administrative_number'],
        ['veteran_number'],
        ['veteran_category'],
      ],
    },
  ],
  portrait: 'in_person',
  anchor: 'always',
  maxAge: 600,
  oneWay: false,
  record: 'check',
}
