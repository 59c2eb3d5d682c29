import { messages } from '../../kit/language.tsx'

export const ask = messages({
  name: { ko: '신분증 제시', en: 'Show a card' },
  title: { ko: '신분증을 보여 주세요', en: 'Show your card' },
  asks: {
    ko: (name: string, purpose: string) => `${name}: ${purpose}. 무엇을 제출할지는 지갑에서 확인하고 정합니다.`,
    en: (name: string, purpose: string) => `${name}: ${purpose}. You see and decide in your wallet what is shared.`,
  },
  hereTitle: { ko: '지갑이 이 기기에 있으면', en: 'The wallet is on this device' },
  here: { ko: '지갑 열기', en: 'Open the wallet' },
  hereApp: { ko: '다른 지갑 앱으로 열기', en: 'Open another wallet app' },
  elsewhereTitle: { ko: '지갑이 다른 휴대전화에 있으면', en: 'The wallet is on another phone' },
  elsewhere: { ko: '지갑에서 이 QR을 찍으세요.', en: 'Scan this code with the wallet.' },
  code: { ko: '신분증 요청 QR', en: 'QR code of the request' },
  warning: {
    ko: '이 화면의 QR을 다른 사람에게서 받았거나 남에게 보내 달라는 부탁을 받았다면 사기입니다. 중지하세요.',
    en: 'If somebody sent you this code, or asked you to send it on, it is fraud. Stop.',
  },
  digitsTitle: { ko: '지갑에 같은 번호가 보입니까?', en: 'Does the wallet show the same number?' },
  digits: { ko: '두 자리 번호', en: 'Two digits' },
  digitsHow: {
    ko: '같으면 지갑에서 계속하세요. 다르면 지갑에서 거절하세요.',
    en: 'If it is the same, go on in the wallet. If it is another, decline in the wallet.',
  },
  manyTitle: { ko: '지갑 여러 개가 이 QR을 찍었습니다', en: 'Several wallets scanned this code' },
  many: {
    ko: '내 지갑이 아니라면 다른 사람이 화면을 보고 있습니다. 사이트로 돌아가 처음부터 다시 하세요.',
    en: 'If they are not yours, somebody else sees this screen. Go back to the site and begin again.',
  },
  answeredTitle: { ko: '지갑이 연 화면에서 계속하세요', en: 'Go on where the wallet led you' },
  answered: {
    ko: '제출했습니다. 지갑이 연 브라우저 화면에서 이어집니다. 이 화면은 닫아도 됩니다.',
    en: 'It was shared. The browser that the wallet opened goes on. You can close this page.',
  },
  doneTitle: { ko: '사이트로 돌아갑니다', en: 'Back to the site' },
  back: { ko: '사이트로 돌아가기', en: 'Back to the site' },
  overTitle: { ko: '시간이 지났습니다', en: 'The time is over' },
  over: { ko: '사이트로 돌아가 다시 요청하세요.', en: 'Go back to the site and ask again.' },
  otherTitle: { ko: '이 브라우저에서는 계속할 수 없습니다', en: 'This browser cannot go on' },
  other: {
    ko: '다른 브라우저에서 연 요청입니다. 요청한 사이트에서 이 브라우저로 처음부터 다시 하세요. 누군가 보낸 링크라면 닫으세요.',
    en: 'The request was opened in another browser. Begin again at the site, in this browser. If somebody sent you the link, close it.',
  },
  goneTitle: { ko: '없는 요청입니다', en: 'There is no such request' },
  gone: {
    ko: '끝났거나 잘못된 주소입니다. 요청한 사이트에서 다시 하세요.',
    en: 'It has ended, or the address is wrong. Begin again at the site.',
  },
  offlineTitle: { ko: '연결되지 않습니다', en: 'No connection' },
  offline: { ko: '네트워크를 확인하고 다시 시도하세요.', en: 'Check the network, then try again.' },
  again: { ko: '다시 시도', en: 'Try again' },
  opening: { ko: '요청을 여는 중', en: 'Opening the request' },
})
