import type { CardDefinition } from '../card.ts'
import { driver } from './driver.ts'
import { resident } from './resident.ts'
import { veteran } from './veteran.ts'

export const allCards: readonly CardDefinition[] = [resident, driver, veteran]

export const cardByVct = (vct: string): CardDefinition | undefined => allCards.find(card => card.vct === vct)

export const cardById = (id: string): CardDefinition | undefined => allCards.find(card => card.id === id)
