import { useCallback, useEffect, useState } from 'react'
import { type NotedVerdict, notedVerdict } from '../../check/core/demo.ts'
import { call } from '../../kit/api.ts'
import { useClock } from '../../kit/clock.tsx'
import { type Trouble, troubleOf } from '../trouble.tsx'
import { advanced, begin, type Progress, type Story, type StoryState } from './progress.ts'

export interface Telling {
  /** Null before the beginning. */
  readonly progress: Progress | null
  readonly verdict: NotedVerdict | null
  readonly trouble: Trouble | null
  readonly isBeginning: boolean
  readonly begin: () => void
}

const STORED = 'dojang.demo.story'
/** Milliseconds between two questions to the node. */
const EVERY = 1000
const STORIES = '/demo/stories'

export function useStory(): Telling {
  const clock = useClock()
  const [progress, setProgress] = useState(stored)
  const [verdict, setVerdict] = useState(notedVerdict)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const [isBeginning, setBeginning] = useState(false)
  const id = progress?.story.id

  useEffect(() => {
    if (progress) localStorage.setItem(STORED, JSON.stringify(progress))
  }, [progress])

  useEffect(() => {
    if (id === undefined) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const leaving = new AbortController()
    const look = async () => {
      try {
        const state = await call<StoryState>(`${STORIES}/${id}`, { signal: leaving.signal })
        const seen = notedVerdict()
        setVerdict(seen)
        setProgress(before => before && advanced(before, state, seen, clock()))
        setTrouble(state.card?.status === 'INVALID' ? 'lost' : null)
      } catch (error) {
        if (!leaving.signal.aborted) setTrouble(troubleOf(error))
      }
      if (!leaving.signal.aborted) timer = setTimeout(look, EVERY)
    }
    void look()
    return () => {
      leaving.abort()
      clearTimeout(timer)
    }
  }, [id, clock])

  const start = useCallback(async () => {
    setBeginning(true)
    try {
      const story = await call<Story>(STORIES, { method: 'POST', body: { clerk: stored()?.story.clerk ?? null } })
      setProgress(begin(story, clock()))
      setTrouble(null)
    } catch (error) {
      setTrouble(troubleOf(error))
    }
    setBeginning(false)
  }, [clock])
  return { progress, verdict, trouble, isBeginning, begin: () => void start() }
}

/** What this page stored itself. */
function stored(): Progress | null {
  try {
    const progress = JSON.parse(localStorage.getItem(STORED) ?? 'null') as Progress | null
    return typeof progress?.story?.id === 'string' && typeof progress.at === 'number' ? progress : null
  } catch {
    return null
  }
}
