import { useCallback, useRef, useState } from 'react'

export interface Acting {
  readonly isPending: boolean
  /** Of the last try; null while another is under way. */
  readonly error: unknown
  /** Runs the act, unless one is under way. */
  readonly run: (act: () => Promise<void>) => void
  readonly forget: () => void
}

/** An act of a button: pressed twice it runs once, and what went wrong is shown beside it. */
export function useAct(): Acting {
  const [isPending, setPending] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const running = useRef(false)
  const run = useCallback((act: () => Promise<void>) => {
    if (running.current) return
    running.current = true
    setPending(true)
    setError(null)
    act()
      .catch(failure => setError(failure))
      .finally(() => {
        running.current = false
        setPending(false)
      })
  }, [])
  const forget = useCallback(() => setError(null), [])
  return { isPending, error, run, forget }
}
