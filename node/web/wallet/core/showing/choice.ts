import { walletError } from '../errors.ts'
import type { Candidate, CardRequest, Choice, RequestOption } from '../wallet.ts'

export interface ChosenPart {
  readonly query: string
  readonly candidate: Candidate
}

/**
 * The parts of the answer. The choice has to be one option of each required group and no card beside them.
 * @throws {WalletError} WALLET_ASKER_UNREGISTERED, WALLET_CHOICE_INVALID, WALLET_BEYOND_REGISTRATION
 */
export function chosenParts(
  { groups }: Pick<CardRequest, 'groups'>,
  { cards, beyondAgreed = false }: Choice,
): ChosenPart[] {
  const isChosen = ({ parts }: RequestOption) => parts.every(({ query }) => cards.has(query))
  const options = groups.flatMap(({ options, required }) => {
    const chosen = options.find(isChosen)
    if (chosen) return [chosen]
    if (required) throw unanswered(options)
    return []
  })
  const parts = new Map(options.flatMap(option => option.parts.map(part => [part.query, part])))
  const isSurplus = [...cards.keys()].some(query => !parts.has(query))
  if (isSurplus || parts.size === 0) throw invalid()
  const chosen = [...parts.values()].map(({ query, candidates, lack }) => {
    const candidate = candidates.find(({ cardId }) => cardId === cards.get(query))
    if (!candidate) throw lack === 'withheld' ? unregistered() : invalid()
    return { query, candidate }
  })
  if (!beyondAgreed && chosen.some(({ candidate }) => candidate.claims.some(({ beyond }) => beyond))) {
    throw walletError(
      { code: 'WALLET_BEYOND_REGISTRATION' },
      'More is asked than the asker is registered for. The holder has to agree to that.',
    )
  }
  return chosen
}

function unanswered(options: readonly RequestOption[]) {
  const isWithheld = options.some(({ parts }) => parts.some(({ lack }) => lack === 'withheld'))
  return isWithheld ? unregistered() : invalid()
}

const unregistered = () =>
  walletError(
    { code: 'WALLET_ASKER_UNREGISTERED' },
    'The asker is not known to be registered, and asks for claims that identify the holder.',
  )

const invalid = () => walletError({ code: 'WALLET_CHOICE_INVALID' }, 'The chosen cards do not answer the request.')
