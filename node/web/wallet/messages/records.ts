import { messages } from '../../kit/language.tsx'

/** The history of uses, and the notices. */
export const records = messages({
  historyTitle: { ko: '이용 이력', en: 'History' },
  onPhoneOnly: {
    ko: '이 휴대전화에만 있습니다. 발급기관도 볼 수 없습니다.',
    en: 'On this phone only. The issuer cannot see it.',
  },
  noHistory: { ko: '아직 이용한 적이 없습니다.', en: 'No card was used yet.' },
  received: { ko: '받음', en: 'Received' },
  shared: { ko: '제출함', en: 'Shared' },
  declined: { ko: '거절함', en: 'Declined' },
  removed: { ko: '삭제함', en: 'Deleted' },
  unnamed: { ko: '등록되지 않은 곳', en: 'Not registered' },
  itself: { ko: '이 휴대전화', en: 'This phone' },
  what: { ko: '제출한 항목', en: 'What was shared' },
  forWhat: { ko: '목적', en: 'Purpose' },
  from: { ko: '받은 곳', en: 'From' },
  where: { ko: '보낸 곳', en: 'Sent to' },
  beyond: { ko: '등록 범위 밖', en: 'beyond the registration' },
  clear: { ko: '이력 지우기', en: 'Clear the history' },
  clearTitle: { ko: '이용 이력을 지울까요?', en: 'Clear the history?' },
  clearHow: {
    ko: '이 휴대전화의 이용 이력이 모두 지워지며 되돌릴 수 없습니다. 신분증은 그대로입니다.',
    en: 'All of this phone’s history is deleted for good. Your cards stay.',
  },
  clearDo: { ko: '모두 지우기', en: 'Clear all' },
  keep: { ko: '그대로 두기', en: 'Keep it' },
  cleared: { ko: '이용 이력을 지웠습니다.', en: 'The history is cleared.' },
  noticesTitle: { ko: '알림', en: 'Notices' },
  noCardsNoNotices: { ko: '새 알림이 없습니다.', en: 'No notices.' },
  noNotices: { ko: '새 알림이 없습니다. 신분증의 상태가 모두 정상입니다.', en: 'No notices. Your cards are in order.' },
  checkNow: { ko: '지금 상태 확인하기', en: 'Check now' },
  checked: { ko: '신분증 상태를 확인했습니다.', en: 'The status of your cards was checked.' },
  notChecked: {
    ko: '연결할 수 없어 상태를 확인하지 못했습니다.',
    en: 'There is no connection, so the status was not checked.',
  },
  revoked: { ko: (card: string) => `${card}: 폐기되었습니다`, en: (card: string) => `${card}: revoked` },
  revokedHow: {
    ko: '발급기관이 폐기하여 더는 쓸 수 없습니다. 필요하면 창구에서 새로 신청해 주세요.',
    en: 'The issuer revoked it, and it cannot be used any more. Apply for a new one if you need it.',
  },
  suspended: { ko: (card: string) => `${card}: 정지되었습니다`, en: (card: string) => `${card}: suspended` },
  suspendedHow: {
    ko: '분실 신고 등으로 발급기관이 정지했습니다. 신분증을 가지고 창구에 가면 해제할 수 있습니다. 신고한 적이 없다면 도움 전화로 알려 주세요.',
    en: 'The issuer suspended it, for example after a report of loss. Unlock it at a centre, with an identity card. If you reported nothing, call the help line.',
  },
  expired: { ko: (card: string) => `${card}: 유효기간이 끝났습니다`, en: (card: string) => `${card}: expired` },
  expiredHow: { ko: '창구에서 새로 받아 주세요.', en: 'Get a new one at a centre.' },
  expires_soon: { ko: (card: string) => `${card}: 곧 만료됩니다`, en: (card: string) => `${card}: expires soon` },
  expires_soonHow: {
    ko: '만료되기 전에 새로 발급받아 주세요.',
    en: 'Renew it before it expires.',
  },
  provisional: { ko: (card: string) => `${card}: 임시 신분증입니다`, en: (card: string) => `${card}: provisional` },
  provisionalHow: {
    ko: '원장에 연결할 수 없을 때 발급되어 72시간만 유효합니다. 연결되면 새로 받아 주세요.',
    en: 'It was issued while the ledger was out of reach and is valid for 72 hours. Renew it when you are online.',
  },
  status_old: {
    ko: (card: string) => `${card}: 상태를 확인한 지 오래되었습니다`,
    en: (card: string) => `${card}: its status was not checked for long`,
  },
  statusOldHow: { ko: '네트워크에 연결하고 상태를 확인해 주세요.', en: 'Connect to a network and check it.' },
  not_persistent: { ko: '브라우저가 신분증을 지울 수 있습니다', en: 'The browser may delete your cards' },
  notPersistentHow: {
    ko: '저장 공간이 부족하면 브라우저가 이 페이지의 자료를 지울 수 있습니다. 홈 화면에 추가하면 막을 수 있습니다.',
    en: 'When it needs room, the browser may delete this page’s data. Add the wallet to the home screen to prevent that.',
  },
  clock: { ko: '휴대전화의 시각이 맞지 않습니다', en: 'The clock of this phone is wrong' },
  clockAhead: {
    ko: '원장보다 빠릅니다. 설정에서 시각을 자동으로 맞춰 주세요. 그대로면 제출한 신분증이 거절될 수 있습니다.',
    en: 'It is fast. Set it automatically in the phone’s settings, or what you show may be refused.',
  },
  clockBehind: {
    ko: '원장보다 느립니다. 설정에서 시각을 자동으로 맞춰 주세요. 그대로면 제출한 신분증이 거절될 수 있습니다.',
    en: 'It is slow. Set it automatically in the phone’s settings, or what you show may be refused.',
  },
  seeCard: { ko: '신분증 보기', en: 'See the card' },
})
