import { useMemo } from 'react'
import { type Language, useLanguage } from '../kit/language.tsx'
import { useLoad } from '../kit/load.tsx'
import { type Centre, listCentres } from './api/administration.ts'
import { useApi } from './session.tsx'

export interface Centres {
  /** Of the roll-out policy. Empty without a policy, and until they were read. */
  readonly all: readonly Centre[]
  /** In the language of the page; the id if there is no such centre. */
  readonly nameOf: (id: string) => string
  /** The id of the centre with this id or this whole name. What was typed, if there is no policy. Null if there is no such centre. */
  readonly idOf: (typed: string) => string | null
}

export function useCentres(): Centres {
  const api = useApi()
  const language: Language = useLanguage()
  const [loaded] = useLoad(signal => listCentres(api, signal), [api])
  const all = loaded.state === 'ready' ? loaded.value : NONE
  return useMemo(() => {
    const nameOf = (id: string) => all.find(centre => centre.id === id)?.[language] ?? id
    const idOf = (typed: string) => {
      if (all.length === 0) return typed
      const named = all.filter(({ ko, en }) => ko === typed || en === typed)
      if (all.some(({ id }) => id === typed)) return typed
      return named.length === 1 ? (named[0]?.id ?? null) : null
    }
    return { all, nameOf, idOf }
  }, [all, language])
}

const NONE: readonly Centre[] = []
