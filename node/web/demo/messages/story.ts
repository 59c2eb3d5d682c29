import { messages } from '../../kit/language.tsx'

/** The story. Names of buttons are those of the screens that it leads to. */
export const story = messages({
  title: { ko: '2분 체험', en: 'The story in two minutes' },
  intro: {
    ko: '2분 동안 직원, 신분증의 주인, 가게 점원이 차례로 되어 봅니다. 발급하고, 보여 주고, 확인하고, 잃어버렸다가 되찾습니다.',
    en: 'For two minutes you are a clerk, a holder and a shop assistant: a card is issued, shown, checked, lost and found.',
  },
  introHow: {
    ko: '모두 실제 화면이고 실제 원장입니다. 사람만 가상 인물입니다. 카메라와 휴대전화는 없어도 됩니다.',
    en: 'All screens and the ledger are real; only the people are invented. You need neither a camera nor a phone.',
  },
  introKeep: {
    ko: '화면마다 새 창이 열립니다. 이 안내 창은 닫지 말고 두세요. 일을 마치면 안내가 저절로 다음으로 넘어갑니다.',
    en: 'Each screen opens in a window of its own. Keep this guide open: it goes on by itself when a step is done.',
  },
  noPasskey: {
    ko: '이 컴퓨터에는 지문이나 PIN 같은 본인 확인이 없는 것 같습니다. 브라우저가 물으면 휴대전화나 보안 키에 패스키를 만드세요.',
    en: 'This computer seems to have no fingerprint reader or PIN. When the browser asks, make the passkeys on a phone or a security key.',
  },
  begin: { ko: '시작하기', en: 'Begin' },
  restart: { ko: '처음부터 다시', en: 'Start over' },
  steps: { ko: '순서', en: 'Steps' },
  stepDone: { ko: '마침', en: 'done' },
  stepNow: { ko: '지금', en: 'now' },
  position: {
    ko: (n: number, of: number) => `${of}단계 중 ${n}단계`,
    en: (n: number, of: number) => `Step ${n} of ${of}`,
  },
  what: { ko: '무슨 일이 일어나나', en: 'What happens' },
  todo: { ko: '할 일', en: 'What to do' },
  waiting: { ko: '마치면 안내가 저절로 넘어갑니다.', en: 'The guide goes on by itself when this is done.' },
  newWindow: { ko: '새 창에서 열립니다', en: 'opens in a new window' },
  openCounter: { ko: '창구 열기', en: 'Open the counter' },
  openWallet: { ko: '지갑 열기', en: 'Open the wallet' },
  otherTitle: { ko: '확인 화면의 답이 다릅니다', en: 'The check gave another answer' },
  otherGood: {
    ko: '이번에는 ‘유효’가 나와야 합니다. 지갑에서 다시 보여 주고, 요청을 제출한 다음 사진이 같다고 답하세요.',
    en: 'This time it has to say “valid”. Show the card again, share it, and answer that the photo is of the same person.',
  },
  otherLocked: {
    ko: '이번에는 ‘정지된 신분증’이 나와야 합니다. 지갑에서 다시 보여 주세요.',
    en: 'This time it has to say “suspended”. Show the card again.',
  },

  'clerk.name': { ko: '직원 등록', en: 'Become a clerk' },
  'clerk.what': {
    ko: '신분증은 창구에서 발급합니다. 시연용 직원이 되어 로그인합니다.',
    en: 'Cards are issued at a counter. You enrol as its clerk and sign in.',
  },
  'clerk.1': {
    ko: '‘패스키 만들기’를 누르고 지문이나 PIN으로 확인합니다.',
    en: 'Press “Create passkey” and confirm with your finger or PIN.',
  },
  'clerk.2': {
    ko: '‘로그인 화면으로’, ‘패스키로 로그인’을 차례로 누릅니다.',
    en: 'Press “Go to sign-in”, then “Sign in with passkey”.',
  },

  'issue.name': { ko: '발급', en: 'Issue' },
  'issue.what': {
    ko: (person: string) => `${person} 님이 창구에 왔습니다. 신원을 확인하고 모바일 주민등록증을 지갑에 발급합니다.`,
    en: (person: string) =>
      `${person} has come to the counter. You check who it is and issue a mobile resident card to the wallet.`,
  },
  'issue.1': {
    ko: '창구: ‘다음’을 누르고, 여권과 아무 번호, ‘얼굴 대조함’을 고르고, 휴대전화 번호 없이 계속합니다.',
    en: 'Counter: press “Next”, choose passport, any number and “Face compared”, and continue without a mobile number.',
  },
  'issue.2': {
    ko: '창구: ‘QR 보여주기’를 누르고, ‘시험용: 이 컴퓨터의 지갑에서 열기’를 누릅니다. 휴대전화라면 QR을 찍습니다.',
    en: 'Counter: press “Show QR”, then “open in the wallet on this computer”. A phone would scan the code.',
  },
  'issue.3': {
    ko: '지갑: 패스키를 만들고 확인 번호를 입력합니다. 번호는 창구의 ‘담당자 화면’, ‘확인 번호 보기’에 있습니다.',
    en: 'Wallet: make a passkey and enter the code. It is at the counter: “Clerk’s side”, “Show the transaction code”.',
  },
  'issue.4': {
    ko: '지갑에서 패스키로 확인한 다음, 두 자리 숫자가 같으면 창구에서 ‘같은 휴대전화’를 누릅니다.',
    en: 'Confirm with the passkey in the wallet. If both show the same two digits, press “Same phone” at the counter.',
  },

  'check.name': { ko: '보여 주고 확인', en: 'Show and check' },
  'check.what': {
    ko: '가게에서 신분증을 보여 줍니다. 점원은 눈으로 보지 않고 읽어서 확인합니다.',
    en: 'You show the card in a shop. The assistant does not look at it but reads it.',
  },
  'check.1': {
    ko: '지갑: ‘신분확인’, ‘매장 기기에 보여주기’를 누릅니다.',
    en: 'Wallet: press “Show a card”, then “Show to a till”.',
  },
  'check.2': {
    ko: '지갑: QR 아래의 ‘시험용: 이 컴퓨터의 확인 화면에서 읽기’를 누르고, 확인 화면에서 ‘성인 확인’을 고릅니다. 가게라면 카메라가 QR을 읽습니다.',
    en: 'Wallet: press “Read it with the check screen of this computer” below the code, and choose “Age check” there. In a shop a camera reads the code.',
  },
  'check.3': {
    ko: '지갑: 누가 무엇을 묻는지 보고 ‘제출하기’를 누릅니다.',
    en: 'Wallet: see who asks for what, then press “Share”.',
  },
  'check.4': {
    ko: '확인 화면: 사진을 견주고 ‘예, 본인입니다’를 누릅니다.',
    en: 'Check screen: compare the photo and press “Yes, same person”.',
  },

  'lock.name': { ko: '분실 정지', en: 'Lost' },
  'lock.what': {
    ko: '휴대전화를 잃어버렸습니다. 창구가 신분증을 정지하고, 원장에 기록됩니다.',
    en: 'The phone is lost. The counter locks the card, and the ledger records it.',
  },
  'lock.1': {
    ko: '‘휴대전화 분실’을 고르고 ‘지금 잠그기’를 누릅니다.',
    en: 'Choose “Phone lost” and press “Lock now”.',
  },

  'locked.name': { ko: '정지된 신분증 확인', en: 'Check the locked card' },
  'locked.what': {
    ko: '주운 사람이 그 신분증을 내밉니다. 확인 화면은 ‘정지된 신분증’이라고 답해야 합니다.',
    en: 'Whoever found the phone shows the card. The check has to say “suspended”.',
  },
  'locked.1': {
    ko: '지갑: 앞에서처럼 ‘매장 기기에 보여주기’로 보여 줍니다.',
    en: 'Wallet: show it with “Show to a till” as before.',
  },
  'locked.2': {
    ko: '지갑: QR 아래의 링크로 확인 화면을 열고 ‘제출하기’를 누릅니다.',
    en: 'Wallet: open the check screen by the link below the code, and press “Share”.',
  },

  'unlock.name': { ko: '잠금 해제', en: 'Found' },
  'unlock.what': {
    ko: '휴대전화를 찾았습니다. 창구는 누구인지 다시 확인한 다음에만 잠금을 해제합니다.',
    en: 'The phone is found. The counter unlocks the card only after checking who it is again.',
  },
  'unlock.1': {
    ko: '‘휴대전화를 되찾음’, 여권, ‘얼굴 대조함’을 고르고 ‘잠금 해제하기’를 누릅니다.',
    en: 'Choose “Phone found”, passport and “Face compared”, and press “Unlock”.',
  },

  'again.name': { ko: '다시 확인', en: 'Check again' },
  'again.what': {
    ko: '다시 가게입니다. 같은 신분증이 이제 유효합니다.',
    en: 'Back in the shop, the same card is valid again.',
  },

  toFakes: { ko: '이번에는 가짜를 만들어 보기', en: 'Now try a fake' },
  done: { ko: '체험을 마쳤습니다', en: 'The story is over' },
  doneWhat: {
    ko: (minutes: number, seconds: number) =>
      `${minutes > 0 ? `${minutes}분 ` : ''}${seconds}초 걸렸습니다. 발급, 정지, 해제가 모두 원장에 있고, 개인정보는 원장에 없습니다.`,
    en: (minutes: number, seconds: number) =>
      `It took ${minutes > 0 ? `${minutes} min ` : ''}${seconds} s. The issue, the lock and the unlocking are on the ledger, and no personal data is.`,
  },
})
