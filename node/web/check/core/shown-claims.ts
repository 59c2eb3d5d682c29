/** What a card that was checked says, as rows for the screen. */
import type { JsonObject, JsonValue } from '../../../lib/json.ts'
import type { Disclosed } from '../../../verifier/check.ts'
import { isPersonalNumber, valueText } from '../../kit/claims/claim-text.ts'
import type { Language } from '../../kit/language.tsx'
import type { CardLabels } from './labels.ts'

export interface ShownClaim {
  readonly name: string
  readonly value: string
  /** Masked until somebody wants to read it. */
  readonly isNumber: boolean
}

/** The photo was compared already, and the receipt is for machines. */
const NOT_SHOWN = new Set(['portrait', 'anchor'])

/** In the issuer's order. */
export function shownClaims(
  { claims }: Pick<Disclosed, 'claims'>,
  labels: CardLabels | undefined,
  language: Language,
): ShownClaim[] {
  const order = Object.keys(labels?.claims ?? {})
  const place = (path: string) => order.findIndex(known => path === known || path.startsWith(`${known}/`)) >>> 0
  return rowsOf(claims, [])
    .map(([path, value]) => ({ path, value, key: path.join('/') }))
    .sort((a, b) => place(a.key) - place(b.key))
    .map(({ path, value, key }) => ({
      name: nameOf(key, labels, language),
      value: valueText(language, value, path),
      isNumber: isPersonalNumber(path),
    }))
}

type Row = readonly [path: readonly string[], value: JsonValue]

/** An address is read as a whole (OpenID Connect Core §5.1.1), and so is a list. */
function rowsOf(claims: JsonObject, above: readonly string[]): Row[] {
  return Object.entries(claims).flatMap(([name, value]): Row[] => {
    const path = [...above, name]
    if (above.length === 0 && NOT_SHOWN.has(name)) return []
    const isWhole = value === null || typeof value !== 'object' || Array.isArray(value) || 'formatted' in value
    return isWhole ? [[path, value]] : rowsOf(value as JsonObject, path)
  })
}

/** The issuer's name of the claim, or of what it is a part of. */
function nameOf(path: string, labels: CardLabels | undefined, language: Language): string {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    const known = path.slice(0, end)
    const name = labels && Object.hasOwn(labels.claims, known) ? labels.claims[known]?.[language] : undefined
    if (name) return name
  }
  return path
}

/** The photos that the issuers signed, each once: one for each card that was shown. */
export function portraitsIn(disclosed: readonly Pick<Disclosed, 'claims'>[]): readonly string[] {
  const portraits = disclosed.map(({ claims }) => claims.portrait)
  return [...new Set(portraits.filter((value): value is string => typeof value === 'string' && IMAGE.test(value)))]
}

/** Only the kind of URL that the issuer writes. */
const IMAGE = /^data:image\/(?:png|jpeg);base64,[A-Za-z0-9+/=]+$/
