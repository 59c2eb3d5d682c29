import type { Preset } from './preset.ts'

/** For sellers of alcohol and tobacco: requests only "19 or over" and the portrait, no identity. */
export const age: Preset = {
  id: 'age',
  name: { ko: '성인 확인', en: 'Age check' },
  purpose: { ko: '만 19세 이상인지 확인', en: 'Check that you are 19 or over' },
  cards: [
    { card: 'resident', vct: 'urn:dojang:kr:resident:1', claims: [['age_equal_or_over', '19']] },
    { card: 'driver', vct: 'urn:dojang:kr:driver:1', claims: [['age_equal_or_over', '19']] },
    { card: 'veteran', vct: 'urn:dojang:kr:veteran:1', claims: [['age_equal_or_over', '19']] },
  ],
  portrait: 'in_person',
  anchor: 'if_distrusted',
  maxAge: 86_400,
  oneWay: true,
  record: 'nothing',
  condition: { path: ['age_equal_or_over', '19'], equals: true },
}
