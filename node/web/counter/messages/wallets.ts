import { exactTime } from '../../kit/format.ts'
import { messages } from '../../kit/language.tsx'

/** Who may attest wallets, and the stops. */
export const wallets = messages({
  title: { ko: '지갑 제공자', en: 'Wallet providers' },
  explanation: {
    ko: '협의회가 원장에 등록한 지갑 제공자입니다. 두 사람이 중지하면 그 지갑에는 더 발급하지 않습니다.',
    en: 'The council admits these on the ledger. When two people stop one, its wallets get no more cards.',
  },
  acceptedTitle: {
    ko: '증명이 없는 지갑도 신분증을 받을 수 있습니다',
    en: 'Wallets without an attestation get cards too',
  },
  accepted: {
    ko: '그런 지갑의 신분증은 어느 제공자에도 속하지 않아 중지로 찾을 수 없습니다. 막으려면 노드를 --wallet-attestation required로 시작합니다.',
    en: 'Their cards belong to no provider, so no stop finds them. To prevent that, start the node with --wallet-attestation required.',
  },
  none: { ko: '등록된 지갑 제공자가 없습니다.', en: 'No wallet provider is admitted.' },
  provider: { ko: '제공자', en: 'Provider' },
  nameOf: {
    ko: (id: number, name: string | null) => `${name ?? '이름 없음'} (${id}번)`,
    en: (id: number, name: string | null) => `${name ?? 'no name'} (number ${id})`,
  },
  onLedger: { ko: '원장 등록', en: 'On the ledger' },
  admitted: { ko: '등록됨', en: 'Admitted' },
  ended: { ko: '등록 종료', en: 'Not admitted any more' },
  state: { ko: '발급', en: 'New cards' },
  issuing: { ko: '발급함', en: 'Issued' },
  notIssuing: { ko: '발급하지 않음', en: 'Stopped' },
  progress: { ko: '기존 신분증', en: 'Existing cards' },
  act: { ko: '업무', en: 'Act' },
  noStop: { ko: '그대로 유효', en: 'Stay as they are' },
  waiting: {
    ko: (cards: number, at: number) => `${exactTime('ko', at)}에 ${cards.toLocaleString('ko')}건 정지 예정`,
    en: (cards: number, at: number) => `${cards.toLocaleString('en')} will be suspended on ${exactTime('en', at)}`,
  },
  suspending: {
    ko: (suspended: number, left: number) =>
      `정지하는 중: ${suspended.toLocaleString('ko')}건 정지, ${left.toLocaleString('ko')}건 남음`,
    en: (suspended: number, left: number) =>
      `Being suspended: ${suspended.toLocaleString('en')} suspended, ${left.toLocaleString('en')} left`,
  },
  revoking: {
    ko: (suspended: number, revoked: number) =>
      `${suspended.toLocaleString('ko')}건 정지됨, ${revoked.toLocaleString('ko')}건 폐기됨`,
    en: (suspended: number, revoked: number) =>
      `${suspended.toLocaleString('en')} suspended, ${revoked.toLocaleString('en')} revoked`,
  },
  revokeFrom: {
    ko: (at: number) => `폐기 시작: ${exactTime('ko', at)}`,
    en: (at: number) => `Revocations begin on ${exactTime('en', at)}`,
  },
  expectedEnd: {
    ko: (at: number) => `폐기 완료 예상: ${exactTime('ko', at)}`,
    en: (at: number) => `All revoked by about ${exactTime('en', at)}`,
  },
  done: {
    ko: (revoked: number) => `${revoked.toLocaleString('ko')}건 모두 폐기됨`,
    en: (revoked: number) => `All ${revoked.toLocaleString('en')} are revoked`,
  },
  reinstating: { ko: '중지 철회: 정지를 푸는 중', en: 'Stop lifted: being reinstated' },
  lifted: { ko: '중지 철회됨', en: 'Stop lifted' },
  stop: { ko: '중지 제안하기', en: 'Propose a stop' },
  change: { ko: '일시 변경 제안하기', en: 'Propose another time' },
  lift: { ko: '중지 철회 제안하기', en: 'Propose to lift the stop' },
  stopTitle: {
    ko: (provider: number) => `지갑 제공자 ${provider}번 중지`,
    en: (provider: number) => `Stop wallet provider ${provider}`,
  },
  cardsNow: {
    ko: (cards: number) => `지금 이 제공자의 지갑에 있는 신분증: ${cards.toLocaleString('ko')}건`,
    en: (cards: number) => `Cards on wallets of this provider now: ${cards.toLocaleString('en')}`,
  },
  existing: { ko: '이미 발급한 신분증', en: 'Cards that were issued already' },
  keep: { ko: '그대로 둠', en: 'Keep' },
  keepDetail: { ko: '새로 발급만 하지 않습니다.', en: 'Only new cards are stopped.' },
  at: { ko: '정한 일시에 모두 정지', en: 'Suspend all at a time' },
  atDetail: {
    ko: '하루 뒤부터 하루 한도 안에서 차례로 폐기합니다.',
    en: 'A day later they are revoked, within the limits of each day.',
  },
  now: { ko: '승인 즉시 모두 정지', en: 'Suspend all as soon as it is confirmed' },
  nowDetail: {
    ko: '지갑이 지금 위험할 때만 고르십시오. 이용자는 미리 알 수 없습니다.',
    en: 'Only if the wallet is dangerous now: its holders cannot prepare.',
  },
  time: { ko: '정지 일시', en: 'Time of the suspension' },
  timeDetail: {
    ko: '이 컴퓨터의 시간대로 입력합니다. 그때까지 승인되지 않으면 제안은 끝납니다.',
    en: 'In the time zone of this computer. A proposal that nobody confirmed until then has expired.',
  },
  needExisting: { ko: '이미 발급한 신분증을 어떻게 할지 골라 주세요.', en: 'Choose what happens to existing cards.' },
  needTime: { ko: '앞으로의 일시를 입력해 주세요.', en: 'Enter a time that is still to come.' },
  dangerTitle: { ko: '폐기는 되돌릴 수 없습니다', en: 'A revocation cannot be undone' },
  danger: {
    ko: '정지 후 하루 안에는 두 사람이 철회하면 모두 되돌릴 수 있습니다. 그 뒤에 폐기된 신분증은 새로 발급해야 합니다.',
    en: 'Within a day of the suspension two people can undo all of it. A card that was revoked after that has to be issued again.',
  },
  liftTitle: {
    ko: (provider: number) => `지갑 제공자 ${provider}번 중지 철회`,
    en: (provider: number) => `Lift the stop of wallet provider ${provider}`,
  },
  reinstate: { ko: '이 중지로 정지된 신분증의 정지 해제', en: 'Reinstate the cards that this stop suspended' },
  reinstateDetail: {
    ko: '다른 사유로 정지된 신분증과 폐기된 신분증은 그대로입니다.',
    en: 'Cards that somebody else suspended, and revoked ones, stay as they are.',
  },
})
