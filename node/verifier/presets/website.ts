import type { Preset } from './preset.ts'

/** For signing up online: name and birthdate. The holder is not present, so there is no portrait. */
export const website: Preset = {
  id: 'website',
  name: { ko: '웹사이트', en: 'Web site' },
  purpose: { ko: '회원 가입을 위한 본인 확인', en: 'Identification to sign up' },
  cards: [
    { card: 'resident', vct: 'urn:dojang:kr:resident:1', claims: [['family_name'], ['given_name'], ['birthdate']] },
    { card: 'driver', vct: 'urn:dojang:kr:driver:1', claims: [['family_name'], ['given_name'], ['birthdate']] },
    { card: 'foreigner', vct: 'urn:dojang:kr:foreigner:1', claims: [['family_name'], ['given_name'], ['birthdate']] },
  ],
  portrait: 'never',
  anchor: 'always',
  maxAge: 600,
  oneWay: false,
  record: 'nothing',
}
