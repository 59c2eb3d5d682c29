import { messages } from '../../kit/language.tsx'

/** The first screen, the face of a card, and its details. */
export const cards = messages({
  title: { ko: '내 신분증', en: 'My cards' },
  none: { ko: '아직 신분증이 없습니다', en: 'No card yet' },
  howTo: { ko: '신분증 받는 방법', en: 'How to get a card' },
  goToCentre: {
    ko: '지금 쓰는 신분증을 가지고 주민센터 등 발급 창구를 방문합니다.',
    en: 'Go to an issuing centre, such as your community centre, with your present identity card.',
  },
  takePhone: { ko: '본인 명의의 휴대전화를 가지고 갑니다.', en: 'Bring the phone whose line is in your name.' },
  scanOffer: { ko: '담당자가 보여 주는 QR 코드를 촬영합니다.', en: 'Scan the QR code that the clerk shows you.' },
  noAccount: {
    ko: '회원 가입은 필요 없습니다. 신분증은 이 휴대전화에만 저장됩니다.',
    en: 'No account is needed. The card is stored on this phone only.',
  },
  get: { ko: '신분증 받기', en: 'Get a card' },
  getAnother: { ko: '다른 신분증 받기', en: 'Get another card' },
  show: { ko: '신분확인', en: 'Show a card' },
  detailsOf: { ko: (card: string) => `${card} 자세히 보기`, en: (card: string) => `Details of ${card}` },
  lookingTitle: { ko: '보는 것은 확인이 아닙니다', en: 'Looking is not checking' },
  lookingHow: {
    ko: '화면은 꾸며 낼 수 있습니다. QR로 확인하세요.',
    en: 'A screen can be faked. Check it by scanning.',
  },
  now: { ko: '현재 시각', en: 'Now' },
  portraitOf: { ko: '신분증 사진', en: 'Portrait on the card' },
  issuer: { ko: '발급기관', en: 'Issuer' },
  issuerProved: { ko: '원장에서 확인한 이름입니다.', en: 'The name is proved on the ledger.' },
  issuerNotProved: {
    ko: '개발용 원장이라 이름을 증명할 수 없습니다.',
    en: 'A ledger for development: the name cannot be proved.',
  },
  status: { ko: '상태', en: 'Status' },
  statusAt: { ko: '상태 확인 시각', en: 'Status known since' },
  never: { ko: '아직 확인하지 못했습니다', en: 'not learned yet' },
  received: { ko: '받은 날', en: 'Received' },
  expires: { ko: '유효기간', en: 'Valid until' },
  key: { ko: '키 보관 방식', en: 'How the key is kept' },
  software_prf: {
    ko: '패스키로 잠근 소프트웨어 키. 본인을 확인해야만 열립니다.',
    en: 'A software key, locked by your passkey. It opens only after your passkey has verified you.',
  },
  software: {
    ko: '브라우저가 보관하는 소프트웨어 키. 이 기기의 패스키가 키를 잠그는 기능을 지원하지 않아 보관 수준이 한 단계 낮습니다.',
    en: 'A software key, kept by the browser. This device’s passkey cannot lock it, so it is kept at a lower level.',
  },
  allClaims: { ko: '신분증에 담긴 정보', en: 'What the card contains' },
  provisional: {
    ko: (until: string) => `임시 신분증: ${until}까지`,
    en: (until: string) => `Temporary card, until ${until}`,
  },
  provisionalHow: {
    ko: '원장에 연결할 수 없을 때 발급된 임시 신분증입니다. 네트워크에 연결되면 이 지갑이 정식 신분증으로 바꿉니다. 그때까지 바뀌지 않으면 창구에서 다시 신청해 주세요. 은행처럼 원장 기록을 확인하는 곳에서는 아직 쓸 수 없습니다.',
    en: 'It was issued while the ledger was out of reach. This wallet exchanges it for the full card when you are online. If it has not been exchanged by then, apply again at a centre. It does not work yet where the ledger is checked, such as at a bank.',
  },
  exchange: { ko: '지금 정식 신분증으로 바꾸기', en: 'Exchange it now' },
  renew: { ko: '새로 발급받기', en: 'Renew the card' },
  renewed: { ko: '새 신분증을 받았습니다.', en: 'The new card is here.' },
  remove: { ko: '이 휴대전화에서 삭제하기', en: 'Delete from this phone' },
  removeTitle: { ko: '이 신분증을 삭제할까요?', en: 'Delete this card?' },
  removeHow: {
    ko: '이 휴대전화에서만 삭제됩니다. 되돌릴 수 없으며, 다시 쓰려면 창구에서 새로 받아야 합니다. 발급기관의 기록과 효력은 그대로입니다.',
    en: 'It is deleted from this phone only, and cannot be brought back: to use it again you need a new one from the issuer. The issuer’s record stays as it is.',
  },
  removeDo: { ko: '삭제하기', en: 'Delete' },
  keep: { ko: '그대로 두기', en: 'Keep it' },
  removed: { ko: '신분증을 삭제했습니다.', en: 'The card is deleted.' },
  gone: { ko: '이 휴대전화에 없는 신분증입니다', en: 'This card is not on this phone' },
})
