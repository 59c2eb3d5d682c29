/** The pages that end a step: the link to the wallet, what a guardian sees and did, and why something was refused. */
import type { CardDefinition, Texts } from '../../../credential/card.ts'
import type { ResidentFacts } from '../../../credential/subject.ts'
import { toWalletPage } from '../../../lib/wallet-link.ts'
import { escaped, heading, html } from '../../authorization/html.ts'
import type { Reply } from '../../oid4vci/exchange.ts'
import { alert, both, button, cardTerms, form, type Hidden, paragraph, personTerm } from './parts.ts'

/** @param offerUrl opens the wallet on the same phone */
export function handoutPage(authority: Texts, card: CardDefinition, offerUrl: string, walletUrl: string): Reply {
  const body = `${heading(authority)}
<h2>${both({ ko: '신청이 끝났습니다', en: 'You have applied' })}</h2>
${paragraph({
  ko: `이 휴대전화의 지갑을 5분 안에 열어 신분증을 받으십시오: ${card.display.name.ko}`,
  en: `Open the wallet on this phone within five minutes to get your card: ${card.display.name.en}`,
})}
${linkTo(offerUrl, { ko: '지갑 앱 열기', en: 'Open the wallet app' })}
${linkTo(toWalletPage(walletUrl, offerUrl), { ko: '이 발급기관의 웹 지갑 열기', en: 'Open the web wallet of this authority' })}
${paragraph({
  ko: '시간이 지났으면 이 페이지를 새로 고친 뒤 다시 동의하십시오.',
  en: 'If the time has passed, reload this page and agree again.',
})}`
  return html(200, '지갑 열기 / Open the wallet', body, `'none'`)
}

export interface ConsentPage {
  readonly authority: Texts
  readonly card: CardDefinition
  readonly applicant: ResidentFacts
  readonly hidden: Hidden
}

export function consentPage({ authority, card, applicant, hidden }: ConsentPage): Reply {
  const { familyName, givenName, birthdate } = applicant
  const buttons = [
    button('act', 'consent', { ko: '동의하기', en: 'Agree' }),
    button('act', 'refuse', { ko: '동의하지 않기', en: 'Refuse' }),
  ]
  const body = `${heading(authority)}
<h2>${both({ ko: '법정대리인 동의', en: 'Consent of a guardian' })}</h2>
<dl>
${personTerm(`${familyName}${givenName} (${birthdate})`)}
${cardTerms(card)}
</dl>
${paragraph({
  ko: '신청인이 이 모바일 신분증을 발급받는 것에 법정대리인으로서 동의하십니까? 결정은 기록됩니다.',
  en: 'Do you consent, as a guardian, that the applicant gets this mobile card? Your decision is recorded.',
})}
${form('review', hidden, buttons.join('\n'))}`
  return html(200, '법정대리인 동의 / Consent of a guardian', body, `'self'`)
}

export function decidedPage(authority: Texts, decision: 'agreed' | 'refused'): Reply {
  const said: Texts =
    decision === 'agreed'
      ? {
          ko: '동의했습니다. 신청인에게 지갑이나 이 사이트에서 다시 로그인하라고 알려 주십시오. 30일 안에 발급받을 수 있습니다.',
          en: 'You agreed. Tell the applicant to sign in again from the wallet or at this site, within 30 days.',
        }
      : { ko: '동의하지 않았습니다. 신분증은 발급되지 않습니다.', en: 'You refused. No card is issued.' }
  const body = `${heading(authority)}
<p role="status">${both(said)}</p>
${paragraph({ ko: '이 창은 닫아도 됩니다.', en: 'You can close this window.' })}`
  return html(200, '완료 / Done', body, `'none'`)
}

export interface FailurePage {
  readonly authority: Texts
  readonly code: string
  readonly text: Texts
  /** How the person goes on: a link or a form, or nothing. */
  readonly again: string
  readonly formAction?: string
}

/** The code is for those whom the person asks for help. */
export function failurePage({ authority, code, text, again, formAction = `'none'` }: FailurePage): Reply {
  const body = `${heading(authority)}
<h2>${both({ ko: '계속할 수 없습니다', en: 'This cannot continue' })}</h2>
${alert(text)}
${again}
<p><small>${both({ ko: '문의할 때 알려 주실 코드', en: 'Code for questions' })}</small> <code>${escaped(code)}</code></p>`
  return { ...html(400, '계속할 수 없음 / Cannot continue', body, formAction), code }
}

export const linkTo = (href: string, text: Texts): string =>
  `<p><a class="button" href="${escaped(href)}">${both(text)}</a></p>`

export const AGAIN: Texts = { ko: '다시 시도하기', en: 'Try again' }
