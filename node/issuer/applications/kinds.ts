import type { ApplicationKind, CardDefinition, OfferedKind } from '../../credential/card.ts'
import { IssuerError } from '../errors.ts'

/**
 * @param chip must be given for a plastic card, and only for one
 * @throws {IssuerError} ISSUER_KIND_REFUSED
 */
export function requireKind(card: CardDefinition, kind: ApplicationKind, chip: boolean | undefined): OfferedKind {
  const offered = card.applications
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
