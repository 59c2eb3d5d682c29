/** Claims of a card as people read them. */
import type { JsonValue } from '../../../lib/json.ts'
import { day } from '../format.ts'
import { inLanguage, type Language } from '../language.tsx'
import { claims as texts } from './messages.ts'

export type ClaimPath = readonly (string | number | null)[]

/** A card, or what was shown of one. */
export interface HasClaims {
  readonly claims: readonly { readonly path: ClaimPath; readonly value: JsonValue }[]
}

const NUMBER = 'personal_administrative_number'
const DATE = /^\d{4}-\d{2}-\d{2}$/

/** A claim of which a card has at most one, as text; empty if it has none. */
export function textOf(card: HasClaims, language: Language, ...path: readonly string[]): string {
  const found = card.claims.find(claim => claim.path.join('\0') === path.join('\0'))
  return found === undefined ? '' : valueText(language, found.value, path)
}

/** "홍길동"; of a name in Latin letters "Hong Gildong". */
export function nameOf(card: HasClaims, language: Language): string {
  const [family, given] = [textOf(card, language, 'family_name'), textOf(card, language, 'given_name')]
  return /\p{Script=Latin}/u.test(family + given) ? `${family} ${given}`.trim() : family + given
}

/** @param path tells what a number or a text means */
export function valueText(language: Language, value: JsonValue, path: ClaimPath = []): string {
  const t = texts[language]
  const last = path.at(-1)
  if (value === null) return ''
  if (typeof value === 'boolean') return value ? t.yes : t.no
  if (last === 'sex' && (value === 1 || value === 2)) return value === 1 ? t.male : t.female
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return stringText(language, value)
  if (Array.isArray(value)) return value.map(each => valueText(language, each)).join(', ')
  const { formatted, ...parts } = value as Readonly<Record<string, JsonValue>>
  if (typeof formatted === 'string') return formatted
  return Object.values(parts)
    .map(each => valueText(language, each))
    .filter(text => text !== '')
    .join(' · ')
}

function stringText(language: Language, value: string): string {
  if (value.startsWith('data:image/')) return texts[language].picture
  if (DATE.test(value)) return day(language, Date.parse(`${value}T00:00:00+09:00`) / 1000)
  return value
}

/** `900314-1******`: what a bystander may see. */
export const maskedNumber = (number: string): string => number.replace(/^(\d{6}-?\d)\d+$/, '$1******')

export const isPersonalNumber = (path: ClaimPath): boolean => path.at(-1) === NUMBER

/** The issuer's word for a claim, or the path if it has none. */
export const labelOf = (
  language: Language,
  label: { readonly ko: string; readonly en: string } | null,
  path: ClaimPath,
): string => (label === null ? path.map(part => part ?? '*').join(' › ') : inLanguage(language, label))
