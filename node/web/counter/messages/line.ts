/** The applicant's line, and the way of the transaction code. */
import { messages } from '../../kit/language.tsx'

export const line = messages({
  title: { ko: '신청인의 휴대전화 번호를 입력해 주세요', en: 'What is the applicant’s mobile number?' },
  number: { ko: '휴대전화 번호', en: 'Mobile number' },
  hint: {
    ko: '신청인 명의인지 확인하고, 암호화하여 보관합니다.',
    en: 'It is checked whether the line is in the applicant’s name. The number is stored encrypted.',
  },
  missing: {
    ko: '번호를 입력하거나 ‘번호 없이 계속하기’를 눌러 주세요.',
    en: 'Enter the number, or continue without one.',
  },
  malformed: {
    ko: '휴대전화 번호의 형식이 맞지 않습니다. 예: 010-1234-5678',
    en: 'This is not a mobile number. Example: 010-1234-5678',
  },
  next: { ko: '다음: 신청 내용 확인', en: 'Next: check the application' },
  without: { ko: '번호 없이 계속하기', en: 'Continue without a number' },
  withoutHint: {
    ko: '번호가 없으면 확인 번호를 문자로 보낼 수 없고, 나중에 다른 휴대전화에 신분증이 발급되어도 알려 드릴 수 없습니다.',
    en: 'Without a number, no code can be sent by text, and the applicant cannot be told if a card is issued to another phone later.',
  },
  back: { ko: '뒤로', en: 'Back' },
  notVerified: { ko: '확인하지 않음', en: 'not verified' },
  verified: { ko: '신청인 명의로 확인함', en: 'verified, in the applicant’s name' },
  change: { ko: '휴대전화 번호 고치기', en: 'Change the mobile number' },
  add: { ko: '휴대전화 번호 입력하기', en: 'Enter a mobile number' },
  delivery: { ko: '확인 번호를 어떻게 전달합니까?', en: 'How does the applicant get the transaction code?' },
  'delivery.line': { ko: '신청인 휴대전화로 문자 보내기', en: 'Text message to the applicant’s phone' },
  'delivery.lineHint': {
    ko: '담당자 화면에는 확인 번호가 보이지 않습니다.',
    en: 'The code is not shown on the clerk’s side.',
  },
  'delivery.lineMissing': {
    ko: '휴대전화 번호를 입력하면 선택할 수 있습니다.',
    en: 'Enter a mobile number to choose this.',
  },
  'delivery.slip': { ko: '전표로 건네주기', en: 'On a printed slip' },
  'delivery.slipHint': {
    ko: '문자를 받을 수 없는 분께는 전표를 인쇄하여 건네주세요.',
    en: 'For an applicant who cannot receive a text message.',
  },
  'sent.title': { ko: '확인 번호를 문자로 보냈습니다', en: 'The transaction code was sent by text' },
  'sent.wait': { ko: '신청인이 문자를 받을 때까지 기다려 주세요', en: 'Wait for the applicant’s text message' },
  'sent.text': {
    ko: '확인 번호는 신청인의 휴대전화에만 있습니다. QR을 찍은 뒤 문자로 받은 숫자를 입력하도록 안내해 주세요.',
    en: 'Only the applicant’s phone has the code. Tell them to scan the QR code and then to enter the digits of the message.',
  },
  'sent.missing': {
    ko: '문자가 오지 않으면 전표로 바꿔 주세요. QR과 확인 번호를 새로 만들며, 먼저 만든 것은 쓸 수 없게 됩니다.',
    en: 'If no message arrives, use a slip. It comes with a new QR code, and the earlier codes end.',
  },
  'sent.slip': { ko: '전표로 바꾸기', en: 'Use a slip instead' },
  'sent.do3': { ko: '문자로 받은 숫자를 입력해 주세요', en: 'Enter the digits of the text message' },
})
