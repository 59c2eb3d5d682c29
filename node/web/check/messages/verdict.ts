import { messages } from '../../kit/language.tsx'

/** The result of a check. The sentence and the next step come with the verdict. */
export const verdict = messages({
  valid: { ko: '유효', en: 'Valid' },
  not_satisfied: { ko: '조건에 맞지 않음', en: 'Condition not met' },
  revoked: { ko: '폐기된 신분증', en: 'Revoked' },
  suspended: { ko: '정지된 신분증', en: 'Suspended' },
  expired: { ko: '만료된 신분증', en: 'Expired' },
  not_yet_valid: { ko: '아직 유효하지 않음', en: 'Not valid yet' },
  forged: { ko: '위조', en: 'Forged' },
  untrusted: { ko: '믿을 수 없는 발급자', en: 'Issuer not trusted' },
  replayed: { ko: '이미 사용된 코드', en: 'Used before' },
  wrong_holder: { ko: '다른 휴대전화', en: 'Another phone' },
  not_same: { ko: '본인이 아님', en: 'Not the same person' },
  retry: { ko: '다시 시도해 주세요', en: 'Try again' },
  unreadable: { ko: '읽을 수 없음', en: 'Cannot be read' },
  unknown: { ko: '확인 불가', en: 'Could not check' },
  next: { ko: '다음', en: 'Next' },
  card: { ko: '신분증', en: 'Card' },
  issuer: { ko: '발급기관', en: 'Issued by' },
  knowledge: { ko: '원장 정보', en: 'Ledger data' },
  asOf: {
    ko: (block: number, age: string) => `블록 ${block.toLocaleString('ko-KR')} · ${age}`,
    en: (block: number, age: string) => `Block ${block.toLocaleString('en-GB')} · ${age}`,
  },
  none: { ko: '원장을 읽지 않음', en: 'The ledger was not read' },
  same: { ko: '본인이 맞습니까?', en: 'Same person?' },
  sameHint: {
    ko: '사진과 앞에 있는 사람의 얼굴을 대조하세요.',
    en: 'Compare the photo with the face of the person in front of you.',
  },
  sameHintAll: {
    ko: '신분증마다 사진이 있습니다. 모든 사진을 앞에 있는 사람의 얼굴과 대조하세요.',
    en: 'Each card has a photo. Compare every photo with the face of the person in front of you.',
  },
  sameYes: { ko: '예, 본인입니다', en: 'Yes, same person' },
  sameNo: { ko: '아니요', en: 'No' },
  photo: { ko: '신분증의 사진', en: 'Photo of the card' },
  sameNext: { ko: '얼굴 대조를 마쳤습니다. 계속하세요.', en: 'The face was compared. Go on.' },
  notSame: {
    ko: '사진의 사람과 앞에 있는 사람이 다릅니다.',
    en: 'The person in front of you is not the person of the photo.',
  },
  notSameNext: {
    ko: '받지 마세요. 다른 신분증으로 확인하세요.',
    en: 'Do not accept it. Use another proof of identity.',
  },
})
