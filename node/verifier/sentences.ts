/**
 * The texts for the clerk, for every outcome: its meaning and the next step. They are data, so that a test can check
 * that none is missing. No sentence blames the person at the counter for something that could not be checked.
 */
import { type Finding, type FindingKey, findingKey, type Sentences } from './verdict.ts'

export interface Advice {
  readonly sentence: Sentences
  readonly nextStep: Sentences
}

const again: Sentences = {
  ko: '새 요청을 만들어 다시 제시하게 하세요.',
  en: 'Make a new request and ask for the card again.',
}
const refuse: Sentences = {
  ko: '받지 마세요. 다른 신분증으로 확인하고, 위조가 의심되면 관할 기관에 알리세요.',
  en: 'Do not accept it. Use another proof of identity, and tell the authority if you suspect a forgery.',
}
const otherProof: Sentences = {
  ko: '다른 신분증으로 확인하세요.',
  en: 'Use another proof of identity.',
}
const askAuthority: Sentences = {
  ko: '받지 마세요. 다른 신분증으로 확인하고, 발급기관에 문의하도록 안내하세요.',
  en: 'Do not accept it. Use another proof of identity, and send the holder to the issuing authority.',
}
const connect: Sentences = {
  ko: '연결을 확인하고 다시 시도하세요. 급하면 다른 신분증으로 확인하세요.',
  en: 'Check the connection and try again. If it cannot wait, use another proof of identity.',
}

