import type { Preset } from './preset.ts'

/** Health insurance is looked up by the number; nothing else is needed to treat the right person. */
export const hospital: Preset = {
  id: 'hospital',
  name: { ko: '병원', en: 'Hospital' },
  purpose: { ko: '진료를 위한 건강보험 본인 확인', en: 'Identification of a patient for health insurance' },
  cards: [
    { card: 'resident', claims: [['family_name'], ['given_name'], ['personal_administrative_number']] },
    { card: 'driver', claims: [['family_name'], ['given_name'], ['personal_administrative_number']] },
    { card: 'veteran', claims: [['family_name'], ['given_name'], ['personal_administrative_number']] },
  ],
  portrait: 'in_person',
  anchor: 'always',
  maxAge: 3600,
  oneWay: true,
  record: 'nothing',
}
