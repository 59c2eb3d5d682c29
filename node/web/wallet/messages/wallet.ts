import { messages } from '../../kit/language.tsx'

/** The frame of the wallet, and its first screen. */
export const wallet = messages({
  name: { ko: '모바일 신분증', en: 'Mobile ID' },
  noCards: { ko: '아직 신분증이 없습니다', en: 'No card yet' },
  howTo: { ko: '신분증 받는 방법', en: 'How to get a card' },
  goToCentre: {
    ko: '신분증을 가지고 주민센터 등 발급 창구를 방문합니다.',
    en: 'Go to an issuing centre, such as your community centre, with your identity card.',
  },
  takePhone: {
    ko: '본인 명의의 휴대전화를 가지고 갑니다.',
    en: 'Bring the phone whose line is in your name.',
  },
  scanOffer: {
    ko: '담당자가 보여 주는 QR 코드를 촬영합니다.',
    en: 'Scan the QR code that the clerk shows you.',
  },
  noAccount: {
    ko: '회원 가입은 필요 없습니다. 신분증은 이 휴대전화에만 저장됩니다.',
    en: 'No account is needed. The card is stored on this phone only.',
  },
})
