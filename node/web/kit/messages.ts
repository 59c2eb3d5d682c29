import { messages } from './language.tsx'

/** Texts that all apps use. */
export const kit = messages({
  skip: { ko: '본문으로 건너뛰기', en: 'Skip to content' },
  switchLanguage: { ko: 'English', en: '한국어' },
  language: { ko: '언어', en: 'Language' },
  close: { ko: '닫기', en: 'Close' },
  cancel: { ko: '취소', en: 'Cancel' },
  clear: { ko: '지우기', en: 'Clear' },
  required: { ko: '필수', en: 'required' },
  optional: { ko: '선택', en: 'optional' },
  loading: { ko: '불러오는 중입니다.', en: 'Loading…' },
  working: { ko: '처리하는 중입니다.', en: 'Working…' },
  retry: { ko: '다시 시도', en: 'Try again' },
  errorSummary: { ko: '입력한 내용을 확인해 주세요', en: 'Check what you entered' },
  secondsLeft: {
    ko: (minutes: number, seconds: number) => (minutes > 0 ? `${minutes}분 ${seconds}초 남음` : `${seconds}초 남음`),
    en: (minutes: number, seconds: number) => (minutes > 0 ? `${minutes} min ${seconds} s left` : `${seconds} s left`),
  },
  timeOver: { ko: '시간이 지났습니다', en: 'Time is over' },
  valid: { ko: '유효', en: 'Valid' },
  suspended: { ko: '정지', en: 'Suspended' },
  revoked: { ko: '폐기', en: 'Revoked' },
  expired: { ko: '만료', en: 'Expired' },
  unknown: { ko: '확인 불가', en: 'Could not check' },
  information: { ko: '안내', en: 'Note' },
  warning: { ko: '주의', en: 'Warning' },
  danger: { ko: '오류', en: 'Error' },
  success: { ko: '완료', en: 'Done' },
  noPhoto: { ko: '사진 없음', en: 'No photo' },
})
