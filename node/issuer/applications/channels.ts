import type { CardDefinition, Channel } from '../../credential/card.ts'
import type { Cards } from '../../credential/cards.ts'
import { IssuerError } from '../errors.ts'

/**
 * The card of this type, if one can apply for it through this channel.
 * @throws {IssuerError} ISSUER_CARD_UNKNOWN, ISSUER_CHANNEL_REFUSED
 */
export function requireChannel(cards: Cards, vct: string, channel: Channel): CardDefinition {
  const definition = cards.byVct(vct)
  if (!definition) {
    const known = cards.all.map(card => card.vct)
    throw new IssuerError(
      { code: 'ISSUER_CARD_UNKNOWN', card: vct, known },
      `There is no card "${vct}". Use one of: ${known.join(', ')}.`,
    )
  }
  if (definition.channels.includes(channel)) return definition
  throw new IssuerError(
    { code: 'ISSUER_CHANNEL_REFUSED', card: vct, channel },
    `This card cannot be applied for through this channel. Use one of: ${definition.channels.join(', ')}.`,
  )
}
