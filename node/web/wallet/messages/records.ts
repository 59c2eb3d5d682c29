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
  suspendedBy_telecom: {
    ko: '통신사가 휴대전화 분실을 신고하여 정지되었습니다. 휴대전화를 찾았다면 신분증을 가지고 창구에서 해제해 주세요. 신고한 적이 없다면 도움 전화로 알려 주세요.',
    en: 'Your telecom reported the phone as lost. If you have it again, unlock the card at a centre, with an identity card. If you reported nothing, call the help line.',
  },
  suspendedBy_holder: {
    ko: '본인의 분실 신고로 정지되었습니다. 휴대전화를 찾았다면 본인 확인을 거쳐 해제해 주세요. 신고한 적이 없다면 도움 전화로 알려 주세요.',
    en: 'You reported the phone as lost. If you have it again, have the card unlocked; your identity is checked. If you reported nothing, call the help line.',
  },
  suspendedBy_authority: {
    ko: '발급기관이 정지했습니다. 신분증을 가지고 창구에 문의해 주세요.',
    en: 'The issuer suspended it. Ask at a centre, with an identity card.',
  },
  suspendedBy_wallet_stop: {
    ko: '이 지갑의 사용이 중지되어 신분증이 정지되었습니다. 다른 지갑으로 새로 신청해 주세요.',
    en: 'This wallet was stopped, and its cards with it. Apply for a card in another wallet.',
  },
  suspendedBy_replacement: {
    ko: '새 신분증이 발급되고 있어 정지되었습니다. 다른 휴대전화에서 신청한 적이 없다면 도움 전화로 알려 주세요.',
    en: 'A new card is being issued. If you did not apply for one on another phone, call the help line.',
  },
  wallet_stopped: {
    ko: (card: string) => `${card}: 이 지갑으로는 더 발급되지 않습니다`,
    en: (card: string) => `${card}: no further cards in this wallet`,
  },
  walletStoppedHow: {
    ko: '발급기관이 이 지갑에 대한 발급을 중지했습니다. 창구에서 다른 지갑으로 새로 신청해 주세요.',
    en: 'The issuer gives this wallet no further cards. Apply for a card in another wallet, at a centre.',
  },
  expired: { ko: (card: string) => `${card}: 유효기간이 끝났습니다`, en: (card: string) => `${card}: expired` },
  expiredHow: { ko: '창구에서 새로 받아 주세요.', en: 'Get a new one at a centre.' },
  expires_soon: {
    ko: (card: string, days: number) => `${card}: ${days}일 뒤 만료됩니다`,
    en: (card: string, days: number) => `${card}: expires in ${days === 1 ? '1 day' : `${days} days`}`,
  },
  until: { ko: (date: string) => `유효기간 ${date}까지`, en: (date: string) => `Valid until ${date}` },
  outdated: {
    ko: (card: string) => `${card}: 적힌 내용이 바뀌었습니다`,
    en: (card: string) => `${card}: its data have changed`,
  },
  outdatedHow: {
    ko: '주소나 이름 등 등록된 내용이 신분증과 다릅니다. 다시 발급받아 주세요.',
    en: 'The register has another address or name, for example. Renew the card.',
  },
  renewAtHome: {
    ko: '이 휴대전화에서 방문 없이 다시 발급받을 수 있습니다.',
    en: 'You can renew it on this phone, without a visit.',
  },
  renewAtCounter: {
    ko: '만료되기 전에 신분증을 가지고 발급 창구에서 다시 발급받아 주세요.',
    en: 'Renew it at an issuing centre before it expires, with an identity card.',
  },
  renewal_unfinished: {
    ko: (card: string) => `${card}: 다시 발급이 끝나지 않았습니다`,
    en: (card: string) => `${card}: its renewal is not finished`,
  },
  renewalUnfinishedHow: {
    ko: '새 신분증이 아직 이 휴대전화에 없습니다. 그동안 지금 신분증이 정지되었을 수 있습니다. 다시 발급을 눌러 끝내 주세요.',
    en: 'The new card is not on this phone yet, and the present one may be suspended meanwhile. Press Renew to finish.',
  },
  renew: { ko: '다시 발급', en: 'Renew' },
  howToRenew: { ko: '다시 발급 방법 보기', en: 'How to renew it' },
  provisional: {
    ko: (card: string) => `${card}: 임시 신분증입니다`,
    en: (card: string) => `${card}: a temporary card`,
  },
  provisionalHow: {
    ko: '원장에 연결할 수 없을 때 발급된 임시 신분증입니다. 네트워크에 연결되면 이 지갑이 정식 신분증으로 바꿉니다. 그때까지 바뀌지 않으면 창구에서 다시 신청해 주세요. 은행처럼 원장 기록을 확인하는 곳에서는 아직 쓸 수 없습니다.',
    en: 'It was issued while the ledger was out of reach. This wallet exchanges it for the full card when you are online. If it has not been exchanged by then, apply again at a centre. It does not work yet where the ledger is checked, such as at a bank.',
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
