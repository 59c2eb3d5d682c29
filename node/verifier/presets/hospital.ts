import type { Preset } from './preset.ts'

/** For a hospital: health insurance is looked up by name and personal number. */
export const hospital: Preset = {
  id: 'hospital',
  name: { ko: '병원', en: 'Hospital' },
  purpose: { ko: '진료를 위한 건강보험 본인 확인', en: 'Identification of a patient for health insurance' },
  cards: [
    {
      card: 'resident',
      vct: 'urn:dojang:kr:resident:1',
      claims: [['family_name'], ['given_name'], ['personal_administrative_number']],
    },
    {
      card: 'driver',
      vct: 'urn:dojang:kr:driver:1',
      claims: [['family_name'], ['given_name'], ['personal_administrative_number']],
    },
    {
      card: 'veteran',
      vct: 'urn:dojang:kr:veteran:1',
      claims: [['family_name'], ['given_name'], ['personal_administrative_number']],
    },
    {
      card: 'foreigner',
      vct: 'urn:dojang:kr:foreigner:1',
      claims: [['family_name'], ['given_name'], ['personal_administrative_number']],
    },
    {
      card: 'disability',
      vct: 'urn:dojang:kr:disability:1',
      claims: [['family_name'], ['given_name'], ['personal_administrative_number']],
    },
  ],
  portrait: 'in_person',
  anchor: 'always',
  maxAge: 3600,
  oneWay: true,
  record: 'nothing',
}
