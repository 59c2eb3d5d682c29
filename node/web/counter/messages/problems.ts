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
    ko: '로그인이 필요합니다. 다시 로그인해 주세요.',
    en: 'You are not signed in. Sign in again.',
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
  HTTP_INTERNAL: {
    ko: '서버에서 오류가 발생했습니다. 관리자에게 알려 주세요.',
    en: 'The server failed. Tell your administrator.',
  },
})
