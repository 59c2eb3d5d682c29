import { messages } from '../../kit/language.tsx'

/** The frame of the wallet. */
export const wallet = messages({
  name: { ko: '모바일 신분증', en: 'Mobile ID' },
  screens: { ko: '화면', en: 'Screens' },
  cards: { ko: '신분증', en: 'Cards' },
  history: { ko: '이용 이력', en: 'History' },
  notices: { ko: '알림', en: 'Notices' },
  settings: { ko: '설정', en: 'Settings' },
  noticesWaiting: { ko: (count: number) => `알림 ${count}건`, en: (count: number) => `Notices, ${count} waiting` },
  back: { ko: '뒤로', en: 'Back' },
  toCards: { ko: '내 신분증으로', en: 'To my cards' },
  helpLine: { ko: '도움 전화', en: 'Help line' },
  notFound: { ko: '없는 화면입니다', en: 'There is no such screen' },
  otherWallet: { ko: '다른 지갑 앱으로 열기', en: 'Open in another wallet app' },
  newBuild: { ko: '새 버전이 있습니다', en: 'There is a new version' },
  newBuildHow: {
    ko: '신분증은 그대로 남습니다. 지금 바꾸면 화면이 한 번 새로 열립니다.',
    en: 'Your cards stay. The page opens anew once.',
  },
  useNewBuild: { ko: '새 버전 사용하기', en: 'Use the new version' },
  offline: { ko: '연결 없음', en: 'Offline' },
  asOf: { ko: (ago: string) => `${ago} 정보`, en: (ago: string) => `as of ${ago}` },
  cannotOpen: { ko: '지갑을 열 수 없습니다', en: 'The wallet cannot be opened' },
  cannotOpenHow: {
    ko: '이 브라우저에서 처음 여는 경우에는 네트워크 연결이 필요합니다. 연결을 확인하고 다시 시도해 주세요. 비공개 창에서는 사용할 수 없습니다.',
    en: 'The first time in this browser, the wallet needs the network. Check the connection and try again. It does not work in a private window.',
  },
  inFrame: { ko: '다른 페이지 안에서는 열 수 없습니다', en: 'This cannot be opened inside another page' },
  inFrameHow: {
    ko: '다른 페이지가 신분증 화면을 덮어 잘못 누르게 할 수 있어 막았습니다. 주소를 새 창에서 열어 주세요.',
    en: 'Another page could cover this screen and make you press the wrong button. Open the address in a window of its own.',
  },
})
