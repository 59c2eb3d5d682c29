import { exactTime } from '../../kit/format.ts'
import { messages } from '../../kit/language.tsx'

/** The queue of what needs two people. */
export const proposals = messages({
  title: { ko: '승인 대기', en: 'Proposals' },
  explanation: {
    ko: '두 사람이 필요한 일입니다. 한 사람이 제안하고, 다른 사람이 승인하거나 반려합니다. 7일이 지나면 끝납니다.',
    en: 'These acts need two people: one proposes, another confirms or rejects. A proposal ends after seven days.',
  },
  waiting: { ko: '승인을 기다리는 제안', en: 'Waiting' },
  decided: { ko: '처리된 제안', en: 'Decided' },
  noneWaiting: { ko: '기다리는 제안이 없습니다.', en: 'Nothing is waiting.' },
  noneDecided: { ko: '처리된 제안이 없습니다.', en: 'Nothing was decided yet.' },
  admit: { ko: (name: string) => `관리자 등록: ${name}`, en: (name: string) => `Admit ${name} as administrator` },
  stop: { ko: (name: string) => `관리자 중지: ${name}`, en: (name: string) => `Stop administrator ${name}` },
  suspendMany: {
    ko: (many: number) => `신분증 ${many}건 정지`,
    en: (many: number) => `Suspend ${many} card${many === 1 ? '' : 's'}`,
  },
  reinstateMany: {
    ko: (many: number) => `신분증 ${many}건 정지 해제`,
    en: (many: number) => `Reinstate ${many} card${many === 1 ? '' : 's'}`,
  },
  revokeMany: {
    ko: (many: number) => `신분증 ${many}건 폐기`,
    en: (many: number) => `Revoke ${many} card${many === 1 ? '' : 's'}`,
  },
  raise: {
    ko: (many: number) => `하루 폐기 한도를 ${many.toLocaleString('ko')}건으로 상향`,
    en: (many: number) => `Raise the daily limit of revocations to ${many.toLocaleString('en')}`,
  },
  stopWallets: {
    ko: (provider: number) => `지갑 제공자 ${provider}번 신규 발급 중지(기존 신분증은 그대로)`,
    en: (provider: number) => `Stop wallet provider ${provider} for new cards; existing cards stay as they are`,
  },
  stopWalletsAtOnce: {
    ko: (provider: number, cards: number) =>
      `지갑 제공자 ${provider}번 중지, 신분증 ${cards.toLocaleString('ko')}건 즉시 정지 후 폐기`,
    en: (provider: number, cards: number) =>
      `Stop wallet provider ${provider}; its ${cards.toLocaleString('en')} cards are suspended at once and revoked later`,
  },
  stopWalletsAt: {
    ko: (provider: number, cards: number, at: number) =>
      `지갑 제공자 ${provider}번 중지, 신분증 ${cards.toLocaleString('ko')}건을 ${exactTime('ko', at)}에 정지 후 폐기`,
    en: (provider: number, cards: number, at: number) =>
      `Stop wallet provider ${provider}; its ${cards.toLocaleString('en')} cards are suspended on ${exactTime('en', at)} and revoked later`,
  },
  liftWallets: {
    ko: (provider: number) => `지갑 제공자 ${provider}번 중지 철회(정지된 신분증은 그대로)`,
    en: (provider: number) => `Lift the stop of wallet provider ${provider}; suspended cards stay suspended`,
  },
  liftAndReinstate: {
    ko: (provider: number) => `지갑 제공자 ${provider}번 중지 철회, 이 중지로 정지된 신분증 정지 해제`,
    en: (provider: number) => `Lift the stop of wallet provider ${provider} and reinstate the cards that it suspended`,
  },
  proposer: { ko: '제안자', en: 'Proposed by' },
  at: { ko: '제안 일시', en: 'Proposed' },
  reason: { ko: '사유', en: 'Reason' },
  decider: { ko: '결정자', en: 'Decided by' },
  state: { ko: '결과', en: 'Result' },
  what: { ko: '내용', en: 'What' },
  progress: { ko: '진행', en: 'Progress' },
  progressOf: {
    ko: (done: number, all: number, failed: number) =>
      `${all}건 중 ${done}건 처리${failed > 0 ? `, ${failed}건 실패` : ''}`,
    en: (done: number, all: number, failed: number) =>
      `${done} of ${all} done${failed > 0 ? `, ${failed} failed` : ''}`,
  },
  confirm: { ko: '승인', en: 'Confirm' },
  reject: { ko: '반려', en: 'Reject' },
  confirmOf: { ko: (what: string) => `승인: ${what}`, en: (what: string) => `Confirm: ${what}` },
  rejectOf: { ko: (what: string) => `반려: ${what}`, en: (what: string) => `Reject: ${what}` },
  notYours: {
    ko: '본인이 올렸거나 본인에 관한 제안은 다른 사람이 결정합니다. 한 사람이 초대한 계정들은 한 사람으로 봅니다.',
    en: 'A proposal that you made, or that concerns you, is decided by somebody else. Accounts that one person invited count as one person.',
  },
  readsOnly: {
    ko: '이 제안은 책임자나 관리자가 결정합니다.',
    en: 'A supervisor or an administrator decides about this.',
  },
  confirmedToast: { ko: '승인했습니다.', en: 'Confirmed.' },
  rejectedToast: { ko: '반려했습니다.', en: 'Rejected.' },
  confirmed: { ko: '승인됨, 처리 중', en: 'Confirmed, under way' },
  done: { ko: '승인됨', en: 'Confirmed' },
  rejected: { ko: '반려됨', en: 'Rejected' },
  expired: { ko: '기한 지남', en: 'Expired' },
  whichCards: {
    ko: (cards: number) => `대상 신분증 ${cards}건 보기`,
    en: (cards: number) => (cards === 1 ? 'Show the card' : `Show the ${cards} cards`),
  },
  whichFailed: {
    ko: (cards: number) => `처리하지 못한 ${cards}건 보기`,
    en: (cards: number) => (cards === 1 ? 'Show the one that failed' : `Show the ${cards} that failed`),
  },
  newMany: { ko: '여러 신분증 처리 제안하기', en: 'Propose a change of many cards' },
  newLimit: { ko: '폐기 한도 상향 제안하기', en: 'Propose a higher revocation limit' },
  perDay: { ko: '하루에 폐기할 수 있는 건수', en: 'Revocations in a day' },
  needNumber: { ko: '1 이상의 숫자를 입력해 주세요.', en: 'Enter a number of at least 1.' },
})
