import { messages } from '../language.tsx'

/** Values of claims that are words, and the button of a masked number. */
export const claims = messages({
  male: { ko: '남', en: 'male' },
  female: { ko: '여', en: 'female' },
  yes: { ko: '예', en: 'yes' },
  no: { ko: '아니요', en: 'no' },
  picture: { ko: '사진', en: 'picture' },
  reveal: { ko: '번호 보기', en: 'Show the number' },
  hide: { ko: '번호 가리기', en: 'Hide the number' },
})
