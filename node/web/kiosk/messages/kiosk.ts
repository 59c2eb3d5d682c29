import { messages } from '../../kit/language.tsx'

export const kiosk = messages({
  name: { ko: '무인 발급기', en: 'Kiosk' },
  welcomeTitle: { ko: 'IC 주민등록증으로 모바일 신분증 받기', en: 'Get a mobile card with your IC card' },
  needs: { ko: '준비물', en: 'You need' },
  needsPhone: { ko: '지갑 앱이 있는 휴대전화', en: 'your phone with the wallet' },
  needsCard: { ko: 'IC 주민등록증', en: 'your IC resident card' },
  begin: { ko: '시작하기', en: 'Begin' },
  noFaceTitle: { ko: '지금은 사용할 수 없습니다', en: 'Not in use now' },
  noFace: {
    ko: '얼굴 확인 기관이 설정되지 않았습니다. 주민센터 창구에서 신청하세요.',
    en: 'No face provider is configured. Apply at the counter of a community centre.',
  },
  simulatedTitle: { ko: '체험용', en: 'Demonstration' },
  simulatedCard: { ko: '실제 카드 대신 파일을 읽습니다.', en: 'A file stands for the card.' },
  simulatedFace: { ko: '얼굴을 실제로 비교하지 않습니다.', en: 'No face is really compared.' },
  cancel: { ko: '처음으로', en: 'Start over' },

  codeTitle: { ko: '휴대전화의 QR을 보여 주세요', en: 'Show the code on your phone' },
  codeHow: {
    ko: '지갑에서 「신분증 받기」 → 「IC 신분증으로」를 누르면 QR이 보입니다.',
    en: 'In the wallet, press “Get a card” and then “With my IC card”. It shows a code.',
  },
  codeHint: { ko: 'QR을 카메라에 비추세요', en: 'Hold the code in front of the camera' },
  codePaste: { ko: '카메라를 쓸 수 없으면 코드를 붙여 넣으세요', en: 'Without a camera, paste the code' },
  codeUse: { ko: '이 코드로 계속', en: 'Go on with this code' },
  codeOwn: {
    ko: '내 휴대전화 지갑에 보이는 QR만 사용하세요. 다른 사람이 보낸 QR이면 사기입니다.',
    en: 'Use only the code that the wallet on your own phone shows. A code that somebody sent you is fraud.',
  },
  unreadableTitle: { ko: '다른 QR입니다', en: 'This is another code' },
  unreadable: {
    ko: '지갑의 「IC 신분증으로」 화면에 있는 QR을 보여 주세요.',
    en: 'Show the code of the wallet’s page “With my IC card”.',
  },
  otherTitle: { ko: '다른 발급기관의 QR입니다', en: 'The code is for another authority' },
  other: {
    ko: '지갑에서 이 발급기의 기관을 골라 다시 시작하세요.',
    en: 'Choose the authority of this kiosk in the wallet, and begin again.',
  },

  numberTitle: { ko: '카드를 올려놓고 번호를 입력하세요', en: 'Lay the card on the reader and type its number' },
  number: { ko: '카드 접근 번호 (6자리)', en: 'Card access number (6 digits)' },
  numberHow: {
    ko: '카드 앞면 오른쪽 아래에 인쇄된 숫자 여섯 자리입니다.',
    en: 'The six digits that are printed on the card.',
  },
  numberNeeded: { ko: '숫자 여섯 자리를 입력하세요.', en: 'Type six digits.' },
  read: { ko: '카드 읽기', en: 'Read the card' },
  wrongTitle: { ko: '번호가 다릅니다', en: 'The number is wrong' },
  wrong: {
    ko: (left: number | null) =>
      left === null
        ? '카드의 번호를 다시 확인하세요.'
        : `카드의 번호를 다시 확인하세요. ${left}번 더 시도할 수 있습니다.`,
    en: (left: number | null) =>
      left === null
        ? 'Look at the number on the card again.'
        : `Look at the number on the card again. ${left} tries left.`,
  },
  'no-readerTitle': { ko: '카드 판독기가 응답하지 않습니다', en: 'The card reader does not answer' },
  'no-reader': {
    ko: '판독기의 전원과 연결을 확인하거나 직원에게 알려 주세요.',
    en: 'Check the power and the cable of the reader, or tell the staff.',
  },
  'no-cardTitle': { ko: '카드가 없습니다', en: 'There is no card' },
  'no-card': { ko: '카드를 판독기 위에 올려놓고 다시 누르세요.', en: 'Lay the card on the reader, then press again.' },
  'card-goneTitle': { ko: '카드를 너무 일찍 뗐습니다', en: 'The card was taken away too early' },
  'card-gone': {
    ko: '다 읽을 때까지 카드를 그대로 두세요. 다시 누르면 처음부터 읽습니다.',
    en: 'Leave the card until it has been read. Press again to read it from the beginning.',
  },
  'card-faultTitle': { ko: '카드를 읽지 못했습니다', en: 'The card could not be read' },
  'card-fault': {
    ko: 'IC 주민등록증인지 확인하고 다시 올려놓으세요. 계속되면 창구로 가세요.',
    en: 'Check that it is an IC resident card and lay it down again. If this repeats, go to the counter.',
  },
  blockedTitle: { ko: '카드가 잠겼습니다', en: 'The card is locked' },
  blocked: {
    ko: '번호를 여러 번 잘못 입력했습니다. 카드를 가지고 창구로 가세요.',
    en: 'The number was wrong too often. Go to the counter with the card.',
  },
  busyTitle: { ko: '판독기가 다른 카드를 읽고 있습니다', en: 'The reader is reading another card' },
  busy: { ko: '잠시 후 다시 누르세요.', en: 'Press again in a moment.' },
  offlineTitle: { ko: '연결되지 않습니다', en: 'No connection' },
  offline: {
    ko: '네트워크를 확인하세요. 지금까지 한 것은 그대로입니다. 다시 누르세요.',
    en: 'Check the network. Nothing was lost: press again.',
  },

  readingTitle: { ko: '카드를 그대로 두세요', en: 'Leave the card where it is' },
  reading: { ko: (percent: number) => `${percent}% 읽음`, en: (percent: number) => `${percent}% read` },
  checking: { ko: '카드를 확인하고 있습니다', en: 'The card is being checked' },

  faceTitle: { ko: '카메라를 보세요', en: 'Look into the camera' },
  faceHow: {
    ko: '카드 칩의 사진과 얼굴을 비교합니다. 사진은 저장하지 않습니다.',
    en: 'Your face is compared with the photo in the chip. No picture is kept.',
  },
  portrait: { ko: '카드 칩의 사진', en: 'The photo in the chip' },
  view: { ko: '카메라 화면', en: 'Picture of the camera' },
  compare: { ko: '얼굴 확인하기', en: 'Compare my face' },
  simulateSame: { ko: '같은 얼굴로 해 보기', en: 'Try with the same face' },
  simulateOther: { ko: '다른 얼굴로 해 보기', en: 'Try with another face' },
  simulatePhoto: { ko: '사진을 비춰 보기', en: 'Try with a photo of the face' },
  notMatchedTitle: { ko: '얼굴이 확인되지 않았습니다', en: 'The face was not recognised' },
  notMatched: {
    ko: (left: number) => `밝은 곳에서 얼굴을 가리지 말고 다시 보세요. ${left}번 더 시도할 수 있습니다.`,
    en: (left: number) =>
      `Look again, in good light and with nothing before your face. ${left === 1 ? 'One try' : `${left} tries`} left.`,
  },
  assertionTitle: { ko: '얼굴 확인 결과를 받지 못했습니다', en: 'The comparison could not be used' },
  assertion: {
    ko: '횟수에 들어가지 않습니다. 다시 시도하고, 계속되면 직원에게 알려 주세요.',
    en: 'It does not count. Try again, and if this repeats tell the staff.',
  },

  doneTitle: { ko: '휴대전화에서 계속하세요', en: 'Go on with your phone' },
  done: {
    ko: '지갑에 신분증이 도착했습니다. 지갑에서 받기를 누르세요. 카드를 챙기세요.',
    en: 'The card has arrived in your wallet. Accept it there. Take your IC card with you.',
  },
  next: { ko: '마치기', en: 'Finish' },

  endedTitle: { ko: '여기서는 계속할 수 없습니다', en: 'You cannot go on here' },
  'ended.over': {
    ko: '시간이 지났거나 이미 사용한 QR입니다. 지갑에서 「IC 신분증으로」를 다시 누르세요.',
    en: 'The code is too old, or was used. Press “With my IC card” in the wallet again.',
  },
  'ended.not-present': {
    ko: '지금 유효한 주민등록증이 아닙니다. 새로 발급받은 카드가 있으면 그 카드를 쓰고, 없으면 창구로 가세요.',
    en: 'This is not the card that is valid now. Use the one that was issued last, or go to the counter.',
  },
  'ended.not-genuine': {
    ko: '카드 칩을 확인할 수 없습니다. 카드를 가지고 창구로 가세요.',
    en: 'The chip could not be verified. Go to the counter with the card.',
  },
  'ended.counter': {
    ko: '얼굴이 세 번 확인되지 않았습니다. 주민센터 창구에서 직원이 확인해 드립니다.',
    en: 'The face was not recognised three times. A clerk at a community centre will check your identity.',
  },
  'ended.not-yet': {
    ko: '아직 이 방법으로 신청할 수 있는 지역이나 기간이 아닙니다. 창구에 문의하세요.',
    en: 'Your municipality does not take applications this way yet. Ask at the counter.',
  },
  'ended.not-entitled': {
    ko: '이 방법으로는 신청할 수 없습니다. 창구에 문의하세요.',
    en: 'You cannot apply for this card this way. Ask at the counter.',
  },
  'ended.closed': {
    ko: '지금은 발급할 수 없습니다. 잠시 후 지갑에서 다시 시작하세요.',
    en: 'Nothing can be issued now. Begin again in the wallet in a moment.',
  },
})