const ADVICE: Readonly<Record<FindingKey, Advice>> = {
  'unreadable/malformed': {
    sentence: { ko: '제시된 내용을 읽을 수 없습니다.', en: 'What was shown cannot be read.' },
    nextStep: again,
  },
  'unreadable/unsupported': {
    sentence: {
      ko: '이 검증기가 지원하지 않는 신분증이나 지갑입니다.',
      en: 'This kind of card or wallet is not supported here.',
    },
    nextStep: {
      ko: '지갑 앱을 최신 버전으로 바꾸게 하거나 다른 신분증으로 확인하세요.',
      en: 'Have the wallet updated, or use another proof of identity.',
    },
  },
  'forged/bad_signature': {
    sentence: {
      ko: '위조: 발급기관의 서명이 맞지 않습니다.',
      en: 'Forged: the signature is not the issuer’s.',
    },
    nextStep: refuse,
  },
  'forged/bad_disclosure': {
    sentence: {
      ko: '위조: 제시된 정보가 발급된 내용과 다릅니다.',
      en: 'Forged: what is shown is not what was issued.',
    },
    nextStep: refuse,
  },
  'forged/anchor_mismatch': {
    sentence: {
      ko: '위조: 이 신분증은 원장에 기록되어 있지 않습니다.',
      en: 'Forged: the ledger has no record of this card.',
    },
    nextStep: refuse,
  },
  replayed: {
    sentence: {
      ko: '이미 사용되었거나 다른 요청에 대한 응답입니다.',
      en: 'It was used before, or it answers another request.',
    },
    nextStep: {
      ko: '새 요청을 만들고, 본인의 휴대전화에서 바로 제시하게 하세요.',
      en: 'Make a new request and have it answered on the holder’s own phone, now.',
    },
  },
  wrong_holder: {
    sentence: {
      ko: '이 신분증이 발급된 휴대전화에서 제시된 것이 아닙니다.',
      en: 'It was not shown from the phone this card was issued to.',
    },
    nextStep: refuse,
  },
  'retry/stale_presentation': {
    sentence: { ko: '제시한 지 너무 오래되었습니다.', en: 'It was presented too long ago.' },
    nextStep: again,
  },
  'retry/wrong_audience': {
    sentence: {
      ko: '다른 검증기관에, 또는 다른 용도로 제시된 것입니다.',
      en: 'It was presented to another verifier, or for another purpose.',
    },
    nextStep: again,
  },
  'retry/declined': {
    sentence: {
      ko: '제시가 거절되었거나, 지갑에 요청한 신분증이 없습니다.',
      en: 'The holder declined, or the wallet has no such card.',
    },
    nextStep: {
      ko: '필요한 정보를 설명하고 다시 요청하거나, 다른 신분증으로 확인하세요.',
      en: 'Explain what is needed and ask again, or use another proof of identity.',
    },
  },
  'retry/timed_out': {
    sentence: { ko: '시간 안에 응답이 없었습니다.', en: 'There was no answer in time.' },
    nextStep: again,
  },
  'retry/claims_missing': {
    sentence: {
      ko: '필요한 정보가 모두 제시되지 않았습니다.',
      en: 'Not everything that is needed was shown.',
    },
    nextStep: {
      ko: '새 요청을 만들고, 요청된 항목을 모두 제시하도록 안내하세요.',
      en: 'Make a new request and ask the holder to share all of what it asks for.',
    },
  },
  'retry/clock': {
    sentence: {
      ko: '휴대전화와 이 기기의 시계가 서로 맞지 않습니다.',
      en: 'The clocks of the phone and of this device do not agree.',
    },
    nextStep: {
      ko: '두 기기의 시간을 자동으로 맞추고 다시 제시하게 하세요.',
      en: 'Have both set their time automatically, and ask for the card again.',
    },
  },
  'untrusted/issuer_unknown': {
    sentence: {
      ko: '등록되지 않은 발급기관의 신분증입니다.',
      en: 'The issuer of this card is not registered.',
    },
    nextStep: otherProof,
  },
  'untrusted/not_accredited': {
    sentence: {
      ko: '이 신분증을 발급할 권한이 없는 기관이 발급했습니다.',
      en: 'Its issuer is not accredited to issue this card.',
    },
    nextStep: otherProof,
  },
  'untrusted/key_distrusted': {
    sentence: {
      ko: '발급기관의 서명 키가 더 이상 신뢰되지 않습니다.',
      en: 'The issuer’s signing key is no longer trusted.',
    },
    nextStep: askAuthority,
  },
  'untrusted/disowned': {
    sentence: {
      ko: '발급기관이 이 신분증의 발급을 부인했습니다.',
      en: 'The issuer has disowned the batch this card belongs to.',
    },
    nextStep: askAuthority,
  },
  'untrusted/name_mismatch': {
    sentence: {
      ko: '신분증에 적힌 발급기관이 등록된 기관과 다릅니다.',
      en: 'The issuer this card names is not the one that is registered.',
    },
    nextStep: otherProof,
  },
  expired: {
    sentence: { ko: '유효기간이 지난 신분증입니다.', en: 'This card has expired.' },
    nextStep: {
      ko: '다른 신분증으로 확인하고, 갱신하도록 안내하세요.',
      en: 'Use another proof of identity, and tell the holder to renew it.',
    },
  },
  not_yet_valid: {
    sentence: { ko: '아직 유효하지 않은 신분증입니다.', en: 'This card is not valid yet.' },
    nextStep: {
      ko: '이 기기의 시계를 확인하세요. 시계가 맞으면 다른 신분증으로 확인하세요.',
      en: 'Check this device’s clock. If it is right, use another proof of identity.',
    },
  },
  revoked: {
    sentence: { ko: '폐기된 신분증입니다.', en: 'This card has been revoked.' },
    nextStep: askAuthority,
  },
  suspended: {
    sentence: {
      ko: '정지된 신분증입니다. 분실 신고되었을 수 있습니다.',
      en: 'This card is suspended: the phone may have been reported lost.',
    },
    nextStep: {
      ko: '받지 마세요. 다른 신분증으로 본인을 확인하고, 정지 해제를 안내하세요.',
      en: 'Do not accept it. Identify the person another way, and tell the holder how to have it unlocked.',
    },
  },
  'unknown/internal_fault': {
    sentence: {
      ko: '확인할 수 없음: 검증 프로그램 내부에 오류가 있습니다. 신분증의 문제가 아닙니다.',
      en: 'Could not check: an error inside the verifier. This is not a problem of the card.',
    },
    nextStep: {
      ko: '다시 시도하세요. 반복되면 다른 신분증으로 확인하고 운영자에게 알리세요.',
      en: 'Try again. If it happens again, use another proof of identity and tell the operator.',
    },
  },
  'unknown/view_stale': {
    sentence: {
      ko: '확인할 수 없음: 원장 정보가 오래되었거나 원장에 연결되지 않습니다.',
      en: 'Could not check: the ledger is unreachable, or the ledger data is too old.',
    },
    nextStep: connect,
  },
  'unknown/list_unreachable': {
    sentence: {
      ko: '확인할 수 없음: 이 신분증의 상태 정보를 얻지 못했습니다.',
      en: 'Could not check: the status of this card could not be obtained.',
    },
    nextStep: connect,
  },
  'unknown/anchor_needed': {
    sentence: {
      ko: '확인할 수 없음: 발급 기록(원장 영수증)이 있어야 판단할 수 있습니다.',
      en: 'Could not check: its ledger receipt is needed to decide.',
    },
    nextStep: {
      ko: '연결을 확인하고, 발급 기록을 포함해 다시 제시하게 하세요.',
      en: 'Check the connection, and ask for the card again with its receipt.',
    },
  },
  'unknown/anchor_pending': {
    sentence: {
      ko: '확인할 수 없음: 아직 원장에 기록되지 않은 임시 신분증입니다.',
      en: 'Could not check: this is a temporary card, not on the ledger yet.',
    },
    nextStep: {
      ko: '다른 신분증으로 확인하거나, 지갑이 정식 신분증을 받은 뒤 다시 제시하게 하세요.',
      en: 'Use another proof of identity, or ask again when the wallet has received the final card.',
    },
  },
  not_satisfied: {
    sentence: {
      ko: '진짜 신분증이지만 조건에 맞지 않습니다.',
      en: 'The card is genuine, but the condition is not met.',
    },
    nextStep: {
      ko: '조건을 설명하고 거절하세요. 신분증에는 문제가 없습니다.',
      en: 'Explain the condition and decline. There is nothing wrong with the card.',
    },
  },
  valid: {
    sentence: { ko: '유효한 신분증입니다.', en: 'This card is valid.' },
    nextStep: {
      ko: '사진이 있으면 본인인지 확인하고 계속하세요.',
      en: 'If there is a portrait, compare it with the person; then go on.',
    },
  },
}

export const adviceOn = (finding: Finding): Advice => ADVICE[findingKey(finding)]
