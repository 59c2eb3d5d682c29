import type { RequestHandler } from 'express'

/** `{base}` is the path of the public URL. For OAuth metadata it follows the well-known part (RFC 8414 §3.1). */
const PROFILE = '{base}/.well-known/dojang-ledger'
const ISSUER = '/.well-known/openid-credential-issuer{base}'
const LINKS: readonly (readonly [path: string, ko: string, en: string])[] = [
  ['/.well-known/oauth-authorization-server{base}', '인가 서버 메타데이터', 'Authorization-server metadata'],
  ['{base}/readyz', '상태', 'Readiness'],
]

export interface StartPageParts {
  readonly publicUrl: string
  readonly walletUrl: string
  /** The origin of the operators' pages. It is shown only where everything runs for a trial. */
  readonly operatorUrl: string
  readonly authority: { readonly ko: string; readonly en: string }
  readonly mode: string
  /** Whether people can apply without a visit. */
  readonly online: boolean
}

/** The page for a person who opens the public URL in a browser: what this node is, who they can be, and its addresses. */
export function startPage({
  publicUrl,
  walletUrl,
  operatorUrl,
  authority,
  mode,
  online,
}: StartPageParts): RequestHandler {
  const base = new URL(publicUrl).pathname.replace(/\/$/, '')
  const at = (path: string) => path.replace('{base}', base)
  const rows = LINKS.map(
    ([path, ko, en]) => `<li><a href="${escaped(at(path))}">${ko}<br><span lang="en">${en}</span></a></li>`,
  )
  const doors = [
    door(
      `${walletUrl}/wallet/`,
      ['신분증의 주인', '모바일 신분증을 받아 보여 줍니다'],
      ['Holder', 'get a card in the wallet, and show it'],
    ),
    ...(online
      ? [
          door(
            at('{base}/apply/'),
            ['신청인', '방문하지 않고 모바일 신분증을 신청합니다'],
            ['Applicant', 'apply for a mobile card without a visit'],
          ),
        ]
      : []),
    door('/check/', ['가게', '받은 신분증을 확인합니다'], ['Shop', 'check a card']),
    ...(mode === 'production'
      ? []
      : [
          door(
            `${operatorUrl}/counter/`,
            ['창구 직원', '신분증을 발급합니다. 들어가는 링크는 노드를 시작한 터미널에 있습니다'],
            ['Clerk', 'issue a card; the link to enrol is in the terminal where the node was started'],
          ),
        ]),
    door(
      at(PROFILE),
      ['감사자', '원장을 확인합니다. 이 원장 프로필 하나만 믿으면 됩니다'],
      ['Auditor', 'check the ledger; this profile is the one thing to trust'],
    ),
    door(
      at(ISSUER),
      ['개발자', '지갑이나 확인 프로그램을 연결합니다. 발급자 메타데이터 (OpenID4VCI)'],
      ['Developer', 'connect a wallet or a verifier; issuer metadata (OpenID4VCI)'],
    ),
  ]
  const loss = `<p><a href="${escaped(`${walletUrl}/lock/`)}">휴대전화를 잃어버렸습니까? 신분증 잠그기<br>
<span lang="en">Have you lost your phone? Lock your cards</span></a></p>`
  const story =
    mode === 'demo'
      ? `<p class="story"><a href="/demo/"><strong>2분 체험</strong> · 발급하고, 보여 주고, 확인하고, 잃어버렸다가 되찾기<br>
<span lang="en"><strong>The story in two minutes</strong> · issue, show, check, lose and find a card</span></a></p>
<p class="story second"><a href="/demo/fakes"><strong>가짜를 만들어 보기</strong> · 화면 캡처, 고친 신분증, 너무 많이 묻는 가게<br>
<span lang="en"><strong>Try a fake</strong> · a screenshot, a tampered card, an over-asking shop</span></a></p>`
      : ''
  const page = `<!doctype html>
<html lang="ko">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(authority.ko)} · Dojang</title>
<style>
:root { color-scheme: light dark; font: 16px/1.6 system-ui, sans-serif }
body { max-width: 40rem; margin: 3rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2rem } li { margin: .6rem 0 } span { opacity: .75 }
.doors { padding: 0; list-style: none } .doors a { display: block; padding: .8rem 1rem; border: 1px solid; border-radius: .5rem; text-decoration: none }
.story a { display: block; padding: 1rem; border-radius: .5rem; background: #256ef4; color: #fff; text-decoration: none } .story span { opacity: 1 } .second a { background: none; border: 1px solid; color: LinkText }
.mode { border: 2px solid; border-radius: .5rem; padding: .5rem 1rem }
</style>
</head>
<body>
<main>
<h1>${escaped(authority.ko)}<br><span lang="en">${escaped(authority.en)}</span></h1>
${MODE_NOTES[mode] ?? ''}
<p>이 서버는 모바일 신분증을 발급하고 확인합니다. 개인정보는 이 페이지에서 볼 수 없습니다.<br>
<span lang="en">This node issues and verifies mobile identity cards. No personal data can be seen here.</span></p>
<h2>무엇을 해 보시겠습니까?<br><span lang="en">What would you like to do?</span></h2>
${story}
<ul class="doors">
${doors.join('\n')}
</ul>
${loss}
<h2>그 밖의 주소<br><span lang="en">Other addresses</span></h2>
<ul>
${rows.join('\n')}
</ul>
</main>
</body>
</html>
`
  return (_request, response) => {
    response.type('html').send(page)
  }
}

type Door = readonly [what: string, where: string]

const door = (url: string, [what, where]: Door, [whatEn, whereEn]: Door): string =>
  `<li><a href="${escaped(url)}"><strong>${what}</strong> · ${where}<br>` +
  `<span lang="en">${whatEn} · ${whereEn}</span></a></li>`

const MODE_NOTES: Readonly<Record<string, string>> = {
  local: `<p class="mode">개발용: 실제 신분증에는 쓸 수 없습니다.<br><span lang="en">Local mode, for development. Not for real cards.</span></p>`,
  demo: `<p class="mode">시연용: 여기 있는 사람은 모두 가상 인물입니다.<br><span lang="en">Demo: everyone in this register is fictitious.</span></p>`,
}

const escaped = (text: string) => text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
