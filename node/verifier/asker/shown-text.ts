/**
 * Texts of a relying party that a holder reads before consent. They come from outside, so a text that could pass for
 * another one is refused: invisible characters, marks that change the direction of the text, blank letters, piles of accents.
 */
import { isJsonObject, type JsonValue } from '../../lib/json.ts'
import { wrongValue } from '../../lib/parse-error.ts'

export interface ShownTexts {
  readonly ko: string
  readonly en: string
}

/** Of spaces only U+0020, of everything else no controls, format characters and unassigned code points. */
const VISIBLE = /^(?:(?![\p{C}\p{Z}]).| (?! ))+$/u
/** Hangul fillers and the blank Braille pattern count as letters or symbols, and show nothing. */
const BLANK = /[\u115f\u1160\u3164\uffa0\u2800]/u
const PILE = /\p{M}{3}/u

export const isShownText = (text: string, max: number): boolean =>
  text.length <= max && text.trim() === text && VISIBLE.test(text) && !BLANK.test(text) && !PILE.test(text)

/** A name from the registry, which accepts any bytes: shortened, and with U+FFFD for what could mislead. */
export function shownName(name: string, max: number): string {
  if (isShownText(name, max)) return name
  const visible = [...name].map(letter => (letter === ' ' || isShownText(letter, 2) ? letter : '\ufffd'))
  return visible.slice(0, max).join('')
}

/** @throws {ParseError} PARSE_VALUE */
export function shownTexts(value: JsonValue | undefined, at: string, max: number): ShownTexts {
  if (isJsonObject(value) && Object.keys(value).length === 2) {
    const { ko, en } = value
    if (typeof ko === 'string' && typeof en === 'string' && isShownText(ko, max) && isShownText(en, max))
      return { ko, en }
  }
  throw wrongValue(at, `ko and en expected, each 1 to ${max} visible characters`)
}
