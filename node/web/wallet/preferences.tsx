/** Choices of the person that are no secret: they are kept beside the language. */
import { createContext, type ReactNode, useContext, useMemo, useState } from 'react'

interface Preferences {
  /** Larger squares in animated codes, for a camera that reads badly. */
  readonly largeSquares: boolean
  readonly setLargeSquares: (on: boolean) => void
}

const PreferencesContext = createContext<Preferences>({ largeSquares: false, setLargeSquares: () => undefined })
const STORED = 'dojang.large-squares'

export function PreferencesProvider({ children }: { readonly children: ReactNode }) {
  const [largeSquares, setLarge] = useState(() => localStorage.getItem(STORED) === 'yes')
  const preferences = useMemo(() => {
    const setLargeSquares = (on: boolean) => {
      setLarge(on)
      localStorage.setItem(STORED, on ? 'yes' : 'no')
    }
    return { largeSquares, setLargeSquares }
  }, [largeSquares])
  return <PreferencesContext value={preferences}>{children}</PreferencesContext>
}

export const usePreferences = (): Preferences => useContext(PreferencesContext)
