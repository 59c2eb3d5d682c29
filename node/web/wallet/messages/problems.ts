import { messages } from '../../kit/language.tsx'

/** For each error code of core/errors.ts, and for some of their reasons: what happened, and what the holder can do. */
export const problems = messages({
  unexpected: {
    ko: '예상하지 못한 오류가 발생했습니다. 화면을 새로 열고 다시 시도해 주세요.',
    en: 'An unexpected error occurred. Reload the page and try again.',
  },
  WALLET_NOT_SET_UP: {
    ko: '아직 패스키를 만들지 않았습니다. 신분증을 먼저 받아 주세요.',
    en: 'There is no passkey yet. Get a card first.',
  },
  WALLET_PASSKEY_UNSUPPORTED: {
    ko: '이 기기나 브라우저에서는 본인을 확인하는 패스키를 쓸 수 없습니다. 화면 잠금(지문·얼굴·PIN)을 켜거나 다른 브라우저를 이용해 주세요.',
    en: 'This device or browser has no passkey that verifies you. Turn on the screen lock (finger, face or PIN), or use another browser.',
  },
  WALLET_PASSKEY_CANCELLED: {
    ko: '본인 확인이 끝나지 않았습니다. 다시 눌러 주세요.',
    en: 'You were not verified. Press again.',
  },
  WALLET_TOUCH_SPENT: {
    ko: '본인 확인 후 시간이 지났습니다. 다시 눌러 확인해 주세요.',
    en: 'Too much time has passed since you were verified. Press again.',
  },
  WALLET_KEY_LOST: {
    ko: '이 신분증의 키를 열 수 없습니다. 패스키가 삭제되었거나 바뀌었습니다. 신분증을 삭제하고 창구에서 새로 받아 주세요.',
    en: 'The key of this card cannot be opened: the passkey was deleted or replaced. Delete the card and get a new one.',
  },
  WALLET_STORAGE: {
    ko: '브라우저에 저장하지 못했습니다. 저장 공간을 확보하고 다시 시도해 주세요. 비공개 창에서는 저장되지 않습니다.',
    en: 'The browser could not store it. Free some space and try again. In a private window nothing is stored.',
  },
  WALLET_LOSS_REFUSED: {
    ko: '잠금 준비를 마치지 못했습니다. 다시 시도하고, 계속되면 도움 전화에 문의해 주세요.',
    en: 'The preparation was not accepted. Try again; if it stays so, call the help line.',
  },
  'WALLET_LOSS_REFUSED LOCK_NO_CARDS': {
    ko: '이 발급기관에서 받은 신분증이 없습니다. 신분증을 먼저 받아 주세요.',
    en: 'This authority issued no card to this wallet. Get a card first.',
  },
  'WALLET_LOSS_REFUSED LOCK_MEANS_REFUSED': {
    ko: '이 휴대전화의 ‘분실 잠금’ 패스키로 확인해야 바꿀 수 있습니다. 다시 눌러 확인해 주세요.',
    en: 'The passkey for locking on this phone has to agree. Press again and confirm with it.',
  },
  WALLET_CARD_UNKNOWN: { ko: '이 휴대전화에 없는 신분증입니다.', en: 'This card is not on this phone.' },
  'WALLET_OFFER_INVALID not_an_offer': {
    ko: '신분증 발급 QR 코드나 링크가 아닙니다. 담당자가 보여 준 것인지 확인해 주세요.',
    en: 'This is no offer of a card. Check that it is the code that the clerk showed you.',
  },
  'WALLET_OFFER_INVALID insecure_url': {
    ko: '안전하지 않은 주소(https가 아님)로 이어지는 발급 링크라서 열지 않았습니다.',
    en: 'The offer leads to an address without https, so it was not opened.',
  },
  'WALLET_OFFER_INVALID no_grant': {
    ko: '이 지갑이 지원하지 않는 방식의 발급 링크입니다. 발급기관에 문의해 주세요.',
    en: 'This wallet does not support this kind of offer. Ask the issuer.',
  },
  'WALLET_OFFER_INVALID unknown_card': {
    ko: '발급기관이 제공하지 않는 신분증입니다. 담당자에게 새 QR 코드를 요청해 주세요.',
    en: 'The issuer has no such card. Ask for a new QR code.',
  },
  'WALLET_OFFER_INVALID other_issuer': {
    ko: '링크의 발급기관과 실제 발급기관이 다릅니다. 열지 않았습니다.',
    en: 'The link names another issuer than the one that answers. It was not opened.',
  },
  'WALLET_OFFER_INVALID unsupported_card': {
    ko: '이 지갑이 지원하지 않는 형식의 신분증입니다.',
    en: 'This wallet does not support cards of this format.',
  },
  'WALLET_OFFER_INVALID metadata_unsigned': {
    ko: '발급기관의 정보에 서명이 없어 열지 않았습니다. 발급기관에 문의해 주세요.',
    en: 'The issuer did not sign its data, so the offer was not opened. Ask the issuer.',
  },
  'WALLET_OFFER_INVALID metadata_forged': {
    ko: '발급기관 정보의 서명이 올바르지 않거나 유효기간이 지나 열지 않았습니다. 발급기관에 문의해 주세요.',
    en: 'The signature on the issuer’s data is wrong or out of date, so the offer was not opened. Ask the issuer.',
  },
  WALLET_CODE_REFUSED: {
    ko: '번호가 다르거나, 이미 사용했거나 시간이 지난 QR 코드입니다. 번호를 다시 확인하고, 계속 안 되면 담당자에게 새 QR 코드를 요청해 주세요.',
    en: 'The code is wrong, or the QR code was used or is too old. Check the digits; if it fails again, ask for a new QR code.',
  },
  WALLET_ISSUING_STOPPED: {
    ko: '담당자가 발급을 중지했습니다. 담당자에게 새 QR 코드를 요청해 주세요.',
    en: 'The clerk stopped the issuing. Ask for a new QR code.',
  },
  WALLET_BUSY: {
    ko: '지금 신청이 많아 창구에서 기다리는 분들을 먼저 처리하고 있습니다. 지금 신분증은 그대로 쓸 수 있습니다. 잠시 뒤에 다시 시도해 주세요.',
    en: 'There are many requests, and people at the counters come first. Your present card stays valid. Try again later.',
  },
  WALLET_RENEWAL_REFUSED: {
    ko: '이 휴대전화에서는 다시 발급받을 수 없습니다. 지금 신분증은 그대로입니다. 신분증을 가지고 발급 창구에 문의해 주세요.',
    en: 'The card cannot be renewed on this phone. Your present card is unchanged. Ask at an issuing centre, with an identity card.',
  },
  WALLET_STOPPED: {
    ko: '발급기관이 이 지갑에는 신분증을 발급하지 않습니다. 같은 QR 코드를 다른 지갑으로 찍거나 담당자에게 문의해 주세요.',
    en: 'The issuer gives this wallet no cards. Scan the same QR code with another wallet, or ask the clerk.',
  },
  WALLET_ISSUER_REFUSED: {
    ko: '발급기관이 신청을 받아들이지 않았습니다. 담당자에게 새 QR 코드를 요청해 주세요.',
    en: 'The issuer refused. Ask for a new QR code.',
  },
  'WALLET_RETURN_REFUSED unknown': {
    ko: '이 브라우저에서 시작한 신청이 아니거나 이미 처리된 신청입니다. 다른 브라우저나 설치된 앱에서 시작했다면 그곳에서 지갑을 다시 열어 주세요.',
    en: 'This browser began no such application, or it was finished already. If you began in another browser or in the installed app, open the wallet there again.',
  },
  'WALLET_RETURN_REFUSED expired': {
    ko: '신청한 지 오래되어 이어서 진행할 수 없습니다. 처음부터 다시 신청해 주세요.',
    en: 'Too much time has passed since you began. Begin again.',
  },
  'WALLET_RETURN_REFUSED other_issuer': {
    ko: '신청한 발급기관이 아닌 곳에서 보낸 답이라 받지 않았습니다. 처음부터 다시 신청해 주세요.',
    en: 'The answer did not come from the issuer that was asked, so it was not used. Begin again.',
  },
  'WALLET_RETURN_REFUSED declined': {
    ko: '신청을 취소했거나 발급기관이 온라인 신청을 받지 않았습니다. 발급 창구에서는 신청할 수 있습니다.',
    en: 'You cancelled, or the issuer did not take the application. You can apply at an issuing centre.',
  },
  'WALLET_RETURN_REFUSED unavailable': {
    ko: '발급기관이 지금은 신청을 처리할 수 없습니다. 잠시 뒤에 다시 신청해 주세요.',
    en: 'The issuer cannot process applications now. Try again later.',
  },
  'WALLET_RETURN_REFUSED refused': {
    ko: '발급기관이 신청을 받아들이지 않았습니다. 처음부터 다시 신청하고, 계속 안 되면 발급기관에 문의해 주세요.',
    en: 'The issuer refused the application. Begin again; if it fails again, ask the issuer.',
  },
  WALLET_ISSUER_UNTRUSTED: {
    ko: '이 신분증을 발급하도록 인정된 기관임을 원장에서 확인하지 못해 받지 않았습니다.',
    en: 'The ledger does not say that this issuer may issue this card, so it was not taken.',
  },
  WALLET_CARD_REFUSED: {
    ko: '받은 신분증이 올바르지 않아 저장하지 않았습니다. 발급기관에 알려 주세요.',
    en: 'The card that was delivered is not right, so it was not stored. Tell the issuer.',
  },
  WALLET_UNREACHABLE: {
    ko: (host: string) => `${host}에 연결할 수 없습니다. 네트워크를 확인하고 다시 시도해 주세요.`,
    en: (host: string) => `${host} cannot be reached. Check the network and try again.`,
  },
  WALLET_ANSWER_INVALID: {
    ko: (host: string) => `${host}의 답을 이해할 수 없습니다. 잠시 뒤에 다시 시도해 주세요.`,
    en: (host: string) => `The answer of ${host} cannot be used. Try again later.`,
  },
  'WALLET_CLOCK ahead': {
    ko: '휴대전화의 시각이 빠릅니다. 설정에서 시각을 자동으로 맞추고 다시 시도해 주세요.',
    en: 'The clock of this phone is fast. Set it automatically and try again.',
  },
  'WALLET_CLOCK behind': {
    ko: '휴대전화의 시각이 느립니다. 설정에서 시각을 자동으로 맞추고 다시 시도해 주세요.',
    en: 'The clock of this phone is slow. Set it automatically and try again.',
  },
  WALLET_REQUEST_INVALID: {
    ko: '올바르지 않은 확인 요청이라 열지 않았습니다. 아무 정보도 보내지 않았습니다.',
    en: 'This request is not a proper one, so it was not opened. Nothing was shared.',
  },
  WALLET_REQUEST_UNSUPPORTED: {
    ko: '이 지갑이 지원하지 않는 방식의 확인 요청입니다. 아무 정보도 보내지 않았습니다.',
    en: 'This wallet does not support what is asked for. Nothing was shared.',
  },
  WALLET_REQUEST_EXPIRED: {
    ko: '요청의 시간이 지났습니다. 상대방에게 새 QR 코드를 요청해 주세요.',
    en: 'The time of this request is over. Ask for a new QR code.',
  },
  WALLET_CHOICE_INVALID: {
    ko: '선택한 신분증으로는 이 요청에 답할 수 없습니다. 다른 신분증을 선택해 주세요.',
    en: 'The chosen card does not answer this request. Choose another one.',
  },
  WALLET_ASKER_UNREGISTERED: {
    ko: '등록되지 않은 곳에는 누구인지 알 수 있는 정보를 제출하지 않습니다. 아무 정보도 보내지 않았습니다.',
    en: 'Whoever is not registered gets nothing that tells who you are. Nothing was shared.',
  },
  WALLET_BEYOND_REGISTRATION: {
    ko: '등록 범위 밖의 정보를 제출하려면 먼저 동의를 표시해 주세요.',
    en: 'To share what is beyond the registration, mark first that you agree.',
  },
  WALLET_ASKER_REFUSED: {
    ko: '요청한 곳이 답을 받지 않았습니다. 시간이 지났을 수 있습니다. 상대방에게 새 QR 코드를 요청해 주세요.',
    en: 'Whoever asked did not take the answer. Its time may be over. Ask for a new QR code.',
  },
  WALLET_ONE_WAY_REFUSED: {
    ko: '이 용도로는 내 QR만 보여 줄 수 없습니다. 상대방의 QR 코드를 촬영해 주세요.',
    en: 'For this purpose, showing your code is not enough. Scan their code.',
  },
  'WALLET_PASSPHRASE too_short': { ko: '암호가 너무 짧습니다.', en: 'The passphrase is too short.' },
  'WALLET_PASSPHRASE wrong': { ko: '이 파일의 암호가 아닙니다.', en: 'This is not the passphrase of the file.' },
})
