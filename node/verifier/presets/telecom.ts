import type { Preset } from './preset.ts'

/** For opening a mobile line, which itself serves as proof of identity later: as strict as for a bank. */
export const telecom: Preset = {
  id: 'telecom',
  name: { ko: '통신사', en: 'Telecom' },
  purpose: { ko: '휴대전화 개통을 위한 본인 확인', en: 'Identification to open a mobile line' },
  cards: [
    {
      card: 'resident',
      vct: 'urn:dojang:kr:resident:1',
      claims: [['family_name'], ['given_name'], ['birthdate'], ['personal_administrative_number']],
    },
    {
      card: 'driver',
      vct: 'urn:dojang:kr:driver:1',
      claims: [['family_name'], ['given_name'], ['birthdate'], ['personal_administrative_number'], ['document_number']],
    },
    {
      card: 'foreigner',
      vct: 'urn:dojang:kr:foreigner:1',
      claims: [['family_name'], ['given_name'], ['birthdate'], ['personal_administrative_number']],
    },
  ],
  portrait: 'in_person',
  anchor: 'always',
  maxAge: 180,
  oneWay: false,
  record: 'check',
}
