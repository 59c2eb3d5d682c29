import { messages } from '../../kit/language.tsx'

/** Showing a card to somebody. */
export const show = messages({
  title: { ko: '신분확인', en: 'Show a card' },
  how: { ko: '어떻게 보여 줄까요?', en: 'How do you want to show it?' },
  scan: { ko: '상대방 QR 촬영', en: 'Scan their code' },
  scanHow: {
    ko: '가장 안전합니다. 누가 무엇을 묻는지 먼저 보여 드립니다.',
    en: 'The safest way. You see first who asks for what.',
  },
  code: { ko: '내 QR 보여주기', en: 'Show my code' },
  codeHow: {
    ko: '줄을 서서 빠르게 확인할 때 씁니다. 계좌 개설 등에는 쓸 수 없습니다.',
    en: 'For queues. Not accepted for accounts and the like.',
  },
  till: { ko: '매장 기기에 보여주기', en: 'Show to a till' },
  tillHow: {
    ko: '매장 단말기가 내 QR을 읽습니다. 무엇을 묻는지 본 다음 제출합니다.',
    en: 'The till reads your code. You see what it asks for, and then decide.',
  },
  whatFor: { ko: '무엇을 확인받나요?', en: 'What for?' },
  codeWarning: {
    ko: '이 QR을 보는 사람은 누구나 아래 정보를 읽을 수 있습니다. 확인하는 사람에게만 보여 주세요.',
    en: 'Whoever sees this code can read what is listed below. Show it only to who checks it.',
  },
  wouldShow: { ko: '이 QR에 담기는 정보', en: 'What the code contains' },
  showCode: { ko: '패스키로 확인하고 QR 보여주기', en: 'Confirm with the passkey and show the code' },
  lackCode: {
    ko: '이 용도에 필요한 신분증이 이 휴대전화에 없습니다.',
    en: 'The card that this purpose needs is not on this phone.',
  },
  codeTitle: { ko: '이 QR을 비춰 주세요', en: 'Hold this code to the camera' },
  codeRenewed: {
    ko: '15초마다 바뀝니다. 사진이나 녹화한 화면은 거절됩니다.',
    en: 'It changes every 15 seconds. A picture or a recording is refused.',
  },
  codeLabel: { ko: '신분증 QR 코드', en: 'QR code with the card' },
  codeOver: { ko: 'QR을 보여 주는 시간이 끝났습니다', en: 'The time of this code is over' },
  again: { ko: '다시 보여주기', en: 'Show it again' },
  finish: { ko: '마치기', en: 'Finish' },
  tillTitle: { ko: '매장 기기에 이 QR을 비춰 주세요', en: 'Hold this code to the till' },
  tillLabel: { ko: '매장 기기가 읽을 QR 코드', en: 'QR code for the till' },
  tillHere: {
    ko: '시험용: 이 컴퓨터의 확인 화면에서 읽기',
    en: 'For a trial: read it with the check screen of this computer',
  },
  tillWaiting: {
    ko: '기기가 읽으면 무엇을 묻는지 먼저 보여 드립니다. 아직 아무 정보도 나가지 않았습니다.',
    en: 'When the till has read it, you see what it asks for. Nothing has been shared yet.',
  },
  tillFailed: { ko: '매장 기기와 연결하지 못했습니다', en: 'The till was not reached' },
  tillInstead: {
    ko: '상대방 화면의 QR 코드를 촬영할 수도 있습니다.',
    en: 'You can scan a code on their screen instead.',
  },
  newCode: { ko: '새 QR 보여주기', en: 'Show a new code' },
  scanHint: { ko: '상대방 화면의 QR 코드를 비춰 주세요.', en: 'Hold the code on their screen in the frame.' },
  orLink: { ko: '링크로 열기', en: 'By a link' },
  link: { ko: '확인 요청 링크', en: 'Link of the request' },
  notOurs: {
    ko: '신분확인에 쓰는 QR 코드가 아닙니다. 상대방에게 확인해 주세요.',
    en: 'This code is not for showing a card. Ask the other person.',
  },
  noCards: { ko: '보여 줄 신분증이 없습니다', en: 'There is no card to show' },
  get: { ko: '신분증 받기', en: 'Get a card' },
  noCardsHow: { ko: '먼저 발급기관에서 신분증을 받아 주세요.', en: 'Get a card from an issuer first.' },
})
