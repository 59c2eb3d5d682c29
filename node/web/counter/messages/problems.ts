import { messages } from '../../kit/language.tsx'

/** One sentence or two for what can go wrong: what happened, and what to do. Codes are those of docs/errors.md. */
export const problems = messages({
  unreachable: {
    ko: '서버에 연결할 수 없습니다. 네트워크를 확인하고 다시 시도해 주세요. 입력한 내용은 그대로 있습니다.',
    en: 'The server cannot be reached. Check the network and try again. What you entered is still here.',
  },
  unexpected: {
    ko: '예상하지 못한 오류가 발생했습니다. 화면을 새로 고친 뒤 다시 시도해 주세요.',
    en: 'An unexpected error occurred. Reload the page and try again.',
  },
  refused: {
    ko: (code: string) => `요청을 처리하지 못했습니다. 관리자에게 이 오류 번호를 알려 주세요: ${code}`,
    en: (code: string) => `The request was refused. Tell your administrator this code: ${code}`,
  },
  'passkey-cancelled': {
    ko: '패스키 확인이 끝나지 않았습니다. 다시 눌러 주세요.',
    en: 'The passkey was not confirmed. Press again.',
  },
  'passkey-exists': {
    ko: '이 기기에는 이미 등록된 패스키가 있습니다. 로그인해 주세요.',
    en: 'This device has a passkey already. Sign in with it.',
  },
  'passkey-unsupported': {
    ko: '이 브라우저에서는 패스키를 쓸 수 없습니다. 다른 브라우저를 이용해 주세요.',
    en: 'This browser has no passkeys. Use another one.',
  },
  HTTP_UNAUTHENTICATED: {
    ko: '로그인 시간이 끝나 처리하지 못했습니다. 다시 로그인한 뒤 한 번 더 눌러 주세요.',
    en: 'Your session was over, so this was not done. Sign in again, then press once more.',
  },
  HTTP_FORBIDDEN: {
    ko: '이 업무를 할 권한이 없습니다. 권한이 있는 담당자에게 요청해 주세요.',
    en: 'Your role does not include this act. Ask somebody whose role includes it.',
  },
  HTTP_REQUEST_INVALID: {
    ko: '입력한 내용의 형식이 맞지 않습니다. 확인하고 다시 시도해 주세요.',
    en: 'What was entered does not have the right form. Check it and try again.',
  },
  HTTP_NOT_FOUND: {
    ko: '찾는 내용이 없습니다. 처음 화면에서 다시 시작해 주세요.',
    en: 'There is nothing here. Start again from the first screen.',
  },
  HTTP_TOO_MANY_REQUESTS: {
    ko: '요청이 너무 많습니다. 잠시 뒤에 다시 시도해 주세요.',
    en: 'There were too many requests. Wait a moment and try again.',
  },
  OPERATOR_UNKNOWN: {
    ko: '없는 담당자입니다. 목록을 다시 열어 주세요.',
    en: 'There is no such operator. Open the list again.',
  },
  OPERATOR_STOPPED: {
    ko: '이미 중지된 담당자입니다. 목록을 다시 열어 주세요.',
    en: 'The operator is stopped already. Open the list again.',
  },
  OPERATOR_CENTRE_UNKNOWN: {
    ko: '시행 일정에 없는 센터입니다. 목록에서 다시 선택해 주세요.',
    en: 'The roll-out policy has no such centre. Choose one of the list.',
  },
  OPERATOR_ENROLMENT_ENDED: {
    ko: '이미 사용했거나 기한이 지난 링크입니다. 관리자에게 새 링크를 받아 주세요.',
    en: 'This link was used already, or its time is over. Ask an administrator for a new one.',
  },
  OPERATOR_PASSKEY_REFUSED: {
    ko: '이 패스키로는 할 수 없습니다. 등록한 패스키를 골라 다시 시도해 주세요.',
    en: 'This passkey is not accepted. Choose the one that you enrolled, and try again.',
  },
  OPERATOR_TWO_PEOPLE: {
    ko: '두 사람이 필요한 일입니다. 제안하고 다른 사람의 승인을 받아 주세요.',
    en: 'This needs two people. Propose it, and let another operator confirm it.',
  },
  OPERATOR_MAY_NOT_PROPOSE: {
    ko: '관리자만 제안할 수 있는 일입니다.',
    en: 'Only an administrator may propose this.',
  },
  OPERATOR_PROPOSAL_UNKNOWN: {
    ko: '없는 제안입니다. 화면을 다시 열어 주세요.',
    en: 'There is no such proposal. Open the screen again.',
  },
  OPERATOR_PROPOSAL_STATE: {
    ko: '이미 결정되었거나 기한이 지난 제안입니다. 화면을 다시 열어 주세요.',
    en: 'The proposal was decided already, or its time is over. Open the screen again.',
  },
  OPERATOR_OWN_PROPOSAL: {
    ko: '본인이 올린 제안은 다른 사람이 결정합니다. 한 사람이 초대한 계정들은 한 사람으로 봅니다.',
    en: 'Your own proposal is decided by somebody else. Accounts that one person invited count as one person.',
  },
  OPERATOR_LIMIT_NOT_RAISED: {
    ko: '지금 한도보다 큰 숫자를 입력해 주세요.',
    en: 'Enter a number above the present limit.',
  },
  HTTP_ORIGIN_REFUSED: {
    ko: '다른 주소에서 연 화면입니다. 담당자용 주소로 다시 열어 주세요.',
    en: 'This page was opened under another address. Open it under the address for operators.',
  },
  HTTP_TOUCH_NEEDED: {
    ko: '패스키를 다시 확인해야 합니다. 다시 눌러 주세요.',
    en: 'Your passkey must be confirmed again. Press once more.',
  },
  HTTP_INTERNAL: {
    ko: '서버에서 오류가 발생했습니다. 관리자에게 알려 주세요.',
    en: 'The server failed. Tell your administrator.',
  },
  ISSUER_PERSON_UNKNOWN: {
    ko: '이 사람이 주민등록부에 없습니다. 다시 찾아 주세요.',
    en: 'The register does not have this person any more. Search again.',
  },
  ISSUER_APPLICATION_UNKNOWN: {
    ko: '이 신청이 없습니다. 신청인 화면에서 다시 시작해 주세요.',
    en: 'There is no such application. Start again from the person’s page.',
  },
  ISSUER_APPLICATION_STATE: {
    ko: '신청이 이미 다른 단계에 있습니다. 화면을 새로 고쳐 지금 상태를 확인해 주세요.',
    en: 'The application is at another step. Reload the page to see its present state.',
  },
  ISSUER_STOPPED: {
    ko: '원장에 이상이 있어 발급이 멈췄습니다. 관리자에게 알려 주세요. 정지와 해제는 할 수 있습니다.',
    en: 'Issuing is stopped because of a finding on the ledger. Tell your administrator. Cards can still be locked.',
  },
  RESIDENTS_LINES_UNAVAILABLE: {
    ko: '지금은 통신사에 명의를 확인할 수 없습니다. 잠시 뒤 다시 시도하거나 번호 없이 계속해 주세요.',
    en: 'The telecom cannot be asked now whose the line is. Try again in a moment, or continue without a number.',
  },
  RESIDENTS_LINES_ANSWER: {
    ko: '통신사의 답을 읽을 수 없어 명의를 확인하지 못했습니다. 번호 없이 계속하고 관리자에게 알려 주세요.',
    en: 'The telecom’s answer cannot be read, so it is not known whose the line is. Continue without a number, and tell your administrator.',
  },
  RESIDENTS_LINES_INCONSISTENT: {
    ko: '통신사가 다른 번호에 대한 답을 보내 명의를 확인하지 못했습니다. 번호 없이 계속하고 관리자에게 알려 주세요.',
    en: 'The telecom answered about another line, so it is not known whose this one is. Continue without a number, and tell your administrator.',
  },
  ISSUER_STATUS_UNCHANGED: {
    ko: '이 신분증은 이미 그 상태입니다. 신청인 화면에서 확인해 주세요.',
    en: 'The card has this status already. See the person’s page.',
  },
  ISSUER_CREDENTIAL_UNKNOWN: {
    ko: '이 기관이 발급한 신분증이 아닙니다. 관리번호를 확인해 주세요.',
    en: 'This authority issued no such card. Check the id.',
  },
  LOSS_UNLOCK_REFUSED: {
    ko: '본인을 더 확실하게 확인한 곳에서 잠근 신분증이라 여기서 해제할 수 없습니다. 신분증 원본을 가지고 창구로 오시도록 안내해 주세요.',
    en: 'The card was locked where the holder was identified better, or elsewhere. Send the person to the counter with a document.',
  },
  LOSS_NOT_ON_LEDGER: {
    ko: '신고가 원장에 아직 기록되지 않아 해제할 수 없습니다. 잠금은 유효합니다. 잠시 뒤 다시 시도해 주세요.',
    en: 'The report is not on the ledger yet, so it cannot be closed. The card is locked. Try again later.',
  },
  LOSS_IDENTITY_NEEDED: {
    ko: '본인을 확인하고 종결할 신고를 확인한 뒤 다시 눌러 주세요. 아무것도 바뀌지 않았습니다.',
    en: 'Identify the person and look at the report that this closes, then press again. Nothing was changed.',
  },
  ISSUER_REPORT_CHANGED: {
    ko: '그 사이에 다른 신고가 들어왔거나 처리되었습니다. 아무것도 바뀌지 않았습니다. 신청인 화면에서 신고를 다시 확인해 주세요.',
    en: 'Another report came in or was closed meanwhile. Nothing was changed. Read the report again on the person’s page.',
  },
  ISSUER_CREDENTIAL_REPLACED: {
    ko: '이미 새 신분증으로 바뀐 신분증이라 정지를 풀 수 없습니다. 새 신분증의 상태를 확인해 주세요.',
    en: 'A newer card replaced this one, so it stays suspended. Look at the newer card.',
  },
  ISSUER_WALLET_STOPPED: {
    ko: '이 신분증이 있는 지갑의 제공자가 중지되어 정지를 풀 수 없습니다. 다른 지갑으로 새로 신청하도록 안내해 주세요.',
    en: 'The provider of this card’s wallet was stopped, so the card stays suspended. Take an application for another wallet.',
  },
  ISSUER_WALLET_PROVIDER_UNKNOWN: {
    ko: '원장에 그 번호의 기관이 없습니다. 지갑 제공자 목록을 다시 확인해 주세요.',
    en: 'The ledger has no organisation with this number. Read the list of wallet providers again.',
  },
  ISSUER_WALLET_STOP_STATE: {
    ko: '지금은 이 지갑 제공자에 대해 할 수 없는 일이거나 정한 일시가 지났습니다. 목록을 다시 확인해 주세요.',
    en: 'This cannot be done with the provider now, or the time has passed. Read the list again.',
  },
  ISSUER_STATUS_REFUSED: {
    ko: '원장이 이 변경을 거부했습니다. 폐기된 신분증은 되살릴 수 없습니다.',
    en: 'The ledger refused this change. A revoked card cannot be brought back.',
  },
  ISSUER_REVOCATION_LIMIT: {
    ko: '오늘 폐기할 수 있는 수를 넘었습니다. 책임자에게 한도를 올려 달라고 요청해 주세요.',
    en: 'The number of revocations for today is reached. Ask a supervisor to raise the limit.',
  },
  LEDGER_PENDING: {
    ko: '접수했지만 원장이 아직 기록하지 않았습니다. 잠시 뒤 신청인 화면에서 상태를 확인해 주세요.',
    en: 'It is accepted, but the ledger has not written it yet. See the status on the person’s page in a moment.',
  },
})
