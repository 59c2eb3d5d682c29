import type { CardDefinition } from '../../node/credential/card.ts'
import { ownCardFiles } from '../../node/credential/cards/own.ts'
import { Cards } from '../../node/credential/cards.ts'

/** The cards of an install without files of its own. */
export const ownCards = new Cards(ownCardFiles)

export function cardNamed(id: string): CardDefinition {
  const card = ownCards.byId(id)
  if (!card) throw new Error(`the project has no card ${id}`)
  return card
}

export const resident = cardNamed('resident')
export const driver = cardNamed('driver')
export const veteran = cardNamed('veteran')
