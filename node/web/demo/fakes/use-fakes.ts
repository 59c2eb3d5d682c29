import { useCallback, useState } from 'react'
import { useClock } from '../../kit/clock.tsx'
import { type Exposed, expose, type Fake, openStage, type Stage } from './fakes.ts'

export type Attempt =
  | { readonly state: 'none' | 'running' }
  | { readonly state: 'done'; readonly exposed: Exposed }
  | { readonly state: 'failed'; readonly error: unknown }

export interface Fakes {
  readonly stage: Stage | null
  readonly isOpening: boolean
  /** Why the genuine card could not be got. */
  readonly error: unknown
  readonly open: () => void
  readonly attemptOf: (fake: Fake) => Attempt
  readonly run: (fake: Fake) => void
}

export function useFakes(): Fakes {
  const clock = useClock()
  const [stage, setStage] = useState<Stage | null>(null)
  const [isOpening, setOpening] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [attempts, setAttempts] = useState<ReadonlyMap<Fake, Attempt>>(new Map())
  const note = useCallback(
    (fake: Fake, attempt: Attempt) => setAttempts(before => new Map(before).set(fake, attempt)),
    [],
  )
  const open = useCallback(async () => {
    setOpening(true)
    setError(null)
    await openStage(clock).then(setStage, setError)
    setOpening(false)
  }, [clock])
  const run = useCallback(
    async (fake: Fake) => {
      if (stage === null) return
      note(fake, { state: 'running' })
      await expose(fake, stage).then(
        exposed => note(fake, { state: 'done', exposed }),
        failure => note(fake, { state: 'failed', error: failure }),
      )
    },
    [stage, note],
  )
  return {
    ...{ stage, isOpening, error },
    open: () => void open(),
    attemptOf: fake => attempts.get(fake) ?? { state: 'none' },
    run: fake => void run(fake),
  }
}
