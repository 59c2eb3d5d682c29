import { messages } from '../../kit/language.tsx'

/** The frame of the check screen. */
export const check = messages({
  name: { ko: '신분확인', en: 'Identity check' },
  starting: { ko: '원장 정보를 확인하는 중입니다.', en: 'Reading the ledger’s data…' },
  purpose: { ko: '무엇을 확인합니까?', en: 'What do you check?' },
  purposeHint: {
    ko: '한 번 고르면 바꿀 때까지 그대로 씁니다.',
    en: 'Your choice stays until you change it.',
  },
  change: { ko: '용도 바꾸기', en: 'Change purpose' },
  settings: { ko: '이 기기', en: 'This device' },
  current: { ko: '최신 정보', en: 'Data is up to date' },
  offline: {
    ko: (age: string) => `연결 없음 · ${age} 정보`,
    en: (age: string) => `Offline · data from ${age}`,
  },
  tooOld: {
    ko: '이 용도에는 정보가 너무 오래되어 유효하다고 답할 수 없습니다. 네트워크에 연결하세요.',
    en: 'For this purpose the data is too old to answer “valid”. Connect to the network.',
  },
  nothingTitle: { ko: '아직 원장 정보가 없습니다', en: 'No data of the ledger yet' },
  nothing: {
    ko: '네트워크에 연결하고 다시 시도하세요. 한 번 받아 두면 연결 없이도 확인할 수 있습니다.',
    en: 'Connect to the network and try again. Once the data is here, checks work without a connection.',
  },
  otherTitle: { ko: '발급기관의 서명 키가 바뀌었습니다', en: 'The authority’s signing key has changed' },
  other: {
    ko: '이 기기가 처음 믿은 키와 다릅니다. 발급기관에 확인하기 전에는 쓰지 마세요. 확인했다면 ‘이 기기’에서 초기화하세요.',
    en: 'It is not the key that this device trusted first. Do not use this page until the authority has confirmed the change; then reset this device.',
  },
  brokenTitle: { ko: '원장 정보를 읽을 수 없습니다', en: 'The ledger’s data cannot be read' },
  broken: {
    ko: '받은 정보가 증명되지 않았습니다. 다시 시도하고, 계속되면 발급기관에 알리세요.',
    en: 'The data that arrived could not be proved. Try again, and tell the authority if it continues.',
  },
  reset: { ko: '이 기기 초기화', en: 'Reset this device' },
  again: { ko: '다시 시도', en: 'Try again' },
  notFound: { ko: '없는 화면입니다', en: 'No such screen' },
  toStart: { ko: '처음으로', en: 'To the start' },
})
