/** From the code to the card: the page turned to the applicant, and what the clerk sees beside it. */
import { messages } from '../../kit/language.tsx'

export const handout = messages({
  'show.title': { ko: '휴대전화로 이 QR을 찍어 주세요', en: 'Scan this QR code with your phone' },
  'show.qr': { ko: '한 번만 쓸 수 있는 QR 코드', en: 'One-time QR code' },
  'show.do1': { ko: '모바일 신분증 앱을 열어 주세요', en: 'Open the wallet app' },
  'show.do2': { ko: 'QR을 찍어 주세요', en: 'Scan the QR code' },
  'show.do3': { ko: '전표의 숫자를 입력해 주세요', en: 'Enter the digits on the slip' },
  'show.openWallet': {
    ko: '시험용: 이 컴퓨터의 지갑에서 열기',
    en: 'For a trial: open in the wallet on this computer',
  },
  'show.copyLink': { ko: '시험용: 링크 복사', en: 'For a trial: copy the link' },
  'show.linkCopied': { ko: '링크를 복사했습니다', en: 'The link is copied' },
  'show.turn': { ko: '신청인에게 QR 보여주기', en: 'Show QR to the applicant' },
  'show.turnBack': { ko: '담당자 화면 (Esc)', en: 'Clerk’s side (Esc)' },
  'show.clerk': { ko: '전표를 건네고 기다려 주세요', en: 'Hand over the slip, then wait' },
  'show.slip': { ko: '확인 번호 전표', en: 'Slip with the transaction code' },
  'show.cancel': { ko: '신청 취소하기', en: 'Cancel the application' },
  'show.code': { ko: '확인 번호', en: 'Transaction code' },
  'show.codeHow': { ko: '말로 알려주지 말고 전표로 건네주세요.', en: 'Do not say it aloud: hand over the slip.' },
  'show.codeReveal': { ko: '확인 번호 보기', en: 'Show the transaction code' },
  'show.codeHide': { ko: '확인 번호 가리기', en: 'Hide the transaction code' },
  'show.wrong': {
    ko: (wrong: number) => `확인 번호를 ${wrong}번 틀렸습니다`,
    en: (wrong: number) => `The transaction code was wrong ${wrong === 1 ? 'once' : `${wrong} times`}`,
  },
  'show.wrongLeft': {
    ko: (left: number) =>
      `${left}번 더 입력할 수 있고, 그 뒤에는 신청이 취소됩니다. 신청인이 받은 숫자를 보고 입력했는지 확인해 주세요.`,
    en: (left: number) =>
      `${left === 1 ? 'One more try is' : `${left} more tries are`} left, then the application is cancelled. Make sure that the applicant reads the digits that they were given.`,
  },
  'show.print': { ko: '전표 인쇄하기', en: 'Print the slip' },
  'show.waiting': { ko: '신청인의 휴대전화를 기다립니다.', en: 'Waiting for the applicant’s phone.' },
  'slip.title': { ko: '모바일 신분증 확인 번호', en: 'Transaction code for the mobile card' },
  'slip.how': {
    ko: 'QR을 찍은 뒤 휴대전화에 이 숫자를 입력해 주세요.',
    en: 'After scanning the QR code, enter these digits on your phone.',
  },
  'slip.until': { ko: (time: string) => `${time}까지 쓸 수 있습니다.`, en: (time: string) => `Valid until ${time}.` },
  'slip.warning': { ko: '다른 사람에게 보여주거나 알려주지 마세요.', en: 'Do not show or tell it to anybody.' },
  'expired.title': { ko: 'QR 시간이 지났습니다', en: 'The QR code has expired' },
  'expired.titleElsewhere': { ko: '다른 화면에서 만든 QR입니다', en: 'The QR code was made on another screen' },
  'expired.text': {
    ko: '앞의 QR과 확인 번호는 이제 쓸 수 없습니다.',
    en: 'The QR code and its transaction code cannot be used any more.',
  },
  'expired.elsewhere': {
    ko: '이 화면에서는 그 QR을 볼 수 없습니다. 새 QR을 보여주면 앞의 QR은 쓸 수 없게 됩니다.',
    en: 'It cannot be shown here. A new QR code ends the earlier one.',
  },
  'expired.again': { ko: '새 QR 보여주기', en: 'Show a new QR' },
  'same.title': { ko: '같은 번호가 보입니까?', en: 'Does the phone show the same number?' },
  'same.titleCode': { ko: '신청인의 휴대전화가 맞습니까?', en: 'Is this the applicant’s phone?' },
  'same.wallet': { ko: '모바일 신분증 앱', en: 'Wallet' },
  'same.walletUnknown': { ko: '이름을 밝히지 않은 앱', en: 'An app that gave no name' },
  'same.unverified': {
    ko: '앱이 스스로 밝힌 이름입니다. 등록된 앱인지는 확인되지 않았습니다.',
    en: 'The app gave this name itself. It is not attested by a registered provider.',
  },
  'same.digits': { ko: '두 자리 번호', en: 'Two digits' },
  'same.digitsHow': {
    ko: '신청인의 휴대전화에 보이는 번호와 비교해 주세요. 다르면 다른 휴대전화가 QR을 찍은 것입니다.',
    en: 'Compare with the number on the applicant’s phone. If they differ, another phone scanned the QR code.',
  },
  'same.codeHow': {
    ko: '이 앱은 두 자리 번호를 보여주지 않습니다. 확인 번호를 아는 휴대전화라는 것만 알 수 있습니다. 신청인의 화면이 다음으로 넘어갔는지 직접 확인해 주세요. 넘어가지 않았으면 중지를 눌러 주세요.',
    en: 'This wallet shows no number. Only the transaction code ties it to the applicant. Look at the applicant’s phone: if it has not gone on to the next page, press Stop.',
  },
  'same.press': { ko: '같은 휴대전화', en: 'Same phone' },
  'same.stop': { ko: '중지', en: 'Stop' },
  'same.stopHint': {
    ko: '중지하면 이 QR은 못 쓰게 되고, 그 휴대전화는 신분증을 받지 못합니다.',
    en: 'Stop ends this QR code. That phone gets no card.',
  },
  'stopped.title': { ko: '중지했습니다', en: 'Stopped' },
  'stopped.text': {
    ko: '그 휴대전화는 신분증을 받지 못했습니다. 신청은 그대로 있습니다. 새 QR을 신청인에게만 보여주세요.',
    en: 'That phone got no card. The application is kept. Show a new QR code, to the applicant only.',
  },
  'issuing.title': { ko: '발급하는 중입니다', en: 'Issuing the card' },
  'issuing.text': {
    ko: '신청인이 앱에서 받기를 누르면 신분증에 서명하고 원장에 기록합니다. 보통 1초 안에 끝납니다.',
    en: 'When the applicant accepts in the app, the card is signed and anchored on the ledger, usually in under a second.',
  },
  'issuing.phone': {
    ko: '오래 걸리면 신청인이 받기를 눌렀는지, 휴대전화가 인터넷에 연결되어 있는지 확인해 주세요.',
    en: 'If it takes longer, ask whether the applicant has accepted, and whether the phone is online.',
  },
  'done.title': { ko: '발급되었습니다', en: 'The card was issued' },
  'done.text': { ko: '신청인의 휴대전화에 신분증이 있습니다.', en: 'The card is on the applicant’s phone.' },
  'done.plastic': { ko: '카드가 제작되었습니다', en: 'The card was made' },
  'done.plasticText': {
    ko: '카드가 도착하면 신청인에게 연락해 주세요.',
    en: 'Call the applicant when the card has arrived.',
  },
  'done.at': { ko: '발급 일시', en: 'Issued at' },
  'done.madeAt': { ko: '제작 일시', en: 'Made at' },
  'done.block': { ko: '원장 블록', en: 'Block' },
  'done.next': { ko: '다음 사람', en: 'Next person' },
  'done.person': { ko: '이 사람의 신분증 보기', en: 'Show this person’s cards' },
  'ended.cancelled': { ko: '취소된 신청입니다', en: 'The application was cancelled' },
  'ended.cancelledText': {
    ko: '필요하면 신청을 새로 받아 주세요.',
    en: 'Take a new application if one is needed.',
  },
  'ended.wrongCodes': {
    ko: '확인 번호를 다섯 번 틀려 자동으로 취소되었습니다. 신청인이 아닌 사람이 QR을 찍었을 수 있습니다. 신청을 새로 받고 새 QR을 신청인에게만 보여주세요.',
    en: 'The transaction code was wrong five times. Somebody else may have scanned the QR code. Take a new application, and show the new QR code to the applicant only.',
  },
  'ended.refused': { ko: '거부된 신청입니다', en: 'The application was refused' },
  'ended.refusedText': { ko: '사유를 신청인에게 안내해 주세요.', en: 'Tell the applicant why.' },
  'refusal.identity_not_proven': { ko: '본인임을 확인하지 못했습니다.', en: 'The identity could not be proven.' },
  'refusal.guardian_refused': {
    ko: '법정대리인이 동의하지 않았습니다.',
    en: 'The guardian did not consent.',
  },
  'refusal.not_entitled': { ko: '받을 자격이 없습니다.', en: 'The person is not entitled to the card.' },
  'refusal.face_not_matched': {
    ko: 'IC 칩으로 신청했으나 얼굴이 세 번 일치하지 않았습니다. 창구에서 본인을 확인하세요.',
    en: 'Applied for with the chip, but the face did not match three times. Check the identity at the counter.',
  },
  'refusal.personalisation_data_rejected': {
    ko: '카드 제작 기관에서 주민등록부의 내용을 사용할 수 없다고 회신했습니다.',
    en: 'The card producer could not use the data of the register.',
  },
  'refusal.personalisation_portrait_rejected': {
    ko: '카드 제작 기관에서 사진을 사용할 수 없다고 회신했습니다. 새 사진이 필요합니다.',
    en: 'The card producer could not use the photo. A new photo is needed.',
  },
  'refusal.personalisation_failed': { ko: '카드를 제작하지 못했습니다.', en: 'The card could not be made.' },
  'flow.changed': {
    ko: '다른 담당자나 휴대전화가 먼저 처리했습니다. 아래는 현재 상태입니다.',
    en: 'Another clerk or the phone was faster. This is the present state.',
  },
  'flow.offline': {
    ko: '연결이 끊겼습니다. 입력한 내용은 그대로 있습니다. 다시 연결되면 이어서 진행됩니다.',
    en: 'No connection. What you entered is kept. It goes on when the connection is back.',
  },
})
