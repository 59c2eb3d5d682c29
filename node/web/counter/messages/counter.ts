import { messages } from '../../kit/language.tsx'

/** The frame of the counter's screens. */
export const counter = messages({
  name: { ko: '모바일 신분증 창구', en: 'Mobile ID counter' },
  screens: { ko: '화면', en: 'Screens' },
  desk: { ko: '창구', en: 'Desk' },
  operators: { ko: '담당자', en: 'Operators' },
  proposals: { ko: '승인 대기', en: 'Proposals' },
  wallets: { ko: '지갑 제공자', en: 'Wallet providers' },
  journal: { ko: '업무 기록', en: 'Journal' },
  signOut: { ko: '로그아웃', en: 'Sign out' },
  administrator: { ko: '관리자', en: 'Administrator' },
  supervisor: { ko: '책임자', en: 'Supervisor' },
  clerk: { ko: '창구 담당자', en: 'Clerk' },
  auditor: { ko: '감사 담당자', en: 'Auditor' },
  'call-centre': { ko: '상담 담당자', en: 'Call centre' },
  notFound: { ko: '없는 화면입니다', en: 'There is no such screen' },
  toDesk: { ko: '처음 화면으로', en: 'Go to the first screen' },
})
