import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import type { Clock, UnixSeconds } from '../../lib/time.ts'

const ClockContext = createContext<Clock>(() => 0)

/** The page's first module passes the system's clock; tests of a screen pass another. */
export function ClockProvider({ clock, children }: { readonly clock: Clock; readonly children: ReactNode }) {
  return <ClockContext value={clock}>{children}</ClockContext>
}

export const useClock = (): Clock => useContext(ClockContext)

/** The time, renewed every so many seconds. */
export function useNow(every = 1): UnixSeconds {
  const clock = useClock()
  const [now, setNow] = useState(clock)
  useEffect(() => {
    const timer = setInterval(() => setNow(clock()), every * 1000)
    return () => clearInterval(timer)
  }, [clock, every])
  return now
}
