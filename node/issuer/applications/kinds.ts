import type { CardDefinition } from '../../credential/card.ts'
import { IssuerError } from '../errors.ts'
import type { ApplicationKind } from './application.ts'

interface OfferedKind {
  readonly kind: ApplicationKind
  /** In won. */
  readonly fee: number
}

/** Only the resident card has a plastic form with a chip. The first one is free. */
const RESIDENT_IC: readonly OfferedKind[] = [
  { kind: 'ic-first', fee: 0 },
  { kind: 'ic-exchange', fee: 5000 },
  { kind: 'ic-replacement', fee: 5000 },
]

/** What a person can apply for with this card, and what it costs. */
export const kindsOf = ({ id }: CardDefinition): readonly OfferedKind[] => [
  { kind: 'mobile', fee: 0 },
  ...(id === 'resident' ? RESIDENT_IC : []),
]

/**
 * @param chip must be given for a plastic card, and only for one
 * @throws {IssuerError} ISSUER_KIND_REFUSED
 */
export function requireKind(card: CardDefinition, kind: ApplicationKind, chip: boolean | undefined): OfferedKind {
  const offered = kindsOf(card)
  const found = offered.find(one => one.kind === kind)
  if (found && (kind === 'mobile') === (chip === undefined)) return found
  const known = offered.map(one => one.kind)
  throw new IssuerError(
    { code: 'ISSUER_KIND_REFUSED', card: card.id, kind, known },
    found
      ? 'A plastic card needs `chip`, with or without. A mobile card has none.'
      : `This card is not made in this kind. Use one of: ${known.join(', ')}.`,
  )
}
