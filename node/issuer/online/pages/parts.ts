/** Parts of the pages of the online application. */
import type { CardDefinition, Texts } from '../../../credential/card.ts'
import { escaped } from '../../authorization/html.ts'

export const both = ({ ko, en }: Texts): string => `${escaped(ko)} <span lang="en">${escaped(en)}</span>`

export const paragraph = (text: Texts): string => `<p>${both(text)}</p>`

/** Announced by screen readers when the page appears. */
export const alert = (text: Texts): string => `<p role="alert">${both(text)}</p>`

export const term = (name: Texts, value: Texts): string => `<dt>${both(name)}</dt>\n<dd>${both(value)}</dd>`

export const personTerm = (name: string): string =>
  `<dt>${both({ ko: '신청인', en: 'Applicant' })}</dt>\n<dd>${escaped(name)}</dd>`

export type Hidden = Readonly<Record<string, string>>

export const hiddenFields = (hidden: Hidden): string =>
  Object.entries(hidden)
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${escaped(value)}">`)
    .join('\n')

/** @param action relative to the page */
export const form = (action: string, hidden: Hidden, content: string): string =>
  `<form method="post" action="${action}" autocomplete="off">\n${hiddenFields(hidden)}\n${content}\n</form>`

export const button = (name: string, value: string, text: Texts): string =>
  `<button type="submit" name="${name}" value="${value}">${both(text)}</button>`

/** Which claims a card states, for how long, and what happens to an earlier one. */
export function cardTerms({ display, claims, validity }: CardDefinition): string {
  const names = new Map(claims.map(({ display: { ko, en } }) => [ko, en]))
  return [
    term({ ko: '신청할 신분증', en: 'Card' }, display.name),
    term(
      { ko: '신분증에 담기는 정보', en: 'What the card states' },
      { ko: [...names.keys()].join(', '), en: [...names.values()].join(', ') },
    ),
    term(
      { ko: '유효기간', en: 'Valid for' },
      { ko: `${validity.years}년`, en: `${validity.years} year${validity.years === 1 ? '' : 's'}` },
    ),
  ].join('\n')
}

/** A radio button for each card, or nothing to choose if there is one. */
export function cardChoice(cards: readonly CardDefinition[]): string {
  const [only] = cards
  if (cards.length === 1 && only) return `<input type="hidden" name="card" value="${escaped(only.id)}">`
  const choices = cards.map(
    ({ id, display }, i) =>
      `<label class="choice"><input type="radio" name="card" value="${escaped(id)}" required${i === 0 ? ' checked' : ''}>
<span>${both(display.name)}</span></label>`,
  )
  return `<fieldset><legend>${both({ ko: '신청할 신분증을 고르십시오', en: 'Choose the card' })}</legend>
${choices.join('\n')}
</fieldset>`
}
