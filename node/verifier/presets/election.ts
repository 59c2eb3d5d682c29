import type { Preset } from './preset.ts'

/** For a polling station: the voter is found on the roll by name, birthdate and address; no one-way presentation. */
export const election: Preset = {
  id: 'election',
  name: { ko: '투표소', en: 'Polling station' },
  purpose: { ko: '선거인 명부 대조를 위한 본인 확인', en: 'Identification of a voter against the roll' },
  cards: [
    {
      card: 'resident',
      vct: 'urn:dojang:kr:resident:1',
      claims: [['family_name'], ['given_name'], ['birthdate'], ['address']],
    },
    {
      card: 'driver',
      vct: 'urn:dojang:kr:driver:1',
      claims: [['family_name'], ['given_name'], ['birthdate'], ['address']],
    },
    {
      card: 'veteran',
      vct: 'urn:dojang:kr:veteran:1',
      claims: [['family_name'], ['given_name'], ['birthdate'], ['address']],
    },
  ],
  portrait: 'in_person',
  anchor: 'always',
  maxAge: 3600,
  oneWay: false,
  record: 'nothing',
}
