import { useCallback, useState } from 'react'

/** An act that a button starts: whether it is under way, and why it failed. What was typed stays. */
export function useAct() {
  const [isPending, setPending] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const run = useCallback(async (act: () => Promise<void>) => {
    setPending(true)
    setError(null)
    try {
      await act()
    } catch (failure) {
      setError(failure)
    } finally {
      setPending(false)
    }
  }, [])
  return { isPending, error, run }
}
