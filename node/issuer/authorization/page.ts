/** The sign-in page: one field, plain HTML without scripts, in Korean and English. */
import { createHash } from 'node:crypto'
import type { Texts } from '../../credential/card.ts'
import type { Reply } from '../oid4vci/exchange.ts'

const STYLE = `
:root{color-scheme:light dark;font:1.0625rem/1.6 system-ui,"Apple SD Gothic Neo","Noto Sans KR",sans-serif}
body{max-width:32rem;margin:0 auto;padding:1.5rem;word-break:keep-all;overflow-wrap:anywhere}
h1{font-size:1.375rem;line-height:1.35}
[lang=en]{display:block;opacity:.85}
dt{font-weight:600}dd{margin:0 0 .75rem;overflow-wrap:anywhere}
label{display:block;font-weight:600;margin:1.25rem 0 .5rem}
input{font:inherit;font-size:1.75rem;letter-spacing:.3em;width:100%;box-sizing:border-box;padding:.5rem}
button{font:inherit;padding:.75rem 1.25rem;margin:1rem .75rem 0 0;min-height:3rem}
[role=alert]{border-left:.3rem solid #c00;padding:.25rem 0 .25rem 1rem}
`
const STYLE_HASH = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`

export interface SignIn {
  readonly authority: Texts
  readonly card: Texts
  readonly clientId: string
  /** The redirect target, in a form that a person can recognise. */
  readonly target: { readonly shown: string; readonly source: string }
  readonly requestUri: string
  /** The number of tries left after a wrong code; null before the first try. */
  readonly triesLeft: number | null
}

export function signInPage(signIn: SignIn): Reply {
  const { authority, card, target, triesLeft } = signIn
  const wrong =
    triesLeft === null
      ? ''
      : `<p role="alert" id="wrong">번호가 맞지 않습니다. ${triesLeft}번 더 입력할 수 있습니다.
<span lang="en">That code is wrong. Tries left: ${triesLeft}.</span></p>`
  const body = `<h1>${escaped(authority.ko)} <span lang="en">${escaped(authority.en)}</span></h1>
<dl>
<dt>발급할 신분증 <span lang="en">Card to be issued</span></dt>
<dd>${escaped(card.ko)} <span lang="en">${escaped(card.en)}</span></dd>
<dt>신분증을 받을 앱 <span lang="en">App that will receive it</span></dt>
<dd>${escaped(signIn.clientId)} (${escaped(target.shown)})</dd>
</dl>
<p>이 앱을 직접 열지 않았다면 번호를 입력하지 마십시오.
<span lang="en">If you did not open this app yourself, do not enter the code.</span></p>
${wrong}
<form method="post" action="authorize" autocomplete="off">
<input type="hidden" name="request_uri" value="${escaped(signIn.requestUri)}">
<input type="hidden" name="client_id" value="${escaped(signIn.clientId)}">
<label for="tx_code">접수처에서 받은 숫자 6자리 <span lang="en">The six digits you were given</span></label>
<input id="tx_code" name="tx_code" inputmode="numeric" pattern="[0-9 ]*" maxlength="12" required autofocus
 autocomplete="one-time-code"${triesLeft === null ? '' : ' aria-invalid="true" aria-describedby="wrong"'}>
<button type="submit">발급받기 <span lang="en">Get the card</span></button>
<button type="submit" name="cancel" value="1" formnovalidate>취소 <span lang="en">Cancel</span></button>
</form>`
  // A browser follows the redirect to the wallet only if form-action contains the target.
  return html(triesLeft === null ? 200 : 400, '로그인 / Sign in', body, `'self' ${target.source}`)
}

export function expiredPage(): Reply {
  const body = `<h1>다시 시작해 주십시오 <span lang="en">Please start again</span></h1>
<p>이 페이지는 만료되었거나 이미 사용되었습니다. 지갑 앱에서 다시 시작해 주십시오.
<span lang="en">This page has expired or was already used. Start again from your wallet.</span></p>`
  return html(400, '만료됨 / Expired', body, `'none'`)
}

function html(status: number, title: string, body: string, formAction: string): Reply {
  return {
    status,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
      'Content-Security-Policy': `default-src 'none'; style-src ${STYLE_HASH}; form-action ${formAction}; base-uri 'none'; frame-ancestors 'none'`,
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
    },
    body: `<!doctype html>
<html lang="ko">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style>${STYLE}</style></head>
<body><main>
${body}
</main></body>
</html>
`,
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escaped = (text: string) => text.replace(/[&<>"']/g, character => ENTITIES[character] ?? '')
