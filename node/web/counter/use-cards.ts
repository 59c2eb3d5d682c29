import { useMemo } from 'react'
import { useLanguage } from '../kit/language.tsx'
import { useLoad } from '../kit/load.tsx'
import type { Card } from './api/answers.ts'
import { type Calls, callsOf } from './api/calls.ts'
import { useApi } from './session.tsx'

export function useCalls(): Calls {
  const api = useApi()
  return useMemo(() => callsOf(api), [api])
}

export interface Cards {
  readonly find: (id: string) => Card | undefined
  /** In the language of the page; the id until the names are known. */
  readonly nameOf: (id: string) => string
}

export function useCards(): Cards {
  const calls = useCalls()
  const language = useLanguage()
  const [loaded] = useLoad(signal => calls.cards(signal), [calls])
  const cards = loaded.state === 'ready' ? loaded.value.cards : undefined
  return useMemo(() => {
    const find = (id: string) => cards?.find(card => card.id === id)
    return { find, nameOf: id => find(id)?.name[language] ?? id }
  }, [cards, language])
}
