import { messages } from '../../kit/language.tsx'

/** The next card for one that expires or is outdated. */
export const renew = messages({
  title: { ko: '신분증 다시 발급', en: 'Renew the card' },
  expiresIn: {
    ko: (days: number) => `${days}일 뒤 만료`,
    en: (days: number) => `Expires in ${days === 1 ? '1 day' : `${days} days`}`,
  },
  changed: { ko: '내용이 바뀐 신분증', en: 'Its data have changed' },
  unfinished: { ko: '다시 발급이 끝나지 않음', en: 'Renewal not finished' },
  reminder: { ko: '다시 발급', en: 'Renew' },
  until: { ko: (date: string) => `지금 신분증의 유효기간: ${date}까지`, en: (date: string) => `Valid until ${date}` },
  why: {
    ko: '새 신분증은 지금 등록된 내용과 새 키로 발급됩니다.',
    en: 'The new card has what the register says now, and a new key.',
  },
  whyOutdated: {
    ko: '주소나 이름 등 등록된 내용이 신분증과 다릅니다. 새 신분증에는 바뀐 내용이 담깁니다.',
    en: 'The register has another address or name, for example. The new card has what it says now.',
  },
  staysUntil: {
    ko: '새 신분증이 이 휴대전화에 저장될 때까지 지금 신분증이 남아 있습니다. 그 뒤에는 지금 신분증을 쓸 수 없습니다.',
    en: 'Your present card stays on this phone until the new one is stored. Then it ends.',
  },
  press: { ko: '패스키로 확인하고 다시 발급받기', en: 'Confirm with the passkey and renew' },
  steps: { ko: '진행 상황', en: 'Progress' },
  asking: { ko: '발급기관에 신청하는 중', en: 'Asking the issuer' },
  making: { ko: '새 신분증을 발급하는 중', en: 'The new card is being made' },
  checking: { ko: '새 신분증을 확인하고 저장하는 중', en: 'Checking and storing the new card' },
  stepDone: { ko: '완료', en: 'done' },
  waitingTitle: { ko: '순서를 기다리고 있습니다', en: 'Waiting for a turn' },
  waitingHow: {
    ko: '신청이 많아 창구에서 기다리는 분들을 먼저 처리하고 있습니다. 화면을 닫았다면 나중에 다시 발급을 눌러 이어서 받아 주세요.',
    en: 'There are many requests, and people at the counters come first. If you close this page, press Renew again later to finish.',
  },
  doneTitle: { ko: '새 신분증을 받았습니다', en: 'The new card is here' },
  doneHow: {
    ko: (date: string) => `새 신분증은 ${date}까지 쓸 수 있습니다. 이전 신분증은 이 휴대전화에서 삭제되었습니다.`,
    en: (date: string) => `It is valid until ${date}. The old card was removed from this phone.`,
  },
  offline: { ko: '발급기관에 연결할 수 없습니다', en: 'The issuer cannot be reached' },
  offlineHow: {
    ko: '다시 발급받으려면 네트워크 연결이 필요합니다. 지금 신분증은 그대로 쓸 수 있습니다.',
    en: 'A network is needed to renew the card. Your present card works as before.',
  },
  counter: { ko: '발급 창구에서 다시 발급받아 주세요', en: 'Renew it at an issuing centre' },
  counterHow: {
    ko: '집에서 다시 발급받는 것은 IC 주민등록증으로 받은 신분증만 가능합니다. 지금 신분증은 그동안 그대로 쓸 수 있습니다.',
    en: 'At home only cards can be renewed that were issued with an IC resident card. Until then your present card works as before.',
  },
  counter1: {
    ko: '본인을 확인할 신분증과 이 휴대전화를 가지고 주민센터 등 발급 창구를 방문합니다.',
    en: 'Go to an issuing centre, such as your community centre, with an identity card and this phone.',
  },
  counter2: {
    ko: '담당자에게 “모바일 신분증 갱신”이라고 말합니다.',
    en: 'Say that you want to renew your mobile card.',
  },
  counter3: {
    ko: '담당자가 보여 주는 QR 코드를 이 지갑으로 촬영합니다.',
    en: 'Scan the QR code that the clerk shows you with this wallet.',
  },
  not_due: { ko: '아직 다시 발급받지 않아도 됩니다', en: 'It need not be renewed yet' },
  notDueHow: {
    ko: (date: string) => `${date}부터 다시 발급받을 수 있습니다. 그때 이 지갑이 알려 드립니다.`,
    en: (date: string) => `It can be renewed from ${date} on. This wallet will remind you.`,
  },
  suspended: { ko: '정지된 신분증은 다시 발급받을 수 없습니다', en: 'A suspended card cannot be renewed' },
  suspendedHow: {
    ko: '먼저 정지를 해제해 주세요. 정지된 까닭은 알림에 있습니다.',
    en: 'Have it unlocked first. The notices say why it is suspended.',
  },
  toNotices: { ko: '알림 보기', en: 'See the notices' },
  wallet_stopped: { ko: '이 지갑으로는 더 발급되지 않습니다', en: 'No further cards in this wallet' },
  walletStoppedHow: {
    ko: '발급기관이 이 지갑에 대한 발급을 중지했습니다. 창구에서 다른 지갑으로 새로 신청해 주세요.',
    en: 'The issuer gives this wallet no further cards. Apply for a card in another wallet, at a centre.',
  },
  expired: { ko: '유효기간이 끝났습니다', en: 'The card has expired' },
  ended: { ko: '폐기된 신분증입니다', en: 'The card was revoked' },
  applyAgain: {
    ko: '다시 발급받을 수 없습니다. 발급 창구에서 새로 신청해 주세요.',
    en: 'It cannot be renewed. Apply for a new one at an issuing centre.',
  },
})
