/** Reading something from the node: while it loads, what it is, or why it could not be read. */
import { type DependencyList, type ReactNode, useCallback, useEffect, useState } from 'react'
import { useTexts } from './language.tsx'
import { kit } from './messages.ts'

export type Loaded<Value> =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly value: Value }
  | { readonly state: 'failed'; readonly error: unknown }

/**
 * @param read is called again when one of `on` changes. Its signal is aborted when the screen is left
 * @returns what was read, and a function that reads it again and shows the old value meanwhile
 */
export function useLoad<Value>(
  read: (signal: AbortSignal) => Promise<Value>,
  on: DependencyList,
): [Loaded<Value>, () => void] {
  const [loaded, setLoaded] = useState<Loaded<Value>>({ state: 'loading' })
  const [turn, setTurn] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the caller lists what `read` depends on
  useEffect(() => {
    const leaving = new AbortController()
    const settle = (next: Loaded<Value>) => leaving.signal.aborted || setLoaded(next)
    read(leaving.signal).then(
      value => settle({ state: 'ready', value }),
      error => settle({ state: 'failed', error }),
    )
    return () => leaving.abort()
  }, [...on, turn])
  return [loaded, useCallback(() => setTurn(before => before + 1), [])]
}

export function Loading() {
  const t = useTexts(kit)
  return (
    <p className="loading" role="status">
      {t.loading}
    </p>
  )
}

export interface AwaitProps<Value> {
  readonly of: Loaded<Value>
  readonly failed: (error: unknown) => ReactNode
  readonly children: (value: Value) => ReactNode
}

/** Shows each of the three states. */
export function Await<Value>({ of, failed, children }: AwaitProps<Value>) {
  if (of.state === 'loading') return <Loading />
  return of.state === 'failed' ? failed(of.error) : children(of.value)
}
