/** What the holder has chosen: for each group one of its options or none, and for each query a card. */
import type { Candidate, CardRequest, RequestOption, RequestPart } from '../../core/wallet.ts'

type Groups = Pick<CardRequest, 'groups'>

export interface Chosen {
  /** By group: the index of the option; null for none, where the group is not required. */
  readonly options: readonly (number | null)[]
  /** By query: the card. */
  readonly cards: ReadonlyMap<string, string>
}

/** What is needed and no more: the first possible option of each required group, with the best card of each part. */
export function firstChoice(request: Groups): Chosen {
  const options = request.groups.map(({ required, options: all }) => {
    const possible = all.findIndex(option => option.possible)
    return required && possible >= 0 ? possible : null
  })
  return { options, cards: new Map() }
}

export const optionOf = (request: Groups, chosen: Chosen, group: number): RequestOption | undefined => {
  const index = chosen.options[group] ?? null
  return index === null ? undefined : request.groups[group]?.options[index]
}

/** The chosen card of a part, or its best. */
export const candidateOf = (part: RequestPart, chosen: Chosen): Candidate | undefined =>
  part.candidates.find(({ cardId }) => cardId === chosen.cards.get(part.query)) ?? part.candidates[0]

const partsOf = (request: Groups, chosen: Chosen): readonly RequestPart[] =>
  request.groups.flatMap((_group, index) => optionOf(request, chosen, index)?.parts ?? [])

/** For each query that is answered, the card: as `Wallet.answer` takes it. */
export function cardsOf(request: Groups, chosen: Chosen): ReadonlyMap<string, string> {
  const found = partsOf(request, chosen).flatMap(part => {
    const candidate = candidateOf(part, chosen)
    return candidate ? [[part.query, candidate.cardId] as const] : []
  })
  return new Map(found)
}

/** Whether something of the choice is beyond the asker's registration. */
export const isBeyond = (request: Groups, chosen: Chosen): boolean =>
  partsOf(request, chosen).some(part => candidateOf(part, chosen)?.claims.some(({ beyond }) => beyond) ?? false)
