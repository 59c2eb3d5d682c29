/**
 * The pages of the authorization endpoint: plain HTML without scripts, in Korean and English. The name that a
 * wallet gives itself may be a lie. It is quoted, and the page says whose words they are.
 */
import type { Texts } from '../../credential/card.ts'
import type { Reply } from '../oid4vci/exchange.ts'
import { escaped, heading, html } from './html.ts'

/** The longest text of a wallet that a page quotes. */
const QUOTED = 64

export interface Visit {
  readonly authority: Texts
  readonly clientId: string
  /** The registered name of the provider that attested the wallet; null without an attestation. */
  readonly provider: string | null
  /** Whether the code goes to the authority's own wallet, whoever began. */
  readonly isOwnWallet: boolean
  /** The redirect target, in a form that a person can recognise. */
  readonly target: { readonly shown: string; readonly source: string }
  readonly requestUri: string
}

export interface SignIn extends Visit {
  readonly card: Texts
  /** The number of tries left after a wrong code; null before the first try. */
  readonly triesLeft: number | null
}

export function signInPage(signIn: SignIn): Reply {
  const { card, triesLeft } = signIn
  const wrong =
    triesLeft === null
      ? ''
      : `<p role="alert" id="wrong">번호가 맞지 않습니다. ${triesLeft}번 더 입력할 수 있습니다.
<span lang="en">That code is wrong. Tries left: ${triesLeft}.</span></p>`
  const body = `${heading(signIn.authority)}
<dl>
<dt>발급할 신분증 <span lang="en">Card to be issued</span></dt>
<dd>${escaped(card.ko)} <span lang="en">${escaped(card.en)}</span></dd>
${receiver(signIn)}
</dl>
<p>이 앱을 직접 열지 않았다면 번호를 입력하지 마십시오.
<span lang="en">If you did not open this app yourself, do not enter the code.</span></p>
${wrong}
${formStart(signIn)}
<label for="tx_code">접수처에서 받은 숫자 6자리 <span lang="en">The six digits you were given</span></label>
<input id="tx_code" name="tx_code" inputmode="numeric" pattern="[0-9 ]*" maxlength="12" required autofocus
 autocomplete="one-time-code"${triesLeft === null ? '' : ' aria-invalid="true" aria-describedby="wrong"'}>
<button type="submit">발급받기 <span lang="en">Get the card</span></button>
<button type="submit" name="cancel" value="1" formnovalidate>취소 <span lang="en">Cancel</span></button>
</form>`
  return html(triesLeft === null ? 200 : 400, '로그인 / Sign in', body, formAction(signIn))
}

/** For a wallet that began without an offer: a card is applied for in person. */
export function whereToApplyPage(visit: Visit): Reply {
  const body = `${heading(visit.authority)}
<p>신분증은 먼저 접수처에서 신청해야 합니다. 신분증이나 여권을 가지고 접수처를 방문하십시오.
<span lang="en">Apply for the card in person first: go to a counter of this authority, with an identity document.</span></p>
<p>접수처에서 QR 코드와 숫자 6자리를 받습니다. 지갑 앱으로 그 QR 코드를 찍으면 신분증이 발급됩니다.
<span lang="en">You get a QR code and six digits there. Scan the QR code with your wallet to receive the card.</span></p>
<dl>
${receiver(visit)}
</dl>
${backForm(visit)}`
  return html(200, '신청 안내 / Where to apply', body, formAction(visit))
}

/** For an applicant who signed in, with an offer of their own. @param hidden the members of the form */
export function receivePage(visit: Visit, card: Texts, hidden: Readonly<Record<string, string>>): Reply {
  const members = Object.entries(hidden).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escaped(value)}">`,
  )
  const body = `${heading(visit.authority)}
<dl>
<dt>발급할 신분증 <span lang="en">Card to be issued</span></dt>
<dd>${escaped(card.ko)} <span lang="en">${escaped(card.en)}</span></dd>
${receiver(visit)}
</dl>
<p>이 앱을 직접 열지 않았다면 발급받지 마십시오.
<span lang="en">If you did not open this app yourself, do not get the card.</span></p>
<form method="post" action="authorize" autocomplete="off">
${members.join('\n')}
<button type="submit" name="act" value="receive">이 앱으로 발급받기 <span lang="en">Get the card in this app</span></button>
<button type="submit" name="cancel" value="1">취소 <span lang="en">Cancel</span></button>
</form>`
  return html(200, '발급받기 / Get the card', body, formAction(visit))
}

/** Terms that say which app receives the card. */
export function receiver({ clientId, provider, isOwnWallet, target }: Visit): string {
  const address = `<dt>앱의 주소 <span lang="en">Address of the app</span></dt>
<dd>${escaped(target.shown)}</dd>`
  const app = '<dt>신분증을 받을 앱 <span lang="en">App that will receive it</span></dt>'
  if (isOwnWallet) {
    return `${app}
<dd><strong>이 기관의 지갑 <span lang="en">The wallet of this authority</span></strong></dd>
${address}`
  }
  const name = clientId.length > QUOTED ? `${clientId.slice(0, QUOTED)}…` : clientId
  const known =
    provider === null
      ? '<strong>확인되지 않은 앱 <span lang="en">Unverified app</span></strong>'
      : `확인된 지갑, 제공 기관: <strong>${escaped(provider)}</strong> <span lang="en">Verified wallet of the provider named here</span>`
  const whose =
    provider === null
      ? '앱이 스스로 밝힌 이름, 확인되지 않음 <span lang="en">The app’s own words for itself, not verified</span>'
      : '제공 기관이 밝힌 앱 이름 <span lang="en">The provider’s name for the app</span>'
  return `${app}
<dd>${known}</dd>
${address}
<dt>${whose}</dt>
<dd><q>${escaped(name)}</q></dd>`
}

export const backForm = (visit: Visit): string => `${formStart(visit)}
<button type="submit" name="cancel" value="1">앱으로 돌아가기 <span lang="en">Back to the app</span></button>
</form>`

const formStart = ({ requestUri, clientId }: Visit) => `<form method="post" action="authorize" autocomplete="off">
<input type="hidden" name="request_uri" value="${escaped(requestUri)}">
<input type="hidden" name="client_id" value="${escaped(clientId)}">`

/** A browser follows the redirect to the wallet only if form-action contains the target. */
export const formAction = ({ target: { source } }: Pick<Visit, 'target'>) => `'self' ${source}`

export function expiredPage(): Reply {
  const body = `${heading({ ko: '다시 시작해 주십시오', en: 'Please start again' })}
<p>이 페이지는 만료되었거나 이미 사용되었습니다. 지갑 앱에서 다시 시작해 주십시오.
<span lang="en">This page has expired or was already used. Start again from your wallet.</span></p>`
  return html(400, '만료됨 / Expired', body, `'none'`)
}
