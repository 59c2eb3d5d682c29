import { messages } from '../../kit/language.tsx'

/** The page of one person. */
export const person = messages({
  title: { ko: '신청인', en: 'Person' },
  photo: {
    ko: (name: string) => `주민등록부의 ${name} 사진`,
    en: (name: string) => `Photo of ${name} in the register`,
  },
  birthdate: { ko: '생년월일', en: 'Birthdate' },
  address: { ko: '주소', en: 'Address' },
  municipality: { ko: '관할', en: 'Municipality' },
  number: { ko: '주민등록번호', en: 'Personal number' },
  reveal: { ko: '번호 보기', en: 'Show' },
  hide: { ko: '번호 가리기', en: 'Hide' },
  revealNote: { ko: '열람한 사실이 기록됩니다.', en: 'Showing it is recorded.' },
  outdated: {
    ko: '주소나 성명이 바뀌어, 신분증의 내용이 주민등록부와 다릅니다',
    en: 'The address or name has changed: a card does not say what the register says',
  },
  due: {
    ko: (days: number) => `${days}일 뒤 만료되어 갱신할 수 있습니다`,
    en: (days: number) => `It expires in ${days === 1 ? '1 day' : `${days} days`} and can be renewed`,
  },
  renewNext: {
    ko: '본인을 확인하고 새 신분증 신청을 받습니다. 새 신분증을 받으면 지금 신분증은 끝납니다.',
    en: 'Check who it is and take an application. The present card ends when the new one is on the phone.',
  },
  renew: { ko: '갱신', en: 'Renew' },
  renewOf: { ko: (card: string) => `${card} 갱신`, en: (card: string) => `Renew ${card}` },
  cards: { ko: '보유한 모바일 신분증', en: 'Mobile cards' },
  noCards: { ko: '발급된 모바일 신분증이 없습니다.', en: 'No mobile card has been issued.' },
  issued: { ko: '발급일', en: 'Issued' },
  expires: { ko: '만료일', en: 'Expires' },
  cardId: { ko: '관리번호', en: 'Id' },
  onLedger: { ko: '원장', en: 'Ledger' },
  asOf: { ko: (block: string) => `${block}번 블록 기준`, en: (block: string) => `as of block ${block}` },
  suspendedFor: { ko: (reason: string) => `정지 사유: ${reason}`, en: (reason: string) => `Locked: ${reason}` },
  held: {
    ko: '상태 목록에 정지로 공개됨. 원장에 연결되면 자동으로 기록됩니다',
    en: 'Published as suspended. The ledger follows by itself',
  },
  notRead: { ko: '원장에서 아직 읽지 못했습니다.', en: 'not read from the ledger yet' },
  openApplications: { ko: '진행 중인 신청', en: 'Open applications' },
  continueApplication: { ko: '이어서 처리', en: 'Continue' },
  apply: { ko: '신분증 신청', en: 'Apply for a card' },
  noneToApply: { ko: '신청할 수 있는 신분증이 없습니다.', en: 'There is no card to apply for.' },
  forOthers: {
    ko: (cards: number) => `자격 정보가 없어 신청할 수 없는 신분증 ${cards}종`,
    en: (cards: number) => `${cards === 1 ? '1 card' : `${cards} cards`} for which the register has no entitlement`,
  },
  take: { ko: '신청 받기', en: 'Take an application' },
  takeFor: { ko: (card: string) => `${card} 신청 받기`, en: (card: string) => `Take an application: ${card}` },
  refused: { ko: '지금은 신청할 수 없습니다. 이렇게 안내해 주세요.', en: 'Not possible now. Say this:' },
  suspend: { ko: '분실 정지', en: 'Lock' },
  reinstate: { ko: '잠금 해제', en: 'Unlock' },
  revoke: { ko: '폐기', en: 'Revoke' },
  back: { ko: '다른 사람 찾기', en: 'Find another person' },
})
