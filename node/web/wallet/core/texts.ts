import { isJsonObject, type JsonValue } from '../../../lib/json.ts'

/** A name in both languages of the screens. */
export interface Texts {
  readonly ko: string
  readonly en: string
}

const MAX_TEXT = 200

/**
 * The `name` of a `display` list (OpenID4VCI 1.0 §12.2.4). A language that is missing gets the text of another one.
 * Undefined if there is none.
 */
export function displayed(display: JsonValue | undefined, member = 'name'): Texts | undefined {
  const list = Array.isArray(display) ? (display as readonly JsonValue[]).filter(isJsonObject) : []
  const texts = list.flatMap(({ locale, [member]: text }) =>
    typeof text === 'string' && text !== '' ? [{ locale: String(locale ?? ''), text: text.slice(0, MAX_TEXT) }] : [],
  )
  const [first] = texts
  if (!first) return undefined
  const inLanguage = (language: string) => texts.find(({ locale }) => locale.split('-')[0] === language)?.text
  const en = inLanguage('en') ?? first.text
  return { ko: inLanguage('ko') ?? en, en }
}
