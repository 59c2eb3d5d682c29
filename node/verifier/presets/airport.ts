import type { Preset } from './preset.ts'

/** For domestic boarding: name, birthdate and portrait; works with a slow network. */
export const airport: Preset = {
  id: 'airport',
  name: { ko: '공항', en: 'Airport' },
  purpose: { ko: '국내선 탑승자 확인', en: 'Identification of a passenger on a domestic flight' },
  cards: [
    { card: 'resident', vct: 'urn:dojang:kr:resident:1', claims: [['family_name'], ['given_name'], ['birthdate']] },
    { card: 'driver', vct: 'urn:dojang:kr:driver:1', claims: [['family_name'], ['given_name'], ['birthdate']] },
    { card: 'veteran', vct: 'urn:dojang:kr:veteran:1', claims: [['family_name'], ['given_name'], ['birthdate']] },
    { card: 'foreigner', vct: 'urn:dojang:kr:foreigner:1', claims: [['family_name'], ['given_name'], ['birthdate']] },
    { card: 'disability', vct: 'urn:dojang:kr:disability:1', claims: [['family_name'], ['given_name'], ['birthdate']] },
  ],
  portrait: 'in_person',
  anchor: 'always',
  maxAge: 3600,
  oneWay: true,
  record: 'nothing',
}
