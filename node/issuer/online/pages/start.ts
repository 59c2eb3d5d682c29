/** The pages before the sign-in. */
import type { CardDefinition, Texts } from '../../../credential/card.ts'
import { heading, html } from '../../authorization/html.ts'
import type { Reply } from '../../oid4vci/exchange.ts'
import type { OnlineApplication } from '../setting.ts'
import { alert, both, button, cardChoice, form, type Hidden, paragraph } from './parts.ts'

export interface StartPage {
  readonly authority: Texts
  readonly provider: Pick<OnlineApplication, 'name' | 'issuer'>
  readonly cards: readonly CardDefinition[]
  /** Where the form goes, relative to the page. */
  readonly action: string
  readonly hidden: Hidden
  /** Terms that say which app receives the card; empty at the authority's site. */
  readonly receiver: string
  /** The wallet to which a button returns, as a source of `form-action`; null without one. */
  readonly wallet: string | null
  /** Why the applicant has to sign in (again). */
  readonly notice?: Texts
}

/**
 * The sources of `form-action`. A provider may send the browser on to another site for the sign-in, and browsers apply the
 * directive to that too, so any site by https is allowed.
 */
function sitesOf(issuer: string, also = ''): string {
  const local = issuer.startsWith('https:') ? '' : ` ${new URL(issuer).origin}`
  return `'self' https:${local}${also && ` ${also}`}`
}

export function startPage(page: StartPage): Reply {
  const { authority, provider, cards, action, hidden, receiver, wallet, notice } = page
  const buttons = [
    button('act', 'sign-in', {
      ko: `${provider.name.ko}에서 본인 확인하기`,
      en: `Sign in with ${provider.name.en}`,
    }),
    ...(wallet !== null ? [`<button type="submit" name="cancel" value="1">${both(BACK)}</button>`] : []),
  ]
  const [only] = cards
  const body = `${heading(authority)}
<h2>${both({ ko: '온라인 신청', en: 'Apply online' })}</h2>
${notice ? alert(notice) : ''}
${paragraph({
  ko: '본인 확인 서비스에서 로그인하면 모바일 신분증을 신청할 수 있습니다. 이 사이트는 비밀번호를 묻지 않습니다.',
  en: 'Sign in with the identity provider to apply for a mobile card. This site never asks for a password.',
})}
${receiver === '' ? paragraph(THIS_PHONE) : ''}
${
  cards.length === 1 && only
    ? `<dl><dt>${both({ ko: '신청할 신분증', en: 'Card' })}</dt><dd>${both(only.display.name)}</dd>\n${receiver}</dl>`
    : receiver && `<dl>${receiver}</dl>`
}
${receiver && paragraph(OWN_APP)}
${form(action, hidden, `${cardChoice(cards)}\n${buttons.join('\n')}`)}`
  return html(200, '온라인 신청 / Apply online', body, sitesOf(provider.issuer, wallet ?? ''))
}

const BACK: Texts = { ko: '앱으로 돌아가기', en: 'Back to the app' }

const THIS_PHONE: Texts = {
  ko: '신분증을 받을 휴대전화에서 신청하십시오.',
  en: 'Apply on the phone that is to receive the card.',
}

const OWN_APP: Texts = {
  ko: '이 앱을 직접 열지 않았다면 계속하지 마십시오. 다른 사람이 보낸 링크로 신청하면 그 사람이 신분증을 받을 수 있습니다.',
  en: 'If you did not open this app yourself, do not continue. With a link from somebody else, they may get your card.',
}

/** For a guardian who has a code. @param code as in the link; empty: it is typed */
export function guardianStartPage(authority: Texts, provider: StartPage['provider'], code: string): Reply {
  const { name } = provider
  const sign = { ko: `${name.ko}에서 본인 확인하기`, en: `Sign in with ${name.en}` }
  const typed = `<label for="code">${both({ ko: '신청인에게 받은 동의 코드', en: 'The code that the applicant gave you' })}</label>
<input id="code" name="code" maxlength="40" required autocapitalize="none" spellcheck="false">`
  const body = `${heading(authority)}
<h2>${both({ ko: '법정대리인 동의', en: 'Consent of a guardian' })}</h2>
${paragraph({
  ko: '신청인의 법정대리인이라면 로그인하여 신청 내용을 확인한 뒤 동의하거나 거부할 수 있습니다.',
  en: 'If you are a guardian of the applicant, sign in to see the application, and agree or refuse.',
})}
${form('sign-in', code === '' ? {} : { code }, `${code === '' ? typed : ''}\n${button('act', 'guardian', sign)}`)}`
  return html(200, '법정대리인 동의 / Consent of a guardian', body, sitesOf(provider.issuer))
}
