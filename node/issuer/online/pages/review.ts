/** The page after the sign-in: which card, what it states, and what the applicant can do next. */
import type { CardDefinition, Texts } from '../../../credential/card.ts'
import { unreachable } from '../../../lib/errors.ts'
import { escaped, heading, html } from '../../authorization/html.ts'
import type { Reply } from '../../oid4vci/exchange.ts'
import type { StandingOf } from '../applications.ts'
import type { AskedGuardian } from '../online.ts'
import { alert, both, button, cardTerms, form, type Hidden, paragraph, personTerm } from './parts.ts'

export interface ReviewPage extends StandingOf {
  readonly authority: Texts
  readonly card: CardDefinition
  readonly action: string
  readonly hidden: Hidden
  readonly receiver: string
  readonly formAction: string
  readonly hasCancel: boolean
  /** For a guardian, while one is waited for. */
  readonly guardian: AskedGuardian | null
}

export function reviewPage(page: ReviewPage): Reply {
  const { authority, card, resident, receiver, action, hidden, formAction } = page
  const { familyName, givenName } = resident.facts
  const { said, buttons } = step(page)
  const body = `${heading(authority)}
<h2>${both(TITLE)}</h2>
<dl>
${personTerm(`${familyName}${givenName}`)}
${cardTerms(card)}
${receiver}
</dl>
${said}
${form(action, hidden, `${buttons.join('\n')}${page.hasCancel ? `\n<button type="submit" name="cancel" value="1">${both(BACK)}</button>` : ''}`)}`
  return html(200, '신청 확인 / Check the application', body, formAction)
}

const TITLE: Texts = { ko: '신청 내용 확인', en: 'Check the application' }
const BACK: Texts = { ko: '앱으로 돌아가기', en: 'Back to the app' }

function step({ standing, guardian, receiver }: ReviewPage): { said: string; buttons: readonly string[] } {
  switch (standing.kind) {
    case 'ready':
      return {
        said: `${paragraph(receiver === '' ? CONSENT_SITE : CONSENT_APP)}
${paragraph(REPLACES)}`,
        buttons: [button('act', 'agree', { ko: '동의하고 신청하기', en: 'Agree and apply' })],
      }
    case 'refused':
      return {
        said: `<div role="alert">${paragraph({ ko: '지금은 온라인으로 신청할 수 없습니다.', en: 'You cannot apply online now.' })}
${paragraph(standing.text)}</div>`,
        buttons: [],
      }
    case 'consent':
      return {
        said: `${standing.refused ? alert(REFUSED_BEFORE) : ''}${paragraph(ASK)}`,
        buttons: [button('act', 'ask', { ko: '법정대리인에게 동의 요청하기', en: 'Ask a guardian' })],
      }
    case 'waiting':
      return standing.over
        ? {
            said: paragraph({ ko: '동의 코드가 만료되었습니다.', en: 'The code for the guardian has ended.' }),
            buttons: [button('act', 'ask', { ko: '새 동의 코드 받기', en: 'Get a new code' })],
          }
        : { said: waiting(guardian), buttons: [] }
    default:
      return unreachable(standing)
  }
}

function waiting(guardian: ReviewPage['guardian']): string {
  if (guardian === null) return ''
  return `<p role="status">${both({ ko: '법정대리인의 동의를 기다리고 있습니다.', en: 'Waiting for the guardian.' })}</p>
${paragraph({
  ko: '아래 링크나 코드를 법정대리인에게 보내 주십시오. 7일 동안 쓸 수 있습니다. 개인정보는 들어 있지 않습니다.',
  en: 'Send this link or code to your guardian. It works for 7 days and contains no personal data.',
})}
<dl>
<dt>${both({ ko: '링크', en: 'Link' })}</dt><dd><a href="${escaped(guardian.link)}">${escaped(guardian.link)}</a></dd>
<dt>${both({ ko: '코드', en: 'Code' })}</dt><dd><code>${escaped(guardian.code)}</code></dd>
</dl>
${paragraph({
  ko: '법정대리인이 동의한 뒤에 지갑이나 이 사이트에서 다시 로그인하면 이어서 발급받을 수 있습니다. 처음부터 다시 신청하지 않아도 됩니다.',
  en: 'When the guardian has agreed, sign in again from your wallet or at this site to continue. You need not apply again.',
})}`
}

const CONSENT_APP: Texts = {
  ko: '위의 정보를 담은 신분증을 발급하고 위의 앱에 전달하는 것에 동의하십니까?',
  en: 'Do you agree that a card with this information is issued and given to the app named above?',
}
const CONSENT_SITE: Texts = {
  ko: '위의 정보를 담은 신분증을 발급하는 것에 동의하십니까? 다음 화면에서 이 휴대전화의 지갑을 엽니다.',
  en: 'Do you agree that a card with this information is issued? The next page opens the wallet on this phone.',
}
const REPLACES: Texts = {
  ko: '이미 다른 휴대전화에 같은 신분증이 있으면 그 신분증은 더 이상 쓸 수 없게 됩니다.',
  en: 'If you have this card on another phone, that card ends.',
}
const ASK: Texts = {
  ko: '이 신청에는 법정대리인의 동의가 필요합니다. 법정대리인이 직접 로그인하여 동의합니다.',
  en: 'A guardian has to consent. They sign in themselves and agree.',
}
const REFUSED_BEFORE: Texts = {
  ko: '법정대리인이 지난 요청에 동의하지 않았습니다.',
  en: 'The guardian did not consent to the last request.',
}
