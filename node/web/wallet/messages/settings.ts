import { messages } from '../../kit/language.tsx'

/** The settings, how to lock a lost phone, the export and the erasing. */
export const settings = messages({
  title: { ko: '설정', en: 'Settings' },
  language: { ko: '언어', en: 'Language' },
  korean: { ko: '한국어', en: '한국어 (Korean)' },
  english: { ko: 'English (영어)', en: 'English' },
  code: { ko: 'QR 코드', en: 'QR codes' },
  larger: { ko: '큰 칸으로 보여 주기', en: 'Larger squares' },
  largerHow: {
    ko: '상대방 카메라가 잘 읽지 못할 때 켜세요. 읽는 시간은 조금 길어집니다.',
    en: 'For a camera that reads badly. Reading takes a little longer.',
  },
  safety: { ko: '분실과 도움', en: 'Loss and help' },
  lock: { ko: '휴대전화를 잃어버렸을 때', en: 'If you lose this phone' },
  data: { ko: '이 휴대전화의 자료', en: 'Data on this phone' },
  export: { ko: '신분증과 이력 내보내기', en: 'Export cards and history' },
  erase: { ko: '모두 지우기', en: 'Erase everything' },
  about: { ko: '이 지갑', en: 'This wallet' },
  ledger: { ko: '원장', en: 'Ledger' },
  ledgerAt: { ko: (block: number) => `블록 ${block}까지 증명됨`, en: (block: number) => `proved up to block ${block}` },
  ledgerNone: { ko: '아직 받은 정보가 없습니다', en: 'nothing was read yet' },
  ledgerNoSeals: { ko: '개발용 원장이라 증명할 수 없습니다', en: 'for development: proves nothing' },
  keys: { ko: '키 보관 방식', en: 'How keys are kept' },
  notSetUp: { ko: '아직 패스키를 만들지 않았습니다', en: 'no passkey yet' },
  persistent: { ko: '자료 보존', en: 'Storage' },
  isPersistent: { ko: '브라우저가 지우지 않기로 했습니다', en: 'the browser will not delete it' },
  isNotPersistent: {
    ko: '공간이 부족하면 브라우저가 지울 수 있습니다',
    en: 'the browser may delete it when it needs room',
  },
  authority: { ko: '발급기관 주소', en: 'Authority' },

  lockTitle: { ko: '휴대전화를 잃어버렸을 때', en: 'If you lose this phone' },
  lockSteps: { ko: '이렇게 하세요', en: 'What to do' },
  lock1: { ko: '다른 사람의 휴대전화로 도움 전화에 전화합니다.', en: 'Call the help line from another phone.' },
  lock2: {
    ko: '이름과 생년월일을 말하고 분실 신고를 합니다. 신분증은 몇 초 안에 정지됩니다.',
    en: 'Say your name and birthdate, and report the loss. Your cards are suspended within seconds.',
  },
  lock3: {
    ko: '통신사에도 분실 신고를 하여 전화번호를 정지합니다.',
    en: 'Report it to your telecom too, so that the line is stopped.',
  },
  lock4: {
    ko: '휴대전화를 찾으면 다른 신분증을 가지고 발급 창구에 가서 잠금을 해제합니다.',
    en: 'If you find it, go to an issuing centre with another identity card and have it unlocked.',
  },
  lockSafe: {
    ko: '주운 사람은 지문·얼굴·PIN 없이 신분증을 제출할 수 없습니다. 그래도 바로 신고해 주세요.',
    en: 'Whoever finds it cannot share a card without your finger, face or PIN. Report it at once all the same.',
  },
  print: { ko: '인쇄하기', en: 'Print' },
  call: { ko: '전화 걸기', en: 'Call' },

  exportTitle: { ko: '신분증과 이력 내보내기', en: 'Export cards and history' },
  exportHow: {
    ko: '암호로 잠근 파일 하나로 저장합니다. 키는 이 휴대전화를 떠나지 않으므로, 파일만으로는 누구도 신분증을 제출할 수 없습니다.',
    en: 'One file, locked by a passphrase. Keys do not leave this phone, so nobody can show a card with the file.',
  },
  passphrase: { ko: '파일 암호', en: 'Passphrase' },
  passphraseHow: {
    ko: '12자 이상. 잊으면 파일을 열 수 없습니다.',
    en: 'At least 12 characters. Without it the file cannot be opened.',
  },
  passphraseAgain: { ko: '파일 암호 다시 입력', en: 'Passphrase again' },
  passphraseShort: { ko: '12자 이상으로 입력해 주세요.', en: 'Enter at least 12 characters.' },
  passphraseOther: { ko: '두 암호가 다릅니다.', en: 'The two passphrases differ.' },
  exportDo: { ko: '파일로 저장하기', en: 'Save the file' },
  exported: { ko: '파일을 저장했습니다.', en: 'The file is saved.' },

  eraseTitle: { ko: '모두 지우기', en: 'Erase everything' },
  eraseHow: {
    ko: '신분증, 키, 이용 이력이 이 휴대전화에서 모두 지워지며 되돌릴 수 없습니다. 다시 쓰려면 창구에서 새로 받아야 합니다.',
    en: 'Cards, keys and history are deleted from this phone for good. To use a card again you need a new one from the issuer.',
  },
  eraseNot: {
    ko: '휴대전화를 잃어버렸거나 도난당했다면 지우기 대신 분실 신고를 해 주세요.',
    en: 'If the phone is lost or stolen, report that instead.',
  },
  eraseAgree: { ko: '되돌릴 수 없다는 것을 이해했습니다', en: 'I understand that this cannot be undone' },
  eraseNeeded: { ko: '먼저 이해했다고 표시해 주세요.', en: 'Mark first that you understand.' },
  eraseKeep: { ko: '그대로 두기', en: 'Keep it' },
  eraseDo: { ko: '모두 지우기', en: 'Erase everything' },
  erased: { ko: '모두 지웠습니다.', en: 'Everything is erased.' },
})
