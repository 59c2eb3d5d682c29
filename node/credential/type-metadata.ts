import { sha256 } from '#crypto'
import { toBase64 } from '../lib/base64.ts'
import { utf8 } from '../lib/bytes.ts'
import type { CardDefinition, Texts } from './card.ts'

export interface TypeMetadata {
  /** The document to serve as `application/json`. The same definition always gives the same octets. */
  readonly bytes: Uint8Array
  /** For `vct#integrity` (SD-JWT VC, "Integrity of Referenced Documents"). */
  readonly integrity: string
}

const LOCALES = [
  ['ko', 'ko-KR'],
  ['en', 'en'],
] as const

const labels = (texts: Texts) => LOCALES.map(([language, locale]) => ({ locale, label: texts[language] }))

const anchor: Texts = { ko: '원장 기록 영수증', en: 'Ledger receipt' }

const made = new WeakMap<CardDefinition, TypeMetadata>()

/** The SD-JWT VC type metadata of a card: its names, its claims, and which claims can be withheld. */
export function typeMetadata(card: CardDefinition): TypeMetadata {
  const cached = made.get(card)
  if (cached !== undefined) return cached
  const document = {
    vct: card.vct,
    name: card.display.name.en,
    description: card.display.description.en,
    display: LOCALES.map(([language, locale]) => ({
      locale,
      name: card.display.name[language],
      description: card.display.description[language],
    })),
    claims: [
      ...card.claims.map(claim => ({
        path: claim.path,
        display: labels(claim.display),
        mandatory: claim.required,
        sd: claim.disclosure === 'selective' ? 'always' : 'never',
      })),
      { path: ['anchor'], display: labels(anchor), mandatory: false, sd: 'always' },
    ],
  }
  const bytes = utf8(JSON.stringify(document))
  const metadata = { bytes, integrity: `sha256-${toBase64(sha256(bytes))}` }
  made.set(card, metadata)
  return metadata
}
