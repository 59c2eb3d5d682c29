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
}

export function useCentres(): Centres {
  const api = useApi()
  const language: Language = useLanguage()
  const [loaded] = useLoad(signal => listCentres(api, signal), [api])
  const all = loaded.state === 'ready' ? loaded.value : NONE
  return useMemo(() => {
    const nameOf = (id: string) => all.find(centre => centre.id === id)?.[language] ?? id
    return { all, nameOf }
  }, [all, language])
}

const NONE: readonly Centre[] = []
