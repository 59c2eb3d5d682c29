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
  outOfReach: { ko: '원장에 연결되지 않습니다', en: 'The ledger is out of reach' },
  temporaryCards: {
    ko: '지금 발급하는 신분증은 최대 72시간 동안 쓸 수 있는 임시 신분증입니다. 원장에 다시 연결되면 지갑이 정식 신분증으로 교환합니다. 은행처럼 원장 기록을 확인하는 곳에서는 임시 신분증을 쓸 수 없다고 신청인에게 알려 주세요. 72시간 안에 교환되지 않으면 창구에서 다시 신청해야 합니다.',
    en: 'Cards issued now are temporary and end after 72 hours at most. The wallet exchanges them for full cards when the ledger is back. Tell applicants that a temporary card does not work where the ledger is checked, such as at a bank. If it is not exchanged within 72 hours, they have to apply at the counter again.',
  },
  signOut: { ko: '로그아웃', en: 'Sign out' },
  administrator: { ko: '관리자', en: 'Administrator' },
  supervisor: { ko: '책임자', en: 'Supervisor' },
  clerk: { ko: '창구 담당자', en: 'Clerk' },
  auditor: { ko: '감사 담당자', en: 'Auditor' },
  'call-centre': { ko: '상담 담당자', en: 'Call centre' },
  notFound: { ko: '없는 화면입니다', en: 'There is no such screen' },
  toDesk: { ko: '처음 화면으로', en: 'Go to the first screen' },
})
