import { messages } from '../../kit/language.tsx'

const number = (language: string, n: number) => n.toLocaleString(language)

/** The form that proposes the same change for many cards. */
export const many = messages({
  title: { ko: '여러 신분증 처리 제안', en: 'Propose a change of many cards' },
  act: { ko: '무엇을 제안합니까?', en: 'What do you propose?' },
  SUSPENDED: { ko: '정지', en: 'Suspend' },
  SUSPENDEDDetail: { ko: '되돌릴 수 있습니다.', en: 'It can be undone.' },
  VALID: { ko: '정지 해제', en: 'Reinstate' },
  VALIDDetail: { ko: '정지된 신분증을 다시 쓸 수 있게 합니다.', en: 'Suspended cards can be used again.' },
  INVALID: { ko: '폐기', en: 'Revoke' },
  INVALIDDetail: { ko: '되돌릴 수 없습니다.', en: 'It cannot be undone.' },
  finalTitle: { ko: '되돌릴 수 없습니다', en: 'This cannot be undone' },
  final: {
    ko: '승인되면 이 신분증들은 누구도 되살릴 수 없습니다. 목록을 다시 확인해 주세요.',
    en: 'Once it is confirmed, nobody can bring these cards back. Check the list again.',
  },
  cards: { ko: '신분증 관리번호', en: 'Ids of the cards' },
  cardsDetail: {
    ko: (most: number) =>
      `한 줄에 하나씩, ${number('ko', most)}건까지 붙여 넣을 수 있습니다. 관리번호는 신청인 화면의 신분증에 있습니다.`,
    en: (most: number) =>
      `One in a line, up to ${number('en', most)}. A person’s page shows the id of each of their cards.`,
  },
  count: {
    ko: (cards: number) => `신분증 ${number('ko', cards)}건`,
    en: (cards: number) => (cards === 1 ? '1 card' : `${number('en', cards)} cards`),
  },
  needAct: { ko: '제안할 일을 선택해 주세요.', en: 'Choose what you propose.' },
  needCards: { ko: '신분증 관리번호를 입력해 주세요.', en: 'Enter the ids of the cards.' },
  wrong: {
    ko: (word: string, others: number) =>
      `관리번호가 아닙니다: ${word}${others > 0 ? ` 외 ${number('ko', others)}건` : ''}. 관리번호는 32자리입니다.`,
    en: (word: string, others: number) =>
      `This is no id of a card: ${word}${others > 0 ? `, and ${number('en', others)} more` : ''}. An id has 32 characters.`,
  },
  tooMany: {
    ko: (cards: number, most: number) =>
      `${number('ko', cards)}건입니다. 한 번에 ${number('ko', most)}건까지 제안할 수 있으니 나누어 제안해 주세요.`,
    en: (cards: number, most: number) =>
      `There are ${number('en', cards)}. Propose at most ${number('en', most)} at a time.`,
  },
})
