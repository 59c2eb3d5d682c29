import { messages } from '../../kit/language.tsx'

export const lock = messages({
  name: { ko: '모바일 신분증 분실 잠금', en: 'Lock a lost phone' },
  title: { ko: '휴대전화를 잃어버렸습니까?', en: 'Have you lost your phone?' },
  intro: {
    ko: '이 휴대전화에 있던 모바일 신분증을 지금 바로 잠급니다. 되찾으면 다시 쓸 수 있습니다.',
    en: 'Lock the cards on it now. If you find the phone, they can be used again.',
  },
  means: { ko: '무엇으로 확인합니까?', en: 'How do you prove that it is you?' },
  byPasskey: { ko: '전화번호와 패스키', en: 'Line and passkey' },
  byPasskeyDetail: {
    ko: '지갑에서 ‘잠금 준비’로 만든 패스키입니다. 이름은 ‘분실 잠금’입니다.',
    en: 'The passkey that you made in the wallet under “Prepare for loss”. Its name is “Lock a lost phone”.',
  },
  byCode: { ko: '복구 코드', en: 'Recovery code' },
  byCodeDetail: {
    ko: '지갑에서 적어 두거나 인쇄한 27자리 코드입니다.',
    en: 'The 27 characters that you copied or printed from the wallet.',
  },
  line: { ko: '잃어버린 휴대전화의 번호', en: 'Number of the lost phone' },
  lineExample: { ko: '예: 010-1234-5678', en: 'For example 010-1234-5678' },
  lineFault: {
    ko: '휴대전화번호를 010-1234-5678처럼 입력해 주세요.',
    en: 'Enter a mobile number such as 010-1234-5678.',
  },
  code: { ko: '복구 코드', en: 'Recovery code' },
  codeExample: { ko: '띄어쓰기와 대소문자는 상관없습니다.', en: 'Spaces and small letters do not matter.' },
  codeFault: {
    ko: '코드에 틀린 글자가 있습니다. 27자리를 다시 확인해 주세요.',
    en: 'A character is wrong or missing. Check the 27 characters again.',
  },
  withPasskey: { ko: '패스키로 확인하기', en: 'Confirm with passkey' },
  withCode: { ko: '신분증 찾기', en: 'Find my cards' },
  neither: { ko: '둘 다 없으면', en: 'If you have neither' },
  neitherNext: {
    ko: '통신사에 분실 신고를 하면 모바일 신분증도 함께 잠깁니다. 상담 전화로도 잠글 수 있습니다.',
    en: 'Report the loss to your telecom: that locks the cards too. The help line can lock them as well.',
  },
  helpLine: { ko: '상담 전화', en: 'Help line' },
  cardsTitle: { ko: '어느 신분증을 잠급니까?', en: 'Which cards shall be locked?' },
  cards: { ko: '이 휴대전화의 모바일 신분증', en: 'Cards on this phone' },
  noneChosen: { ko: '잠글 신분증을 선택해 주세요.', en: 'Choose a card.' },
  issued: { ko: (date: string) => `${date} 발급`, en: (date: string) => `issued ${date}` },
  noCards: { ko: '쓸 수 있는 신분증이 없습니다', en: 'There is no card in use' },
  noCardsNext: {
    ko: '이 휴대전화의 신분증은 이미 폐기되었거나 만료되었습니다. 더 할 일이 없습니다.',
    en: 'The cards of this phone were revoked or have expired. There is nothing to do.',
  },
  lockNow: { ko: '지금 잠그기', en: 'Lock now' },
  lockedTitle: { ko: '잠갔습니다', en: 'Locked' },
  lockedAll: {
    ko: '지금부터 신분확인을 하는 모든 곳에서 정지로 보입니다.',
    en: 'Every check says suspended from now on.',
  },
  lockedAt: { ko: '잠근 일시', en: 'Locked at' },
  pending: {
    ko: '상태 목록에 공개했고, 원장에는 연결되는 대로 자동으로 기록합니다. 더 할 일이 없습니다.',
    en: 'It is published. The ledger gets it by itself when it is in reach. There is nothing more to do.',
  },
  next: { ko: '다음에 할 일', en: 'What comes next' },
  nextTelecom: {
    ko: '통신사에도 분실 신고를 해 주세요. 회선을 함께 정지합니다.',
    en: 'Report the loss to your telecom too, so that the line is stopped.',
  },
  nextNew: {
    ko: '찾지 못하면 주민센터에서 폐기하고 새로 발급받을 수 있습니다.',
    en: 'If it stays lost, the counter revokes the cards and issues new ones.',
  },
  unlockHow: { ko: '되찾으면', en: 'If you find it' },
  unlockPasskey: {
    ko: '이 화면에 다시 와서 패스키로 해제하거나, 신분증 원본을 가지고 창구에서 해제합니다.',
    en: 'Come back to this page and unlock with the passkey, or go to the counter with a document.',
  },
  unlockCounter: {
    ko: '신분증 원본을 가지고 창구에서 본인 확인 후 해제합니다. 복구 코드로는 해제할 수 없습니다.',
    en: 'Go to the counter with a document. A recovery code does not unlock.',
  },
  unlockElsewhere: {
    ko: '통신사나 창구에서 잠근 신분증은 그곳에서 해제합니다.',
    en: 'A card that a telecom or the counter locked is unlocked there.',
  },
  unlock: { ko: (card: string) => `${card} 잠금 해제`, en: (card: string) => `Unlock ${card}` },
  unlockedTitle: { ko: '잠금을 해제했습니다', en: 'Unlocked' },
  unlocked: { ko: '신분증을 다시 쓸 수 있습니다.', en: 'The card can be used again.' },
  statusList: { ko: '신분증 상태', en: 'State of the cards' },
  again: { ko: '처음으로', en: 'Start again' },
  retry: { ko: '다시 시도', en: 'Try again' },
  offlineTitle: { ko: '연결되지 않습니다', en: 'No connection' },
  offline: {
    ko: '네트워크를 확인하고 다시 시도해 주세요. 급하면 통신사 고객센터에 전화해 분실 신고를 해 주세요.',
    en: 'Check the network and try again. If it is urgent, call your telecom and report the loss.',
  },
  LOCK_REFUSED: {
    ko: '확인되지 않았습니다. 번호와 패스키, 또는 코드를 다시 확인해 주세요. 급하면 아래 상담 전화나 통신사에 전화해 주세요.',
    en: 'This was not accepted. Check the line and passkey, or the code. If it is urgent, call the help line below or your telecom.',
  },
  LOCK_TRIES: {
    ko: '틀린 시도가 많아 한 시간 동안 받지 않습니다. 지금 상담 전화나 통신사에 전화하면 바로 잠글 수 있습니다.',
    en: 'Too many wrong tries: none are taken for an hour. Call the help line or your telecom now, and they lock the cards at once.',
  },
  LOCK_SESSION_ENDED: {
    ko: '시간이 지났습니다. 처음부터 다시 확인해 주세요.',
    en: 'The time is over. Prove again that it is you.',
  },
  LOSS_UNLOCK_REFUSED: {
    ko: '통신사나 창구에서도 잠근 신분증입니다. 신분증 원본을 가지고 창구로 가 주세요.',
    en: 'The card was also locked by a telecom or the counter. Go to the counter with a document.',
  },
  LOSS_NOT_ON_LEDGER: {
    ko: '잠금이 원장에 아직 기록되지 않았습니다. 잠시 뒤 다시 시도해 주세요.',
    en: 'The lock is not on the ledger yet. Try again later.',
  },
  refused: {
    ko: (code: string) => `처리하지 못했습니다. 상담 전화에 이 오류 번호를 알려 주세요: ${code}`,
    en: (code: string) => `This was refused. Tell the help line this code: ${code}`,
  },
  'passkey-cancelled': {
    ko: '패스키 확인이 끝나지 않았습니다. 다시 눌러 주세요.',
    en: 'The passkey was not confirmed. Press again.',
  },
  'passkey-unsupported': {
    ko: '이 브라우저에서는 패스키를 쓸 수 없습니다. 복구 코드를 쓰거나 전화해 주세요.',
    en: 'This browser has no passkeys. Use the recovery code, or call.',
  },
})
