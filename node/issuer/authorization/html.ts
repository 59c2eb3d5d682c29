/** The frame of the pages of the authorization endpoint and of the online application: plain HTML without scripts. */
import { createHash } from 'node:crypto'
import type { Texts } from '../../credential/card.ts'
import type { Reply } from '../oid4vci/exchange.ts'

const STYLE = `
:root{color-scheme:light dark;font:1.0625rem/1.6 system-ui,"Apple SD Gothic Neo","Noto Sans KR",sans-serif}
body{max-width:32rem;margin:0 auto;padding:1.5rem;word-break:keep-all;overflow-wrap:anywhere}
h1{font-size:1.375rem;line-height:1.35}
[lang=en]{display:block;opacity:.85}
dt{font-weight:600}q{font-family:ui-monospace,monospace}strong{display:inline-block;border:.125rem solid;padding:0 .375rem}dd{margin:0 0 .75rem;overflow-wrap:anywhere}
label{display:block;font-weight:600;margin:1.25rem 0 .5rem}
input{font:inherit;font-size:1.75rem;letter-spacing:.3em;width:100%;box-sizing:border-box;padding:.5rem}
button{font:inherit;padding:.75rem 1.25rem;margin:1rem .75rem 0 0;min-height:3rem}
h2{font-size:1.125rem;line-height:1.35}
fieldset{border:0;margin:1.25rem 0;padding:0}legend{font-weight:600;padding:0}
.choice{display:flex;gap:.75rem;align-items:center;font-weight:400;min-height:2.75rem;margin:.5rem 0}
.choice input{width:1.5rem;height:1.5rem;margin:0;flex:none}
.button{display:inline-block;border:.125rem solid;border-radius:.25rem;padding:.75rem 1.25rem;min-height:1.5rem}
code{font-size:1.125rem;overflow-wrap:anywhere}
[role=alert]{border-left:.3rem solid #c00;padding:.25rem 0 .25rem 1rem}
`
const STYLE_HASH = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`

export const heading = ({ ko, en }: Texts) => `<h1>${escaped(ko)} <span lang="en">${escaped(en)}</span></h1>`

/** @param formAction the sources of `form-action`: browsers apply it to redirects after a form too */
export function html(status: number, title: string, body: string, formAction: string): Reply {
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

export const escaped = (text: string) => text.replace(/[&<>"']/g, character => ENTITIES[character] ?? '')
