import { messages } from '../../kit/language.tsx'

/** Locking, unlocking and revoking a card. */
export const acts = messages({
  suspendTitle: { ko: '이 신분증을 잠급니까?', en: 'Lock this card?' },
  suspendHead: { ko: '되돌릴 수 있습니다', en: 'This can be undone' },
  suspendText: {
    ko: '잠그면 신분확인을 하는 모든 곳에서 정지로 보입니다. 본인을 확인한 뒤 해제할 수 있습니다.',
    en: 'Every check will then say suspended. The card can be unlocked after an identity check.',
  },
  suspendPress: { ko: '지금 잠그기', en: 'Lock now' },
  suspendDone: { ko: '잠갔습니다', en: 'Locked' },
  reinstateTitle: { ko: '이 신분증의 잠금을 해제합니까?', en: 'Unlock this card?' },
  reinstateHead: { ko: '본인 확인이 먼저입니다', en: 'Identity first' },
  reinstateText: {
    ko: '본인인지 확인한 뒤에만 해제해 주세요. 해제하면 아래 신고가 닫힙니다.',
    en: 'Unlock it only after an identity check. This closes the report below.',
  },
  reinstatePress: { ko: '잠금 해제하기', en: 'Unlock' },
  reinstateDone: { ko: '잠금을 해제했습니다', en: 'Unlocked' },
  report: { ko: '닫히는 신고', en: 'Report' },
  reportAt: {
    ko: (time: string, block: string) => `이 신분증의 정지 (${block}번 블록, ${time} 기준)`,
    en: (time: string, block: string) => `the suspension of this card (as of block ${block}, ${time})`,
  },
  revokeTitle: { ko: '이 신분증을 폐기합니까?', en: 'Revoke this card?' },
  revokeHead: { ko: '되돌릴 수 없습니다', en: 'This cannot be undone' },
  revokeText: {
    ko: '폐기한 신분증은 누구도 되살릴 수 없습니다. 다시 쓰려면 새로 신청해야 합니다.',
    en: 'Nobody can undo this. The person has to apply for a new card.',
  },
  revokePress: { ko: '폐기하기', en: 'Revoke' },
  revokeDone: { ko: '폐기했습니다', en: 'Revoked' },
  touch: { ko: '누르면 패스키로 한 번 더 확인합니다.', en: 'Pressing it asks for your passkey once more.' },
  reason: { ko: '사유', en: 'Reason' },
  reasonMissing: { ko: '사유를 선택해 주세요.', en: 'Choose a reason.' },
  'reason.lost': { ko: '휴대전화 분실', en: 'Phone lost' },
  'reason.stolen': { ko: '휴대전화 도난', en: 'Phone stolen' },
  'reason.asked': { ko: '본인의 요청', en: 'The holder asked for it' },
  'reason.found': { ko: '휴대전화를 되찾음', en: 'Phone found' },
  'reason.mistake': { ko: '잘못 정지함', en: 'Locked by mistake' },
  'reason.broken': { ko: '휴대전화 고장', en: 'Phone broken' },
  'reason.misused': { ko: '다른 사람이 사용함', en: 'Used by somebody else' },
  'reason.ended': { ko: '자격이 끝남', en: 'No longer entitled' },
  back: { ko: '변경하지 않고 돌아가기', en: 'Back without a change' },
  doneAt: { ko: (time: string) => `${time} 원장에 기록됨`, en: (time: string) => `On the ledger at ${time}` },
  notHere: {
    ko: '이 사람에게 그런 신분증이 없습니다. 신청인 화면에서 다시 선택해 주세요.',
    en: 'This person has no such card. Choose it again on the person’s page.',
  },
})
