import { messages } from '../../kit/language.tsx'

/** The frame of the demo's pages. */
export const demo = messages({
  name: { ko: '도장 체험', en: 'Dojang demo' },
  toStart: { ko: '첫 화면으로', en: 'To the start page' },
  elsewhereTitle: { ko: '이 컴퓨터에서는 열 수 없습니다', en: 'Not on this computer' },
  elsewhere: {
    ko: '체험은 노드를 실행한 컴퓨터의 브라우저에서, 노드가 출력한 Public URL로 열 때만 됩니다.',
    en: 'The demo works only in a browser on the computer that runs the node, at the Public URL that the node printed.',
  },
  stoppedTitle: { ko: '노드가 응답하지 않습니다', en: 'The node gives no answer' },
  stopped: {
    ko: '터미널에서 npm start -- --demo 로 다시 시작하세요. 응답하면 이 화면이 저절로 이어집니다.',
    en: 'Start it again in the terminal with npm start -- --demo. This page goes on by itself when the node answers.',
  },
  brokenTitle: { ko: '진행하지 못했습니다', en: 'That did not work' },
  broken: {
    ko: '노드가 요청을 처리하지 못했습니다. 터미널의 기록을 보고 다시 시도하세요.',
    en: 'The node could not do what was asked. Look at its log in the terminal, then try again.',
  },
  lostTitle: { ko: '이 체험은 이어 갈 수 없습니다', en: 'This cannot go on' },
  lost: {
    ko: '노드가 다시 시작되었거나 신분증이 폐기되었습니다. 처음부터 다시 하세요.',
    en: 'The node was restarted, or the card was revoked. Start over.',
  },
  pages: { ko: '체험', en: 'Demo' },
  story: { ko: '2분 체험', en: 'The story' },
  fakes: { ko: '가짜를 만들어 보기', en: 'Try a fake' },
  notFound: { ko: '없는 화면입니다', en: 'No such screen' },
})
