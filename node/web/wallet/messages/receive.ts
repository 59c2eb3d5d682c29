import { messages } from '../../kit/language.tsx'

/** From the offer to the card. */
export const receive = messages({
  title: { ko: '신분증 받기', en: 'Get a card' },
  scanHint: { ko: '발급기관이 보여 주는 QR 코드를 비춰 주세요.', en: 'Hold the issuer’s QR code in the frame.' },
  orLink: { ko: '링크로 받기', en: 'By a link' },
  link: { ko: '발급 링크', en: 'Link of the offer' },
  linkHow: { ko: '받은 링크를 그대로 붙여 넣어 주세요.', en: 'Paste the link as you received it.' },
  openLink: { ko: '링크 열기', en: 'Open the link' },
  linkEmpty: { ko: '링크를 붙여 넣어 주세요.', en: 'Paste a link.' },
  linkOther: {
    ko: '발급 링크나 확인 요청 링크가 아닙니다. 처음부터 끝까지 복사했는지 확인해 주세요.',
    en: 'This is no link of an offer or of a request. Check that it was copied from its beginning to its end.',
  },
  orOnline: { ko: '온라인으로 신청하기', en: 'Apply online' },
  onlineHow: {
    ko: 'QR 코드가 없으면 발급기관의 화면에서 본인을 확인하고 신청할 수 있습니다.',
    en: 'Without a QR code you can apply on the issuer’s page, where you prove who you are.',
  },
  seeCards: { ko: '신청할 수 있는 신분증 보기', en: 'See the cards' },
  applyTitle: { ko: '어떤 신분증을 신청할까요?', en: 'Which card do you want?' },
  applyHow: {
    ko: '이 지갑의 발급기관이 발급하는 신분증입니다. 신청 자격은 발급기관의 화면에서 확인합니다.',
    en: 'These are the cards of this wallet’s issuer. Whether you can have one is decided on the issuer’s page.',
  },
  apply: { ko: (card: string) => `${card} 신청하기`, en: (card: string) => `Apply for the ${card}` },
  signInTitle: { ko: '발급기관의 화면으로 이동합니다', en: 'You go to the issuer’s page' },
  signInHow: {
    ko: '발급기관의 화면에서 본인을 확인합니다. 주소창에 아래 주소가 보이는지 확인해 주세요. 다른 주소라면 아무것도 입력하지 마세요.',
    en: 'You prove who you are on the issuer’s page. Check that the browser shows the address below. If it shows another one, enter nothing.',
  },
  signInAddress: { ko: '발급기관 화면의 주소', en: 'Address of the issuer’s page' },
  signInBack: {
    ko: '확인을 마치면 이 지갑으로 돌아와 신분증을 받습니다.',
    en: 'After that you come back to this wallet and get the card.',
  },
  signIn: { ko: '발급기관 화면으로 이동하기', en: 'Go to the issuer’s page' },
  notApplied: { ko: '신분증 신청을 마치지 못했습니다', en: 'You did not get a card' },
  beginAgain: { ko: '처음부터 다시 하기', en: 'Begin again' },
  readyTitle: { ko: '본인 확인이 끝났습니다', en: 'Your identity is confirmed' },
  readyHow: {
    ko: (card: string) => `패스키로 확인하면 신분증(${card})이 이 휴대전화에 저장됩니다.`,
    en: (card: string) => `Confirm with your passkey, and the ${card} is stored on this phone.`,
  },
  receivingHow: {
    ko: '발급기관이 신분증을 만들고 있습니다. 이 화면을 그대로 두세요.',
    en: 'The issuer is making the card. Leave this screen open.',
  },
  openCamera: { ko: 'QR 촬영하기', en: 'Scan a QR code' },
  offerTitle: { ko: '이 신분증을 받을까요?', en: 'Get this card?' },
  who: { ko: '발급기관', en: 'Issuer' },
  itsAddress: { ko: '주소', en: 'Address' },
  which: { ko: '신분증', en: 'Card' },
  accredited: { ko: '인정된 발급기관', en: 'Accredited issuer' },
  accreditedHow: {
    ko: (name: string) => `${name}: 이 신분증을 발급하도록 인정된 기관임을 원장에서 확인했습니다.`,
    en: (name: string) => `${name} may issue this card. This was proved on the ledger.`,
  },
  notAccredited: { ko: '인정되지 않은 발급기관', en: 'Not an accredited issuer' },
  issuer_unknown: {
    ko: '원장에 등록되지 않은 기관입니다. 이 신분증은 받을 수 없습니다. 안내한 사람에게 속지 않았는지 확인해 주세요.',
    en: 'The ledger does not know this issuer. The card cannot be taken. Ask yourself who sent you here.',
  },
  ended: {
    ko: '이 기관의 발급 자격이 끝났습니다. 신분증을 받을 수 없습니다. 발급기관에 문의해 주세요.',
    en: 'The accreditation of this issuer has ended. The card cannot be taken. Ask the issuer.',
  },
  card_not_granted: {
    ko: '이 종류의 신분증을 발급하도록 인정되지 않은 기관입니다. 신분증을 받을 수 없습니다.',
    en: 'This issuer may not issue cards of this kind. The card cannot be taken.',
  },
  notProved: { ko: '발급기관을 확인하지 못했습니다', en: 'The issuer could not be checked' },
  unreachable: {
    ko: '원장에 연결할 수 없습니다. 연결을 확인하고 다시 시도해 주세요.',
    en: 'The ledger cannot be reached. Check the connection and try again.',
  },
  stale: {
    ko: '이 휴대전화의 원장 정보가 오래되었습니다. 연결을 확인하고 다시 시도해 주세요.',
    en: 'This phone’s copy of the ledger is old. Check the connection and try again.',
  },
  no_seals: {
    ko: '개발용 원장이라 발급기관을 증명할 수 없습니다. 실제 신분증에는 쓰지 마세요.',
    en: 'This is a ledger for development, which proves nothing. Do not use it for real cards.',
  },
  retry: { ko: '다시 확인하기', en: 'Check again' },
  passkeyTitle: { ko: '패스키를 만듭니다', en: 'Make a passkey' },
  passkeyHow: {
    ko: '지문·얼굴·PIN으로 본인을 확인하는 열쇠입니다. 신분증을 받을 때와 보여 줄 때마다 이 패스키로 본인을 확인합니다.',
    en: 'It verifies you by finger, face or PIN: when you get a card, and each time that you show one.',
  },
  makePasskey: { ko: '패스키 만들기', en: 'Make a passkey' },
  next: { ko: '다음', en: 'Next' },
  codeTitle: { ko: '확인 번호를 넣어 주세요', en: 'Enter the transaction code' },
  codeHow: {
    ko: '담당자가 건넨 전표나 문자에 있는 숫자입니다. 다른 사람에게 알려 주지 마세요.',
    en: 'The digits on the slip from the clerk, or in the message. Tell nobody.',
  },
  code: { ko: '확인 번호', en: 'Transaction code' },
  codeOf: {
    ko: (length: number) => `확인 번호 ${length}자리`,
    en: (length: number) => `Transaction code, ${length} digits`,
  },
  codeShort: {
    ko: (length: number) => `숫자 ${length}자리를 모두 넣어 주세요.`,
    en: (length: number) => `Enter all ${length} digits.`,
  },
  codeEmpty: { ko: '확인 번호를 넣어 주세요.', en: 'Enter the transaction code.' },
  redeem: { ko: '확인 번호 보내기', en: 'Send the code' },
  redeemNoCode: { ko: '발급 신청하기', en: 'Ask for the card' },
  noCodeHow: {
    ko: '확인 번호가 필요 없는 신분증입니다. 누르면 발급기관에 발급을 신청합니다.',
    en: 'This card needs no code. Press the button to ask the issuer for it.',
  },
  digitsTitle: { ko: '두 숫자를 비교해 주세요', en: 'Compare the two digits' },
  digitsHow: {
    ko: '창구 화면에 같은 두 숫자가 보이는지 담당자와 함께 확인해 주세요. 다르면 받지 마세요.',
    en: 'The clerk’s screen must show the same two digits. If it does not, do not go on.',
  },
  digits: { ko: '두 숫자', en: 'Two digits' },
  touch: { ko: '패스키로 확인하고 받기', en: 'Confirm with the passkey and get the card' },
  waiting: { ko: '담당자의 확인을 기다리고 있습니다', en: 'Waiting for the clerk' },
  waitingHow: {
    ko: '담당자가 두 숫자를 확인하면 신분증이 도착합니다. 이 화면을 그대로 두세요.',
    en: 'The card arrives when the clerk has compared the digits. Leave this screen open.',
  },
  receiving: { ko: '신분증을 받고 있습니다', en: 'Getting the card' },
  stop: { ko: '그만두기', en: 'Stop' },
  doneTitle: { ko: '신분증을 받았습니다', en: 'Your card is here' },
  doneLock: {
    ko: '휴대전화를 잃어버려도 다른 곳에서 바로 잠글 수 있게 지금 준비해 두세요.',
    en: 'Prepare now, so that you can lock the card from elsewhere if you lose this phone.',
  },
  prepare: { ko: '잠금 준비', en: 'Prepare for loss' },
  seeLock: { ko: '분실 때 잠그는 방법', en: 'How to lock it' },
  noOffer: { ko: '열려 있는 발급 신청이 없습니다', en: 'No offer is open' },
  noOfferHow: {
    ko: '화면을 새로 열어 신청이 닫혔습니다. QR 코드를 다시 촬영해 주세요. 이미 번호를 넣었다면 담당자에게 새 QR 코드를 요청해 주세요.',
    en: 'It was closed when the page was loaded anew. Scan the QR code again. If you had entered the code already, ask for a new QR code.',
  },
})
